"""Marks read in the present codes: what is known is what must be so, and nothing more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from secondcoder.codebook.history import NO_HISTORY, CodeHistory, Kind, Step
from secondcoder.codebook.present import (
    Assignment,
    ambiguous_spans,
    key_of,
    present_codings,
    present_passes,
    unassigned_codings,
)
from secondcoder.configuration import load_configuration
from secondcoder.domain.records import Coding, CodingPass, Origin, Segment, Valence
from secondcoder.labels.label_matrix import LabelMatrix, label_matrix
from support.change_checks import FIRST, book_of, change, histories, worlds

PLACES = [(10 * at, 10 * at + 10) for at in range(3)]
TURNS = {"t": PLACES}
SEGMENTS = [Segment("t", at, *span, "x" * 10, at) for at, span in enumerate(PLACES)]
LEARNING = load_configuration().learning.model_copy(update={"roll_up": False})


def labels(codings, passes, codes, segments=SEGMENTS, roll_up=False, **parents) -> LabelMatrix:
    learning = LEARNING.model_copy(update={"roll_up": roll_up})
    return label_matrix(segments, codings, passes, book_of(codes, **parents), learning, 0.5)


def now(codings, passes, *changes, assigned=None, turns=TURNS):
    """Present codings and passes of marks that were made before any change."""
    history, said = CodeHistory(changes), assigned or {}
    made = [(coding, 0) for coding in codings]
    found = ambiguous_spans(made, history, said, turns)
    return present_codings(made, history, said), present_passes(
        [(coding_pass, 0) for coding_pass in passes], history, found
    )


CODINGS = st.lists(
    st.builds(lambda span, code: Coding("t", *span, code, "maria"), st.sampled_from(PLACES), st.sampled_from(FIRST)),
    max_size=6,
    unique=True,
)
PASSES = st.lists(
    st.builds(
        lambda span, codes: CodingPass("t", "maria", *span, tuple(codes)),
        st.sampled_from([*PLACES, (0, 20), (0, 30)]),
        st.lists(st.sampled_from(FIRST), min_size=1, unique=True),
    ),
    max_size=4,
)


def same(one: LabelMatrix, other: LabelMatrix) -> bool:
    return np.array_equal(one.y, other.y) and np.array_equal(one.known, other.known)


@given(CODINGS, PASSES)
def test_the_label_matrix_after_a_rename_is_the_relabelled_one(codings, passes) -> None:
    marks = now(codings, passes, change(1, Step(Kind.RENAMED, ("A",), ("B",)), Step(Kind.RENAMED, ("B",), ("A",))))
    swapped = {"A": "B", "B": "A", "C": "C", "D": "D"}
    relabelled = labels(codings, passes, FIRST).columns([swapped[code] for code in FIRST])
    assert same(labels(*marks, FIRST), relabelled)


@given(CODINGS, PASSES)
def test_a_merge_is_or_where_both_were_looked_for(codings, passes) -> None:
    before = labels(codings, passes, FIRST)
    after = labels(*now(codings, passes, change(1, Step(Kind.MERGED, ("A", "B"), ("E",)))), ("E", "C", "D"))
    either = before.y[:, 0] | before.y[:, 1]
    assert np.array_equal(after.y[:, 0], either)
    assert np.array_equal(after.known[:, 0], (before.known[:, 0] & before.known[:, 1]) | either)
    assert np.array_equal(after.y[:, 1:], before.y[:, 2:])
    assert np.array_equal(after.known[:, 1:], before.known[:, 2:])


@given(CODINGS, PASSES)
def test_a_change_taken_back_leaves_nothing(codings, passes) -> None:
    there_and_back = [
        (Step(Kind.RENAMED, ("A",), ("X",)), Step(Kind.RENAMED, ("X",), ("A",))),
        (Step(Kind.SPLIT, ("A",), ("X", "Y")), Step(Kind.MERGED, ("X", "Y"), ("A",))),
        (Step(Kind.RETIRED, ("A",)), Step(Kind.RESTORED, ("A",), ("A",), of=1)),
    ]
    for there, back in there_and_back:
        marks = now(codings, passes, change(1, there), change(2, back))
        assert same(labels(*marks, FIRST), labels(codings, passes, FIRST))
        assert sorted(marks[0], key=key_of) == sorted(codings, key=key_of)


def read(marks, looked, changes, codes) -> LabelMatrix:
    """Marks and passes, each with the change after which it was made, as labels at the end."""
    history = CodeHistory(changes)
    found = ambiguous_spans(marks, history, {}, TURNS)
    return labels(present_codings(marks, history, {}), present_passes(looked, history, found), codes)


def said_of(place, marks, looked):
    """What was said of a place, change by change: for the oracle."""

    def said(number: int) -> tuple[frozenset[str], frozenset[str]]:
        given = frozenset(one.code for one, made in marks if made == number and one.start == place[0])
        passes = [one for one, made in looked if made == number and one.start <= place[0] and one.end >= place[1]]
        return given, frozenset(code for coding_pass in passes for code in coding_pass.codes) - given

    return said


def in_codes_of(one, made: int, codes):
    """A mark in FIRST's codes as one in the codes after the change `made`; None where there is no such code."""
    then = dict(zip(FIRST, codes[made], strict=False))
    if isinstance(one, Coding):
        return (replace(one, code=then[one.code]), made) if one.code in then else None
    kept = tuple(then[code] for code in one.codes if code in then)
    return (replace(one, codes=kept), made) if kept else None


