"""Labels that rest on suggestions: which they are, and that they tell nothing of a transcript that is held out."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import numpy as np
import pytest
from secondcoder.domain.arrays import Bools
from secondcoder.domain.records import Coding, CodingPass, Origin, ReviewAction
from secondcoder.labels.label_matrix import LabelMatrix, Reliance
from secondcoder.labels.new_decision import ActionRequest
from secondcoder.labels.suggestion_reliance import unknown_in_folds
from secondcoder.learning.assessment.learning_curve import learning_curve
from secondcoder.learning.assessment.splits import group_folds
from secondcoder.learning.cross_validation import cross_validate
from secondcoder.learning.out_of_fold import labels_to_judge_by
from secondcoder.learning.stacked_kernels.kernels import EmbeddingKernel, Folds, NgramKernel
from secondcoder.learning.training_data import TrainingData
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study
from support.planted import Planted, planted
from support.study_checks import UNCODED

CODER = "ada"


@pytest.fixture
def reviewed(trained_study: Study) -> Study:
    """Every suggestion on the transcript that nobody had coded is accepted, and nothing added."""
    trained_study.code()
    session, requests = ReviewSession(trained_study), count()
    for passage in session.interviews[UNCODED].in_review:
        for suggestion in () if passage.is_blind else passage.suggestions:
            accept = ActionRequest(ReviewAction.ACCEPT, passage.key, str(next(requests)), suggested=suggestion.code)
            session.decide(CODER, accept)
        session.decide(CODER, ActionRequest(ReviewAction.LOOKED, passage.key, str(next(requests))))
    return trained_study


def _data(study: Study) -> TrainingData:
    workspace = study.workspace()
    return workspace.training_data(workspace.corpus.coded_transcripts)


def _rows(data: TrainingData, transcript: str) -> np.ndarray:
    return np.array([segment.transcript == transcript for segment in data.segments])


def test_without_a_review_nothing_rests_on_suggestions(trained_study: Study):
    assert _data(trained_study).labels.reliance is None


def test_what_a_review_gave_rests_on_what_the_model_learned_from(reviewed: Study):
    data = _data(reviewed)
    labels, there = data.labels, _rows(data, UNCODED)
    shown = {decision.place for decision in reviewed.corpus.decisions_as_made if decision.shown}
    rows = np.array([segment.place in shown for segment in data.segments])
    assert rows.any()
    np.testing.assert_array_equal(labels.rests[rows], labels.known[rows])
    assert not labels.rests[~there].any()
    learned = {group for group, row in zip(data.features.groups, there, strict=True) if not row}
    assert {labels.reliance.learned_from[row] for row in np.flatnonzero(there)} == {frozenset(learned)}
    one = sorted(learned)[:1]
    assert not labels.holding_out(one).known[rows].any()
    np.testing.assert_array_equal(labels.holding_out(one).known[~there], labels.known[~there])
    np.testing.assert_array_equal(labels.holding_out({UNCODED}).known, labels.known)


def test_what_somebody_also_coded_without_suggestions_does_not(reviewed: Study):
    segments = [one for one in reviewed.workspace().segments(reviewed.store.transcripts()) if one.transcript == UNCODED]
    shown = next(one for one in reviewed.corpus.decisions_as_made if one.shown and one.suggested)
    one = next(segment for segment in segments if segment.place == shown.place)
    with reviewed.transaction() as write:
        write.add_codings([Coding(*one.place, str(shown.suggested), "ben")], reviewed.codebook)
        write.add_passes([CodingPass(UNCODED, "ben", *one.span, (str(shown.suggested),))])
    data = _data(reviewed)
    row = [segment.place for segment in data.segments].index(one.place)
    rests = dict(zip(data.labels.codes, data.labels.rests[row].tolist(), strict=True))
    assert not rests.pop(str(shown.suggested))
    # Of the other codes Ben said nothing.
    assert any(rests.values())


def test_a_model_from_before_this_was_kept_may_have_learned_from_any(reviewed: Study, monkeypatch: pytest.MonkeyPatch):
    corpus = reviewed.workspace().corpus
    del corpus.manifests["m0001"]["training"]["learned_from"]
    workspace = replace(reviewed.workspace(), corpus=corpus)
    data = workspace.training_data(corpus.coded_transcripts)
    row = int(np.flatnonzero(_rows(data, UNCODED))[0])
    assert data.labels.reliance.learned_from[row] == frozenset(data.features.groups)


def test_a_review_that_came_without_its_decisions_may_rest_on_any(reviewed: Study, monkeypatch: pytest.MonkeyPatch):
    corpus = reviewed.workspace().corpus
    monkeypatch.setattr(type(corpus), "decisions_as_made", [])
    data = replace(reviewed.workspace(), corpus=corpus).training_data(corpus.coded_transcripts)
    rows = data.labels.rests.any(axis=1)
    assert rows.any()
    assert {data.labels.reliance.learned_from[row] for row in np.flatnonzero(rows)} == {frozenset(data.features.groups)}


def test_what_is_settled_among_people_who_saw_the_suggestions_rests_on_them_still(reviewed: Study):
    before = _data(reviewed).labels
    led = [mark for mark in reviewed.corpus.marks if mark.origin is Origin.REVIEWED]
    settled = [replace(mark, origin=Origin.ADJUDICATED, coder="both") for mark in led]
    with reviewed.transaction() as write:
        write.add_codings([mark for mark in settled if isinstance(mark, Coding)], reviewed.codebook)
        write.add_passes([mark for mark in settled if isinstance(mark, CodingPass)])
    after = _data(reviewed).labels
    assert before.rests.any()
    np.testing.assert_array_equal(after.rests[before.rests], True)


def test_a_code_given_by_hand_judges_also_where_a_suggestion_of_the_opposite_was_accepted(reviewed: Study):
    shown = next(one for one in reviewed.corpus.decisions_as_made if one.shown and one.suggested)
    with reviewed.transaction() as write:  # Ben looked for it and did not find it
        write.add_passes([CodingPass(UNCODED, "ben", *shown.span, (str(shown.suggested),))])
    data = _data(reviewed)
    at = [one.place for one in data.segments].index(shown.place), data.labels.codes.index(str(shown.suggested))
    assert data.labels.y[at]
    assert data.labels.rests[at]
    judged = data.labels.take(np.arange(len(data.segments))).columns(data.labels.codes).to_judge_by()
    assert not judged.y[at]
    assert judged.known[at]
    assert not judged.rests[at]
    others = np.ones_like(judged.y)
    others[at] = False
    np.testing.assert_array_equal(judged.y[others], data.labels.y[others])


@pytest.fixture(scope="module")
def talk() -> Planted:
    """Eight transcripts, of which the last two were reviewed with suggestions of a model that had learned from the first six."""
    coded = planted(transcripts=8, length=12)
    names = np.asarray(coded.features.groups)
    led = np.broadcast_to((names >= "t06")[:, None], coded.labels.y.shape)
    learned = frozenset(f"t{number:02}" for number in range(6))
    sources = tuple(learned if row else frozenset() for row in led[:, 0])
    return replace(coded, labels=replace(coded.labels, reliance=Reliance(led.copy(), sources)))


def _with_labels_of_the_reviewed(talk: Planted, y: Bools) -> LabelMatrix:
    changed = np.where(talk.labels.rests, y, talk.labels.y)
    return replace(talk.labels, y=changed)


def test_they_do_not_reach_the_scores_of_what_the_model_had_learned_from(talk: Planted):
    """Any other decisions in the review leave those scores as they are, to the last bit; without the record they do not."""
    names = np.asarray(talk.features.groups)
    other = _with_labels_of_the_reviewed(talk, ~talk.labels.y)
    first, second = (cross_validate(talk.features, labels, None, folds=8, seed=0) for labels in (talk.labels, other))
    learned = names < "t06"
    np.testing.assert_array_equal(first.probability[learned], second.probability[learned])
    np.testing.assert_array_equal(first.suggested[learned], second.suggested[learned])
    assert not np.array_equal(first.probability[~learned], second.probability[~learned])
    open_path = cross_validate(talk.features, replace(other, reliance=None), None, folds=8, seed=0)
    assert not np.allclose(first.probability[learned], open_path.probability[learned], atol=0.01)


def test_nor_the_learning_curve(talk: Planted):
    learned = np.asarray(talk.features.groups) < "t06"
    judging = talk.labels.known & learned[:, None]
    # The full model's scores, the curve's last point, are given.
    curves = [
        learning_curve(talk.features, labels, np.zeros(labels.y.shape), folds=8, seed=0, judging=judging).precision
        for labels in (talk.labels, _with_labels_of_the_reviewed(talk, ~talk.labels.y))
    ]
    np.testing.assert_array_equal(*curves)


@pytest.mark.parametrize("kind", [EmbeddingKernel, NgramKernel])
def test_nor_the_kernels_own_scores_on_which_stacker_and_thresholds_are_fitted(talk: Planted, kind):
    fold = group_folds(talk.features.groups, 8, 0)
    learned = np.asarray(talk.features.groups) < "t06"
    scores = []
    for labels in (talk.labels, _with_labels_of_the_reviewed(talk, ~talk.labels.y)):
        folds = Folds(fold, None, unknown_in_folds(labels.reliance, talk.features.groups, fold))
        scores.append(kind().fit(talk.features, labels.target, labels.known, folds).out_of_fold_)
    np.testing.assert_allclose(scores[0][learned], scores[1][learned], atol=1e-9)
    assert not np.allclose(scores[0][~learned], scores[1][~learned], atol=0.01)


def test_there_is_nothing_to_judge_by_where_hardly_anything_was_given_without_suggestions():
    """Two groups by hand and eight reviewed: the review is no evidence; all of it coded blind in a review is."""
    group = np.repeat(np.arange(10), 4)
    rests = np.broadcast_to((group >= 2)[:, None], (40, 3))
    unaided, by_hand = ~rests, group < 2
    assert not labels_to_judge_by(unaided, by_hand, group).any()
    three = group < 3
    np.testing.assert_array_equal(labels_to_judge_by(~rests | three[:, None], three, group)[:, 0], three)
    everything = np.ones((40, 3), dtype=bool)
    assert labels_to_judge_by(everything, np.zeros(40, dtype=bool), group).all()
