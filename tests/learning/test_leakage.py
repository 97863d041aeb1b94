"""Nothing of a held-back transcript reaches its score: labels at random give chance, and a leak put in by hand shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from secondcoder.codebook.model import Code, Codebook
from secondcoder.embedding.hashed_words import WordHashEmbedder
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning import cross_validation, model
from secondcoder.learning.assessment.assess import assess
from secondcoder.learning.assessment.evaluate import evaluate
from secondcoder.learning.assessment.held_out import HoldingOut
from secondcoder.learning.assessment.metrics import point_and_draws
from secondcoder.learning.assessment.splits import group_folds
from secondcoder.learning.codebook_texts import code_vectors
from secondcoder.learning.model import train_model
from secondcoder.learning.stacked_kernels.classifier import StackedKernelClassifier
from secondcoder.learning.stacked_kernels.kernel_ridge import MaskedKernelRidge
from support.planted import CODES, FILLER, Planted, features_of, planted, segments_of, settings
from threadpoolctl import threadpool_limits

CHANCE = {"ap_above_prevalence": 0.05, "kappa": 0.1}
"""Tolerances: four shuffles have a mean within 0.03 and 0.05 of none; the leaks below give 0.6 and more."""
Figures = dict[str, float]


def _figures(talk: Planted) -> Figures:
    report = evaluate(
        talk.features, talk.labels, talk.segments, {}, HoldingOut(4, 0, "transcript"), rounds=100
    ).to_json()
    prevalence = float(talk.labels.y.mean(axis=0).mean())
    return {"ap_above_prevalence": report["macro_ap"] - prevalence, "kappa": report["pooled_kappa"]}


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """Small matrices on a busy machine: several threads only wait for each other."""
    with threadpool_limits(1):
        yield


def _dealt_out_anew(talk: Planted, seed: int) -> Planted:
    """The same talk with the label rows shuffled over all transcripts."""
    return talk.with_labels(np.random.default_rng(seed).permutation(talk.labels.y))


@pytest.fixture(scope="module")
def talk() -> Planted:
    return planted(transcripts=10, length=16)


def _told_apart(seed: int) -> Planted:
    """Each transcript has words of its own, and the code is on all of a transcript or on none of it, at random."""
    rng, segments = np.random.default_rng(seed), []
    for number in range(40):
        own = [f"t{number}word{word}" for word in range(6)]
        texts = [" ".join([*rng.choice(own, 4), *rng.choice(FILLER, 4)]) for _ in range(5)]
        segments += segments_of(texts, f"t{number:02}")
    y = np.repeat(rng.permutation(np.arange(40) < 20), 5)[:, None]
    return Planted(segments, features_of(segments), LabelMatrix(("mood",), y, np.ones_like(y)))


def _mean(runs: list[Figures]) -> Figures:
    return {name: float(np.mean([run[name] for run in runs])) for name in CHANCE}


def test_what_is_there_is_found(talk):
    figures = _figures(talk)
    assert figures["ap_above_prevalence"] > 0.5
    assert figures["kappa"] > 0.7


def test_shuffled_labels_give_chance(talk):
    figures = _mean([_figures(_dealt_out_anew(talk, seed)) for seed in range(4)])
    assert all(abs(figures[name]) < tolerance for name, tolerance in CHANCE.items())


def test_a_code_that_follows_the_transcript_alone_is_not_learned():
    figures = _mean([_figures(_told_apart(seed)) for seed in range(6)])
    assert all(abs(figures[name]) < 0.15 for name in CHANCE)


def test_split_by_segment_such_a_code_looks_learned():
    talk = _told_apart(0)
    by_segment = tuple(str(row) for row in range(len(talk.segments)))
    figures = _figures(replace(talk, features=replace(talk.features, groups=by_segment)))
    assert figures["kappa"] > 0.8
    assert figures["ap_above_prevalence"] > 0.4


def _training_scores(monkeypatch: pytest.MonkeyPatch, talk: Planted) -> Planted:
    """Everything is scored by what was learned from it, outside and inside."""

    def everything(fold: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for number in np.unique(fold):
            yield np.arange(len(fold)), np.flatnonzero(fold == number)

    fit = MaskedKernelRidge.fit

    def leaky(self: MaskedKernelRidge, gram: np.ndarray, *given: np.ndarray) -> MaskedKernelRidge:
        model = fit(self, gram, *given)
        model.out_of_fold_ = model.prior_ + gram @ model.dual_
        return model

    monkeypatch.setattr(cross_validation, "train_and_test", everything)
    monkeypatch.setattr(MaskedKernelRidge, "fit", leaky)
    return talk


def _twins(_: pytest.MonkeyPatch, talk: Planted) -> Planted:
    """Every segment stands in another transcript too, with the same labels."""
    segments = talk.segments + [
        replace(segment, transcript=f"twin of {segment.transcript}") for segment in talk.segments
    ]
    y = np.concatenate([talk.labels.y, talk.labels.y])
    return Planted(segments, features_of(segments), talk.labels).with_labels(y)


def _labels_in_the_talk(_: pytest.MonkeyPatch, talk: Planted) -> Planted:
    """A segment's words tell its labels."""
    told = [
        f"{text}{''.join(f' mark{j}' * 3 for j in np.flatnonzero(row))}"
        for text, row in zip(talk.features.texts, talk.labels.y, strict=True)
    ]
    return replace(talk, features=replace(talk.features, texts=tuple(told)))


def _book() -> Codebook:
    return Codebook(id="b", title="t", codes=tuple(Code(id=code, name=code) for code in CODES))


