"""Ways in which files are damaged on their way, each with what a reader can know of it.

A damage gives the new content, says in words what was done, and names the words that it touched, before and after. Under the rule
SAME a reader can see through it, or see that something is wrong; under LOCAL (a letter within speech) or CUT (the end is missing)
nobody can, and only the touched words may differ.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random

from support.damaged_files import LinesOfText, Material, Paragraphs, Rows, members, with_member
from support.damaging import (
    CUT,
    LABEL,
    LOCAL,
    SAME,
    UNSEEN,
    Damage,
    celled,
    edited,
    labelled,
    labelled_parts,
    lines_about,
    text_of,
)

ENCODINGS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "mac_roman", "latin-1")
MISSING = ("NA", "#N/A", "nan")
_FREE = ("integration", "list_size", "training")  # attributes of cases, which each study names as it likes
_TEXT_ONLY = ("line ends altered", "encoding altered")
_CELLS_ONLY = ("cell emptied", "cell set to NA", "column renamed")
_ZIP_ONLY = ("zip member removed",)


Damager = Callable[[Material, Random], Damage | None]
"""None: this damage cannot be done to this file."""
DAMAGERS: dict[str, Damager] = {}


def damager(name: str) -> Callable[[Damager], Damager]:
    def put(damage: Damager) -> Damager:
        DAMAGERS[name] = damage
        return damage

    return put


@damager("line removed")
def line_removed(material: Material, rng: Random) -> Damage | None:
    parts = material.parts
    at = rng.randrange(len(parts))
    gone = material.shown(parts.pop(at))
    # A manifest that does not name a file beside it can be seen.
    rule = SAME if isinstance(material, Rows) and "file" in material.columns else LOCAL
    return Damage(material.written(parts), f"part {at + 1} removed: {gone[:60]!r}", rule, gone)


@damager("line doubled")
def line_doubled(material: Material, rng: Random) -> Damage | None:
    parts = material.parts
    at = rng.randrange(len(parts))
    twice = material.shown(parts[at])
    parts.insert(at, parts[at])
    return Damage(material.written(parts), f"part {at + 1} doubled: {twice[:60]!r}", LOCAL, "", twice)


@damager("lines swapped")
def lines_swapped(material: Material, rng: Random) -> Damage | None:
    parts = material.parts
    at = rng.randrange(len(parts) - 1)
    both = f"{material.shown(parts[at])}\n{material.shown(parts[at + 1])}"
    parts[at : at + 2] = parts[at + 1], parts[at]
    return Damage(material.written(parts), f"parts {at + 1} and {at + 2} swapped: {both[:80]!r}", LOCAL, both, both)


@damager("letter altered")
def letter_altered(material: Material, rng: Random) -> Damage | None:
    def alter(text: str) -> str:
        letters = [at for at, letter in enumerate(text) if letter.isalpha() and at > len(text) // 3]
        at = rng.choice(letters) if letters else None
        return text if at is None else text[:at] + rng.choice("aeioubdgkx") + text[at + 1 :]

    return edited(material, rng, alter, "letter altered", LOCAL)


@damager("unseen character before a label")
def unseen_before(material: Material, rng: Random) -> Damage | None:
    name, sign = rng.choice(list(UNSEEN.items()))
    return edited(material, rng, lambda text: sign + text, f"{name} at the beginning", fits=labelled_parts(material))


@damager("unseen character in or after a label")
def unseen_after(material: Material, rng: Random) -> Damage | None:
    name, sign = rng.choice(list(UNSEEN.items()))
    how = rng.choice((r"\g<before>\g<label>{}\g<after>", r"\g<before>{}\g<label>\g<after>"))

    def put(text: str) -> str:
        return text + sign if isinstance(material, Rows) else LABEL.sub(how.format(sign), text, count=1)

    return edited(material, rng, put, f"{name} beside the label", fits=labelled_parts(material))


@damager("unseen character in speech")
def unseen_within(material: Material, rng: Random) -> Damage | None:
    name, sign = rng.choice(list(UNSEEN.items()))

    def put(text: str) -> str:
        # Behind a space: within a word it would be a letter altered.
        spaces = [found.end() for found in re.finditer(r" (?=\w)", text)] or [len(text)]
        at = rng.choice(spaces)
        return text[:at] + sign + text[at:]

    return edited(material, rng, put, f"{name} within", fits=lambda text: text.count(" ") > 8)


@damager("label altered in case")
def label_case(material: Material, rng: Random) -> Damage | None:
    return labelled(material, rng, lambda label: label.swapcase(), "case of a label altered")


@damager("label altered in blanks")
def label_blank(material: Material, rng: Random) -> Damage | None:
    how = rng.choice((" {}", "{} ", "  {}  ", "\t{}"))
    return labelled(material, rng, how.format, f"blanks around a label ({how!r})")


@damager("line ends altered")
def line_ends(material: Material, rng: Random) -> Damage | None:
    end = rng.choice((b"\r", b"\r\n"))
    lines = material.content.replace(b"\r\n", b"\n").split(b"\n")
    mixed = end == b"\r\n" and rng.random() < 0.5
    joined = b"".join(line + (b"\n" if mixed and rng.random() < 0.5 else end) for line in lines[:-1]) + lines[-1]
    return Damage(joined, f"line ends {end!r}{' here and there' if mixed else ''}")


@damager("encoding altered")
def encoding_altered(material: Material, rng: Random) -> Damage | None:
    encoding = rng.choice(ENCODINGS)
    text = material.content.decode("utf-8-sig")
    try:
        return Damage(text.encode(encoding), f"encoded as {encoding}")
    except UnicodeEncodeError:
        return None


@damager("byte flipped")
def byte_flipped(material: Material, rng: Random) -> Damage | None:
    content = bytearray(material.content)
    at, bit = rng.randrange(len(content)), 1 << rng.randrange(8)
    content[at] ^= bit
    what = f"bit {bit} of byte {at} flipped: {bytes(material.content[max(0, at - 20) : at + 20])!r}"
    if isinstance(material, Paragraphs) or (isinstance(material, Rows) and material.form != "csv"):
        return Damage(bytes(content), what)  # zips and Parquet files have checksums
    before, after = (lines_about(data, at) for data in (material.content, bytes(content)))
    return Damage(bytes(content), what, LOCAL, before, after)


@damager("cut short")
def cut_short(material: Material, rng: Random) -> Damage | None:
    content = material.content
    at = rng.randrange(len(content) // 3, len(content) - 1)
    what = f"cut at byte {at} of {len(content)}: ... {content[max(0, at - 40) : at]!r}"
    if not isinstance(material, LinesOfText):
        # A row that lacks cells, and an archive without its end, can be seen.
        whole_rows = content[:at].endswith(b"\n") and isinstance(material, Rows) and material.form == "csv"
        return None if whole_rows else Damage(content[:at], what)
    start = content.rfind(b"\n", 0, at) + 1
    return Damage(content[:at], what, CUT, text_of(content[start:]), text_of(content[start:at]))


@damager("cell emptied")
def cell_emptied(material: Material, rng: Random) -> Damage | None:
    return celled(material, rng, "", LOCAL)


@damager("cell set to NA")
def cell_missing(material: Material, rng: Random) -> Damage | None:
    return celled(material, rng, rng.choice(MISSING), SAME)


@damager("column renamed")
def column_renamed(material: Material, rng: Random) -> Damage | None:
    assert isinstance(material, Rows)
    at = rng.choice([at for at, column in enumerate(material.columns) if column not in _FREE])
    columns = list(material.columns)
    columns[at] = rng.choice((f"{columns[at]}s", f"my {columns[at]}", f"x{columns[at][1:]}"))
    what = f"column '{material.columns[at]}' renamed '{columns[at]}'"
    return Damage(material.written(material.parts, columns), what)


@damager("zip member removed")
def member_removed(material: Material, rng: Random) -> Damage | None:
    name = rng.choice(members(material.content))
    return Damage(with_member(material.content, name, None), f"without {name}")


def can_be_done(kind: str, material: Material) -> bool:
    """Whether files like this one can be damaged so."""
    if kind in _TEXT_ONLY:
        return isinstance(material, LinesOfText) or getattr(material, "form", "") == "csv"
    if kind in _CELLS_ONLY:
        return isinstance(material, Rows)
    return kind not in _ZIP_ONLY or material.content.startswith(b"PK")


def damages(material: Material, kind: str, seed: str, count: int) -> Iterator[Damage]:
    """So many damages of a kind, those left out that cannot be done, change nothing, or came already."""
    rng = Random(seed)
    made = (DAMAGERS[kind](material, rng) for _ in range(count))
    by_content = {damage.content: damage for damage in made if damage}
    yield from (damage for content, damage in by_content.items() if content != material.content)
