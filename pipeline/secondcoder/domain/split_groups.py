"""What is kept whole when transcripts are split into training and test, and drawn whole in a bootstrap: the one rule for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from secondcoder.domain.records import Transcript

GROUPINGS = ("participant", "transcript", "case")


def split_groups(transcripts: Sequence[Transcript], by: str) -> dict[str, str]:
    """Transcript id -> name of its group.

    Transcripts of the same talk share a group, whatever is asked for.

    Args:
        transcripts: all of a study, or those that are compared.
        by: one of `GROUPINGS`. A transcript without a known participant, or case, is a group of its own.
    """
    from secondcoder.domain.same_talk import same_talk  # with NumPy, for which `status` need not wait

    own = {"participant": _participants, "transcript": _transcripts, "case": _cases}[by](transcripts)
    return _joined(own, ((pair.first, pair.second) for pair in same_talk(transcripts)))


def _transcripts(transcripts: Sequence[Transcript]) -> dict[str, str]:
    return {transcript.id: transcript.id for transcript in transcripts}


def _cases(transcripts: Sequence[Transcript]) -> dict[str, str]:
    return {transcript.id: transcript.case or transcript.id for transcript in transcripts}


def people(transcripts: Iterable[Transcript]) -> dict[str, str]:
    """Transcript id -> name of who speaks: the participant, or the transcript's id where nobody said who.

    An id that stands in several cases means another person in each, and is followed by the case: teams that number participants start
    anew in every practice.
    """
    talks = list(transcripts)
    cases: dict[str | None, set[str]] = {}
    for talk in talks:
        cases.setdefault(talk.participant, set()).update(filter(None, [talk.case]))
    return {
        talk.id: f"{talk.participant} ({talk.case})"
        if talk.participant and talk.case and len(cases[talk.participant]) > 1
        else talk.participant or talk.id
        for talk in talks
    }


def _participants(transcripts: Sequence[Transcript]) -> dict[str, str]:
    """Each under the first transcript of its participant, so that participants of one interview each are split as transcripts are."""
    names, first = people(transcripts), dict[str, str]()
    return {talk.id: first.setdefault(names[talk.id], talk.id) if talk.participant else talk.id for talk in transcripts}


def _joined(groups: Mapping[str, str], pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The groups with those of each pair of transcripts made one, under the first's name."""
    joined = dict(groups)
    for first, second in pairs:
        kept, gone = joined[first], joined[second]
        if kept != gone:
            joined = {transcript: kept if group == gone else group for transcript, group in joined.items()}
    return joined
