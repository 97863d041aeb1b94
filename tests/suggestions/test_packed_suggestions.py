"""What is put away comes out as it was."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from secondcoder.domain.records import Passage, Suggestion, Valence
from secondcoder.suggestions.packed_suggestions import PackedSuggestions, digest_of

words = st.text(st.characters(exclude_categories=()) | st.sampled_from("\n\r\u2028\x1c\x85\ud800"), max_size=9)
places = st.integers(0, 10**7)
shares = st.floats(-1, 1).map(lambda share: round(share, 4) + 0.0)
passages = st.builds(Passage, words, places, places, words, shares)
suggestions = st.builds(
    Suggestion,
    transcript=words,
    start=places,
    end=places,
    code=words,
    score=shares,
    threshold=shares,
    calibrated=st.booleans(),
    model=words,
    carrying=st.lists(st.tuples(places, places), max_size=2).map(tuple),
    nearest=st.lists(passages, max_size=3).map(tuple),
    valence=st.none(),
    valence_probability=st.none(),
    alternative=st.none() | words,
) | st.builds(
    Suggestion, words, places, places, words, shares, shares, st.booleans(), words, valence=st.sampled_from(Valence)
)


@given(st.lists(st.lists(suggestions, max_size=3), max_size=4))
def test_they_come_out_as_they_were_put_in(parts: list[list[Suggestion]]) -> None:
    away = PackedSuggestions()
    for part in parts:
        away.add(part)
    together = [one for part in parts for one in part]
    assert [*away] == together == [*away]
    assert away.digest == digest_of(together)


@given(st.lists(suggestions, min_size=1, max_size=3), st.lists(suggestions, min_size=1, max_size=3))
def test_others_have_another_digest(some: list[Suggestion], others: list[Suggestion]) -> None:
    assert (digest_of(some) == digest_of(others)) == (some == others)
