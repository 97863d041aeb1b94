"""What is kept whole in a split: a participant, a transcript or a case, and always all transcripts of one talk."""

from __future__ import annotations

from dataclasses import replace

import pytest
from secondcoder.domain.records import Transcript
from secondcoder.domain.split_groups import GROUPINGS, split_groups
from support.interview_checks import talk, words


def interview(
    name: str, participant: str | None = None, case: str | None = None, seed: int | None = None
) -> Transcript:
    said = talk(name, ("R", words(seed, 200) if seed is not None else "Yes."))
    return replace(said, participant=participant, case=case)


def test_a_participants_interviews_stay_together_and_who_is_not_known_stays_alone() -> None:
    transcripts = [
        interview("early", "P1", "Ash"), interview("late", "P1", "Ash"), interview("other", "P2", "Ash"),
        interview("x"), interview("y"), interview("z", case="Ash"),
    ]  # fmt: skip
    assert split_groups(transcripts, "participant") == {
        "early": "early", "late": "early", "other": "other", "x": "x", "y": "y", "z": "z",
    }  # fmt: skip
    assert split_groups(transcripts, "transcript") == {transcript.id: transcript.id for transcript in transcripts}
    assert split_groups(transcripts, "case") == {
        "early": "Ash", "late": "Ash", "other": "Ash", "x": "x", "y": "y", "z": "Ash",
    }  # fmt: skip


def test_an_id_in_several_cases_is_another_person_in_each() -> None:
    transcripts = [
        interview("a1", "P1", "Ash"), interview("a2", "P1", "Ash"), interview("b1", "P1", "Birch"),
        interview("c1", "P2", "Birch"), interview("c2", "P2"),
    ]  # fmt: skip
    # P2 stands in one case, so that a transcript of P2 without a case is of the same person.
    assert split_groups(transcripts, "participant") == {"a1": "a1", "a2": "a1", "b1": "b1", "c1": "c1", "c2": "c1"}


def test_participants_of_one_interview_each_are_split_as_transcripts_are() -> None:
    """So the folds, which go by the names, stay those of earlier versions."""
    transcripts = [interview(f"t{number}", f"P{9 - number}") for number in range(9)]
    assert split_groups(transcripts, "participant") == split_groups(transcripts, "transcript")


@pytest.mark.parametrize("by", GROUPINGS)
def test_transcripts_of_one_talk_share_a_group_whatever_is_asked_for(by: str) -> None:
    transcripts = [
        interview("a", "P1", "Ash", seed=1), interview("b", "P7", "Birch", seed=1), interview("c", "P7", "Birch", seed=2),
        interview("d", "P9", "Cedar", seed=2), interview("e", "P3", "Elm", seed=3),
    ]  # fmt: skip
    groups = split_groups(transcripts, by)
    assert groups["a"] == groups["b"]
    assert groups["c"] == groups["d"]
    assert groups["e"] not in {groups[name] for name in "abcd"}
    # By participant and by case, b and c are one group, and so all four are.
    assert (groups["a"] == groups["d"]) == (by != "transcript")
