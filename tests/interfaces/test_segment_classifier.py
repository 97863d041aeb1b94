"""The estimator of scikit-learn: the same as the study's classifier, masked labels, texts and numbers, and what it refuses."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from secondcoder import SegmentClassifier, TextEmbedder
from secondcoder.codebook.model import Code, Codebook
from secondcoder.errors import StudyError
from secondcoder.labels.label_matrix import LabelWeights
from secondcoder.learning.classifier import new_classifier
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError
from support.installed import install_folder
from support.planted import CODES
from support.segment_tables import Table, cheap


def study_classifier(table: Table, **weights: Any) -> Any:
    """What the study's own seam makes of the same."""
    labels = table.planted.labels
    if weights:
        labels = type(labels)(labels.codes, labels.y, labels.known, LabelWeights(**weights, belief=labels.said))
    return new_classifier("stacked-kernels", 5, 0).fit(table.planted.features, labels)


def test_it_is_the_classifier_of_a_study(table: Table, fitted: SegmentClassifier) -> None:
    own = study_classifier(table)
    assert np.array_equal(fitted.out_of_fold_, own.out_of_fold_)
    assert np.array_equal(fitted.thresholds_, own.thresholds_)
    assert np.array_equal(fitted.predict_proba(table.X), own.predict_proba(table.planted.features))


def test_sample_weights_are_the_weights_of_segments(table: Table) -> None:
    weight = np.random.default_rng(3).choice([0.5, 1.0, 2.0], len(table.X))
    made = cheap().fit(table.X, table.y, sample_weight=weight)
    assert np.array_equal(made.out_of_fold_, study_classifier(table, weight=weight).out_of_fold_)


def test_a_row_without_weight_or_labels_has_no_influence(table: Table) -> None:
    weight, y = np.ones(len(table.X)), table.y.copy()
    weight[:12], y.iloc[12:24] = 0, np.nan  # two whole transcripts, as neighbours would go with them
    made = cheap().fit(table.X, y, sample_weight=weight, groups=table.groups)
    rest = cheap().fit(table.X.iloc[24:], y.iloc[24:], groups=table.groups[24:])
    assert np.isnan(made.out_of_fold_[:24]).all()
    assert np.allclose(made.out_of_fold_[24:], rest.out_of_fold_, atol=1e-12)


def test_what_is_masked_has_no_influence(table: Table, fitted: SegmentClassifier) -> None:
    unknown = ~table.planted.labels.known
    masked = np.ma.MaskedArray(np.where(unknown, 1, table.planted.labels.y), mask=unknown)
    objects = table.y.astype(object).where(~unknown, None)
    for y in (masked, objects, pd.DataFrame(table.y).astype("Float64"), table.y.to_numpy()):
        assert np.array_equal(cheap().fit(table.X, y).out_of_fold_, fitted.out_of_fold_)


def test_codes_keep_their_names_and_their_order(table: Table, fitted: SegmentClassifier) -> None:
    assert fitted.classes_.tolist() == list(CODES)
    assert cheap().fit(table.X, table.y.to_numpy()).classes_.tolist() == [0, 1, 2]
    assert fitted.feature_names_in_.tolist() == ["text", "question", "transcript", "segment"]
    assert fitted.n_features_in_ == 4


def test_suggested_is_what_reaches_its_threshold(table: Table, fitted: SegmentClassifier) -> None:
    probability, suggested = fitted.predict_proba(table.X), fitted.predict(table.X)
    assert suggested.dtype == np.int64
    assert 0 < suggested.mean() < 1
    assert np.array_equal(suggested == 1, probability >= fitted.thresholds_)
    assert np.array_equal(suggested == 1, fitted.decision_function(table.X) >= 0)


