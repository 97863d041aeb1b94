"""A cell of a chart in words, signs and a bar; never empty, whatever is known of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from secondcoder.charting.notes import Note
from secondcoder.domain.wording import counted

BAR = 60
"""Width of a cell's valence bar, in px."""
SHADES = 4
VALENCES = (("promotes", "↑"), ("inhibits", "↓"), ("mixed", "↕"), ("no_valence", "·"))
"""Each with the sign that stands for it beside its number."""


@dataclass(frozen=True)
class Column:
    """A code of the matrix: `below` counts its sub-constructs, which stand beside it where `is_open`."""

    code: str
    name: str
    depth: int
    below: int
    is_open: bool

    @property
    def head(self) -> str:
        """Id and name, where the name is another."""
        return self.code if self.name == self.code else f"{self.code} {self.name}"


@dataclass(frozen=True)
class Row:
    """A case, a participant or an interview: `about` says how many interviews, or which role and wave."""

    name: str
    about: str


@dataclass(frozen=True)
class Sign:
    """How many passages have a valence, with the sign that stands for it."""

    name: str
    sign: str
    count: int

    @property
    def told(self) -> str:
        """As it is seen."""
        return f"{self.sign}{self.count}"

    @property
    def words(self) -> str:
        """As it is read aloud."""
        return f"{self.name.replace('_', ' ')} {self.count}"


@dataclass(frozen=True)
class MatrixCell:
    """What stands in one cell.

    Attributes:
        found, known: interviews with the code; these and those that were read whole for it.
        interviews: of the row; `in_part`: some of those not known were read in part.
        note: the researcher's, where it may be shown; `hidden`: there is one that may not.
    """

    row: str
    code: str
    passages: int
    found: int
    known: int
    interviews: int
    in_part: bool
    suggested: int
    valences: Mapping[str, int]
    note: Note | None = None
    hidden: bool = False

    @property
    def words(self) -> str:
        """In how many interviews, of how many that are known; or that nobody looked. '' where a number of passages says it."""
        if not self.interviews:
            return "no interview"
        if not self.known:
            return "read in part" if self.in_part else "not read"
        if not self.passages:
            return "none" if self.interviews == 1 else f"none in {counted(self.known, 'interview')}"
        return "" if self.interviews == 1 else f"{self.found} of {counted(self.known, 'interview')}"

    @property
    def unknown(self) -> str:
        """How many interviews of the row nothing is known of, beside others of which it is; '' for none."""
        unknown = self.interviews - self.known
        return f"{unknown} not read" if self.known and unknown else ""

    @property
    def is_unread(self) -> bool:
        """Nothing is known of it."""
        return not self.known

    @property
    def shade(self) -> int:
        """How dark the cell is, by the share of interviews: 0 for none, up to SHADES."""
        return -(-SHADES * self.found // self.known) if self.known and self.passages else 0

    @property
    def signs(self) -> list[Sign]:
        """The valences that occur; none where no passage has one."""
        there = [Sign(name, sign, self.valences[name]) for name, sign in VALENCES if self.valences[name]]
        return there if any(sign.name != "no_valence" for sign in there) else []

    @property
    def bar(self) -> Iterator[tuple[str, float, float]]:
        """(valence, x, width) of the pieces of its bar, in px."""
        x, total = 0.0, sum(self.valences.values())
        for sign in self.signs:
            width = BAR * sign.count / total
            yield sign.name, round(x, 1), round(width, 1)
            x += width