@settings(max_examples=100)
@given(histories(), CODINGS, PASSES, st.data())
def test_what_is_known_is_what_must_be_so(history, codings, passes, data) -> None:
    """Against all worlds: marks made after one of the changes, in the codes of that time, read at the end."""
    changes, codes = history
    made = data.draw(st.integers(0, len(changes)))
    marks = [mark for coding in codings if (mark := in_codes_of(coding, made, codes))]
    looked = [mark for coding_pass in passes if (mark := in_codes_of(coding_pass, made, codes))]
    present = read(marks, looked, changes, codes[-1])
    for row, place in enumerate(PLACES):
        possible = worlds(said_of(place, marks, looked), changes)
        for column, code in enumerate(codes[-1]):
            truths = {code in world for world in possible}
            known = present.known[row, column]
            assert known == (len(truths) == 1), (code, possible)
            assert not known or present.y[row, column] == truths.pop()


@settings(max_examples=100)
@given(histories(), CODINGS, PASSES, st.data())
def test_nothing_is_known_that_need_not_be_so(history, codings, passes, data) -> None:
    """The same for marks each made at a time of its own: no label stands that some possible world gives the lie."""
    changes, codes = history
    times = st.integers(0, len(changes))
    marks = [mark for coding in codings if (mark := in_codes_of(coding, data.draw(times), codes))]
    looked = [mark for coding_pass in passes if (mark := in_codes_of(coding_pass, data.draw(times), codes))]
    present = read(marks, looked, changes, codes[-1])
    for row, place in enumerate(PLACES):
        for world in worlds(said_of(place, marks, looked), changes):
            for column, code in enumerate(codes[-1]):
                assert not present.known[row, column] or present.y[row, column] == (code in world)


def test_an_added_code_was_looked_for_by_nobody() -> None:
    _, passes = now([], [CodingPass("t", "maria", 0, 30, ("A",))], change(1, Step(Kind.ADDED, (), ("N",))))
    assert passes == [CodingPass("t", "maria", 0, 30, ("A",))]


def test_a_code_named_like_a_retired_one_is_another() -> None:
    marks = now(
        [Coding("t", 0, 10, "A", "maria")],
        [CodingPass("t", "maria", 0, 30, ("A", "B"))],
        change(1, Step(Kind.RETIRED, ("A",))),
        change(2, Step(Kind.ADDED, (), ("A",))),
    )
    assert marks == ([], [CodingPass("t", "maria", 0, 30, ("B",))])


SPLIT = change(1, Step(Kind.SPLIT, ("A",), ("X", "Y")))
WHOLE = CodingPass("t", "maria", 0, 30, ("A", "B"))


def test_a_segment_that_begins_before_the_coding_of_a_split_code_is_not_read_as_silent() -> None:
    long = [Segment("t", 0, 0, 20, "", 0), Segment("t", 1, 20, 30, "", 1)]
    marks = now([Coding("t", 12, 24, "A", "maria")], [WHOLE], SPLIT, turns={"t": [(0, 20), (20, 30)]})
    assert labels(*marks, ("X", "Y", "B"), segments=long).known.tolist() == [[False, False, True]] * 2


