"""The comparison with peers on an invented set, and its figures worked out by hand."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
import secondcoder
from scipy.special import expit
from secondcoder.embedding.hashed_words import WordHashEmbedder
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.assessment.metrics import LabelledPredictions
from secondcoder.learning.assessment.splits import group_folds
from secondcoder.learning.stacked_kernels.classifier import INNER_FOLDS, StackedKernelClassifier
from sklearn.metrics import cohen_kappa_score
from support.places import BENCHMARKS

METHODS = (
    "words_svm",
    "words_logistic",
    "pxtextmining_svc",
    "vectors_logistic",
    "activetigger",
    "activetigger_optimised",
    "plain_baseline",
    "plain_baseline_tuned",
    "plain_baseline_capped",
    "secondcoder",
    "secondcoder_without_names",
    "secondcoder_without_question",
    "secondcoder_without_neighbours",
    "secondcoder_without_ngrams",
    "secondcoder_without_embeddings",
    "secondcoder_without_length",
)


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))


def _part(name: str) -> ModuleType:
    return import_module(f"comparison.{name}")


def _units(documents: int = 8, length: int = 16) -> pd.DataFrame:
    """Invented answers, each after a question: 'lamp' words carry A, 'river' words B, and C stands on three units only."""
    rng, rows = np.random.default_rng(0), []
    for document in range(documents):
        for order in range(length):
            a, b = rng.random(2) < 0.35
            words = ["plain", "talk", str(rng.integers(9)), *(["lamp", "glow"] * int(a)), *(["river", "boat"] * int(b))]
            codes = [code for code, has in (("A", a), ("B", b), ("C", document == 0 and order < 3)) if has]
            rows.append((f"d{document}", 2 * order, "interviewer", "And then?", ""))
            rows.append((f"d{document}", 2 * order + 1, "participant", " ".join(words), "|".join(codes)))
    return pd.DataFrame(rows, columns=["doc_id", "order", "speaker", "text", "labels"])


@pytest.fixture
def data() -> Any:
    return _part("sets").benchmark_set("invented", "invented", _units(), "labels", WordHashEmbedder())


def test_a_set_keeps_codes_with_enough_marks_and_makes_questions_of_an_interviewers_units(data):
    assert data.codes == ("A", "B")
    assert len(data.y) == 8 * 16
    assert "And then?" not in data.features.texts
    assert data.features.questions.any(axis=1).all()
    for document in set(data.features.groups):
        assert len({data.fold[row] for row, group in enumerate(data.features.groups) if group == document}) == 1


@pytest.mark.slow
def test_a_run_writes_every_method_and_goes_on_where_it_stopped(data, tmp_path):
    quality, told = import_module("quality"), []
    keeper = _part("runs").Keeper(tmp_path / "cache", told.append)
    results = quality.measure(data, METHODS, keeper, 20, quick=True)
    assert told
    again: list[str] = []
    quality.measure(data, METHODS, _part("runs").Keeper(tmp_path / "cache", again.append), 20, quick=True)
    assert not again
    _part("report").write_report(tmp_path / "QUALITY.md", [results], None, 20, True)
    report = (tmp_path / "QUALITY.md").read_text(encoding="utf-8")
    for name in METHODS:
        assert f"| {_part('methods').METHODS[name].label} |" in report
    assert "weak evidence" in report
    assert "lamp" not in report
    assert (tmp_path / "quality-curves.svg").read_text(encoding="utf-8").startswith("<svg")
    assert results.figures["secondcoder"].point["macro_ap"] > results.baseline.point["macro_ap"] + 0.2
    assert np.isnan(results.figures["words_svm"].point["calibration"])


@pytest.mark.parametrize("name", METHODS)
def test_a_held_back_unit_is_scored_without_its_label(data, name):
    rows, rest = np.flatnonzero(data.fold != 0), np.flatnonzero(data.fold == 0)
    method = _part("methods").METHODS[name]
    turned = data.y.copy()
    turned[rest] = ~turned[rest]
    answers = [
        method.run(data.features.take(rows), y[rows], data.features.take(rest), data.code_embeddings)
        for y in (data.y, turned)
    ]
    assert answers[0].score.shape == answers[0].suggested.shape == (len(rest), 2)
    np.testing.assert_array_equal(answers[0].score, answers[1].score)
    found = _part("one_a_code").macro_ap(answers[0].score, data.y[rest])
    assert found > (0.3 if name == "secondcoder_without_embeddings" else 0.8)


def test_a_plain_baselines_thresholds_come_from_other_documents_scores(data):
    plain, rows = _part("plain_baseline"), np.arange(len(data.y))
    inputs, _ = plain._inputs(data.features, data.features)
    gram = inputs.similarity(inputs)
    np.testing.assert_allclose(gram, gram.T)
    document = np.asarray(data.features.groups) == data.features.groups[0]
    turned = data.y.copy()
    turned[document] = ~turned[document]
    inner, other = (plain._inner(gram, y, data.features, 1.0) for y in (data.y, turned))
    np.testing.assert_allclose(inner[document], other[document])
    assert not np.allclose(inner[~document], other[~document])
    # Ridge regression in its dual form is ridge regression, here scikit-learn's own on the columns themselves.
    X = np.hstack([inputs.dense, inputs.sparse.toarray()])
    y = data.y - data.y.mean(axis=0)
    expected = import_module("sklearn.linear_model").Ridge(alpha=2.0, fit_intercept=False).fit(X, y).predict(X)
    np.testing.assert_allclose(plain._ridge(gram, data.y, rows, gram, 2.0), expected, atol=1e-6)


def test_a_plain_baseline_suggests_as_often_as_people_mark():
    """Its scores tell the marks apart from all else, and no code that nobody gave is suggested."""
    groups = [f"t{at % 8}" for at in range(200)]
    y = np.column_stack([np.arange(200) < 40, np.zeros(200, dtype=bool)])
    score = np.column_stack([np.linspace(3, -3, 200), np.linspace(3, -3, 200)])
    suggested = (score >= _part("plain_baseline").people_thresholds(score, y, groups)).sum(axis=0)
    assert 30 <= suggested[0] <= 60
    assert suggested[1] == 0


def test_the_variant_that_ships_is_the_classifier(data):
    rows, rest = np.flatnonzero(data.fold != 0), np.flatnonzero(data.fold == 0)
    train, held = data.features.take(rows), data.features.take(rest)
    labels = LabelMatrix(data.codes, data.y[rows], data.known[rows], rolled_up=np.array([-1, 0]))
    model = StackedKernelClassifier(5, 3).fit(train, labels, data.code_embeddings)
    variants = _part("variants")
    part = variants.Part(train, labels, held, data.code_embeddings, group_folds(train.groups, INNER_FOLDS, 3))
    inner, score = variants.VARIANTS["as it ships"](part)
    np.testing.assert_allclose(expit(inner), model.out_of_fold_, atol=1e-6)
    np.testing.assert_allclose(expit(score), model.predict_proba(held), atol=1e-6)
    other = variants.VARIANTS["no own share"](part)[1]
    assert not np.allclose(other, score, atol=1e-3)


def test_at_equal_numbers_a_method_suggests_its_likeliest_as_often_as_people_mark():
    equal = _part("equal_numbers")
    score = np.array([[0.9, 0.1], [0.8, 0.3], [0.7, 0.2]])
    y = np.array([[True, True], [False, False], [True, False]])
    np.testing.assert_array_equal(equal.likeliest_of_each(score, y), [[1, 0], [1, 1], [0, 0]])
    np.testing.assert_array_equal(equal.likeliest_of_all(score, y), [[1, 0], [1, 0], [1, 0]])
    found = equal.at_equal_numbers(LabelledPredictions(score, y, y, np.ones_like(y), ("a", "b", "c")), 20)
    assert found.kappa == pytest.approx(cohen_kappa_score(y.ravel(), [1, 0, 1, 1, 0, 0]))
    assert found.of_all == pytest.approx(cohen_kappa_score(y.ravel(), [1, 0, 1, 0, 1, 0]))


def test_a_relative_lead_is_a_ratio_and_its_interval_that_of_the_difference_to_it():
    figures = _part("figures")
    rng = np.random.default_rng(0)
    other = rng.normal(0.4, 0.02, 4000)
    own = 1.2 * other + rng.normal(0, 0.01, 4000)
    one, peer = (
        figures.Figures({"macro_ap": 0.4 * ratio}, {"macro_ap": drawn}, {}, {}, {}, 0.0, (200, 200.0))
        for ratio, drawn in ((1.2, own), (1.0, other))
    )
    lead, low, high = figures.relative_lead(one, peer, "macro_ap")
    assert lead == pytest.approx(0.2)
    # The spread of own / other, by simulation: 1.97 is Student's t of 199.
    assert (high - low) / 2 == pytest.approx(1.97 * np.std(own / other), rel=0.05)


def test_figures_over_several_seeds_are_their_means(data):
    figures = _part("figures")
    held = LabelledPredictions(np.where(data.y, 0.8, 0.1), data.y, data.y, data.known, data.features.groups)
    worse = replace(held, suggested=np.ones_like(data.y))
    several = [figures.figures(one, True, 20) for one in (held, worse)]
    mean = figures.mean_figures(several)
    assert mean.point["pooled_kappa"] == pytest.approx(np.mean([one.point["pooled_kappa"] for one in several]))
    assert mean.draws["macro_f1"].shape == (20,)


def test_activetigger_is_scikit_learns_logistic_regression_on_standardised_vectors(data):
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    peer, features = _part("activetigger_peer"), data.features
    answer = peer.activetigger(features, data.y, features, data.code_embeddings)
    own = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(features.vectors, data.y[:, 0])
    np.testing.assert_allclose(answer.score[:, 0], own.predict_proba(features.vectors)[:, 1], atol=1e-6)
    np.testing.assert_array_equal(answer.suggested[:, 0], own.predict(features.vectors))


def test_pxtextmining_is_scikit_learns_radial_svc_on_cleaned_words_and_the_questions_type(data):
    from scipy import sparse
    from sklearn.svm import SVC

    texts = tuple(f"{text} {('open 24/7', 'well-run')[row % 2]}" for row, text in enumerate(data.features.texts))
    kinds = ("what_good", "could_improve", "nonspecific", "what_good") * (len(data.y) // 4)
    features = replace(data.features, texts=texts, question_types=kinds)
    answer = _part("pxtextmining_peer").pxtextmining_svc(features, data.y, features, data.code_embeddings)
    reader = import_module("sklearn.feature_extraction.text").TfidfVectorizer(ngram_range=(1, 2), max_df=0.9)
    cleaned = [_part("pxtextmining_peer").cleaned(text) for text in features.texts]
    asked = np.array([[kind == one for one in sorted(set(kinds))] for kind in kinds], dtype=float)
    X = sparse.hstack([asked, reader.fit_transform(cleaned)]).tocsr()
    own = SVC(C=15, class_weight="balanced", max_iter=1000).fit(X, data.y[:, 0]).decision_function(X)
    np.testing.assert_allclose(answer.score[:, 0], own, atol=1e-3)
    assert _part("pxtextmining_peer").cleaned("Well-run, 24/7; I'm GLAD.") == "well run im glad"


def test_questions_have_the_types_of_the_survey():
    kind = _part("sets").question_type
    assert [kind(asked) for asked in ("", "What was good?", "What could we do better?", "FFT Why?")] == [
        "",
        "what_good",
        "could_improve",
        "nonspecific",
    ]


def test_an_ablation_takes_one_input_and_leaves_the_others(data):
    own, part = _part("own"), data.features
    unworded = own._unworded(part)
    assert [len(text.split()) for text in unworded.texts] == [len(text.split()) for text in part.texts]
    words = " ".join(unworded.texts).split()
    assert len(set(words)) == len(words)
    assert not any(word.isalnum() for word in words)
    assert (own._alone(part).previous == -1).all()
    assert not own._unembedded(part).vectors.any()
    model = own._BlindToLength(2, 0)
    model.code_embeddings_ = data.code_embeddings
    assert not model._covariates(part)[:, 0].any()
    assert model._covariates(part)[:, 1:].any()


def test_a_change_of_the_learner_voids_kept_answers_and_a_missing_file_is_an_error(data, monkeypatch):
    """The list holds every module of secondcoder's own that the classifier imports, by whatever way round."""
    runs, methods = _part("runs"), _part("methods").METHODS
    behind = runs.code_behind(methods["secondcoder"])
    room = Path(str(secondcoder.__file__)).parent
    learner = [path.relative_to(room).as_posix() for path in behind if path.is_relative_to(room)]
    imported = set()
    for path in learner:
        if path.startswith("learning/"):
            imported |= set(re.findall(r"^from secondcoder\.([\w.]+) import", (room / path).read_text(), re.M))
    no_matter = {"embedding", "domain.records", "domain.plugins", "errors"}
    wanted = {f"{name.replace('.', '/')}.py" for name in imported - no_matter}
    assert wanted <= set(learner)
    assert set(learner) >= {
        path.relative_to(room).as_posix() for path in (room / "learning/stacked_kernels").glob("*.py")
    }
    assert not [path for path in runs.code_behind(methods["words_svm"]) if path.is_relative_to(room)]
    monkeypatch.setattr(runs, "RECIPE", ("learning/gone.py",))
    with pytest.raises(FileNotFoundError):
        runs._digest(data, methods["secondcoder"], np.arange(2), np.arange(2))


