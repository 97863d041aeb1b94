"""The tables as the audit trail implies them, and every row of the store that differs.

Events from before the trail was chained hold less and are skipped; the migration logged everything that was there then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection

from secondcoder.store import trail
from secondcoder.store.chain import Row, canonical


class Fault(NamedTuple):
    """A row that was changed by other means than secondcoder: table and row, and what is wrong with it."""

    place: str
    fault: str

    def __str__(self) -> str:
        return f"{self.place}: {self.fault}"


class Ledger:
    """The tables as the events imply them, replayed one by one."""

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
        self.model_codings: trail.Marks = Counter()
        self.cell_notes: dict[int, Row] = {}
        self.changes: dict[int, Row] = {}
        self.assignments: dict[int, Row] = {}

    def apply(self, what: str, detail: Row) -> None:
        """Replay an event; KeyError, TypeError, ValueError or the like for a detail that secondcoder never wrote."""
        # Other kinds, such as 'import', stand for no row.
        if what in REPLAY:
            REPLAY[what](self, detail)

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

    def _cell_note(self, detail: Row) -> None:
        for gone in detail["replaces"]:
            self.cell_notes.pop(gone, None)
        if detail["note"]:
            self.cell_notes[detail["note"]["id"]] = detail["note"]

    def _transcript_removed(self, detail: Row) -> None:
        # Its codings and passes went one by one, as events of their own.
        gone = detail["transcript"]
        self.transcripts.pop(gone, None)
        self.suggestions = {key: rows for key, rows in self.suggestions.items() if key[1] != gone}
        self.decisions = {key: row for key, row in self.decisions.items() if row["transcript"] != gone}
        self.assignments = {key: row for key, row in self.assignments.items() if row["transcript"] != gone}

    def _case_removed(self, detail: Row) -> None:
        del self.cases[detail["case"]]

    def _forgotten(self, detail: Row) -> None:
        self._deidentified(detail)
        for version, manifest in detail["manifests"]:
            self.models[version] = {**self.models[version], "manifest": manifest}
        for note, summary in detail["notes"]:
            self.cell_notes[note] = {**self.cell_notes[note], "summary": summary}

    def _deidentified(self, detail: Row) -> None:
        # Everything else was rewritten in the events themselves; texts are held by their digests alone.
        for name, (before, after) in detail["transcripts"].items():
            if self.transcripts.get(name) != before:
                raise ValueError(name)
            self.transcripts[name] = after


REPLAY: Mapping[str, Callable[[Ledger, Row], None]] = {
    "transcripts": lambda ledger, detail: ledger.transcripts.update(detail["transcripts"]),
    "transcript changed": lambda ledger, detail: ledger.transcripts.update({detail["transcript"]: detail["digest"]}),
    "transcript removed": Ledger._transcript_removed,
    "deidentified": Ledger._deidentified,
    "participant forgotten": Ledger._forgotten,
    "cases": lambda ledger, detail: ledger.cases.update(detail["cases"]),
    "case changed": Ledger._case_changed,
    "case removed": Ledger._case_removed,
    "codebook": Ledger._codebook,
    "model": Ledger._model,
    "model in use": Ledger._model_in_use,
    "decision": lambda ledger, detail: ledger.decisions.update({detail["id"]: detail}),
    # Counter.update adds, negative counts too: what was taken away cancels what came.
    "codings": lambda ledger, detail: ledger.codings.update(trail.read_marks(detail)),
    "coding passes": lambda ledger, detail: ledger.passes.update(trail.read_marks(detail)),
    trail.LATER["codings"]: lambda ledger, detail: ledger.codings_later.update(trail.read_marks(detail)),
    trail.LATER["coding passes"]: lambda ledger, detail: ledger.passes_later.update(trail.read_marks(detail)),
    "model codings": lambda ledger, detail: ledger.model_codings.update(trail.read_marks(detail)),
    "cell note": Ledger._cell_note,
    "suggestions": Ledger._suggestions,
    "codebook changed": lambda ledger, detail: ledger.changes.update({detail["id"]: detail}),
    "codes assigned": lambda ledger, detail: ledger.assignments.update({row["id"]: row for row in detail["rows"]}),
}


def compare(ledger: Ledger, connection: Connection) -> tuple[dict[str, int], list[Fault]]:
    """Number of rows by table, and a fault for every row that differs from the ledger."""
    counts: dict[str, int] = {}
    faults: list[Fault] = []
    for table, compare_table in COMPARISONS.items():
        try:
            counts[table], differing = compare_table(ledger, connection)
        # An edited cell may be of any type, and then neither sorts nor compares.
        except (TypeError, ValueError, LookupError) as error:
            counts[table], differing = 0, [Fault(table, f"cannot be read, so something in it was changed ({error}).")]
        faults += differing
    return counts, faults


Compared = tuple[int, list[Fault]]
"""Number of a table's rows, and their faults."""


def _transcripts(ledger: Ledger, connection: Connection) -> Compared:
    digests = trail.transcript_digests(connection)
    field = "SHA-256 of text, turns and attributes"
    stored = {name: {field: digest} for name, digest in digests.items()}
    expected = {name: {field: digest} for name, digest in ledger.transcripts.items()}
    return len(stored), list(_keyed("transcripts", expected, stored))


def _cases(ledger: Ledger, connection: Connection) -> Compared:
    rows = trail.read_table(connection, "cases", ("id", "attributes"))
    stored = {row["id"]: {"attributes": row["attributes"]} for row in rows}
    expected = {name: {"attributes": attributes} for name, attributes in ledger.cases.items()}
    return len(stored), list(_keyed("cases", expected, stored))


