"""On the demonstration study the estimator gives what the study's own classifier gives, doubly coded passages and tree included."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from secondcoder import KnownLabelScorer, SegmentClassifier, Study, TextEmbedder, labelled_segments
from secondcoder.learning.codebook_texts import code_vectors
from secondcoder.learning.cross_validation import cross_validate as cross_validate_in_study
from secondcoder.learning.model import split_by_examples
from secondcoder.training.train import coded_data
from sklearn.model_selection import GroupKFold, cross_validate
from support.places import ROOT
from support.study_checks import CHEAP

pytestmark = pytest.mark.slow


def test_the_estimators_probabilities_are_those_of_the_study(tmp_path: Path) -> None:
    Study.create(tmp_path / "study", "npt").close()
    (tmp_path / "study" / "secondcoder.toml").write_text(CHEAP, encoding="utf-8")
    study = Study(tmp_path / "study")
    study.import_files([ROOT / "corpora" / "demo"])
    workspace, settings = study.workspace(), study.configuration.learning
    data = coded_data(workspace)
    scored, _ = split_by_examples(data.labels, data.transcripts, settings, data.features.groups)
    labels = data.labels.columns(scored)
    assert labels.share is not None  # some passages are doubly coded, and their coders differ
    assert (labels.parents >= 0).any()
    described = code_vectors([workspace.codebook[code] for code in scored], workspace.embedder, data.segments)
    own = cross_validate_in_study(
        data.features, labels, described, folds=settings.folds, seed=settings.seed, purpose=settings.purpose
    )

    estimator = SegmentClassifier(
        embedder=TextEmbedder("words"), codebook="npt", folds=settings.folds, random_state=settings.seed
    )
    X, y, groups, weight = labelled_segments(study)
    y = y[list(scored)]
    assert (weight == 1).all()
    done = cross_validate(
        estimator,
        X,
        y,
        groups=groups,
        params={"groups": groups},
        cv=GroupKFold(settings.folds, shuffle=True, random_state=settings.seed),
        scoring=KnownLabelScorer(),
        return_estimator=True,
        return_indices=True,
    )
    for fitted, rows in zip(done["estimator"], done["indices"]["test"], strict=True):
        assert np.array_equal(fitted.predict_proba(X.iloc[rows]), own.probability[rows])
        assert np.array_equal(fitted.predict(X.iloc[rows]) == 1, own.suggested[rows])
    study.close()