def test_finished_answers_alone_say_what_is_missing(data, tmp_path):
    keeper = _part("runs").Keeper(tmp_path / "cache", lambda message: None, kept_only=True)
    results = import_module("quality").measure(data, ["words_svm"], keeper, 20)
    assert not results.figures
    assert results.missing["words_svm"] == results.missing["plain_baseline"] == "not run in this run."


def test_absent_sets_are_named_and_nothing_is_written(tmp_path, capsys):
    out = tmp_path / "QUALITY.md"
    assert import_module("quality").main(["--data", str(tmp_path), "--out", str(out), "--cache", str(tmp_path)]) == 0
    assert "skipped ohd_long1960s" in capsys.readouterr().err
    assert not out.exists()


def test_reading_effort_by_hand():
    share_read = _part("reading_effort").share_read
    y = np.array([1, 0, 0, 1, 1], dtype=bool)
    assert share_read(np.array([5.0, 4, 3, 2, 1]), y, 0.6) == pytest.approx(4 / 5)
    assert share_read(np.array([5.0, 1, 2, 4, 3]), y, 1.0) == pytest.approx(3 / 5)
    effort = _part("reading_effort").effort(np.eye(20)[:, :1], np.eye(20, dtype=bool)[:, :1])
    assert (effort.read95, effort.saved95) == (pytest.approx(1 / 20), pytest.approx(0.9))


