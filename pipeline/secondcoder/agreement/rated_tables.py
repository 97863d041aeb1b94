"""Tables of two coders as rated units: long (unit, coder, code), a table a coder (unit, code), or wide (unit, a column a coder).

Files and data frames are read by the rules of coded tables: column names in any case, codes divided by `|` or in several columns,
`NA` and its like as empty cells. A unit is known by its name and, where tables say in which interview it lies, by that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from secondcoder.agreement.errors import NoOverlapError, OneCoderError, RatingsError
from secondcoder.agreement.rated_units import SEVERAL, Given, RatedUnits, by_number, codes_of, rated_units
from secondcoder.domain.names import Spellings, folded
from secondcoder.domain.wording import counted, listed
from secondcoder.errors import InputError, TableError, did_you_mean

if TYPE_CHECKING:
    import pandas as pd

    from secondcoder.exchange.tables.rows import Row

Table: TypeAlias = "str | Path | pd.DataFrame"
Silence = Literal["unknown", "nothing"]
"""What it means that a coder gave a unit no code: nobody knows whether they looked, or they looked and found nothing."""
CODES, CODER = "codes", "coder"
LYING_IN = ("transcript", "interview")
"""Columns that say in what a unit lies, in tables that have one of them and where nobody named another."""
_SHOWN = 5
_BY_IMPORT = "Say which: secondcoder import --encoding NAME", "Read it by pandas.read_csv(FILE, encoding=NAME)"
"""What an error says that is of use to imports alone, and what helps here."""
Key = tuple[str, str]


@dataclass(frozen=True)
class TableAsked:
    """How the caller says that tables are laid out; as in `of_tables`."""

    coders: Sequence[str] | None
    unit: str
    code: str | None
    coder: str
    clusters: str | None
    categories: Sequence[Hashable] | None
    several: str
    silence: Silence | None


@dataclass
class _Gathered:
    """What tables say: (cluster, unit) and coder -> codes; `long`: some table has a row a coder and unit."""

    codes: dict[Key, dict[str, Given]] = field(default_factory=dict)
    coders: dict[str, None] = field(default_factory=dict)
    empty: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    spellings: Spellings = field(default_factory=Spellings)
    long: bool = False


def rated_tables(tables: Sequence[Table], asked: TableAsked) -> RatedUnits:
    """The units of all tables.

    Raises:
        RatingsError: every row that cannot be used, or a column that is missing. InputError: a file that is no table.
    """
    if not tables:
        raise RatingsError("No table was named. Nothing was computed.")
    if asked.silence not in (None, "unknown", "nothing"):
        raise RatingsError(f"Silence must be 'unknown' or 'nothing'. Got {asked.silence!r}. Nothing was computed.")
    gathered = _Gathered()
    read = [_rows(table, number, gathered) for number, table in enumerate(tables, start=1)]
    lying_in = _lying_in(read, asked)
    gathered.spellings.learn("coder", asked.coders or ())
    gathered.spellings.learn("code", map(str, asked.categories or ()))
    for number, (name, rows) in enumerate(read):
        if asked.code is not None:
            _must_have(name, rows[0], asked.code)
        _take(name, _with_codes(rows, asked), number, len(read), lying_in, asked, gathered)
    if gathered.faults:
        shown, more = gathered.faults[:_SHOWN], len(gathered.faults) - _SHOWN
        rest = [f"and {counted(more, 'further row')}"] if more > 0 else []
        raise RatingsError("\n".join([*shown, *rest, "Nothing was computed."]))
    return _units(gathered, lying_in, asked)


def _rows(table: Table, number: int, gathered: _Gathered) -> tuple[str, list[Row]]:
    """A table's name and clean rows."""
    from secondcoder.exchange.tables.clean_cells import clean_rows
    from secondcoder.exchange.tables.frame_cells import frame_rows
    from secondcoder.exchange.tables.rows import GUARDED, read_table

    try:
        if isinstance(table, (str, Path)):
            path = Path(table)
            read = read_table(path)
            name, raw, guarded, notes = path.name, read.rows, path.suffix.lower() in GUARDED, read.notes
        else:
            name = f"table {number}"
            raw, guarded, notes = frame_rows(table, name), False, ()
    except TableError as error:
        raise RatingsError(str(TableError(error.place, error.faults, "Nothing was computed."))) from None
    except InputError as error:
        raise InputError(
            str(error).replace(*_BY_IMPORT).replace("Nothing was imported.", "Nothing was computed.")
        ) from None
    rows, more = clean_rows(raw, guarded=guarded)
    gathered.notes += [f"{name}: {note}" for note in (*notes, *more)]
    return name, rows


