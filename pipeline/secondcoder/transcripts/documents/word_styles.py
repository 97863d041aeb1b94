"""What Word's styles say of the text that has them: that it is hidden, or that its paragraphs are numbered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from xml.etree.ElementTree import Element

from secondcoder.transcripts.documents.word_package import W

ON = (None, "1", "true", "on")
"""Values of a property that is there and not switched off."""
ASIDE = "secondcoder aside"
"""How the names of the styles begin that secondcoder gives what is no part of a transcript."""


def hidden_styles(roots: Sequence[Element]) -> frozenset[str]:
    """The ids of the styles, of characters and paragraphs, that hide text."""
    return _styles(roots, _hides)


def numbered_styles(roots: Sequence[Element]) -> frozenset[str]:
    """The ids of the styles that number their paragraphs."""
    return _styles(roots, numbers_itself)


def aside_styles(roots: Sequence[Element]) -> frozenset[str]:
    """The ids of the styles of what secondcoder adds to a transcript that it writes: times, headings, the codebook."""
    styles = (style for root in roots for style in root.iter(f"{W}style"))
    return frozenset(
        style.get(f"{W}styleId", "")
        for style in styles
        if (name := style.find(f"{W}name")) is not None and name.get(f"{W}val", "").casefold().startswith(ASIDE)
    )


def style_of(paragraph: Element) -> str | None:
    """The id of a paragraph's style."""
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    return None if style is None else style.get(f"{W}val")


def numbers_itself(element: Element) -> bool | None:
    """Whether a style or a paragraph numbers itself or says that it does not; None where it says neither."""
    number = element.find(f"{W}pPr/{W}numPr/{W}numId")
    return None if number is None else number.get(f"{W}val") != "0"  # 0 takes the style's number away


def _styles(roots: Sequence[Element], does: Callable[[Element], bool | None]) -> frozenset[str]:
    """The ids of the styles, of characters and paragraphs, that do so, themselves or, where `does` is None, by the one below them."""
    styles = {style.get(f"{W}styleId", ""): style for root in roots for style in root.iter(f"{W}style")}

    def holds(name: str, seen: frozenset[str] = frozenset()) -> bool:
        style = styles.get(name)
        if style is None or name in seen:
            return False
        itself, base = does(style), style.find(f"{W}basedOn")
        if itself is not None:
            return itself
        return base is not None and holds(base.get(f"{W}val", ""), seen | {name})

    return frozenset(name for name in styles if holds(name))


def _hides(style: Element) -> bool | None:
    vanish = style.find(f"{W}rPr/{W}vanish")
    return None if vanish is None else vanish.get(f"{W}val") in ON
