"""The marked sentences, and that de-identification finds the names in them; benchmarks/DEIDENTIFICATION.md has more."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

import pytest
from secondcoder.deidentification.finding import KINDS, PERSON, Finding
from support.places import BENCHMARKS


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return import_module("deidentification")


def test_two_hundred_sentences_with_four_hundred_marks(benchmark: ModuleType) -> None:
    read = [each for half in ("building", "unseen") for each in benchmark.read_marked(benchmark.TALK / f"{half}.txt")]
    kinds = [mark.kind for each in read for mark in each.marks]
    assert len({each.text for each in read}) == 200
    assert sum(kind != "none" for kind in kinds) >= 400
    assert set(kinds) <= {*KINDS, "none"}
    assert not any(set(each.text) & set("{}|") for each in read)


def test_a_mark_counts_only_where_nothing_of_it_is_left(benchmark: ModuleType) -> None:
    text = "Ask Siân Price's lad."
    marked = benchmark.Sentence(text, (benchmark.Mark(4, 16, PERSON),))
    for end, share in ((14, 1.0), (13, 0.0)):  # "Siân Price", the possessive apart; "Siân Pric"
        found = benchmark.Sentence(text, marked.marks, (Finding(4, end, PERSON, 0.5, "x"),))
        assert benchmark.recall([found]).value == share
        assert benchmark.precision([found]).value == 1.0


@pytest.mark.slow
@pytest.mark.model
def test_names_are_found_with_the_staff_list(benchmark: ModuleType) -> None:
    read = [each for half in ("building", "unseen") for each in benchmark.read_marked(benchmark.TALK / f"{half}.txt")]
    found = benchmark.find_in(read, with_list=True)
    assert benchmark.recall(found, (PERSON,)).value >= 0.95
    assert benchmark.precision(found).value >= 0.9