def test_top_three_and_calibration_by_hand():
    score = np.array([[0.9, 0.8, 0.7, 0.6], [0.9, 0.8, 0.7, 0.6], [0.1, 0.1, 0.1, 0.1]])
    y = np.array([[0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0]], dtype=bool)
    np.testing.assert_array_equal(_part("figures").top3_hit_rate(score, y), [1, 0, np.nan])
    held = LabelledPredictions(score, score > 0.5, y, np.ones_like(y), ("a", "b", "c"))
    point = _part("figures").figures(held, True, 10).point
    assert point["top3"] == pytest.approx(1 / 2)
    # By code: bins (two at the height, none marked or one) and the third unit at .1.
    by_hand = [(1.8 + 0.1) / 3, (1.6 + 0.1) / 3, (0.4 + 0.1) / 3, (0.2 + 0.1) / 3]
    assert point["calibration"] == pytest.approx(np.mean(by_hand))


def test_a_method_does_not_differ_from_itself():
    rng = np.random.default_rng(1)
    y = rng.random((60, 3)) < 0.3
    score = rng.random((60, 3))
    made = _part("figures").figures(
        LabelledPredictions(score, score > 0.5, y, np.ones_like(y), [f"d{i // 6}" for i in range(60)]), True, 30
    )
    gap, low, high = _part("figures").difference(made, made, "macro_ap")
    assert gap == 0.0
    assert np.isnan([low, high]).all()
    low, high = made.interval["macro_ap"]
    assert low < made.point["macro_ap"] < high