def _codebooks(ledger: Ledger, connection: Connection) -> Compared:
    rows = trail.read_table(connection, "codebooks", ("hash", "yaml", "since"))
    stored = {row["hash"]: trail.codebook_detail(row) for row in rows}
    return len(stored), list(_keyed("codebooks", ledger.codebooks, stored))


def _models(ledger: Ledger, connection: Connection) -> Compared:
    rows = trail.read_table(connection, "models", ("version", "parent", "manifest", "in_use"))
    stored = {row["version"]: _without(trail.model_detail(row), "in_use") for row in rows}
    faults = list(_keyed("models", ledger.models, stored))
    in_use = [row["version"] for row in rows if row["in_use"]]
    expected = [ledger.in_use] if ledger.in_use else []
    if in_use != expected:
        fault = f"in use is {', '.join(in_use) or 'none'}, and the trail says {', '.join(expected) or 'none'}."
        faults.append(Fault("models", fault))
    return len(stored), faults


def _decisions(ledger: Ledger, connection: Connection) -> Compared:
    columns = (*trail.DECISIONS, "after_change")
    stored = {row["id"]: row for row in trail.read_table(connection, "decisions", columns)}
    # Decisions from before schema 0004 were logged without `after_change`.
    expected = {key: {"after_change": 0, **row} for key, row in ledger.decisions.items()}
    return len(stored), list(_keyed("decisions", expected, stored))


def _changes(ledger: Ledger, connection: Connection) -> Compared:
    stored = {row["id"]: row for row in trail.read_table(connection, "codebook_changes", trail.CHANGES)}
    return len(stored), list(_keyed("codebook_changes", ledger.changes, stored))


def _assignments(ledger: Ledger, connection: Connection) -> Compared:
    stored = {row["id"]: row for row in trail.read_table(connection, "code_assignments", trail.ASSIGNMENTS)}
    return len(stored), list(_keyed("code_assignments", ledger.assignments, stored))


def _model_codings(ledger: Ledger, connection: Connection) -> Compared:
    stored = trail.model_codings(connection)
    return stored.total(), list(_differing_rows("model_codings", ledger.model_codings, stored))


def _cell_notes(ledger: Ledger, connection: Connection) -> Compared:
    rows = trail.read_table(connection, "cell_notes", trail.CELL_NOTES)
    stored = {row["id"]: trail.cell_note_detail(row) for row in rows}
    return len(stored), list(_keyed("cell_notes", ledger.cell_notes, stored))


def _suggestions(ledger: Ledger, connection: Connection) -> Compared:
    rows_of = trail.suggestions_by_transcript(connection)
    stored = {key: trail.suggestions_detail(*key, rows) for key, rows in rows_of.items()}
    # An event may say that nothing was suggested; the table then has no row.
    expected = {key: detail for key, detail in ledger.suggestions.items() if detail["rows"]}
    return sum(map(len, rows_of.values())), list(_keyed("suggestions", expected, stored))


def _codings_or_passes(
    table: str, columns: tuple[str, ...], later: tuple[str, ...], which: str
) -> Callable[[Ledger, Connection], Compared]:
    def compare_table(ledger: Ledger, connection: Connection) -> Compared:
        stored, after = trail.marks(connection, table, columns, later)
        faults = [*_differing_rows(table, getattr(ledger, which), stored)]
        faults += _differing_rows(f"{table} after a change:", getattr(ledger, f"{which}_later"), after)
        return stored.total(), faults

    return compare_table


def _differing_rows(place: str, expected: trail.Marks, stored: trail.Marks) -> Iterator[Fault]:
    pairs = (
        # Counter's minus keeps what is above 0, so that each difference shows one side.
        (expected - stored, "the trail has it, and the table does not."),
        (stored - expected, "the trail has no such row."),
    )
    yield from (Fault(f"{place} {_short(row)}", fault) for differing, fault in pairs for row in sorted(differing))


COMPARISONS: Mapping[str, Callable[[Ledger, Connection], Compared]] = {
    "transcripts": _transcripts,
    "cases": _cases,
    "codebooks": _codebooks,
    "codings": _codings_or_passes("codings", trail.CODINGS, trail.CODINGS_LATER, "codings"),
    "coding_passes": _codings_or_passes("coding_passes", trail.PASSES, trail.PASSES_LATER, "passes"),
    "model_codings": _model_codings,
    "cell_notes": _cell_notes,
    "models": _models,
    "suggestions": _suggestions,
    "decisions": _decisions,
    "codebook_changes": _changes,
    "code_assignments": _assignments,
}


def _keyed(table: str, expected: Mapping[Any, Row], stored: Mapping[Any, Row]) -> Iterator[Fault]:
    for key in sorted({*expected, *stored}, key=str):
        place = f"{table} {_name(key)}"
        if key not in stored:
            yield Fault(place, "the trail has it, and the table does not.")
        elif key not in expected:
            yield Fault(place, "the trail has no such row.")
        else:
            yield from _differing(place, expected[key], stored[key])


def _differing(place: str, expected: Row, stored: Row) -> Iterator[Fault]:
    """A fault for each field of the table's row that is not what the trail says; the trail may say more than the table."""
    for name in stored:
        # In the spelling that was hashed: a database may give back 1 for 1.0, and JSON has lists for tuples.
        if canonical(stored[name]) != canonical(expected.get(name)):
            yield Fault(
                place, f"its {name} is {_short(stored[name])}, and the trail says {_short(expected.get(name))}."
            )


def _name(key: Hashable) -> str:
    return " on ".join(map(str, key)) if isinstance(key, tuple) else str(key)


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else canonical(value)
    return f"'{text[:100]}…'" if len(text) > 100 else f"'{text}'"


def _without(detail: Row, name: str) -> Row:
    return {key: value for key, value in detail.items() if key != name}
