"""What the person should know of how a coded table was taken, a sentence each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from secondcoder.domain.records import SpeakerRole
from secondcoder.domain.wording import counted, first_of
from secondcoder.errors import did_you_mean
from secondcoder.exchange.read_spans import named
from secondcoder.exchange.registry import CodedData, ImportContext
from secondcoder.exchange.tables.coded_rows import codes_of, quotes_alone
from secondcoder.exchange.tables.rows import Row

SHOWN = 5  # numbers that a note lists


def found_by_text(transcripts: Sequence[str]) -> list[str]:
    """Of transcripts of the study in which rows found their places."""
    where = "its transcript" if len(transcripts) == 1 else "their transcripts"
    which = named([f"'{name}'" for name in transcripts])
    return [f"the rows of {which} were found in {where} by their text."] if transcripts else []


def skipped_notes(skipping: Mapping[str, Sequence[int]]) -> list[str]:
    """Of transcripts whose units' orders skip numbers, as where a filter kept rows back."""
    found = {name: numbers for name, numbers in skipping.items() if numbers}
    if not found:
        return []
    name, numbers = next(iter(found.items()))
    which = first_of([str(number) for number in numbers], SHOWN)
    others = f", and the units of {counted(len(found) - 1, 'other transcript')} skip some too" if len(found) > 1 else ""
    return [f"the units of '{name}' skip the order {which}{others}. Are rows missing, as those that a filter hides?"]


def perhaps_quoted(row: Row, context: ImportContext) -> list[str]:
    """Of a new transcript whose rows may be quotations under a wrong name."""
    if row["transcript"] in context.known or not quotes_alone(row):
        return []
    near = did_you_mean(row["transcript"], context.known)
    note = f"'{row['transcript']}' is new, so its rows are taken as the interview itself. If they quote one, mend the name.{near}"
    return [note] if near else []


def said_of_no_code(rows: Sequence[Row]) -> list[str]:
    """Of valences and memos that no code carries."""
    lost = [
        (row.place, column)
        for row in rows
        for column in ("valence", "memo")
        if row[column].strip() and not codes_of(row)
    ]
    if not lost:
        return []
    how_many = counted(len(lost), "valence or memo", "valences and memos")
    return [f"{how_many} in rows without a code were not kept ({lost[0][0]}: {lost[0][1]})."]


def coded_questions(data: CodedData) -> list[str]:
    """Of codings on what the interviewer says."""
    asked = {
        (transcript.id, turn.start)
        for transcript in data.transcripts
        for turn in transcript.turns
        if turn.role is SpeakerRole.INTERVIEWER
    }
    count = sum((coding.transcript, coding.start) in asked for coding in data.codings)
    if not count:
        return []
    lie, are = ("lies", "It is") if count == 1 else ("lie", "They are")
    return [
        f"{counted(count, 'coding')} {lie} on the interviewer's units. {are} kept, but nothing is learned from there."
    ]