def _lying_in(read: Sequence[tuple[str, list[Row]]], asked: TableAsked) -> str | None:
    """The column that says in what units lie."""
    if asked.clusters is not None:
        for name, rows in read:
            _must_have(name, rows[0], asked.clusters)
        return folded(asked.clusters)
    others = (column for column in LYING_IN if column != folded(asked.unit))
    found = next((column for column in others if any(column in rows[0].cells for _, rows in read)), None)
    without = [name for name, rows in read if found and found not in rows[0].cells]
    if found is None or not without:
        return found
    for name, rows in read:
        _refuse_ambiguous(
            name, [(row[folded(asked.unit)], row[found]) for row in rows if row[found]], found, without[0]
        )
    return None


def _refuse_ambiguous(name: str, units: list[tuple[str, str]], column: str, without: str) -> None:
    """RatingsError where a unit stands in several interviews of one table, and another table cannot say in which."""
    first: dict[str, str] = {}
    for unit, cluster in units:
        if folded(first.setdefault(folded(unit), cluster)) != folded(cluster):
            raise RatingsError(
                f"{name}: unit '{unit}' stands in {column} '{first[folded(unit)]}' and in '{cluster}', and {without} has no column "
                f"'{column}' to tell them apart. Add it there. Nothing was computed."
            )


def _must_have(name: str, row: Row, column: str) -> None:
    if folded(column) not in row.cells:
        known = [each for each in row.cells if each]
        raise RatingsError(
            f"{name}: there is no column '{column}'; there are {listed(known)}.{did_you_mean(folded(column), known)} Nothing was "
            "computed."
        )


def _with_codes(rows: list[Row], asked: TableAsked) -> list[Row]:
    """The rows with their codes in the column `codes`, as those of a coded table."""
    from dataclasses import replace

    from secondcoder.exchange.tables.code_columns import with_codes_joined

    if asked.code is None:
        return with_codes_joined(rows, asked.several or SEVERAL)
    return [replace(row, cells=row.cells | {CODES: row[folded(asked.code)]}) for row in rows]


def _take(
    name: str, rows: list[Row], number: int, tables: int, lying_in: str | None, asked: TableAsked, gathered: _Gathered
) -> None:
    """The cells of one table, in whichever layout it has."""
    _must_have(name, rows[0], asked.unit)
    columns = rows[0].cells
    named = [folded(coder) for coder in asked.coders or ()]
    if tables == 1 and ((named and set(named) <= columns.keys()) or CODES not in columns):
        spare = {folded(asked.unit), lying_in, folded(asked.coder), "text", "order", ""}
        of_coders = named or [column for column in columns if column not in spare]
        names = dict(zip(of_coders, asked.coders or of_coders, strict=True))
        _take_wide(name, rows, names, lying_in, asked, gathered)
        return
    if CODES not in columns:
        _must_have(name, rows[0], asked.code or "code")
    gathered.long = True
    own = None
    if folded(asked.coder) not in columns:
        own = asked.coders[number] if asked.coders and number < len(asked.coders) else Path(name).stem
    for row in rows:
        key = _key(name, row, lying_in, asked, gathered)
        coder = gathered.spellings.of("coder", own or row[folded(asked.coder)])
        if key is None or (not coder and not row[CODES]):
            continue
        if not coder:
            gathered.faults.append(f"{name} {row.place}: codes, but no coder. Nobody's codes cannot be compared.")
        elif own or asked.coders is None or coder in asked.coders:
            _give(key, coder, row[CODES], asked.silence or "nothing", asked, gathered)


def _take_wide(
    name: str, rows: list[Row], coders: dict[str, str], lying_in: str | None, asked: TableAsked, gathered: _Gathered
) -> None:
    seen: dict[Key, str] = {}
    for row in rows:
        key = _key(name, row, lying_in, asked, gathered)
        if key is None:
            continue
        if seen.setdefault(key, row.place) != row.place:
            gathered.faults.append(f"{name} {row.place}: unit '{key[1]}' stands on {seen[key]} already.")
        for column, coder in coders.items():
            _give(key, coder, row[column], asked.silence or "unknown", asked, gathered)


