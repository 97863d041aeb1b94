"""Word's highlights as codings: the person says which colour is which code (`--highlights "yellow=CP"`)."""

from __future__ import annotations

from collections.abc import Sequence

from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import Coding, Span
from secondcoder.domain.wording import counted, first_of
from secondcoder.exchange.layout import said_layout
from secondcoder.exchange.word.word_comments import Taken

SHOWN = 5
COLOURS = {"turquoise": "cyan", "pink": "magenta", "brightgreen": "green", "teal": "darkcyan", "violet": "darkmagenta"}
"""What Word calls a colour on screen, and in the file."""


def codes_of_highlights(highlights: Sequence[tuple[str, Span]]) -> list[str]:
    """The codes of the colours that are there, as the person names them."""
    colours = {colour.casefold() for colour, _ in highlights}
    return [code for colour, code in _codes_by_colour().items() if colour in colours]


def take_highlights(highlights: Sequence[tuple[str, Span]], taken: Taken) -> None:
    """Codings of the colours that have a code; the others are told of."""
    codes, unmapped = _codes_by_colour(), dict[str, int]()
    for colour, passages in group_by(highlights, lambda each: each[0]).items():
        written = codes.get(colour.casefold())
        if written is None:
            unmapped[colour] = len(passages)
        else:
            _take(colour, written, [span for _, span in passages], taken)
    if unmapped:
        colours = first_of([f"{colour} ({count:,})" for colour, count in unmapped.items()], SHOWN)
        what = f"{counted(sum(unmapped.values()), 'highlighted passage')} not taken: {colours}"
        option = f'--highlights "{next(iter(unmapped))}=CODE"'
        taken.notes.append(f"{what}. If a colour is a code: {option}.")


def _take(colour: str, written: str, spans: Sequence[Span], taken: Taken) -> None:
    code = taken.book.find(written)
    if code is None:
        taken.faults.append(f"highlights in {colour}: {taken.book.missing_code_message(written)}")
    elif taken.coder is None:
        taken.faults.append(f"highlights in {colour}: a colour does not say who coded. Give --coder NAME.")
    else:
        taken.codings += [Coding(taken.transcript, *span, code, taken.coder) for span in spans]


def _codes_by_colour() -> dict[str, str]:
    """Codes by the colours as the file calls them, in lower case: Word's `Bright Green` is `green`."""
    said = {colour.replace(" ", "").replace("-", ""): code for colour, code in said_layout().highlights.items()}
    return {COLOURS.get(colour, colour).replace("grey", "gray"): code for colour, code in said.items()}
