"""Codes with too few examples: ranked by likeness to what the codebook says, in an order and never as a probability."""

from __future__ import annotations

import numpy as np
import pytest
from secondcoder.codebook.model import Code, Codebook, Exclude
from secondcoder.embedding.hashed_words import WordHashEmbedder
from secondcoder.learning.description_ranker import (
    CodedPassages,
    DescriptionRanker,
    _contrast,
    _contrast_held_out,
    _kernel,
    _ridge,
)
from support.planted import FILLER

WORDS = WordHashEmbedder()
ROOM = Code(id="R", name="Room", definition="corridor computer slots desk", examples=("no room and no desk",))
WORTH = Code(id="V", name="Worth", definition="looked numbers benefit march", prototypes=("we looked at the numbers",))
BARE = Code(id="F", name="ferry")
BOOK = Codebook(id="b", title="t", codes=(ROOM, WORTH, BARE))
RNG = np.random.default_rng(0)
TALK = [" ".join(RNG.choice(FILLER, 9)) for _ in range(200)]


def _passages(*texts: str, code: str = "R") -> CodedPassages:
    y = np.tile(np.array(BOOK.ids) == code, (len(texts), 1))
    return CodedPassages(WORDS.embed(texts), y, np.ones_like(y))


def _ranker(texts: list[str] = TALK, ranked: tuple[str, ...] = ("R", "V"), *coded: str) -> DescriptionRanker:
    return DescriptionRanker().fit(BOOK, ranked, WORDS, WORDS.embed(texts), _passages(*coded))


def test_talk_with_the_definitions_words_ranks_first_for_its_own_code():
    texts = [*TALK, "she has no desk and no computer in the corridor", "we looked at the numbers in march"]
    scores = _ranker(texts).scores(WORDS.embed(texts))
    assert scores.argmax(axis=0).tolist() == [200, 201]


def test_columns_follow_the_codes_asked_for():
    texts = [*TALK, "no desk and no computer in the corridor", "looked at the numbers in march", "by ferry, the ferry"]
    scores = _ranker(texts, ("F", "R")).scores(WORDS.embed(texts))
    assert scores.argmax(axis=0).tolist() == [202, 200]


def test_about_two_in_a_hundred_segments_are_suggested():
    ranker = _ranker()
    share = (ranker.scores(WORDS.embed(TALK)) >= ranker.thresholds).mean(axis=0)
    np.testing.assert_allclose(share, 0.02, atol=0.01)


def test_scores_are_an_order_between_zero_and_one():
    scores = _ranker().scores(WORDS.embed([*TALK, "corridor computer slots desk", "", "zzz"]))
    assert scores.min() >= 0
    assert scores.max() <= 1
    assert np.isfinite(scores).all()


def test_a_segments_score_does_not_depend_on_what_is_scored_with_it():
    ranker = _ranker()
    np.testing.assert_allclose(ranker.scores(WORDS.embed(TALK[:3])), ranker.scores(WORDS.embed(TALK))[:3], atol=1e-9)


def test_a_passage_that_humans_coded_lifts_what_is_like_it():
    like_it = WORDS.embed(["that boat was late again in the fog"])
    taught = _ranker(TALK, ("R", "V"), "the boat was late because of fog")
    assert taught.strengths(like_it)[0, 0] > _ranker().strengths(like_it)[0, 0]


def test_the_first_examples_of_a_code_do_not_end_its_suggestions():
    sea = ["boat", "fog", "late", "tide", "sail", "quay"]
    told, others = [], []
    for seed in range(5):
        rng = np.random.default_rng(seed)
        boats = [" ".join([*rng.choice(sea, 2, replace=False), *rng.choice(FILLER, 4)]) for _ in range(57)]
        ranker = _ranker([*TALK[:100], *boats[:7]], ("R", "V"), *boats[:7])
        plain = [" ".join(rng.choice(FILLER, 9)) for _ in range(100)]
        for texts, found in ((boats[7:], told), (plain, others)):
            found.append((ranker.scores(WORDS.embed(texts))[:, 0] >= ranker.thresholds[0]).mean())
    assert np.mean(told) > 0.15  # about 0.01, if the seven counted as likest to themselves
    assert np.mean(others) < 0.05


def test_an_example_counts_as_if_it_had_not_been_learned_from():
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(9, 4))
    gram = _kernel(
        vectors / np.linalg.norm(vectors, axis=1, keepdims=True),
        vectors / np.linalg.norm(vectors, axis=1, keepdims=True),
    )
    y, weights = np.arange(9) < 3, rng.uniform(0.2, 1, 9)
    dual, penalty = _contrast(gram, y, weights), np.diag(_ridge(y, weights))
    own = _contrast_held_out(gram, dual, y, weights)
    for row in range(9):
        rest = np.delete(np.arange(9), row)
        without = np.linalg.solve(gram[np.ix_(rest, rest)] + np.diag(penalty[rest]), y[rest] - 0.5)
        assert gram[row] @ dual - own[row] == pytest.approx(gram[row, rest] @ without)


def test_texts_all_alike_are_not_suggested():
    ranker = _ranker(["the same again"] * 20)
    assert not (ranker.scores(WORDS.embed(["the same again"])) >= ranker.thresholds).any()


@pytest.mark.parametrize("texts", [[], ["one"]])
def test_few_or_no_segments_give_scores_of_the_right_shape(texts):
    ranker = _ranker(texts)
    scores = ranker.scores(WORDS.embed(["a", "b", "c"]))
    assert scores.shape == (3, 2)
    assert np.isfinite(scores).all()
    assert ranker.scores(WORDS.embed([])).shape == (0, 2)


