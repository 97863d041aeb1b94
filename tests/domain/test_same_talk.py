"""Transcripts of one talk: found however they were damaged, and no two interviews taken for one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from itertools import pairwise
from types import ModuleType

import numpy as np
import pytest
from secondcoder.domain.records import Transcript
from secondcoder.domain.same_talk import ENOUGH, SHARED, same_talk, spoken_words
from support.interview_checks import talk, words
from support.places import BENCHMARKS
from support.places import SHARED as MATERIAL

ASKED = ("a copy", "trimmed to a half", "typed anew, 5 % of the words changed", "trimmed and typed anew, 5 %")
SETS = ("transcript files", "nhs_fft", "ohd_long1960s", "pdpilot_interviews")


@pytest.fixture(scope="module")
def measuring() -> Iterator[ModuleType]:
    """The benchmark that damages invented interviews and reads real ones."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        yield import_module("same_talk")


@pytest.mark.parametrize("damage", ASKED)
def test_every_one_of_fifty_damaged_copies_is_found(measuring, damage: str) -> None:
    pairs = list(measuring.damaged_pairs(measuring.DAMAGES[damage], 50))
    assert len(pairs) == 50
    assert all(first.text != second.text or damage == "a copy" for first, second in pairs)
    assert [pair for pair in pairs if not same_talk(pair)] == []


def test_no_interview_of_the_demonstration_study_is_taken_for_another(measuring) -> None:
    interviews = measuring.demonstration()
    assert same_talk(interviews) == []
    assert same_talk(measuring.nobody_known(interviews)) == []


@pytest.mark.shared
@pytest.mark.skipif(not MATERIAL.is_dir(), reason="the reference transcripts and data do not lie beside this checkout")
@pytest.mark.parametrize("name", SETS)
def test_no_real_transcript_is_taken_for_another(measuring, name: str) -> None:
    transcripts = measuring.real_sets()[name]
    assert len(transcripts) > 5
    for seen in (transcripts, measuring.nobody_known(transcripts)):
        assert measuring.highest(seen)[0] < SHARED


def test_containment_is_that_of_the_sets_of_sequences() -> None:
    """Against sets of tuples in plain Python."""
    first, second = talk("a", ("R", words(1, 400))), talk("b", ("R", f"{words(1, 150)} {words(2, 90)}"))

    def sequences(transcript: Transcript) -> set[tuple[str, ...]]:
        said = spoken_words(transcript)
        return set(zip(said, said[1:], said[2:], said[3:], strict=False))

    common = len(sequences(first) & sequences(second))
    (pair,) = same_talk([first, second])
    assert (pair.first, pair.second) == ("a", "b")
    assert pair.share == pytest.approx(common / min(len(sequences(first)), len(sequences(second))))
    (turned,) = same_talk([second, first])
    assert (turned.first, turned.share) == ("b", pair.share)


def test_the_share_that_a_transcriber_leaves_is_that_of_unchanged_sequences() -> None:
    """One word in ten replaced by one that stands nowhere leaves .9^4 of the sequences, on average."""
    rng = np.random.default_rng(0)
    typed = [f"n{at}" if rng.random() < 0.1 else word for at, word in enumerate(words(3, 20_000).split())]
    (pair,) = same_talk([talk("a", ("R", words(3, 20_000))), talk("b", ("R", " ".join(typed)))])
    assert pair.share == pytest.approx(0.9**4, abs=0.02)


def test_questions_of_a_topic_guide_do_not_count_where_it_is_known_who_asks() -> None:
    guide = [("I", words(number, 60)) for number in range(10)]
    answers = [[("R", words(seed + at, 30)) for at in range(10)] for seed in (100, 200)]
    interviews = [
        talk(name, *(turn for pair in zip(guide, answer, strict=True) for turn in pair))
        for name, answer in zip("ab", answers, strict=True)
    ]
    assert same_talk(interviews) == []
    unknown = [replace(one, turns=tuple(replace(turn, role=None) for turn in one.turns)) for one in interviews]
    assert same_talk(unknown)[0].share > 0.5  # the questions are most of the talk


def test_signs_case_apostrophes_and_composed_accents_are_one_spelling() -> None:
    said = talk("a", ("R", "Don't you – (laughs) – know the CAFÉ, isn’t it?"))
    typed = talk("b", ("R", "dont you laughs know the cafe\u0301 isnt it"))
    assert spoken_words(said) == spoken_words(typed) == ["dont", "you", "laughs", "know", "the", "café", "isnt", "it"]


def test_of_short_texts_nothing_is_said() -> None:
    """Two people may write the same comment."""
    comment = words(5, 60)
    assert same_talk([talk("a", ("", comment)), talk("b", ("", comment))]) == []
    short, enough = words(5, ENOUGH + 2), words(5, ENOUGH + 3)
    assert same_talk([talk("a", ("", short)), talk("b", ("", short))]) == []
    assert [pair.share for pair in same_talk([talk("a", ("", enough)), talk("b", ("", enough))])] == [1.0]
    assert same_talk([]) == same_talk([talk("a", ("R", enough))]) == same_talk([Transcript("e", "", ())] * 2) == []


def test_all_pairs_of_three_copies_are_named_in_order() -> None:
    text = words(7, 300)
    found = same_talk([talk(name, ("R", text if name != "x" else words(8, 300))) for name in "axbc"])
    assert [(pair.first, pair.second) for pair in found] == [("a", "b"), ("a", "c"), ("b", "c")]
    assert all(left < right for left, right in pairwise([(pair.first, pair.second) for pair in found]))


def test_the_page_of_the_figures_holds_what_was_asked_for() -> None:
    """In the page that ships: every asked-for pair found, and real transcripts far below what counts as one talk."""
    page = (BENCHMARKS / "SAME_TALK.md").read_text(encoding="utf-8")
    assert all(re.search(rf"\| {re.escape(damage)} \| 50 of 50 \|", page) for damage in ASKED)