def test_the_best_threshold_is_the_one_with_the_best_f1():
    threshold = _part("one_a_code").best_f1_threshold(
        np.array([0.1, 0.4, 0.35, 0.8]), np.array([0, 1, 0, 1], dtype=bool)
    )
    assert threshold == pytest.approx(0.4)
    assert _part("one_a_code").best_f1_threshold(np.array([0.1, 0.2]), np.zeros(2, dtype=bool)) == 0.5


def test_a_learning_curve_is_trained_on_whole_documents(data):
    rows = np.arange(len(data.y))
    few = _part("runs").first_documents(data, rows, 15, 0)
    chosen = {data.features.groups[row] for row in few.tolist()}
    assert len(few) == 16 * len(chosen)
    assert data.y[few].any(axis=1).sum() >= 15
    assert 2 <= len(chosen) < 8
    np.testing.assert_array_equal(few, _part("runs").first_documents(data, rows, 15, 0))


def test_an_invented_study_has_a_question_before_every_answer():
    rows = list(_part("timing").invented_rows(200, 3, 4))
    assert [row["speaker"] for row in rows] == ["Interviewer", "P"] * 200
    assert len({row["transcript"] for row in rows}) == 4
    assert {code for row in rows for code in row["codes"].split("|")} == {"", "CODE00", "CODE01", "CODE02"}
