"""Each coder's own marks: by the rules of the label matrix, without what was said after suggestions."""

from __future__ import annotations

from secondcoder.codebook.model import Code, Codebook
from secondcoder.domain.records import Coding, CodingPass, Origin
from secondcoder.labels.independent_marks import independent_marks
from support.planted import segments_of, settings

BOOK = Codebook(
    id="b", title="t", codes=(Code(id="W", name="Work"), Code(id="W.1", name="Do", parent="W"), Code(id="Z", name="Z"))
)
SEGMENTS = segments_of(["aaaaaaaaa"] * 4)


def _coding(row: int, code: str, coder: str, origin: Origin = Origin.INDEPENDENT) -> Coding:
    return Coding("t", SEGMENTS[row].start, SEGMENTS[row].end, code, coder, origin)


def _looked(coder: str, last: int = 3, origin: Origin = Origin.INDEPENDENT) -> CodingPass:
    return CodingPass("t", coder, 0, SEGMENTS[last].end, BOOK.ids, origin)


def _marks(codings, passes, codes=("W", "Z")):
    return independent_marks(SEGMENTS, codings, passes, BOOK, settings(), 0.5, codes)


def test_each_coder_stands_apart_and_a_sub_construct_counts_as_its_construct():
    marks = _marks([_coding(0, "W.1", "ann"), _coding(1, "Z", "ben")], [_looked("ann"), _looked("ben", last=1)])
    assert marks.coders == ("ann", "ben")
    assert marks.given[0].tolist() == [[True, False], [False, False], [False, False], [False, False]]
    assert marks.given[1].tolist() == [[False, False], [False, True], [False, False], [False, False]]
    assert marks.looked[1].any(axis=1).tolist() == [True, True, False, False]
    assert marks.pairs == [(0, 1)]


def test_what_was_said_after_suggestions_is_nobodys_own():
    marks = _marks(
        [_coding(0, "Z", "ann"), _coding(0, "Z", "ben", Origin.REVIEWED)],
        [_looked("ann"), _looked("ben", origin=Origin.REVIEWED), _looked("eve", origin=Origin.ADJUDICATED)],
    )
    assert marks.coders == ("ann",)
    assert marks.pairs == []


def test_parted_is_where_both_looked_and_the_first_alone_gave_the_code():
    marks = _marks(
        [_coding(row, "Z", "ann") for row in (0, 1, 3)] + [_coding(1, "Z", "ben")],
        [_looked("ann"), _looked("ben", last=2)],
    )
    assert marks.parted(0, 1)[:, 1].tolist() == [True, False, False, False]
    assert not marks.parted(1, 0).any()


def test_nobody_coded_is_no_fault():
    assert _marks([], []).given.shape == (0, 4, 2)