def test_without_codes_there_is_nothing_to_rank():
    ranker = _ranker(TALK, ())
    assert ranker.scores(WORDS.embed(TALK)).shape == (200, 0)
    assert ranker.thresholds.shape == (0,)


def test_restored_from_its_arrays_it_ranks_the_same():
    ranker = _ranker(TALK, ("R", "V"), "no slots on any desk")
    restored = DescriptionRanker().restore({name: array.copy() for name, array in ranker.state().items()})
    np.testing.assert_array_equal(restored.scores(WORDS.embed(TALK)), ranker.scores(WORDS.embed(TALK)))
    np.testing.assert_array_equal(restored.thresholds, ranker.thresholds)


def test_a_ranker_from_before_there_was_a_scale_ranks_as_it_did():
    ranker = _ranker()
    old = {name: ranker.state()[name] for name in ("centre", "anchors", "contrast", "likeness", "scale")}
    raw = ranker._raw_strengths(WORDS.embed(TALK))
    old["reference"] = np.quantile(raw, np.linspace(0, 1, 1001), axis=0).T
    restored = DescriptionRanker().restore(old)
    np.testing.assert_array_equal(restored.strengths(WORDS.embed(TALK)), raw)
    np.testing.assert_array_equal(restored.thresholds, [0.98, 0.98])
    assert (restored.rivals(WORDS.embed(TALK)) == -1).all()


def test_a_codes_rank_is_compared_with_those_of_all_codes():
    scores = _ranker().scores(WORDS.embed(TALK))
    assert np.median(scores) == pytest.approx(0.5, abs=0.01)
    strengths = _ranker().strengths(WORDS.embed(TALK))
    np.testing.assert_array_equal(scores.argmax(axis=1), strengths.argmax(axis=1))


def test_what_a_code_excludes_lowers_it_and_lifts_the_code_where_it_goes():
    talk = WORDS.embed([*TALK, "a parking quarrel by the bins"])
    plain = DescriptionRanker().fit(BOOK, ("R", "V"), WORDS, talk, _passages())
    excluding = ROOM.model_copy(update={"excludes": (Exclude(text="parking quarrel bins", see=("V",)),)})
    book = BOOK.model_copy(update={"codes": (excluding, WORTH, BARE)})
    change = DescriptionRanker().fit(book, ("R", "V"), WORDS, talk, _passages()).strengths(talk) - plain.strengths(talk)
    assert change[-1, 0] < change[:-1, 0].min()
    assert change[-1, 1] > change[:-1, 1].max()


def test_other_codes_texts_are_held_against_a_code():
    talk = WORDS.embed(TALK)
    alone = BOOK.model_copy(update={"codes": (ROOM, BARE)})
    theirs = WORDS.embed(["looked numbers benefit march"])
    with_it = DescriptionRanker().fit(BOOK, ("R",), WORDS, talk, _passages()).strengths(theirs)
    nothing = CodedPassages(WORDS.embed([]), np.zeros((0, 2), dtype=bool), np.zeros((0, 2), dtype=bool))
    without = DescriptionRanker().fit(alone, ("R",), WORDS, talk, nothing).strengths(theirs)
    assert with_it[0, 0] < without[0, 0]


def test_what_all_the_talk_has_in_common_counts_for_less():
    talk = WORDS.embed(TALK)
    common, rare = talk.mean(axis=0, keepdims=True), WORDS.embed(["ferry fog"])
    ranker = _ranker()
    np.testing.assert_allclose(ranker.centre_, common[0], atol=1e-6)
    ours = CodedPassages(np.concatenate([common, rare]), np.eye(3, dtype=bool)[[0, 0]], np.ones((2, 3), dtype=bool))
    likeness = DescriptionRanker().fit(BOOK, ("R",), WORDS, talk, ours).likeness_ - ranker.likeness_[:1]
    assert abs(likeness @ common[0]) < abs(likeness @ rare[0])


def test_more_passages_weigh_more():
    like_it = WORDS.embed(["that boat was late again in the fog"])
    one, three = (
        _ranker(TALK, ("R",), *texts).strengths(like_it)[0, 0]
        for texts in (["late boat fog"], ["late boat fog", "the boat late again", "fog and the boat again"])
    )
    assert three > one


def test_a_passage_speaks_neither_for_nor_against_a_code_that_nobody_looked_for():
    vectors = WORDS.embed(["the boat was late because of fog"])
    y, known = np.array([[True, False, False]]), np.array([[True, False, True]])
    unknown, absent = (
        DescriptionRanker().fit(BOOK, ("R", "V"), WORDS, WORDS.embed(TALK), CodedPassages(vectors, y, mask))
        for mask in (known, np.ones_like(known))
    )
    assert unknown.contrast_[-1, 1] == 0
    assert absent.contrast_[-1, 1] < 0


def test_hundreds_of_marks_in_one_transcript_are_thinned_out():
    ranker = _ranker(TALK, ("R",), *(f"desk {number}" for number in range(300)))
    assert len(ranker.anchors_) == len(_ranker(TALK, ("R",)).anchors_) + 50


def test_a_single_code_is_ranked_by_likeness_alone():
    book = BOOK.model_copy(update={"codes": (ROOM,)})
    nothing = CodedPassages(WORDS.embed([]), np.zeros((0, 1), dtype=bool), np.zeros((0, 1), dtype=bool))
    texts = [*TALK, "no desk and no computer in the corridor"]
    scores = DescriptionRanker().fit(book, ("R",), WORDS, WORDS.embed(texts), nothing).scores(WORDS.embed(texts))
    assert scores[:, 0].argmax() == len(TALK)