def _card(talk: Planted) -> Figures:
    """The figures of the model card."""
    labels = talk.labels
    learned = train_model(talk.segments, talk.features, labels, _book(), WordHashEmbedder(), settings())
    scored = assess(learned, talk.segments, talk.features, labels, settings()).scored
    assert scored is not None
    prevalence = float(labels.y.mean(axis=0).mean())
    return {
        "ap_above_prevalence": float(scored.estimates.point["macro_ap"]) - prevalence,
        "kappa": float(scored.estimates.point["pooled_kappa"]),
    }


@pytest.mark.slow
def test_shuffled_labels_give_chance_on_the_card_too(talk: Planted, monkeypatch: pytest.MonkeyPatch):
    dealt = [_dealt_out_anew(talk, seed) for seed in range(4)]
    honest = _mean([_card(one) for one in dealt])
    assert all(abs(honest[name]) < tolerance for name, tolerance in CHANCE.items())
    _training_scores(monkeypatch, talk)
    assert _mean([_card(one) for one in dealt])["kappa"] > honest["kappa"] + 0.03


def test_card_and_evaluation_have_one_source(talk: Planted):
    """What a reader finds in one place is what they find in the other, to the last digit."""
    labels, how = talk.labels, settings()
    learned = train_model(talk.segments, talk.features, labels, _book(), WordHashEmbedder(), how)
    on_card = assess(learned, talk.segments, talk.features, labels, how).scored
    evaluation = evaluate(
        talk.features,
        labels.columns(learned.scored),
        talk.segments,
        {},
        HoldingOut(how.folds, how.seed, "transcript", code_embeddings=learned.code_embeddings),
        rounds=100,
    )
    for name in ("macro_ap", "macro_f1", "pooled_kappa", "average_precision", "kappa"):
        np.testing.assert_array_equal(on_card.estimates.point[name], evaluation.point[name])
    np.testing.assert_array_equal(learned.out_of_fold.probability, evaluation.held.probability)


LEAKS = [_training_scores, _twins, _labels_in_the_talk]


@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: leak.__name__.strip("_"))
def test_a_leak_put_in_by_hand_is_not_chance(
    talk: Planted, monkeypatch: pytest.MonkeyPatch, leak: Callable[[pytest.MonkeyPatch, Planted], Planted]
):
    figures = _figures(leak(monkeypatch, _dealt_out_anew(talk, 0)))
    assert all(figures[name] > 2 * tolerance for name, tolerance in CHANCE.items())


def test_a_held_back_transcripts_labels_do_not_reach_its_own_scores(talk):
    """Other labels on the held-back transcripts leave their probabilities as they were, to the last bit."""
    fold = group_folds(talk.features.groups, 4, 0)
    y = talk.labels.y.copy()
    y[fold == 2] = ~y[fold == 2]
    probabilities = []
    for labels in (talk.labels.y, y):
        given = talk.with_labels(labels)
        result = evaluate(given.features, given.labels, given.segments, {}, HoldingOut(4, 0, "t"), rounds=100)
        probabilities.append(result.held)
    np.testing.assert_array_equal(probabilities[0].probability[fold == 2], probabilities[1].probability[fold == 2])
    np.testing.assert_array_equal(probabilities[0].suggested[fold == 2], probabilities[1].suggested[fold == 2])
    assert not np.array_equal(probabilities[0].probability[fold == 0], probabilities[1].probability[fold == 0])


def test_the_classifiers_own_held_back_scores_are_chance_on_shuffled_labels(talk):
    """Thresholds and calibration are chosen on these, so a leak here would spoil both."""
    shuffled = _dealt_out_anew(talk, 0)
    model = StackedKernelClassifier(4, 0).fit(shuffled.features, shuffled.labels)
    y = shuffled.labels.y
    for j in range(y.shape[1]):
        held_back = model.out_of_fold_[:, j]
        assert held_back[y[:, j]].mean() - held_back[~y[:, j]].mean() < 0.05
        training = model.predict_proba(shuffled.features)[:, j]
        assert training[y[:, j]].mean() - training[~y[:, j]].mean() > 0.01


def _as_it_is(text: str) -> str:
    return text


def _edited(text: str) -> str:
    """With an ellipsis where nothing is left out, so that the words are as many."""
    words = text.split()
    return " ".join([*words[:4], "[...]", *words[4:]])


def _tells_on_its_own_marks(quoting: bool, edit: Callable[[str], str] = _as_it_is) -> float:
    """Average precision above prevalence of a code dealt out at random, where no passage is like another, out of fold."""
    rng, segments = np.random.default_rng(0), []
    for number in range(10):
        segments += segments_of([" ".join(rng.choice(5000, 8).astype(str)) for _ in range(12)], f"t{number}")
    y = np.arange(120) % 10 == rng.integers(0, 10, 12).repeat(10)
    quotes = tuple(edit(segment.text) for segment, own in zip(segments, y, strict=True) if own) if quoting else ()
    book = Codebook(id="b", title="t", codes=(Code(id="mood", name="Mood", examples=quotes),))
    labels = LabelMatrix(book.ids, y[:, None], np.ones((120, 1), dtype=bool))
    held = train_model(segments, features_of(segments), labels, book, WordHashEmbedder(), settings()).out_of_fold
    assert held is not None
    return float(point_and_draws(held.predictions(held.y, held.known), 1, 0)[0]["macro_ap"] - y.mean())


@pytest.mark.parametrize("edit", [_as_it_is, _edited])
def test_a_codebook_that_quotes_coded_passages_does_not_tell_on_them(
    monkeypatch: pytest.MonkeyPatch, edit: Callable[[str], str]
):
    assert _tells_on_its_own_marks(True, edit) == _tells_on_its_own_marks(quoting=False)
    monkeypatch.setattr(model, "code_vectors", lambda codes, embedder, talk: code_vectors(codes, embedder))
    assert _tells_on_its_own_marks(True, edit) > _tells_on_its_own_marks(quoting=False) + 0.05
