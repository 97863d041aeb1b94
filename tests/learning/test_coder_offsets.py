"""Coders' offsets: invented ones found again, none where coders do not differ, against scikit-learn's regression."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize
from secondcoder.codebook.model import Code, Codebook
from secondcoder.embedding.hashed_words import WordHashEmbedder
from secondcoder.errors import InputError, ModelError
from secondcoder.labels.coder_marks import CoderMarks
from secondcoder.labels.label_matrix import LabelMatrix, Reliance
from secondcoder.learning.assessment.purposes import AS_PEOPLE_CODE
from secondcoder.learning.coder_offsets import (
    CODE_SPREAD,
    CODER_SPREAD,
    CoderOffsets,
    coder_offsets,
    offsets,
    offsets_state,
    restore_offsets,
    shifted,
)
from secondcoder.learning.model import train_model
from secondcoder.learning.stacked_kernels.classifier import StackedKernelClassifier
from sklearn.linear_model import LogisticRegression
from support.planted import CODES, planted, settings

K = 3
BOOK = Codebook(id="b", title="t", codes=tuple(Code(id=code, name=code) for code in CODES))


def _coded(of_coders: tuple[float, ...], n: int = 4000, seed: int = 0) -> tuple[np.ndarray, CoderMarks]:
    """Probabilities (n, K), and the marks of coders who give every code with log-odds so much higher."""
    rng = np.random.default_rng(seed)
    p = 1 / (1 + np.exp(-rng.normal(-1.5, 1, (n, K))))
    given = np.stack([rng.random((n, K)) < shifted(p, np.full(K, offset)) for offset in of_coders])
    return p, CoderMarks(tuple("abcdef"[: len(of_coders)]), given, np.ones_like(given))


def _labels(marks: CoderMarks) -> LabelMatrix:
    return LabelMatrix(("x", "y", "z"), marks.share >= 0.5, marks.looked.any(axis=0), share=marks.share, coders=marks)


def test_invented_offsets_are_found_again():
    p, marks = _coded((0.8, 0.0, -0.8))
    found = offsets(p, marks, np.ones(len(p)))
    np.testing.assert_allclose(found.mean(axis=1), [0.8, 0.0, -0.8], atol=0.15)


def test_coders_who_code_alike_have_none_however_far_the_model_is_off():
    p, marks = _coded((1.0,))
    twins = CoderMarks(("a", "b"), np.repeat(marks.given, 2, axis=0), np.repeat(marks.looked, 2, axis=0))
    np.testing.assert_allclose(offsets(p, twins, np.ones(len(p))), 0, atol=1e-3)


def test_who_coded_little_is_taken_for_the_team():
    p, marks = _coded((1.5, -1.5))
    few = marks.looked & (np.arange(len(p)) < 4)[:, None]
    little = CoderMarks(marks.coders, marks.given & few, few)
    assert np.abs(offsets(p, little, np.ones(len(p)))).max() < np.abs(offsets(p, marks, np.ones(len(p)))).min()


def test_they_are_those_of_a_ridge_logistic_regression_with_an_intercept():
    _, marks = _coded((0.7, -0.3), n=60)
    one = CoderMarks(marks.coders, marks.given[:, :, :1], marks.looked[:, :, :1])
    weight = np.random.default_rng(1).uniform(0.5, 2, 60)
    found = offsets(np.full((60, 1), 0.3), one, weight)
    coder = np.repeat(np.eye(2), 60, axis=0)
    reference = LogisticRegression(C=1.0, tol=1e-10, max_iter=1000).fit(
        np.hstack([CODER_SPREAD * coder, CODE_SPREAD * coder]), one.given.ravel(), np.tile(weight, 2)
    )
    common, own = reference.coef_.reshape(2, 2)
    np.testing.assert_allclose(found[:, 0], CODER_SPREAD * common + CODE_SPREAD * own, atol=1e-3)


def _groups(p):
    return [f"t{row % 5}" for row in range(len(p))]


def test_a_single_coder_is_the_model_itself_to_the_letter():
    talk = planted()
    labels = replace(talk.labels, coders=CoderMarks(("ann",), talk.labels.y[None], talk.labels.known[None]))
    fitted = StackedKernelClassifier(3, 0).fit(talk.features, labels)
    found = coder_offsets(fitted.out_of_fold_, labels, AS_PEOPLE_CODE, talk.features.groups)
    np.testing.assert_array_equal(found.probability("ann", fitted.out_of_fold_), fitted.out_of_fold_)
    np.testing.assert_array_equal(found.thresholds[0], fitted.thresholds_)


def test_what_was_given_in_a_review_says_nothing_of_a_coder():
    p, marks = _coded((0.5, -0.5), n=200)
    rests = np.zeros((200, K), dtype=bool)
    rests[100:] = True
    labels = _labels(marks)
    reviewed = replace(labels, reliance=Reliance(rests, (frozenset(),) * 200))
    by_hand = CoderMarks(marks.coders, marks.given & ~rests, marks.looked & ~rests)
    np.testing.assert_array_equal(
        coder_offsets(p, reviewed, AS_PEOPLE_CODE, _groups(p)).offset, offsets(p, by_hand, np.ones(200))
    )
    assert (
        coder_offsets(
            p, replace(labels, reliance=Reliance(labels.known, (frozenset(),) * 200)), AS_PEOPLE_CODE, _groups(p)
        )
        is None
    )


def test_who_never_looked_is_nobody_to_code_as():
    p, marks = _coded((0.5, -0.5), n=50)
    absent = replace(marks, looked=marks.looked & np.array([True, False])[:, None, None])
    found = coder_offsets(p, _labels(absent), AS_PEOPLE_CODE, _groups(p))
    assert found.coders == ("a",)
    with pytest.raises(InputError, match=r"learned from no coder 'b'.* It can code as: a\."):
        found.probability("b", p)


def test_an_offset_keeps_the_order_and_moves_all_probabilities_its_way():
    p, _ = _coded((0.0,), n=300)
    up, down = shifted(p, np.full(K, 0.4)), shifted(p, np.full(K, -0.4))
    assert ((down < p) & (p < up)).all()
    np.testing.assert_array_equal(np.argsort(up, axis=0), np.argsort(p, axis=0))
    np.testing.assert_allclose(shifted(up, np.full(K, -0.4)), p)


def test_what_is_kept_comes_back_and_older_models_have_none():
    found = CoderOffsets(("Änne", "ben"), np.eye(2, K), np.full((2, K), 0.3))
    again = restore_offsets(offsets_state(found))
    assert again.coders == found.coders
    np.testing.assert_array_equal(again.offset, found.offset)
    np.testing.assert_array_equal(again.thresholds, found.thresholds)
    assert restore_offsets({}) is None


def test_a_model_codes_as_the_team_or_as_one_coder():
    talk = planted(seed=2)
    rng = np.random.default_rng(3)
    given = np.stack([talk.labels.y, talk.labels.y & (rng.random(talk.labels.y.shape) < 0.4)])
    marks = CoderMarks(("ready", "sparing"), given, np.ones_like(given))
    labels = LabelMatrix(talk.labels.codes, marks.share >= 0.5, talk.labels.known, share=marks.share, coders=marks)
    model = train_model(talk.segments, talk.features, labels, BOOK, WordHashEmbedder(), settings())
    team, ready, sparing = (one.scores(talk.features) for one in (model, *map(model.as_coded_by, marks.coders)))
    assert ((sparing < team) & (team < ready)).all()
    said = [
        (one >= m.thresholds).sum()
        for one, m in ((ready, model.as_coded_by("ready")), (sparing, model.as_coded_by("sparing")))
    ]
    assert said[0] > said[1]
    with pytest.raises(ModelError, match=r"knows no coders apart.*secondcoder retrain"):
        replace(model, offsets=None).as_coded_by("ready")


@pytest.mark.parametrize("seed", range(3))
def test_the_fit_is_where_another_optimiser_ends_from_anywhere(seed: int) -> None:
    rng = np.random.default_rng(seed)
    p, marks = _coded((0.5, -0.7, 0.0), n=150, seed=seed)
    looked = rng.random(marks.looked.shape) < 0.7
    marks, weight = CoderMarks(marks.coders, marks.given & looked, looked), rng.uniform(0.5, 3, 150)
    c, team = 3, np.log(p / (1 - p))

    def loss(values: np.ndarray) -> float:
        common, own, of_code = np.split(values, [K, K + c])
        log_odds = team + common + CODER_SPREAD * own[:, None, None] + CODE_SPREAD * of_code.reshape(c, 1, K)
        each = weight[:, None] * (np.logaddexp(0, log_odds) - marks.given * log_odds)
        return float(each[looked].sum() + (own @ own + of_code @ of_code) / 2)

    found = minimize(loss, rng.normal(size=K + c + c * K), method="BFGS", options={"gtol": 1e-7, "maxiter": 2000}).x
    expected = CODER_SPREAD * found[K : K + c, None] + CODE_SPREAD * found[K + c :].reshape(c, K)
    np.testing.assert_allclose(offsets(p, marks, weight), expected, atol=2e-5)


def test_marks_that_are_all_equal_keep_the_offsets_finite() -> None:
    p, marks = _coded((0.0, 0.0), n=40)
    everything = CoderMarks(marks.coders, np.ones_like(marks.looked), marks.looked)
    found = offsets(p, everything, np.ones(40))
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found[0], found[1], atol=1e-9)
