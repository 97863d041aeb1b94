"""What is read by codings and by what people say: after any actions the same as a table of what is left would bring."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from secondcoder.domain.records import Coding, CodingPass, Valence
from secondcoder.exchange.read_spans import passes_of_codings
from secondcoder.labels.hand_coding import Exchange, added, key_of, removed, unstated, with_looks
from secondcoder.labels.stated_readings import Statement
from secondcoder.store.hand_marks import MadePass, Marks
from secondcoder.store.rows import MadeCoding

SPANS = st.tuples(st.integers(0, 40), st.integers(1, 15)).map(lambda pair: (pair[0], pair[0] + pair[1]))
CODES = ("A", "B", "C")
EPOCH = ("book", 0)


def made(span: tuple[int, int], code: str) -> MadeCoding:
    return MadeCoding(Coding("t", *span, code, "ada", valence=Valence.MIXED), *EPOCH, True)


@given(st.lists(st.tuples(SPANS, st.sampled_from(CODES), st.booleans()), max_size=14), st.lists(SPANS, max_size=3))
def test_after_any_actions_the_looks_are_those_of_a_table(steps: list[Any], read: list[tuple[int, int]]) -> None:
    """Coding and removing in any order leaves the passes that the table of what is left would bring, and the readings."""
    said = {MadePass(CodingPass("t", "ada", *span, CODES), 0) for span in read}
    marks, readings = Marks(), set()
    for at, (span, code, goes) in enumerate(steps):
        here = [row for row in marks.codings if (row.coding.span, row.coding.code) == (span, code)]
        if not here:
            asked = added(marks, made(span, code).coding, EPOCH)
        elif goes:
            asked = removed(here[0])
        else:
            continue
        marks = after(marks, asked, readings)
        if at < len(read):
            look = MadePass(CodingPass("t", "ada", *read[at], CODES), 0)
            if look not in readings:
                marks = after(marks, Exchange("read", put=Marks(passes=(look,))), readings)
                readings.add(look)
    codings = [row.coding for row in marks.codings]
    stated = [look.made for look in readings & said]
    expected = {MadePass(look, 0) for look in passes_of_codings(codings, stated, CODES)} | (readings & said)
    assert set(marks.passes) == expected
    assert len(marks.passes) == len(set(marks.passes))
    assert len({key_of(row) for row in marks.codings}) == len(marks.codings)


def after(marks: Marks, asked: Exchange, spoken: set[MadePass]) -> Marks:
    """The marks after an action, as the store would hold them."""
    took, put = with_looks(marks, asked, lambda book: CODES, spoken)
    passes = [look for look in marks.passes if look not in took.passes]
    codings = [row for row in marks.codings if row not in took.codings]
    return Marks((*codings, *put.codings), (*passes, *put.passes))


def test_a_table_that_stated_no_look_gets_none_by_what_happens_beside_it() -> None:
    """An export names each look in a row of its own; a coding without one stays without."""
    marks = Marks((made((0, 10), "A"),))
    took, put = with_looks(marks, added(marks, made((20, 30), "B").coding, EPOCH), lambda book: CODES)
    assert [look.made.span for look in put.passes] == [(20, 30)]
    assert took.passes == ()


def test_a_reading_taken_back_leaves_the_look_of_a_coding_once() -> None:
    """Codings were imported first and a whole reading later, so that both passes stand there."""
    whole, own = (MadePass(CodingPass("t", "ada", *span, CODES), 0) for span in ((0, 99), (0, 10)))
    marks = Marks((made((0, 10), "A"),), (whole, own))
    left = after(marks, unstated([Statement(whole, (whole,))], key_of(whole)), set())
    assert left.passes == (own,)
