"""What should stand in the tables if everything happened as the trail tells, and where they differ.

Events of before the trail was chained tell less and are passed over; the migration told of everything that it found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection

from secondcoder.store import trail
from secondcoder.store.chain import Row, canonical


class Fault(NamedTuple):
    """A row that is not what it was: the table and which row, and what is wrong with it."""

    place: str
    said: str

    def __str__(self) -> str:
        return f"{self.place}: {self.said}"


class Ledger:
    """The tables as the trail has them, event by event."""

    def __init__(self) -> None:
        self.transcripts: dict[str, str] = {}
        self.cases: dict[str, Row] = {}
        self.codebooks: dict[str, Row] = {}
        self.models: dict[str, Row] = {}
        self.in_use: str | None = None
        self.decisions: dict[int, Row] = {}
        self.suggestions: dict[tuple[str, str], Row] = {}
        self.codings: trail.Marks = Counter()
        self.passes: trail.Marks = Counter()
        self.codings_later: trail.Marks = Counter()
        self.passes_later: trail.Marks = Counter()
        self.changes: dict[int, Row] = {}
        self.assignments: dict[int, Row] = {}

    def take(self, what: str, detail: Row) -> None:
        """Let an event happen; KeyError, TypeError, ValueError or the like for a detail that secondcoder never wrote."""
        if what in TAKEN:
            TAKEN[what](self, detail)

    def _model(self, detail: Row) -> None:
        if "manifest" in detail:
            self.models[detail["version"]] = _without(detail, "in_use")
            self.in_use = detail["version"] if detail["in_use"] else self.in_use

    def _model_in_use(self, detail: Row) -> None:
        self.in_use = detail["version"]

    def _codebook(self, detail: Row) -> None:
        if "yaml" in detail:
            self.codebooks[detail["hash"]] = detail

    def _case_changed(self, detail: Row) -> None:
        self.cases[detail["case"]] = detail["after"]

    def _suggestions(self, detail: Row) -> None:
        if "rows" in detail:
            self.suggestions[detail["model"], detail["transcript"]] = detail


TAKEN: Mapping[str, Callable[[Ledger, Row], None]] = {
    "transcripts": lambda ledger, detail: ledger.transcripts.update(detail["transcripts"]),
    "cases": lambda ledger, detail: ledger.cases.update(detail["cases"]),
    "case changed": Ledger._case_changed,
    "codebook": Ledger._codebook,
    "model": Ledger._model,
    "model in use": Ledger._model_in_use,
    "decision": lambda ledger, detail: ledger.decisions.update({detail["id"]: detail}),
    "codings": lambda ledger, detail: ledger.codings.update(trail.read_marks(detail)),
    "coding passes": lambda ledger, detail: ledger.passes.update(trail.read_marks(detail)),
    trail.LATER["codings"]: lambda ledger, detail: ledger.codings_later.update(trail.read_marks(detail)),
    trail.LATER["coding passes"]: lambda ledger, detail: ledger.passes_later.update(trail.read_marks(detail)),
    "suggestions": Ledger._suggestions,
    "codebook changed": lambda ledger, detail: ledger.changes.update({detail["id"]: detail}),
    "codes assigned": lambda ledger, detail: ledger.assignments.update({row["id"]: row for row in detail["rows"]}),
}


def compare(ledger: Ledger, connection: Connection) -> tuple[dict[str, int], list[Fault]]:
    """Rows held against the ledger, by table, and every row that differs from it."""
    counts: dict[str, int] = {}
    faults: list[Fault] = []
    for table, hold in HELD.items():
        try:
            counts[table], found = hold(ledger, connection)
        except (TypeError, ValueError, LookupError) as error:
            counts[table], found = 0, [Fault(table, f"cannot be read, so something in it was changed ({error}).")]
        faults += found
    return counts, faults


Held = tuple[int, list[Fault]]


def _transcripts(ledger: Ledger, connection: Connection) -> Held:
    digests = trail.transcript_digests(connection)
    field = "SHA-256 of text, turns and attributes"
    there = {name: {field: digest} for name, digest in digests.items()}
    told = {name: {field: digest} for name, digest in ledger.transcripts.items()}
    return len(there), list(_keyed("transcripts", told, there))


def _cases(ledger: Ledger, connection: Connection) -> Held:
    rows = trail.read_table(connection, "cases", ("id", "attributes"))
    there = {row["id"]: {"attributes": row["attributes"]} for row in rows}
    told = {name: {"attributes": attributes} for name, attributes in ledger.cases.items()}
    return len(there), list(_keyed("cases", told, there))


def _codebooks(ledger: Ledger, connection: Connection) -> Held:
    rows = trail.read_table(connection, "codebooks", ("hash", "yaml", "since"))
    there = {row["hash"]: trail.codebook_detail(row) for row in rows}
    return len(there), list(_keyed("codebooks", ledger.codebooks, there))


def _models(ledger: Ledger, connection: Connection) -> Held:
    rows = trail.read_table(connection, "models", ("version", "parent", "manifest", "in_use"))
    there = {row["version"]: _without(trail.model_detail(row), "in_use") for row in rows}
    faults = list(_keyed("models", ledger.models, there))
    in_use = [row["version"] for row in rows if row["in_use"]]
    told = [ledger.in_use] if ledger.in_use else []
    if in_use != told:
        said = f"in use is {', '.join(in_use) or 'none'}, and the trail says {', '.join(told) or 'none'}."
        faults.append(Fault("models", said))
    return len(there), faults


def _decisions(ledger: Ledger, connection: Connection) -> Held:
    columns = (*trail.DECISIONS, "after_change")
    there = {row["id"]: row for row in trail.read_table(connection, "decisions", columns)}
    told = {key: {"after_change": 0, **row} for key, row in ledger.decisions.items()}
    return len(there), list(_keyed("decisions", told, there))


def _changes(ledger: Ledger, connection: Connection) -> Held:
    there = {row["id"]: row for row in trail.read_table(connection, "codebook_changes", trail.CHANGES)}
    return len(there), list(_keyed("codebook_changes", ledger.changes, there))


def _assignments(ledger: Ledger, connection: Connection) -> Held:
    there = {row["id"]: row for row in trail.read_table(connection, "code_assignments", trail.ASSIGNMENTS)}
    return len(there), list(_keyed("code_assignments", ledger.assignments, there))


def _suggestions(ledger: Ledger, connection: Connection) -> Held:
    stored = trail.suggestions_by_transcript(connection)
    there = {key: trail.suggestions_detail(*key, rows) for key, rows in stored.items()}
    told = {key: detail for key, detail in ledger.suggestions.items() if detail["rows"]}
    return sum(map(len, stored.values())), list(_keyed("suggestions", told, there))


def _marks(
    table: str, columns: tuple[str, ...], later: tuple[str, ...], which: str
) -> Callable[[Ledger, Connection], Held]:
    def hold(ledger: Ledger, connection: Connection) -> Held:
        there = trail.marks(connection, table, columns)
        faults = [*_differing_marks(table, getattr(ledger, which), there)]
        after = trail.marks(connection, table, later)
        faults += _differing_marks(f"{table} after a change:", getattr(ledger, f"{which}_later"), after)
        return there.total(), faults

    return hold


def _differing_marks(place: str, told: trail.Marks, there: trail.Marks) -> Iterator[Fault]:
    pairs = (told - there, "the trail has it, and the table does not."), (there - told, "the trail has no such row.")
    yield from (Fault(f"{place} {_short(one)}", said) for differing, said in pairs for one in sorted(differing))


HELD: Mapping[str, Callable[[Ledger, Connection], Held]] = {
    "transcripts": _transcripts,
    "cases": _cases,
    "codebooks": _codebooks,
    "codings": _marks("codings", trail.CODINGS, trail.CODINGS_LATER, "codings"),
    "coding_passes": _marks("coding_passes", trail.PASSES, trail.PASSES_LATER, "passes"),
    "models": _models,
    "suggestions": _suggestions,
    "decisions": _decisions,
    "codebook_changes": _changes,
    "code_assignments": _assignments,
}


def _keyed(table: str, told: Mapping[Any, Row], there: Mapping[Any, Row]) -> Iterator[Fault]:
    for key in sorted({*told, *there}, key=str):
        place = f"{table} {_name(key)}"
        if key not in there:
            yield Fault(place, "the trail has it, and the table does not.")
        elif key not in told:
            yield Fault(place, "the trail has no such row.")
        else:
            yield from _differing(place, told[key], there[key])


def _differing(place: str, told: Row, there: Row) -> Iterator[Fault]:
    """A fault for each field of the table's row that is not what the trail says; the trail may say more than the table."""
    for name in there:
        if canonical(there[name]) != canonical(told.get(name)):
            yield Fault(place, f"its {name} is {_short(there[name])}, and the trail says {_short(told.get(name))}.")


def _name(key: Hashable) -> str:
    return " on ".join(map(str, key)) if isinstance(key, tuple) else str(key)


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else canonical(value)
    return f"'{text[:100]}…'" if len(text) > 100 else f"'{text}'"


def _without(detail: Row, name: str) -> Row:
    return {key: value for key, value in detail.items() if key != name}
