"""What documents hold beside the text that is read, and the notes that say so: nothing is left out without a word."""

from __future__ import annotations

from collections import Counter

from secondcoder.domain.wording import counted, listed

CHANGES, HIDDEN, STRUCK = "tracked change", "stretch of hidden text", "stretch struck through"
FOOTNOTES, COMMENTS, BOXES, PICTURES = "footnote", "comment", "text box", "picture"
NUMBERS, SYMBOLS, PROMPTS = "automatic list number or bullet", "symbol", "prompt of an empty field"
EQUATIONS, FORMULAS, READINGS = "equation", "formula", "reading above characters"
"""An equation is read as a line of text, a formula is not read."""
OBJECTS, ASIDES = "embedded object", "addition of secondcoder"
_PLURALS = {
    HIDDEN: "stretches of hidden text",
    STRUCK: "stretches struck through",
    PROMPTS: "prompts of empty fields",
    BOXES: "text boxes",
    ASIDES: "additions of secondcoder",
    NUMBERS: "automatic list numbers or bullets",
    READINGS: "readings above characters",
}


def left_out_notes(left_out: Counter[str], margins: bool) -> tuple[str, ...]:
    """Notes on what was read in some way, and on what was not read.

    Args:
        left_out: how often each of the above stands in the document.
        margins: whether headers or footers hold text.
    """
    notes: list[str] = []
    if struck := left_out.pop(STRUCK, 0):
        notes.append(f"{counted(struck, STRUCK, _PLURALS[STRUCK])} read as text")
    if changes := left_out.pop(CHANGES, 0):
        notes.append(f"{counted(changes, CHANGES)} read as if all were accepted")
    if equations := left_out.pop(EQUATIONS, 0):
        notes.append(f"{counted(equations, EQUATIONS)} read as a line of text: check it")
    not_read = [counted(count, what, _PLURALS.get(what)) for what, count in sorted(left_out.items()) if count]
    not_read += ["the text of headers and footers"] if margins else []
    return (*notes, f"not read: {listed(not_read)}") if not_read else tuple(notes)
