"""A transcript built from a table's rows, each of which stays the unit that it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from secondcoder.domain.grouping import group_by
from secondcoder.domain.names import folded
from secondcoder.domain.records import Span, SpeakerRole, Transcript, Turn
from secondcoder.domain.shell_words import shell_word
from secondcoder.domain.wording import counted, listed
from secondcoder.exchange.tables.rows import Row
from secondcoder.transcripts.interviewer import (
    INTERVIEWER_WORDS,
    PARTICIPANT_WORDS,
    asks_most,
    fold,
    interviewers_by_label,
    named_interviewer,
)

# Whole cells of the column `role`, which says of single rows who speaks; any other word there is a participant's job. People are
# interviewed as facilitators and researchers too, so that only the settings add such words; the import names those that may ask.
INTERVIEWER_ROLES = ("interviewer",)
MAY_ASK = frozenset({*INTERVIEWER_WORDS, "i", "int", "int1", "q"})
MOST_SKIPPED = 1000
"""In one gap: orders may be times or other large numbers."""
PARTICIPANT_ROLES = frozenset({*PARTICIPANT_WORDS, "r", "p"})


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: its rows, one a coder, of which the first gives its text and speaker."""

    rows: list[Row]

    @property
    def first(self) -> Row:
        """The row that gives text and speaker."""
        return self.rows[0]

    @property
    def speaker(self) -> str:
        """The label of who speaks, '' where the table does not say."""
        return self.first["speaker"].strip()


def interviewers_named(rows: Sequence[Row], named: Sequence[str], place: str) -> frozenset[str]:
    """The labels that a person named as interviewers, folded; ReadError where one speaks in no transcript of the table."""
    labels = list(dict.fromkeys(row["speaker"].strip() for row in rows if row["speaker"].strip()))
    # `if rows`: a table of spans alone has no speakers to name.
    return frozenset(fold(named_interviewer(label, labels, place, "this table")) for label in named if rows)


def transcript_of_units(
    name: str,
    units: Sequence[Unit],
    source: str,
    interviewers: Collection[str] = (),
    asking_roles: Collection[str] = INTERVIEWER_ROLES,
) -> tuple[Transcript, list[Span]]:
    """The transcript and each unit's span in it.

    The text is one paragraph a unit, `Speaker: text` where a speaker is given, with an empty line between. A unit's span is
    its text without outer white space.

    Args:
        name: the transcript's id.
        units: in order.
        source: the table's name.
        interviewers: folded labels that the person named as interviewers, maybe of other transcripts of the table.
        asking_roles: words of the column `role` that make an interviewer.
    """
    text, spans = _text_and_spans(units)
    roles = _roles(units, interviewers, {_role(word) for word in asking_roles})
    turns = tuple(
        Turn(start, end, unit.speaker or None, role)
        for unit, (start, end), role in zip(units, spans, roles, strict=True)
    )
    transcript = Transcript(
        id=name,
        text=text,
        turns=turns,
        case=_only_value(units, "case"),
        participant=_only_value(units, "participant"),
        role=_participant_role(units, roles),
        wave=_only_value(units, "wave"),
        unitised=True,
        source=source,
        format="coded table",
    )
    return transcript, spans


def units_of(rows: Sequence[Row]) -> list[Unit]:
    """The units of a transcript's rows, by `order` or, without that column, as they stand; rows of one order are one unit."""
    units = group_by(
        enumerate(rows), lambda each: float(each[1]["order"]) if "order" in each[1].cells else float(each[0])
    )
    return [Unit([row for _, row in units[order]]) for order in sorted(units)]


def _text_and_spans(units: Sequence[Unit]) -> tuple[str, list[Span]]:
    pieces: list[str] = []
    spans: list[Span] = []
    length = 0
    for unit in units:
        speech = unit.first["text"]
        before = ("\n\n" if pieces else "") + (f"{unit.speaker}: " if unit.speaker else "")
        start = length + len(before) + len(speech) - len(speech.lstrip())
        spans.append((start, start + len(speech.strip())))
        pieces += [before, speech]
        length += len(before) + len(speech)
    return "".join(pieces), spans


