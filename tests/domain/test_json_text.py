"""JSON that was made to do harm, or says what a reader would lose: refused, whoever reads it."""

from __future__ import annotations

import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.domain.json_text import BrokenJsonError, nothing, parse_json

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(value=VALUES, ascii_only=st.booleans(), mark=st.booleans())
def test_what_another_writer_wrote_is_read_the_same(value: object, ascii_only: bool, mark: bool) -> None:
    text = "\ufeff" * mark + json.dumps(value, ensure_ascii=ascii_only)
    assert parse_json(text) == value
    assert parse_json(text.encode("utf-8", "surrogatepass")) == value if "\\ud" not in text.lower() else True


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ('{"a": 1, "b": {"c": 1, "d": 2, "c": 3}}', "'c' stands twice"),
        ("[NaN]", "NaN is no number"),
        ('{"a": -Infinity}', "-Infinity is no number"),
        ("1e999", "the number 1e999 is too large"),
        (f"[{'9' * 5000}]", "a number of 5,000 figures"),
        ("[" * 100_000, "nested too deep"),
        ('{"a":' * 100_000, "nested too deep"),
        (b'["\xff"]', "no UTF-8 from byte 2 on"),
        (json.dumps("a").encode("utf-16"), "no UTF-8 from byte 0 on"),
        ("", "Expecting value"),
        ("[1] [2]", "Extra data"),
    ],
)
def test_what_is_no_json_or_too_much_of_it_is_refused(content: str | bytes, why: str) -> None:
    with pytest.raises(BrokenJsonError, match=why):
        parse_json(content)


def test_a_crowd_of_values_is_refused_before_it_fills_the_memory() -> None:
    text = "[" + "[]," * 2_000_000 + "[]]"
    tracemalloc.start()
    with pytest.raises(BrokenJsonError, match="more than 2,000,000 values"):
        parse_json(text)
    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()


def test_numbers_and_constants_are_read_as_who_reads_wants() -> None:
    assert parse_json('{"a": [1.10, 7, NaN]}', number=str, constant=nothing) == {"a": ["1.10", "7", None]}


def test_a_name_that_stands_twice_is_found_among_many_names_in_one_pass() -> None:
    """Names are compared as a set, not each with all others: of 200,000 names that would be 40 thousand million."""
    names = ",".join(f'"n{at}": 0' for at in range(200_000))
    with pytest.raises(BrokenJsonError, match="'n0' stands twice"):
        parse_json(f'{{{names}, "n0": 1}}')
