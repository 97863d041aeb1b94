"""Trees and folds: properties that hold whatever is suggested with whichever probabilities."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from secondcoder.codebook.yaml_file import load_codebook
from secondcoder.domain.records import Suggestion
from secondcoder.labels.suggestion_trees import folded_codes, root_of, trees, with_constructs

BOOK = load_codebook("npt")


def suggest(scores: dict[str, float], ranked: frozenset[str] = frozenset()) -> list[Suggestion]:
    return [Suggestion("t", 0, 9, code, score, 0.1, code not in ranked, "m0001") for code, score in scores.items()]


SCORES = st.dictionaries(st.sampled_from(BOOK.ids), st.floats(0.01, 0.99), min_size=1, max_size=9)


@given(SCORES)
def test_each_suggestion_stands_once_below_its_construct(scores: dict[str, float]) -> None:
    found = trees(suggest(scores), BOOK)
    rows = [(suggestion.code, depth) for tree in found for suggestion, depth in tree.rows]
    assert sorted(code for code, _ in rows) == sorted(scores)
    assert dict(rows) == {code: sum(above in scores for above in BOOK.ancestors(code)) for code in scores}
    assert len(found) == len({root_of(code, BOOK) for code in scores})


@given(SCORES)
def test_the_likeliest_tree_comes_first(scores: dict[str, float]) -> None:
    best = [max(suggestion.score for suggestion, _ in tree.rows) for tree in trees(suggest(scores), BOOK)]
    assert best == sorted(best, reverse=True)


@given(SCORES, st.floats(0, 1))
def test_what_is_shown_is_likely_or_above_it_or_the_best_of_all(scores: dict[str, float], fold: float) -> None:
    shown = set(scores) - folded_codes(suggest(scores), BOOK, fold)
    assert shown
    assert {code for code, score in scores.items() if score >= fold} <= shown
    below = {above for code in shown for above in BOOK.ancestors(code)}
    best = max(scores.values())
    assert all(scores[code] >= fold or code in below or (best < fold and scores[code] == best) for code in shown)


@given(SCORES, st.floats(0, 1))
def test_no_sub_construct_is_shown_without_its_suggested_construct(scores: dict[str, float], fold: float) -> None:
    shown = set(scores) - folded_codes(suggest(scores), BOOK, fold)
    assert all(above in shown for code in shown for above in BOOK.ancestors(code) if above in scores)


def test_a_construct_stands_alone_where_no_sub_construct_is_likely() -> None:
    marks = suggest({"CP": 0.6, "CP.ENR": 0.3, "CP.ACT": 0.3})
    assert folded_codes(marks, BOOK, 0.35) == {"CP.ENR", "CP.ACT"}


def test_a_rank_is_never_folded_and_comes_after_the_probabilities() -> None:
    marks = suggest({"F1": 0.9, "CO": 0.5}, ranked=frozenset({"F1"}))
    assert folded_codes(marks, BOOK, 0.95) == {"CO"}
    assert [tree.rows[0][0].code for tree in trees(marks, BOOK)] == ["CO", "F1"]


@given(SCORES, st.floats(0, 1), st.floats(0, 1))
def test_a_lower_fold_folds_no_more(scores: dict[str, float], one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert folded_codes(suggest(scores), BOOK, low) <= folded_codes(suggest(scores), BOOK, high)


@given(st.sets(st.sampled_from(BOOK.ids)), st.sets(st.sampled_from(BOOK.ids)))
def test_taking_a_sub_construct_takes_its_suggested_constructs(codes: set[str], suggested: set[str]) -> None:
    taken = with_constructs(codes, suggested, BOOK)
    assert taken - codes == {above for code in codes for above in BOOK.ancestors(code)} & suggested - codes