def test_the_groups_are_those_of_the_table_unless_they_are_named(table: Table, fitted: SegmentClassifier) -> None:
    named = cheap().fit(table.X, table.y, groups=table.groups)
    assert np.array_equal(named.out_of_fold_, fitted.out_of_fold_)
    pairs = np.array([int(name[1:]) // 2 for name in table.groups])
    assert not np.array_equal(cheap().fit(table.X, table.y, groups=pairs).out_of_fold_, fitted.out_of_fold_)


def test_rows_in_another_order_keep_their_neighbours(table: Table, fitted: SegmentClassifier) -> None:
    order = np.random.default_rng(2).permutation(len(table.X))
    assert np.allclose(fitted.predict_proba(table.X.iloc[order]), fitted.predict_proba(table.X)[order], atol=1e-12)
    alone = table.X.drop(columns=["transcript", "segment"])
    assert not np.allclose(cheap().fit(alone, table.y).predict_proba(alone), fitted.predict_proba(table.X))


def test_a_question_informs_unless_it_is_left_out(table: Table) -> None:
    asked = table.X.assign(question=np.where(table.y["room"] == 1, "and the room", "and then"))
    with_it, without = (cheap(use_question=use).fit(asked, table.y) for use in (True, False))
    assert not np.allclose(with_it.out_of_fold_, without.out_of_fold_)
    blank = cheap().fit(asked.assign(question=""), table.y)
    assert np.array_equal(without.out_of_fold_, blank.out_of_fold_)


def test_texts_of_any_kind_are_the_same(table: Table) -> None:
    texts = table.X["text"]
    made = cheap().fit(texts, table.y, groups=table.groups)
    for X in (list(texts), texts.to_numpy(), table.X[["text"]], texts.to_numpy(dtype=object)[:, None]):
        assert np.array_equal(made.predict_proba(X), made.predict_proba(texts))
    assert made.predict_proba([]).shape == (0, 3)


def test_numbers_count_by_their_direction_and_sparse_ones_alike(table: Table) -> None:
    vectors = TextEmbedder("words").fit_transform(table.X)
    made = SegmentClassifier().fit(vectors, table.y, groups=table.groups)
    longer = vectors * np.random.default_rng(0).uniform(0.2, 9, len(vectors))[:, None]
    assert made.embedder_ is None
    assert np.allclose(made.predict_proba(longer), made.predict_proba(vectors), atol=1e-6)
    assert np.allclose(made.predict_proba(sparse.csr_array(vectors)), made.predict_proba(vectors), atol=1e-12)


def test_without_words_the_kernel_on_ngrams_says_nothing(table: Table) -> None:
    vectors = TextEmbedder("words").fit_transform(table.X)
    of_vectors, of_ngrams = SegmentClassifier().fit(vectors, table.y).classifier_.kernels_
    assert np.ptp(of_vectors.out_of_fold_ - of_vectors.out_of_fold_prior_) > 0.1
    assert np.ptp(of_ngrams.out_of_fold_ - of_ngrams.out_of_fold_prior_) == 0


def test_classes_are_told_apart_as_usual() -> None:
    X, y = load_iris(return_X_y=True)
    names = np.array(["setosa", "versicolor", "virginica"])[y]
    made = SegmentClassifier().fit(X, names)
    assert made.classes_.tolist() == ["setosa", "versicolor", "virginica"]
    assert np.allclose(made.predict_proba(X).sum(axis=1), 1)
    assert np.array_equal(made.predict(X), made.classes_[made.decision_function(X).argmax(axis=1)])
    assert made.score(X, names) > 0.9
    assert made.decision_function(X).shape == (150, 3)
    two = SegmentClassifier().fit(X, y == 2)
    assert two.decision_function(X).shape == (150,)
    assert np.array_equal(two.predict(X), two.decision_function(X) > 0)


def test_shares_of_coders_are_learned_as_shares(table: Table) -> None:
    shares = table.y.where(table.y != 1, 0.5)
    whole, half = cheap().fit(table.X, table.y), cheap().fit(table.X, shares)
    assert half.out_of_fold_.mean() < 0.8 * whole.out_of_fold_.mean()


BOOK = Codebook.model_validate(
    {
        "id": "talk",
        "version": "1",
        "title": "Talk",
        "codes": [
            {
                "id": "sense",
                "name": "Sense",
                "definition": "They understood what it meant and its purpose was explained.",
            },
            {"id": "room", "name": "Room", "definition": "A slot, a desk or a computer in the corridor."},
            {
                "id": "worth",
                "name": "Worth",
                "definition": "They looked at the numbers and saw a benefit.",
                "parent": "sense",
            },
        ],
    }
)


def test_a_codebook_gives_examples_and_the_tree(table: Table, fitted: SegmentClassifier) -> None:
    columns = ["worth", "room", "sense"]  # children may stand first
    made = cheap(codebook=BOOK).fit(table.X, table.y[columns])
    probability = made.predict_proba(table.X)
    assert (probability[:, 0] <= probability[:, 2] + 1e-12).all()
    told = made.predict_proba(["It was explained and understood."] * 2)[0]
    assert told[2] > made.predict_proba(["the tea was cold"] * 2)[0][2]
    assert not np.allclose(probability[:, 1], fitted.predict_proba(table.X)[:, 1])


def test_a_pickle_predicts_the_same_and_keeps_nothing_that_was_asked(table: Table, fitted: SegmentClassifier) -> None:
    before = fitted.predict_proba(table.X)
    fitted.predict_proba(["an unmistakable sentence about zeppelins"])
    kept = pickle.dumps(fitted)
    assert b"zeppelins" not in kept
    again = pickle.loads(kept)
    assert np.array_equal(again.predict_proba(table.X), before)
    assert again.embedder_.id_ == "words@1"


def test_a_clone_has_the_settings_alone(fitted: SegmentClassifier) -> None:
    copy = clone(fitted.set_params(folds=5))
    assert copy.get_params(deep=False).keys() == fitted.get_params(deep=False).keys()
    assert copy.get_params()["embedder__model"] == "words"
    with pytest.raises(NotFittedError):
        copy.predict(["text"])


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"y": [[0.0, 2.0], [1.0, 0.0]]}, "y, row 0, column 1: 2 is no label"),
        ({"y": [[np.nan, np.nan]] * 2}, "every label is unknown"),
        ({"y": [[1.0, 0.0]] * 3}, "y has 3 rows, and X 2"),
        ({"y": pd.DataFrame([[1, 0], [0, 1]], columns=["CO", "CO"])}, "two columns of one name"),
        ({"y": ["a", "a"]}, "y has 1 class"),
        ({"X": "one text"}, "X is one text"),
        ({"X": ["a text", None]}, "X, row 1: None is no text"),
        ({"X": pd.DataFrame({"txt": ["a", "b"], "n": [1, 2]})}, "no column 'text'. Did you mean 'txt'"),
        (
            {"X": pd.DataFrame({"text": ["a", "b"], "transcript": ["t", "t"], "segment": [1, 1]})},
            "two rows have the same",
        ),
        ({"groups": ["t", "t"]}, "All rows are of one group"),
        ({"groups": ["t"]}, "groups has 1 names, and X has 2 rows"),
        ({"codebook": BOOK, "y": pd.DataFrame([[1, 0], [0, 1]], columns=["sens", "room"])}, "Did you mean 'sense'"),
        ({"codebook": BOOK, "X": [[1.0, 0.0], [0.0, 1.0]]}, "X is numbers"),
    ],
)
def test_what_cannot_be_used_is_said(change: dict[str, Any], fault: str) -> None:
    given = {"X": ["a text", "another"], "y": [[1.0, 0.0], [0.0, 1.0]], "groups": None, "codebook": None} | change
    with pytest.raises(ValueError, match=fault.replace("(", r"\(")):
        cheap(codebook=given["codebook"]).fit(given["X"], given["y"], groups=given["groups"])


def test_numbers_are_refused_where_texts_were_learned_from(fitted: SegmentClassifier) -> None:
    with pytest.raises(ValueError, match="X holds numbers, and the classifier learned from texts"):
        fitted.predict(np.zeros((2, 4)))


def test_a_code_of_the_book_is_a_record() -> None:
    assert isinstance(BOOK["worth"], Code)


def test_a_classifier_of_another_package_goes_by_its_name(
    table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plug_ins_end: None
) -> None:
    install_folder(monkeypatch, tmp_path / "site")
    made = cheap(classifier="logistic").fit(table.X, table.y)
    own = new_classifier("logistic", 5, 0).fit(table.planted.features, table.planted.labels)
    assert np.array_equal(made.predict_proba(table.X), own.predict_proba(table.planted.features))
    assert np.array_equal(pickle.loads(pickle.dumps(made)).predict(table.X), made.predict(table.X))
    with pytest.raises(StudyError, match="'logistik', which no installed package provides"):
        cheap(classifier="logistik").fit(table.X, table.y)


def test_a_purpose_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match=r"purpose is 'balance'.*Did you mean 'balanced'"):
        cheap(purpose="balance").fit(["a text", "another"], [[1.0, 0.0], [0.0, 1.0]])
