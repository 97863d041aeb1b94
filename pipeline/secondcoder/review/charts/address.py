"""What a chart's page is asked for: the rows, which codes and interviews, and the cell; and the address that asks for it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from secondcoder.charting.chart_data import ROW_KINDS, RowKind
from secondcoder.charting.notes import Cell
from secondcoder.errors import DecisionError

LONGEST_WORD = 200
DIVIDER = "|"
"""Between codes in one field: no code's id holds it."""
FILTERS = ("case", "wave", "role")
WORDS = ("family", *FILTERS, "at", "code", "tab")


@dataclass(frozen=True)
class Asked:
    """A chart's page.

    Attributes:
        family: of the codes shown, '' for all.
        opened: constructs whose sub-constructs are shown.
        case, wave, role: of the interviews shown, '' for all.
        at, code: the cell that is shown or was last, '' for none.
        tab: the chart that it is a cell of: '' for the matrix, or "integration".
    """

    rows: RowKind = "case"
    family: str = ""
    opened: tuple[str, ...] = ()
    case: str = ""
    wave: str = ""
    role: str = ""
    at: str = ""
    code: str = ""
    tab: str = ""

    @property
    def cell(self) -> Cell:
        """Where the note on this cell stands: it speaks of the wave that the page shows, or of all."""
        return self.rows, self.at, self.code, self.wave

    @property
    def fields(self) -> dict[str, str]:
        """What is not as by default, for a link or a form."""
        named = {name: getattr(self, name) for name in WORDS}
        named |= {"rows": "" if self.rows == "case" else self.rows, "open": DIVIDER.join(self.opened)}
        return {name: value for name, value in named.items() if value}

    def to(self, at: str, code: str) -> Asked:
        """The same page at a cell."""
        return replace(self, at=at, code=code)

    def toggled(self, code: str) -> Asked:
        """The same page with a construct opened, or folded again."""
        others = tuple(each for each in self.opened if each != code)
        return replace(self, opened=others if code in self.opened else (*self.opened, code), at="", code="")

    @property
    def chart(self) -> str:
        """The address of the chart, at the cell."""
        return replace(self, tab="").url("/chart/integration" if self.tab else "/chart")

    def url(self, path: str = "/chart", **more: str) -> str:
        """The address of a page."""
        query = urlencode(self.fields | more)
        return f"{path}?{query}" if query else path


def read_asked(fields: Mapping[str, str]) -> Asked:
    """What a link or a form asks for; DecisionError where there are no such rows."""
    rows = next((kind for kind in ROW_KINDS if kind == (fields.get("rows") or "case")), None)
    if rows is None:
        raise DecisionError(f"A row is a case, a participant or a transcript, not '{fields.get('rows', '')[:40]}'.")
    words = {name: fields.get(name, "")[:LONGEST_WORD] for name in WORDS}
    opened = tuple(code for code in fields.get("open", "").split(DIVIDER) if code)
    return Asked(rows, opened=opened, **words)
