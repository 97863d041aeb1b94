"""Changing and removing a transcript that is in the store, with all that rests on it, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Table, delete, insert, select, update

from secondcoder.domain.records import Transcript, Turn
from secondcoder.domain.split_groups import people
from secondcoder.store import schema, trail
from secondcoder.store.cell_notes import forget_row
from secondcoder.store.writing import Writer, transcript_row, turn_rows

GOES = {"codings": schema.codings, "coding passes": schema.passes, "model codings": schema.model_codings}
"""What goes with a transcript and is told to the trail row by row; of the rest the trail has all rows already."""


def change_transcript(write: Writer, before: Transcript, after: Transcript) -> None:
    """Write a transcript's new description and turns; id and text stay, so that every span stays true.

    A case that it newly names must be there.
    """
    row, turns = transcript_row(after), turn_rows(after)
    table = schema.transcripts
    write.connection.execute(update(table).where(table.c.id == before.id).values(row))
    write.connection.execute(delete(schema.turns).where(schema.turns.c.transcript == before.id))
    write.connection.execute(insert(schema.turns), turns)
    was = transcript_row(before)
    write.log(
        "transcript changed",
        transcript=before.id,
        digest=trail.transcript_digest(row, turns),
        fields={name: [was[name], row[name]] for name in row if was[name] != row[name]},
        turns=[[old.start, *_described(old), *_described(new)] for old, new in _changed_turns(before, after)],
    )


def remove_transcript(write: Writer, transcript: str, why: str = "") -> dict[str, int]:
    """Remove a transcript with its turns, codings (models' too), passes, suggestions, decisions and code
    assignments; how many of each.

    Its talk is also taken out of the evidence of suggestions on other transcripts. The trail keeps places, codes, coders and
    memos, and of the text only its digest.
    """
    counts = {
        what: write.take_away(what, delete(table).where(table.c.transcript == transcript))
        for what, table in GOES.items()
    }
    who = _people(write)[transcript]
    # The talk goes first: a trigger lets decisions go only when there is none any more (migration 0005).
    table = schema.transcripts
    write.connection.execute(update(table).where(table.c.id == transcript).values(text=""))
    for what, rows in (
        ("suggestions", schema.suggestions),
        ("decisions", schema.decisions),
        ("assignments", schema.code_assignments),
    ):
        counts[what] = _delete(write, rows, transcript)
    _delete(write, schema.turns, transcript)
    write.connection.execute(delete(table).where(table.c.id == transcript))
    _forget_as_evidence(write, transcript)
    forget_row(write, "transcript", transcript)
    if who not in _people(write).values():
        forget_row(write, "participant", who)
    write.log("transcript removed", transcript=transcript, why=why, **counts)
    return counts


def remove_case(write: Writer, case: str) -> None:
    """Remove a case of which no transcript is left, with its attributes and the notes on its row."""
    table = schema.cases
    write.connection.execute(delete(table).where(table.c.id == case))
    forget_row(write, "case", case)
    write.log("case removed", case=case)


def drop_suggestions(write: Writer, models: Iterable[str], transcript: str) -> None:
    """Take away what these model versions suggest on a transcript whose passages are others now."""
    for model in models:
        write.replace_suggestions(model, [transcript], [])


def _forget_as_evidence(write: Writer, transcript: str) -> None:
    """Nearest passages are kept with their words, beside suggestions on any transcript."""
    table = schema.suggestions
    for row in write.connection.execute(select(table.c.id, table.c.evidence)).mappings().all():
        nearest = row["evidence"]["nearest"]
        kept = [passage for passage in nearest if passage["transcript"] != transcript]
        if len(kept) < len(nearest):
            evidence = {**row["evidence"], "nearest": kept}
            write.connection.execute(update(table).where(table.c.id == row["id"]).values(evidence=evidence))


def _people(write: Writer) -> dict[str, str]:
    """Transcript -> by whose name its row of a matrix goes."""
    table = schema.transcripts.c
    talks: Iterable[Any] = write.connection.execute(select(table.id, table.participant, table.case)).all()
    return people(talks)


def _delete(write: Writer, table: Table, transcript: str) -> int:
    column = next(iter(table.primary_key.columns))
    return len(write.connection.execute(delete(table).where(table.c.transcript == transcript).returning(column)).all())


def _changed_turns(before: Transcript, after: Transcript) -> list[tuple[Turn, Turn]]:
    return [pair for pair in zip(before.turns, after.turns, strict=True) if pair[0] != pair[1]]


def _described(turn: Turn) -> list[Any]:
    return [turn.speaker, turn.role, turn.time_start, turn.time_end]