def test_one_coders_split_code_is_in_doubt_for_all() -> None:
    other = replace(WHOLE, coder="jonas")
    known = labels(*now([Coding("t", 0, 10, "A", "maria")], [WHOLE, other], SPLIT), ("X", "Y", "B")).known
    assert known.tolist() == [[False, False, True], [True, True, True], [True, True, True]]


@pytest.mark.parametrize(
    "step", [Step(Kind.SPLIT, ("A",), ("X", "Y"), above=("P",)), Step(Kind.RETIRED, ("A",), above=("P",))]
)
def test_a_code_above_a_vanished_one_is_not_read_as_absent(step: Step) -> None:
    """Rolled up, the place had the construct; it must not turn into a negative example of it."""
    passes = [CodingPass("t", "maria", 0, 30, ("P", "A"))]
    before = labels([Coding("t", 0, 10, "A", "maria")], passes, ("P", "A"), roll_up=True, A="P")
    assert (before.y[:, 0].tolist(), before.known[:, 0].all()) == ([True, False, False], True)
    marks = now([Coding("t", 0, 10, "A", "maria")], passes, change(1, step))
    after = labels(*marks, ("P", "X", "Y"), roll_up=True, X="P", Y="P")
    assert after.known[:, 0].tolist() == [False, True, True]


def test_an_assigned_coding_keeps_all_but_its_code_and_ends_the_doubt() -> None:
    coding = Coding("t", 0, 10, "A", "maria", Origin.REVIEWED, Valence.MIXED, "see 3")
    later = change(2, Step(Kind.RENAMED, ("Y",), ("Z",)))
    said = {(key_of(coding), 0): Assignment(key_of(coding), 0, ("Y",), 1)}
    codings, passes = now([coding], [WHOLE], SPLIT, later, assigned=said)
    assert codings == [replace(coding, code="Z")]
    assert labels(codings, passes, ("X", "Z", "B")).known.all()


def test_a_coding_may_be_assigned_to_several_codes_and_to_none() -> None:
    one, other = Coding("t", 0, 10, "A", "maria"), Coding("t", 10, 20, "A", "maria")
    said = {
        (key_of(one), 0): Assignment(key_of(one), 0, ("X", "Y"), 1),
        (key_of(other), 0): Assignment(key_of(other), 0, (), 1),
    }
    codings, passes = now([one, other], [WHOLE], SPLIT, assigned=said)
    assert [(mark.start, mark.code) for mark in codings] == [(0, "X"), (0, "Y")]
    assert labels(codings, passes, ("X", "Y", "B")).known.all()


def test_a_code_that_is_split_again_waits_again() -> None:
    coding = Coding("t", 0, 10, "A", "maria")
    said = {(key_of(coding), 0): Assignment(key_of(coding), 0, ("X",), 1)}
    again = CodeHistory([SPLIT, change(2, Step(Kind.SPLIT, ("X",), ("X", "Z")))])
    (waiting,) = unassigned_codings([(coding, 0)], again, said, ("X", "Y", "Z"))
    assert (waiting.options, waiting.assigned, waiting.open) == (("X", "Y", "Z"), ("X",), True)
    assert present_codings([(coding, 0)], again, said) == []
    assert unassigned_codings([(coding, 0)], CodeHistory([SPLIT]), said, ("X", "Y"))[0].open is False


def test_codings_that_become_one_keep_both_memos_and_both_valences() -> None:
    first = Coding("t", 0, 10, "A", "maria", valence=Valence.PROMOTES, memo="early")
    second = Coding("t", 0, 10, "B", "maria", valence=Valence.INHIBITS, memo="late")
    (joined,), _ = now([first, second], [], change(1, Step(Kind.MERGED, ("A", "B"), ("E",))))
    assert (joined.valence, joined.memo) == (Valence.MIXED, "early\nlate")


def test_without_changes_marks_are_as_they_were_made() -> None:
    assert not NO_HISTORY
    assert NO_HISTORY.code_now("A", 0).certain == "A"
    assert Step.from_json(SPLIT.steps[0].to_json()) == SPLIT.steps[0]