def skipped_orders(units: Sequence[Unit]) -> list[int]:
    """The whole numbers between the units' orders that no unit has; none where an order is no whole number."""
    orders = [float(unit.first["order"]) for unit in units if "order" in unit.first.cells]
    if not all(order.is_integer() for order in orders):
        return []
    return [
        missing
        for before, after in pairwise(map(int, orders))
        for missing in range(before + 1, min(after, before + MOST_SKIPPED))
    ]


def doubtful_roles(units: Sequence[Unit], transcript: Transcript) -> tuple[str, ...]:
    """Words of the column `role` that are read as a participant's job, though such people may ask.

    They are those of people who often do; or where nobody asks, all of several: the interviewer's may be in another language.
    """
    answers = [turn.role is not SpeakerRole.INTERVIEWER for turn in transcript.turns]
    words = {_role_word(unit) for unit, answering in zip(units, answers, strict=True) if answering} - {""}
    nobody_asks = all(answers) and len(words) > 1
    return tuple(sorted(words & MAY_ASK or (words - PARTICIPANT_ROLES if nobody_asks else ())))


def asking_notes(transcripts: Sequence[Transcript]) -> list[str]:
    """Notes on who seems to ask, by the shape of the talk, in transcripts of which nothing else says it; a label is named once.

    It is not taken for granted, as in a file of talk: it would take units that people coded out of the study.
    """
    unknown = [each for each in transcripts if not any(turn.role for turn in each.turns)]
    found = [(asked[0], asked[1], each.id) for each in unknown if (asked := asks_most(each.text, each.turns))]
    notes = []
    for label, same in group_by(found, lambda each: each[0]).items():
        also = f", and nearly all in {counted(len(same) - 1, 'other transcript')}" if same[1:] else ""
        notes.append(
            f"nothing says who is the interviewer, and '{label}' asks {same[0][1]} of '{same[0][2]}'{also}: if they interview, import "
            f"with --interviewer {shell_word(label)}"
        )
    return notes


def role_notes(doubtful: Mapping[str, Collection[str]]) -> list[str]:
    """A note on such words, with the transcripts where they stand; the same words are named once.

    Args:
        doubtful: words by the transcript's id.
    """
    notes = []
    for words, named in group_by((item for item in doubtful.items() if item[1]), lambda item: tuple(item[1])).items():
        which, more = listed([f"'{word}'" for word in words]), len(named) - 1
        also = f" and {counted(more, 'other transcript')}" if more else ""
        read = (
            "role {} is read as a participant's job" if len(words) == 1 else "roles {} are read as participants' jobs"
        )
        notes.append(
            f"'{named[0][0]}'{also}: the {read.format(which)}. If they ask the questions, name their label with --interviewer LABEL, "
            "or add the word, in whatever language, to `interviewer_roles` under [transcripts] in secondcoder.toml before the import."
        )
    return notes


def _roles(
    units: Sequence[Unit], interviewers: Collection[str], asking_roles: Collection[str]
) -> list[SpeakerRole | None]:
    """Who was named asks; else who is called so by the column `role`, or by label where that column does not call them participant.

    Questions are not counted as in a transcript: a guess would take units that people coded out of the study.
    """
    labels = list(dict.fromkeys(unit.speaker for unit in units if unit.speaker))
    named = {label for label in labels if fold(label) in interviewers}
    by_label = named or interviewers_by_label(labels)
    asks = [
        (unit.speaker in by_label and (bool(named) or _role_word(unit) not in PARTICIPANT_ROLES))
        or (not named and _role_word(unit) in asking_roles)
        for unit in units
    ]
    others = SpeakerRole.PARTICIPANT if any(asks) else None
    return [SpeakerRole.INTERVIEWER if asking else others for asking in asks]


def _role_word(unit: Unit) -> str:
    return _role(unit.first["role"])


def _role(written: str) -> str:
    return folded(written.strip().rstrip(":：."))


def _participant_role(units: Sequence[Unit], roles: Sequence[SpeakerRole | None]) -> str | None:
    words = {
        unit.first["role"].strip()
        for unit, role in zip(units, roles, strict=True)
        if role is not SpeakerRole.INTERVIEWER
    }
    jobs = {word for word in words if word and word.casefold() not in PARTICIPANT_ROLES}
    return jobs.pop() if len(jobs) == 1 else None


def _only_value(units: Sequence[Unit], column: str) -> str | None:
    values = {unit.first[column].strip() for unit in units} - {""}
    return values.pop() if len(values) == 1 else None
