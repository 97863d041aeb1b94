"""The estimator in scikit-learn's pipelines and searches, group-wise inside and outside."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from secondcoder import KnownLabelScorer, SegmentClassifier, TextEmbedder, known_label_score
from secondcoder.learning.cross_validation import cross_validate as cross_validate_in_study
from sklearn import config_context
from sklearn.metrics import average_precision_score, cohen_kappa_score
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_validate
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import Normalizer
from support.segment_tables import Table, cheap

FOLDS = GroupKFold(5, shuffle=True, random_state=0)
KAPPA = KnownLabelScorer(cohen_kappa_score, response_method="predict")


def held_out(estimator: SegmentClassifier, X: Any, y: Any, **how: Any) -> np.ndarray:
    """(n, k) probabilities, each of a fold's own estimator. `cross_val_predict` would number the labels anew, NaN among them."""
    done = cross_validate(
        estimator, X, y, scoring=KnownLabelScorer(), return_estimator=True, return_indices=True, **how
    )
    probability = np.full(y.shape, np.nan)
    for fitted, rows in zip(done["estimator"], done["indices"]["test"], strict=True):
        probability[rows] = fitted.predict_proba(X.iloc[rows])
    return probability


@pytest.fixture(scope="module")
def in_study(table: Table) -> np.ndarray:
    """What the study's nested cross-validation gives."""
    return cross_validate_in_study(table.planted.features, table.planted.labels, None, folds=5, seed=0).probability


def test_held_out_it_says_what_the_study_says(table: Table, in_study: np.ndarray) -> None:
    assert np.array_equal(held_out(cheap(), table.X, table.y, groups=table.groups, cv=FOLDS), in_study)


def test_the_score_of_a_fold_is_that_of_its_known_labels(table: Table, in_study: np.ndarray) -> None:
    found = cross_validate(
        cheap(), table.X, table.y, groups=table.groups, cv=FOLDS, scoring={"ap": KnownLabelScorer(), "kappa": KAPPA}
    )
    labels = table.planted.labels
    for fold, (_, rows) in enumerate(FOLDS.split(table.X, groups=table.groups)):
        by_hand = []
        for code in range(3):
            seen = rows[labels.known[rows, code]]
            if 0 < labels.y[seen, code].sum() < len(seen):
                by_hand.append(average_precision_score(labels.y[seen, code], in_study[seen, code]))
        assert found["test_ap"][fold] == pytest.approx(np.mean(by_hand))
    assert (found["test_kappa"] > 0.3).all()


def test_a_search_chooses_among_embedders_and_purposes(table: Table) -> None:
    search = GridSearchCV(
        Pipeline([("codes", cheap())]),
        {"codes__purpose": ["as people code", "balanced"], "codes__embedder__model": ["words"]},
        scoring=KAPPA,
        cv=GroupKFold(3),
    )
    search.fit(table.X, table.y, groups=table.groups)
    assert search.best_params_["codes__purpose"] in ("as people code", "balanced")
    assert search.best_estimator_["codes"].classes_.tolist() == list(table.y)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


def test_in_a_pipeline_vectors_are_numbers(table: Table) -> None:
    steps = Pipeline([("vectors", TextEmbedder("words")), ("unit", Normalizer()), ("codes", SegmentClassifier())])
    groups = {"codes__groups": table.groups}
    told = steps.fit(table.X["text"], table.y, **groups).predict_proba(table.X["text"])
    alone = SegmentClassifier().fit(TextEmbedder("words").fit_transform(table.X), table.y, groups=table.groups)
    assert np.allclose(told, alone.predict_proba(TextEmbedder("words").fit_transform(table.X)), atol=1e-6)


def test_groups_are_routed_to_the_inner_folds(table: Table) -> None:
    texts = table.X["text"]  # which name no transcript
    pairs = np.array([int(name[1:]) // 2 for name in table.groups])
    with config_context(enable_metadata_routing=True):
        asking = cheap().set_fit_request(groups=True)
        routed = held_out(asking, texts, table.y, params={"groups": pairs}, cv=GroupKFold(2))
    for train, test in GroupKFold(2).split(texts, groups=pairs):
        alone = cheap().fit(texts.iloc[train], table.y.iloc[train], groups=pairs[train])
        assert np.array_equal(routed[test], alone.predict_proba(texts.iloc[test]))
    by_params = held_out(cheap(), texts, table.y, groups=pairs, params={"groups": pairs}, cv=GroupKFold(2))
    assert np.array_equal(by_params, routed)


def test_the_estimators_own_score_is_the_macro_average_precision(table: Table, fitted: SegmentClassifier) -> None:
    assert fitted.score(table.X, table.y) == KnownLabelScorer()(fitted, table.X, table.y)


def test_a_code_whose_known_labels_are_all_alike_is_left_out() -> None:
    y = np.array([[1, 1, np.nan], [0, 1, np.nan], [1, np.nan, 0]])
    predicted = np.array([[0.9, 0.1, 0.3], [0.2, 0.8, 0.3], [0.7, 0.3, 0.9]])
    assert known_label_score(y, predicted) == 1.0
    assert np.isnan(known_label_score(y[:, 1:], predicted[:, 1:]))
    with pytest.raises(ValueError, match=r"y_pred has shape \(3, 2\), and y_true \(3, 3\)"):
        known_label_score(y, predicted[:, :2])


def test_a_scorer_can_be_sent_to_other_processes() -> None:
    again = pickle.loads(pickle.dumps(KAPPA))
    assert repr(again) == "KnownLabelScorer(cohen_kappa_score, response_method='predict')"


def test_labels_with_names_are_taken_by_their_names(table: Table, fitted: SegmentClassifier) -> None:
    turned = table.y[table.y.columns[::-1]]
    assert fitted.score(table.X, turned) == fitted.score(table.X, table.y)
    assert KAPPA(fitted, table.X, turned) == KAPPA(fitted, table.X, table.y)
    assert known_label_score(turned, table.y.fillna(0)) == known_label_score(table.y, table.y.fillna(0))
    with pytest.raises(ValueError, match=f"no column '{table.y.columns[0]}'"):
        fitted.score(table.X, table.y.iloc[:, 1:])


def test_a_score_needs_columns() -> None:
    with pytest.raises(ValueError, match="a column a code"):
        known_label_score([1, 0, np.nan], [0.3, 0.2, 0.1])
