"""Several coders merged into labels: the share of them, for each construct too, and what stays settled."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.codebook.model import Code, Codebook
from secondcoder.domain.records import Coding, CodingPass, Origin
from secondcoder.labels.coder_marks import MERGED, CoderMarks, merging_in_words
from secondcoder.labels.label_matrix import LabelMatrix, LabelWeights, Reliance, label_matrix
from support.planted import segments_of, settings

CODES = (
    Code(id="W", name="Work"),
    Code(id="W.1", name="Doing", parent="W"),
    Code(id="W.2", name="Knowing", parent="W"),
)
BOOK = Codebook(id="b", title="t", codes=(*CODES, Code(id="Z", name="Room")))
SEGMENTS = segments_of(["aaaaaaaaa"] * 4, "t")
W, W1, W2, Z = range(4)
CODERS = ("ann", "ben", "cy")
GIVEN = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(BOOK.ids), st.sampled_from(CODERS)), max_size=12)


def _mark(row: int, code: str, coder: str, origin: Origin = Origin.INDEPENDENT) -> Coding:
    segment = SEGMENTS[row]
    return Coding(segment.transcript, segment.start, segment.end, code, coder, origin)


def _pass(coder: str, rows: slice = slice(0, 4), origin: Origin = Origin.INDEPENDENT) -> CodingPass:
    looked = SEGMENTS[rows]
    return CodingPass("t", coder, looked[0].start, looked[-1].end, BOOK.ids, origin)


def _matrix(*marks: Coding, passes=None, **changes) -> LabelMatrix:
    """Everybody looked at everything unless `passes` say otherwise."""
    looked = [*map(_pass, CODERS)] if passes is None else passes
    return label_matrix(SEGMENTS, marks, looked, BOOK, settings(**changes), 0.5)


@pytest.mark.parametrize(
    ("yes", "of", "carried"), [(0, 2, False), (1, 3, False), (1, 2, True), (2, 3, True), (3, 3, True)]
)
def test_the_share_of_those_who_looked_is_learned_and_half_of_them_are_a_yes(yes, of, carried):
    passes = [*map(_pass, CODERS[:of]), *(_pass(coder, slice(2, 4)) for coder in CODERS[of:])]
    labels = _matrix(*(_mark(0, "Z", coder) for coder in CODERS[:yes]), passes=passes, merge="share")
    assert labels.target[0, Z] == pytest.approx(yes / of)
    assert (labels.y[0, Z], labels.known[0, Z]) == (carried, True)


def test_a_new_study_learns_the_share():
    assert settings().merge == "share"


def test_coders_who_name_two_sub_constructs_agree_on_the_construct():
    labels = _matrix(_mark(0, "W.1", "ann"), _mark(0, "W.2", "ben"), _mark(0, "W", "cy"), merge="share")
    assert labels.target[0].tolist() == pytest.approx([1, 1 / 3, 1 / 3, 0])
    assert labels.y[0].tolist() == [True, False, False, False]
    apart = _matrix(_mark(0, "W.1", "ann"), _mark(0, "W.2", "ben"), merge="share", roll_up=False)
    assert apart.target[0, W] == 0


@given(GIVEN)
def test_one_coder_is_learned_the_same_however_several_would_be_merged(given_by):
    marks = [_mark(row, code, "ann") for row, code, _ in given_by]
    ways = [_matrix(*marks, passes=[_pass("ann")], merge=merge) for merge in MERGED]
    for way in ways:
        np.testing.assert_array_equal(way.target, ways[0].target)
        np.testing.assert_array_equal(way.target, way.y)
        assert way.share is None


@given(GIVEN)
def test_shares_lie_between_all_and_any_and_constructs_above_their_sub_constructs(given_by):
    marks = [_mark(row, code, coder) for row, code, coder in given_by]
    share = _matrix(*marks, merge="share").target
    np.testing.assert_array_equal(share > 0, _matrix(*marks, merge="any").y)
    assert (share[:, [W1, W2]] <= share[:, [W]]).all()


def test_what_was_settled_is_no_share_and_tells_of_no_coder():
    settled = _pass("ann", slice(0, 1), Origin.ADJUDICATED)
    marks = [_mark(0, "Z", "ben"), _mark(1, "Z", "ben"), _mark(0, "W.1", "ann", Origin.ADJUDICATED)]
    labels = _matrix(*marks, passes=[*map(_pass, CODERS), settled], merge="share")
    assert labels.target[0].tolist() == [1, 1, 0, 0]
    assert labels.target[1, Z] == pytest.approx(1 / 3)
    assert labels.coders is not None
    assert not labels.coders.looked[:, 0].any()
    assert labels.coders.looked[:, 1:].all()


def test_segments_codes_and_what_is_hidden_are_the_same_for_labels_and_coders():
    labels = _matrix(_mark(0, "Z", "ann"), _mark(2, "W.1", "ben"), merge="share")
    part = labels.take(np.array([2, 0])).columns(["Z", "W.1"])
    assert part.coders is not None
    np.testing.assert_array_equal(part.target, labels.target[[2, 0]][:, [Z, W1]])
    np.testing.assert_allclose(part.coders.share, part.target)
    rests = np.zeros_like(labels.known)
    rests[2, W1] = True
    hidden = replace(labels, reliance=Reliance(rests, (frozenset("g"),) * 4)).holding_out({"g"})
    assert hidden.coders is not None
    assert np.argwhere(hidden.coders.given).tolist() == [[0, 0, Z], [1, 2, W]]
    assert not hidden.coders.looked[:, 2, W1].any()


def test_a_doubt_lowers_the_share():
    labels = _matrix(_mark(0, "Z", "ann"), _mark(1, "Z", "ben"), merge="share")
    doubted = replace(labels, label_weights=LabelWeights(np.ones(4), 0.5 * labels.said))
    np.testing.assert_array_equal(doubted.target, labels.share / 2)
    np.testing.assert_array_equal(doubted.said, labels.share)


def test_who_coded_how_much_and_where_they_differ():
    passes = [_pass("ann"), _pass("ben", slice(0, 2))]
    labels = _matrix(
        _mark(0, "Z", "ann"), _mark(1, "Z", "ann"), _mark(1, "Z", "ben"), _mark(3, "W", "ann"), passes=passes
    )
    assert labels.coders is not None
    summary = labels.coders.summary()
    assert summary == {"segments": {"ann": 4, "ben": 2}, "coded_by_several": 2, "differing_labels": 1}
    assert merging_in_words(summary, "share") == [
        "2 segments were coded by several coders (segments of each: ann 4 and ben 2), who differed on whether a code holds in 1 case; "
        "a code that only some of them gave was learned by their share (what one of two gave is half a yes), and what was adjudicated "
        "holds as it was settled"
    ]


def test_of_coders_who_never_met_nothing_is_said():
    labels = _matrix(_mark(0, "Z", "ann"), passes=[_pass("ann", slice(0, 2)), _pass("ben", slice(2, 4))])
    assert labels.coders is not None
    assert labels.coders.summary() is None
    assert merging_in_words(None, "share") == []


def test_roll_up_is_each_coders_own():
    given_ = np.zeros((2, 1, 3), dtype=bool)
    given_[0, 0, 2] = True
    rolled = CoderMarks(("ann", "ben"), given_, given_.copy()).rolled_up(np.array([-1, 0, 1]))
    assert rolled.given[:, 0].tolist() == [[True] * 3, [False] * 3]
    assert rolled.looked[:, 0].tolist() == [[True] * 3, [False] * 3]