def _key(name: str, row: Row, lying_in: str | None, asked: TableAsked, gathered: _Gathered) -> Key | None:
    unit, cluster = row[folded(asked.unit)], row[lying_in] if lying_in else ""
    for cell, column in ((unit, asked.unit), (cluster or not lying_in, lying_in)):
        if not cell:
            gathered.faults.append(f"{name} {row.place}: column '{column}' is empty.")
            return None
    return gathered.spellings.of(lying_in or "", cluster), gathered.spellings.of("unit", unit)


def _give(key: Key, coder: str, cell: str, silence: Silence, asked: TableAsked, gathered: _Gathered) -> None:
    """One cell; several of one coder on a unit count together."""
    gathered.coders[coder] = None
    codes: Given = frozenset(gathered.spellings.of("code", code) for code in codes_of(cell, asked.several) or ())
    if not codes:
        gathered.empty[coder] += 1
        codes = frozenset() if silence == "nothing" else None
    before = gathered.codes.setdefault(key, {}).get(coder)
    gathered.codes[key][coder] = codes if before is None else before | (codes or frozenset())


def _units(gathered: _Gathered, lying_in: str | None, asked: TableAsked) -> RatedUnits:
    coders = [
        coder for coder in asked.coders or gathered.coders if coder in gathered.coders or _unheard(coder, gathered)
    ]
    absent: Given = frozenset() if asked.silence == "nothing" else None
    # In an order of their own: what is drawn for intervals does not depend on the order of rows.
    keys = sorted(gathered.codes, key=lambda key: [*map(by_number, key)])
    given = [[gathered.codes[key].get(coder, absent) for coder in coders] for key in keys]
    clusters = [cluster for cluster, _ in keys] if lying_in else None
    notes = [*gathered.notes, *gathered.spellings.notes, *_of_silence(gathered, coders, asked)]
    units = [unit for _, unit in keys]
    try:
        return rated_units(units, coders, given, asked.categories, clusters, lying_in or "", notes)
    except OneCoderError as error:
        raise OneCoderError(
            f"{error} A table that has no column '{asked.coder}' is of the coder whom its file is named for: say coders=[...], a "
            "name a table."
        ) from None
    except NoOverlapError as error:
        raise NoOverlapError(f"{error} {_first_units(gathered, coders)}") from None


def _first_units(gathered: _Gathered, coders: Sequence[str]) -> str:
    """By which it shows that units are written otherwise in each table."""
    of = {coder: next((unit for (_, unit), given in gathered.codes.items() if coder in given), "") for coder in coders}
    shown = listed([f"{coder}'s first is '{unit}'" for coder, unit in of.items()])
    return f"Of the units, {shown}: are they written alike in all tables?"


def _unheard(coder: str, gathered: _Gathered) -> bool:
    raise RatingsError(
        f"There are no rows of coder '{coder}'; there are {listed([*gathered.coders])}."
        f"{did_you_mean(coder, gathered.coders)} Nothing was computed."
    )


def _of_silence(gathered: _Gathered, coders: Sequence[str], asked: TableAsked) -> Iterator[str]:
    """What was made of cells without a code, and of units that a coder has no row for."""
    empty, units = sum(gathered.empty.values()), len(gathered.codes)
    looked = asked.silence == "nothing" or (asked.silence is None and gathered.long)
    if empty:
        meaning = (
            "the coder looked there and found nothing" if looked else "nobody knows whether the coder looked there"
        )
        other = "unknown" if looked else "nothing"
        yield f"{counted(empty, 'cell')} without a code: taken to mean that {meaning}. Otherwise say silence='{other}'."
    for coder in coders:
        absent = sum(coder not in of_unit for of_unit in gathered.codes.values())
        if absent and asked.silence != "nothing":
            yield (
                f"{coder} has no row for {absent:,} of {counted(units, 'unit')}: nobody knows whether they looked there, so "
                "these are not compared. If they did, write a row without a code, or say silence='nothing'."
            )
        elif absent:
            yield f"{coder} has no row for {absent:,} of {counted(units, 'unit')}: taken to have looked there and found nothing."
