"""Human codings as a matrix: unknown is not no, columns follow the codebook, coders are merged as configured."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.codebook.model import Code, Codebook
from secondcoder.domain.records import Coding, CodingPass, Origin
from secondcoder.labels.label_matrix import LabelMatrix, label_matrix
from secondcoder.labels.segment_marks import judged
from support.planted import segments_of, settings

BOOK = Codebook(
    id="b",
    title="t",
    codes=(
        Code(id="W", name="Work"),
        Code(id="W.1", name="Doing", parent="W"),
        Code(id="W.1.a", name="Skill", parent="W.1"),
        Code(id="Z", name="Room"),
    ),
)
SEGMENTS = segments_of(["aaaaaaaaa"] * 3, "t") + segments_of(["bbbbbbbbb"] * 2, "u")
W, W1, W1A, Z = range(4)


def _mark(row: int, code: str, coder: str = "ann", origin: Origin = Origin.INDEPENDENT) -> Coding:
    segment = SEGMENTS[row]
    return Coding(segment.transcript, segment.start, segment.end, code, coder, origin)


def _pass(rows: slice, codes: tuple[str, ...] = BOOK.ids, coder: str = "ann") -> CodingPass:
    looked = SEGMENTS[rows]
    return CodingPass(looked[0].transcript, coder, looked[0].start, looked[-1].end, codes)


def _matrix(codings=(), passes=(), **changes) -> LabelMatrix:
    return label_matrix(SEGMENTS, codings, passes, BOOK, settings(**changes), 0.5)


def test_without_a_pass_silence_is_unknown():
    labels = _matrix([_mark(0, "Z")])
    assert labels.known.tolist() == [[False, False, False, row == 0] for row in range(5)]
    assert labels.y[0, Z]
    assert labels.coded_rows.tolist() == [True, False, False, False, False]


def test_a_pass_makes_silence_a_no_where_it_looked_and_only_there():
    labels = _matrix([], [_pass(slice(0, 2), ("W", "Z"))])
    assert labels.known.tolist() == [[True, False, False, True]] * 2 + [[False] * 4] * 3
    assert not labels.y.any()


def test_codings_and_passes_of_a_transcript_without_segments_say_nothing():
    elsewhere = (
        [replace(_mark(0, "W"), transcript="all questions")],
        [replace(_pass(slice(0, 3)), transcript="all questions")],
    )
    assert not _matrix(*elsewhere).known.any()


def test_a_pass_with_another_codebooks_codes_leaves_them_out():
    labels = _matrix([_mark(0, "gone")], [_pass(slice(0, 3), ("gone", "Z"))])
    assert labels.known.sum(axis=0).tolist() == [0, 0, 0, 3]
    assert not labels.y.any()


@given(order=st.permutations(range(5)))
def test_columns_follow_the_codebook_whatever_the_order_of_codings(order):
    codings = [_mark(0, "Z"), _mark(1, "W.1.a", "ben"), _mark(2, "W"), _mark(3, "W.1"), _mark(4, "Z", "ben")]
    passes = [_pass(slice(0, 3)), _pass(slice(3, 5), coder="ben")]
    labels = _matrix([codings[i] for i in order], passes[:: 1 if order[0] % 2 else -1], roll_up=False)
    assert labels.codes == BOOK.ids
    assert np.argwhere(labels.y).tolist() == [[0, Z], [1, W1A], [2, W], [3, W1], [4, Z]]


def test_spans_mark_only_segments_of_their_own_transcript():
    labels = _matrix([_mark(0, "Z")], [_pass(slice(0, 3)), _pass(slice(3, 5))])
    assert labels.y[:, Z].tolist() == [True, False, False, False, False]


def test_a_sub_construct_counts_as_its_constructs_and_its_absence_says_nothing_of_them():
    child_only = [_pass(slice(0, 3), ("W.1.a",))]
    rolled = _matrix([_mark(0, "W.1.a")], child_only)
    assert rolled.y[0].tolist() == rolled.known[0].tolist() == [True, True, True, False]
    assert rolled.known[1].tolist() == [False, False, True, False]
    plain = _matrix([_mark(0, "W.1.a")], child_only, roll_up=False)
    assert plain.known[0].tolist() == [False, False, True, False]


def test_a_construct_does_not_count_as_its_sub_constructs():
    assert _matrix([_mark(0, "W")], [_pass(slice(0, 3))]).y[0].tolist() == [True, False, False, False]


@pytest.mark.parametrize(
    ("yes", "no", "merge", "carried"),
    [
        (1, 2, "any", True),
        (1, 2, "majority", False),
        (2, 1, "majority", True),
        (2, 0, "majority", True),
        (0, 2, "any", False),
        (0, 2, "majority", False),
    ],
)
def test_coders_are_merged_as_configured(yes, no, merge, carried):
    coders = [f"coder{number}" for number in range(yes + no)]
    codings = [_mark(0, "Z", coder) for coder in coders[:yes]]
    passes = [_pass(slice(0, 3), coder=coder) for coder in coders]
    labels = _matrix(codings, passes, merge=merge)
    assert labels.y[0, Z] == carried
    assert labels.known[0, Z]


def test_a_coder_who_did_not_look_does_not_outvote():
    passes = [
        _pass(slice(0, 3), coder="ann"),
        _pass(slice(0, 3), ("W",), coder="ben"),
        _pass(slice(0, 3), ("W",), "cy"),
    ]
    assert _matrix([_mark(0, "Z")], passes, merge="majority").y[0, Z]


def test_one_coders_two_marks_on_a_segment_are_one_vote():
    halves = [Coding("t", 0, 4, "Z", "ann"), Coding("t", 5, 9, "Z", "ann")]
    passes = [_pass(slice(0, 3), coder=coder) for coder in ("ann", "ben", "cy")]
    assert not _matrix(halves, passes, merge="majority").y[0, Z]


def test_an_adjudicated_coding_settles_its_segment_and_code():
    passes = [_pass(slice(0, 3), coder=coder) for coder in ("ann", "ben", "cy", "dee")]
    labels = _matrix([_mark(1, "Z", "dee", Origin.ADJUDICATED), _mark(0, "Z")], passes, merge="majority")
    assert labels.y[:3, Z].tolist() == [False, True, False]


def _settled(rows: slice, codes: tuple[str, ...] = BOOK.ids) -> CodingPass:
    return replace(_pass(rows, codes, "both"), origin=Origin.ADJUDICATED)


@pytest.mark.parametrize("merge", ["any", "majority"])
def test_an_adjudicated_pass_settles_yes_and_no(merge: str):
    """Ann and ben both gave Z on 0 and 1; together they keep it on 0 alone, and say nothing of row 2."""
    codings = [_mark(row, "Z", coder) for row in (0, 1, 2) for coder in ("ann", "ben")]
    codings.append(_mark(0, "Z", "both", Origin.ADJUDICATED))
    passes = [_pass(slice(0, 3), coder=coder) for coder in ("ann", "ben")]
    labels = _matrix(codings, [*passes, _settled(slice(0, 2), ("Z",))], merge=merge)
    assert labels.y[:3, Z].tolist() == [True, False, True]
    assert labels.known[:3].all()


def test_what_was_settled_is_known_though_nobody_else_looked():
    labels = _matrix([], [_settled(slice(0, 1), ("Z",))])
    assert labels.known.tolist() == [[False, False, False, row == 0] for row in range(5)]


def test_a_construct_settled_not_to_hold_takes_its_sub_constructs_along():
    mark = _mark(0, "W.1.a")
    assert _matrix([mark], [_settled(slice(0, 1), ("W",))], roll_up=True).y[0].tolist() == [False] * 4
    assert _matrix([mark], [_settled(slice(0, 1), ("W",))], roll_up=False).y[0, W1A]
    own = replace(mark, coder="both", origin=Origin.ADJUDICATED)
    assert _matrix([mark, own], [_settled(slice(0, 1))], roll_up=True).y[0, [W, W1, W1A]].all()


def test_what_was_settled_on_a_part_of_a_segment_overrules_what_was_coded_in_that_part_alone():
    """The row's text is nine characters long; together they say of the first five that Z does not hold."""
    settled = CodingPass("t", "both", 0, 5, ("Z",), Origin.ADJUDICATED)
    within, beyond = Coding("t", 0, 5, "Z", "ann"), Coding("t", 0, 9, "Z", "ann")
    looked = _pass(slice(0, 3))
    assert (_matrix([within], [looked, settled]).known & ~_matrix([within], [looked, settled]).y)[0, Z]
    assert _matrix([beyond], [looked, settled]).y[0, Z]
    assert not _matrix([within], [settled]).known.any()  # nobody looked at the rest of it
    kept = replace(within, coder="both", origin=Origin.ADJUDICATED)
    assert _matrix([within, kept], [looked, settled]).y[0, Z]


def test_silence_on_a_segment_that_was_looked_at_in_part_is_unknown():
    half, rest = CodingPass("t", "ann", 0, 15, ("Z",)), CodingPass("t", "ann", 14, 19, ("Z",), Origin.REVIEWED)
    assert _matrix([], [half]).known[:, Z].tolist() == [True, False, False, False, False]
    assert _matrix([], [half, rest]).known[:, Z].tolist() == [True, True, False, False, False]
    assert not _matrix([], [half, replace(rest, coder="ben")]).known[1, Z]
    assert judged(SEGMENTS, [half], 0.5).tolist() == [True, False, False, False, False]
    assert judged(SEGMENTS, [_mark(1, "Z"), half], 0.5).tolist() == [True, True, False, False, False]


def test_columns_and_rows_can_be_picked_without_mixing_them_up():
    labels = _matrix([_mark(0, "Z"), _mark(4, "W")], [_pass(slice(0, 3)), _pass(slice(3, 5))])
    picked = labels.columns(("Z", "W")).take(np.array([4, 0]))
    assert picked.codes == ("Z", "W")
    assert picked.y.tolist() == [[False, True], [True, False]]
