"""Out-of-fold figures of the whole recipe, and what they say where something is undefined."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from secondcoder.errors import InputError
from secondcoder.learning.assessment.evaluate import Evaluation, evaluate
from secondcoder.learning.assessment.held_out import HoldingOut
from secondcoder.learning.assessment.metrics import NAMES
from support.planted import Planted, planted

OVERALL = ("macro_f1", "micro_f1", "macro_ap", "pooled_kappa")
TALK = planted(transcripts=6, length=12)


def _evaluate(talk: Planted = TALK, **options: object) -> Evaluation:
    given = {"too_few": {}, "rounds": 100, "how": HoldingOut(3, 0, "transcript")} | options
    return evaluate(talk.features, talk.labels, talk.segments, **given)


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    return _evaluate()


def test_a_planted_code_is_found_in_transcripts_held_back(evaluation):
    assert evaluation.point["macro_ap"] > 0.9
    assert evaluation.point["pooled_kappa"] > 0.6


def test_the_report_has_the_promised_keys_and_counts(evaluation):
    report = evaluation.to_json()
    assert {*OVERALL, "n_segments", "n_transcripts", "codes", "intervals", "without_question"} <= report.keys()
    assert (report["n_segments"], report["n_transcripts"]) == (72, 6)
    assert isinstance(report["codes"], list)
    for j, code in enumerate(report["codes"]):
        assert code["n"] == TALK.labels.y[:, j].sum()
        assert code["prevalence"] == pytest.approx(TALK.labels.y[:, j].mean(), abs=1e-4)
        assert {*NAMES, *(f"{name}_interval" for name in NAMES)} <= code.keys()
        for name in NAMES:
            if name in code["no_interval"]:
                assert code[f"{name}_interval"] is None
            else:
                low, high = code[f"{name}_interval"]
                assert low <= code[name] <= high


def test_same_input_and_seed_same_report(evaluation):
    assert json.dumps(_evaluate().to_json()) == json.dumps(evaluation.to_json())


def test_codes_with_too_few_examples_are_named_with_their_number():
    last = _evaluate(too_few={"rare": 2}).to_json()["codes"][-1]
    assert last == {"code": "rare", "n": 2, "scored": False}


def test_an_undefined_figure_is_none_and_never_a_number():
    y = TALK.labels.y.copy()
    y[:, 0] = False
    report = _evaluate(TALK.with_labels(y)).to_json()
    empty = report["codes"][0]
    for name in ("recall", "f1", "average_precision"):
        assert empty[name] is None
        assert empty[f"{name}_interval"] is None
    assert report["macro_ap"] is not None
    json.dumps(report, allow_nan=False)


def test_nobody_asked_nothing_to_leave_out(evaluation):
    assert evaluation.to_json()["without_question"] is None


def test_what_the_question_gives_away_shows_when_it_is_left_out():
    asked = TALK.features.vectors * TALK.labels.y[:, :1]  # a question only where the first code will be given
    empty_talk = replace(TALK.features, texts=("mm",) * 72, vectors=np.zeros_like(asked), questions=asked)
    report = _evaluate(replace(TALK, features=empty_talk)).to_json()
    assert report["codes"][0]["average_precision"] > 0.95
    assert report["without_question"]["codes"][0]["average_precision"] < 0.6
    assert set(OVERALL) <= report["without_question"].keys()


@pytest.mark.parametrize("size", [1, 2])
def test_whole_groups_are_held_back_and_drawn(size):
    groups = tuple(f"case{int(segment.transcript[1:]) // size}" for segment in TALK.segments)
    held = _evaluate(replace(TALK, features=replace(TALK.features, groups=groups)), how=HoldingOut(3, 0, "case")).held
    assert tuple(held.clusters) == groups


def test_progress_counts_every_fold_of_every_run():
    seen: list[tuple[int, int]] = []
    asked = replace(TALK.features, questions=TALK.features.vectors)
    _evaluate(replace(TALK, features=asked), progress=lambda done, total: seen.append((done, total)))
    assert seen == [(done, 6) for done in range(1, 7)]


def test_unknown_labels_never_enter(evaluation):
    known = np.random.default_rng(0).random(TALK.labels.y.shape) < 0.8
    one = _evaluate(TALK.with_labels(TALK.labels.y, known)).to_json()
    other = _evaluate(TALK.with_labels(TALK.labels.y ^ ~known, known)).to_json()
    assert one == other
    assert one["codes"][0]["n"] == (TALK.labels.y & known)[:, 0].sum()


@pytest.mark.parametrize(("transcripts", "folds", "needed"), [(1, 5, 3), (2, 5, 3), (2, 3, 3), (3, 2, 4)])
def test_too_few_transcripts_are_refused_with_the_number_that_is_needed(transcripts, folds, needed):
    with pytest.raises(InputError, match=rf"Only {transcripts} transcript.* at least {needed}"):
        _evaluate(planted(transcripts=transcripts, length=30), how=HoldingOut(folds, 0, "transcript"))


@pytest.mark.parametrize(("transcripts", "folds"), [(3, 5), (3, 3), (4, 2), (5, 2)])
def test_the_number_that_is_needed_is_enough(transcripts, folds):
    assert (
        _evaluate(planted(transcripts=transcripts, length=30), how=HoldingOut(folds, 0, "transcript")).n_transcripts
        == transcripts
    )
