"""What one damage is, and how a part of a file, a label or a cell is altered."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from support.damaged_files import CannotHoldError, Material, Rows

SAME, LOCAL, CUT = "same", "local", "cut"
UNSEEN = {
    "form feed": "\f", "vertical tab": "\v", "zero width space": "\u200b", "byte order mark": "\ufeff", "line separator": "\u2028",
    "no-break space": "\u00a0", "wide space": "\u3000", "right-to-left mark": "\u200f", "word joiner": "\u2060",
}  # fmt: skip
LABEL = re.compile(
    r"\A(?P<before>\s*(?:\S*<v )?)(?P<label>[A-Z][\w .'()]{0,25}?)(?P<after>\s*[:>](?!\d|//).*)", re.DOTALL
)
_NAMES = ("speaker", "coder", "transcript", "case")


@dataclass(frozen=True)
class Damage:
    content: bytes
    what: str
    rule: str = SAME
    before: str = ""
    after: str = ""


def _somewhere(material: Material, rng: Random, fits: Callable[[str], object] = str.strip) -> int | None:
    found = [at for at, part in enumerate(material.parts) if fits(material.shown(part))]
    return rng.choice(found) if found else None


def labelled_parts(material: Material) -> Callable[[str], object]:
    """Which parts have a label: rows have one in every cell."""
    return str.strip if isinstance(material, Rows) else LABEL.match


def edited(
    material: Material,
    rng: Random,
    change: Callable[[str], str],
    what: str,
    rule: str = SAME,
    fits: Callable[[str], object] = str.strip,
) -> Damage | None:
    at = _somewhere(material, rng, fits)
    if at is None:
        return None
    parts = material.parts
    before = parts[at]
    try:
        parts[at] = material.edited(before, change, rng)
        content = material.written(parts)
    except CannotHoldError:
        return None
    old, new = material.shown(before), material.shown(parts[at])
    return Damage(content, f"part {at + 1}: {what}: {_difference(material, before, parts[at])}", rule, old, new)


def _difference(material: Material, before: object, after: object) -> str:
    if isinstance(material, Rows):
        pairs = zip(material.columns, before, after, strict=True)  # type: ignore[call-overload]
        return "; ".join(f"{column} {new[:60]!r}" for column, old, new in pairs if old != new)
    return repr(material.shown(after)[:70])  # type: ignore[arg-type]


def labelled(material: Material, rng: Random, change: Callable[[str], str], what: str) -> Damage | None:
    if isinstance(material, Rows):
        columns = [at for at, column in enumerate(material.columns) if column in _NAMES]
        if "file" in material.columns:  # where a transcript may be named at will
            columns = [material.columns.index("case")]
        return celled(material, rng, change, SAME, columns)

    def altered(text: str) -> str:
        return LABEL.sub(lambda found: found["before"] + change(found["label"]) + found["after"], text, count=1)

    return edited(material, rng, altered, what, fits=LABEL.match)


def celled(
    material: Material, rng: Random, new: str | Callable[[str], str], rule: str, columns: list[int] | None = None
) -> Damage | None:
    assert isinstance(material, Rows)
    at, column = rng.randrange(len(material.cells)), rng.choice(columns or range(len(material.columns)))
    parts = material.parts
    old = parts[at][column]
    cell = new if isinstance(new, str) else new(old)
    if not old:
        return None
    parts[at] = (*parts[at][:column], cell, *parts[at][column + 1 :])
    what = f"row {at + 2}, {material.columns[column]}: {old[:40]!r} -> {cell[:40]!r}"
    return Damage(material.written(parts), what, rule, material.shown(material.cells[at]), material.shown(parts[at]))


def lines_about(content: bytes, at: int) -> str:
    """The line with this byte and its neighbours."""
    start = content.rfind(b"\n", 0, max(content.rfind(b"\n", 0, at), 0)) + 1
    end = content.find(b"\n", content.find(b"\n", at) + 1)
    return text_of(content[start : end if end > at else len(content)])


def text_of(content: bytes) -> str:
    return content.decode("utf-8", "replace")
