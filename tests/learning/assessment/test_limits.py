"""What limits a code, of invented talk that was spoilt in one known way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from secondcoder.labels.coder_marks import CoderMarks
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.assessment.limits import context
from secondcoder.learning.assessment.limits.evidence import Evidence, gather
from secondcoder.learning.assessment.limits.limit import CodeLimit, Limit
from secondcoder.learning.assessment.limits.people import Judged, people_beside_each_other
from secondcoder.learning.assessment.limits.rules import FEW, limit_of
from secondcoder.learning.assessment.metrics import LabelledPredictions, estimate
from secondcoder.learning.cross_validation import cross_validate
from secondcoder.learning.features import Features
from sklearn.metrics import cohen_kappa_score
from support.planted import CODES, Planted, planted

TALK = planted(transcripts=12, length=20)
SENSE, ROOM, WORTH = range(3)


def _slips(y: np.ndarray, seed: int, share: float = 0.05) -> np.ndarray:
    return y ^ (np.random.default_rng(seed).random(y.shape) < share * np.where(y, 1, y.mean(axis=0)))


def _evidence(talk: Planted, marks: np.ndarray, codes: tuple[str, ...], features: Features | None = None) -> Evidence:
    """`marks` (coders, n, k); all looked everywhere."""
    features = features or talk.features
    labels = LabelMatrix(codes, marks.any(axis=0), np.ones(marks.shape[1:], dtype=bool))
    made = cross_validate(features, labels, None, folds=4, seed=0)
    figures = estimate(
        LabelledPredictions(made.probability, made.suggested, labels.y, labels.known, features.groups), 200, 0
    )
    cluster = np.unique(features.groups, return_inverse=True)[1].ravel()
    return gather(
        codes,
        talk.segments,
        features,
        Judged(made.probability, made.suggested, labels.y, labels.known, cluster),
        CoderMarks(("ann", "ben")[: len(marks)], marks, np.ones_like(marks)),
        np.zeros((len(codes), len(codes)), dtype=bool),
        figures.point["average_precision"],
        figures.interval["average_precision"],
        folds=4,
        seed=0,
    )


def _limits(*given, **more) -> dict[str, CodeLimit]:
    evidence = _evidence(*given, **more)
    return {code: limit_of(evidence, j) for j, code in enumerate(evidence.codes)}


@pytest.fixture(scope="module")
def fine() -> dict[str, CodeLimit]:
    y = TALK.labels.y
    return _limits(TALK, np.stack([_slips(y, 1), _slips(y, 2)]), TALK.labels.codes)


def test_codes_that_the_model_tells_as_people_do_lack_nothing(fine):
    assert {limit.limit for limit in fine.values()} == {Limit.NOTHING}
    assert fine["sense"].sentence.startswith(
        "sense: nothing. The model agrees with people as they do with each other: kappa "
    )


def test_of_a_code_that_no_two_looked_for_on_the_same_passages_how_alike_it_is_read_is_not_said():
    said = _limits(TALK, TALK.labels.y[None], TALK.labels.codes)["sense"]
    assert said.limit is Limit.NOTHING
    assert "no two people looked for it on the same passages" in said.reason


def test_a_code_split_by_lot_is_to_be_merged_again_and_the_third_is_not():
    y, rng = TALK.labels.y, np.random.default_rng(0)
    halves = [
        [column & lot, column & ~lot]
        for column in (y[:, SENSE], y[:, SENSE])
        if (lot := rng.random(len(y)) < 0.5) is not None
    ]
    marks = np.stack([np.column_stack([*half, y[:, ROOM]]) for half in halves])
    said = _limits(TALK, marks, ("here", "there", "room"))
    assert (said["here"].limit, said["here"].other) == (Limit.MERGE, "there")
    assert (said["there"].limit, said["there"].other) == (Limit.MERGE, "here")
    assert said["room"].limit is not Limit.MERGE
    assert said["here"].sentence.startswith("here: a merged code with there. ")
    assert [passage.shows.partition(";")[0] for passage in said["here"].passages] == [
        "coded here, not there",
        "coded there, not here",
    ]


def test_a_code_split_by_lot_by_one_person_cannot_be_told():
    y, lot = TALK.labels.y, np.random.default_rng(0).random(len(TALK.labels.y)) < 0.5
    marks = np.column_stack([y[:, SENSE] & lot, y[:, SENSE] & ~lot, y[:, ROOM]])[None]
    said = _limits(TALK, marks, ("here", "there", "room"))
    assert Limit.MERGE not in {limit.limit for limit in said.values()}


def test_a_definition_read_in_two_ways_is_to_be_sharpened():
    y = TALK.labels.y
    marks = np.stack([y, y.copy()])
    marks[0, :, SENSE], marks[1, :, SENSE] = y[:, SENSE], y[:, ROOM]  # one reads it as the other code
    said = _limits(TALK, marks, TALK.labels.codes)["sense"]
    assert said.limit is Limit.DEFINITION
    assert {passage.shows.partition(";")[0] for passage in said.passages} == {
        "ann gave it, ben did not",
        "ben gave it, ann did not",
    }


@pytest.mark.parametrize("where", ["question", "previous", "following"])
def test_a_code_whose_words_stand_elsewhere_needs_context(where):
    features, y = TALK.features, TALK.labels.y
    told = y[:, SENSE]
    quiet = features.vectors[np.flatnonzero(~y.any(axis=1))]
    vectors = features.vectors.copy()
    vectors[told] = quiet[np.arange(told.sum()) % len(quiet)]
    questions = quiet[np.arange(len(y)) % len(quiet)] if where == "question" else features.questions
    if where == "question":
        questions[told] = features.vectors[told]
    else:
        beside = getattr(features, where)[told]
        vectors[beside[beside >= 0]] = features.vectors[told][beside >= 0]
    moved = replace(features, vectors=vectors, questions=questions, texts=("mm",) * len(y))
    said = _limits(TALK, np.stack([_slips(y, 1), _slips(y, 2)]), TALK.labels.codes, features=moved)["sense"]
    assert said.limit is Limit.CONTEXT
    assert {"question": "the question before it", "previous": "passage before", "following": "passage after"}[
        where
    ] in said.reason
    assert len(said.passages) == 2


def test_a_code_with_few_passages_takes_more():
    y = TALK.labels.y.copy()
    rows = np.flatnonzero(y[:, SENSE])
    y[rows[FEW - 8 :], SENSE] = False
    rng = np.random.default_rng(0)
    shuffled = replace(TALK.features, vectors=TALK.features.vectors[rng.permutation(len(y))], texts=("mm",) * len(y))
    said = _limits(TALK, y[None], TALK.labels.codes, features=shuffled)["sense"]
    assert said.limit is Limit.EXAMPLES
    assert said.reason.startswith(f"{FEW - 8} examples in ")


def test_of_talk_that_says_nothing_of_a_code_with_passages_enough_nothing_can_be_said():
    rng = np.random.default_rng(0)
    features = replace(
        TALK.features,
        vectors=TALK.features.vectors[rng.permutation(len(TALK.segments))],
        texts=("mm",) * len(TALK.segments),
    )
    said = _limits(TALK, TALK.labels.y[None], TALK.labels.codes, features=features)
    assert {limit.limit for limit in said.values()} == {Limit.UNKNOWN}
    assert "how alike it is read cannot be said" in said["sense"].reason


def test_people_are_set_beside_each_other_where_both_looked():
    y = TALK.labels.y
    marks = np.stack([y, _slips(y, 3, 0.3)])
    looked = np.ones_like(marks)
    looked[1, :100] = False
    judged = Judged(y.astype(float), y, y, np.ones_like(y), np.repeat(np.arange(12), 20))
    reading = people_beside_each_other(judged, CoderMarks(("ann", "ben"), marks & looked, looked), SENSE, 0)
    assert reading is not None
    assert reading.people.value == pytest.approx(cohen_kappa_score(y[100:, SENSE], marks[1, 100:, SENSE]))
    assert (reading.passages, reading.transcripts) == (140, 7)
    assert reading.people.low < reading.people.value < reading.people.high
    assert reading.shortfall.value < 0  # the model says what ann says
    alone = CoderMarks(("ann",), y[None], np.ones_like(y)[None])
    assert people_beside_each_other(judged, alone, SENSE, 0) is None


@pytest.mark.parametrize(("transcripts", "sure"), [(3, False), (9, False), (10, True)])
def test_people_who_part_alike_in_a_few_transcripts_bound_nothing(transcripts, sure):
    """Two passages each, of which one person gives the code to one, and the other to none: kappa is 0 in every draw."""
    y = np.arange(2 * transcripts)[:, None] % 2 == 0
    marks = np.stack([y, np.zeros_like(y)])
    judged = Judged(y.astype(float), y, y, np.ones_like(y), np.repeat(np.arange(transcripts), 2))
    reading = people_beside_each_other(judged, CoderMarks(("ann", "ben"), marks, np.ones_like(marks)), 0, 0)
    assert reading is not None
    assert reading.people.value == 0
    assert (reading.people.high == 0) == (reading.people.low == 0) == sure
    assert np.isnan(reading.people.high) == np.isnan(reading.shortfall.high) == (not sure)


@pytest.mark.parametrize(("transcripts", "limit"), [(2, Limit.UNKNOWN), (3, Limit.NOTHING)])
def test_what_is_told_without_a_fault_in_two_transcripts_is_not_said_to_lack_nothing(transcripts, limit):
    y = TALK.labels.y & (np.repeat(np.arange(12), 20) < transcripts)[:, None] | (np.arange(240) < FEW)[:, None]
    evidence = _evidence(TALK, TALK.labels.y[None], TALK.labels.codes)
    faultless = replace(
        evidence,
        judged=replace(evidence.judged, y=y),
        contexts={},
        precision=np.ones(3),
        interval=np.full((2, 3), np.nan),
    )
    assert limit_of(faultless, SENSE).limit is limit


def test_what_is_undefined_is_no_number():
    y = TALK.labels.y
    looked = np.zeros((2, *y.shape), dtype=bool)
    looked[0], looked[1, :40] = True, True
    marks = np.stack([y, y]) & looked
    marks[:, :40, SENSE] = False  # nobody gave it where both looked
    evidence = _evidence(TALK, marks, TALK.labels.codes)
    evidence = replace(evidence, coders=CoderMarks(("a{b}", "c"), marks, looked))
    readings = [people_beside_each_other(evidence.judged, evidence.coders, j, 0) for j in range(3)]
    said = limit_of(replace(evidence, readings=readings), SENSE)
    assert "kappa undefined" in said.reason
    assert "nan" not in said.reason


def test_a_limit_is_plain_values_in_json(fine):
    plain = fine["sense"].to_json()
    assert {"code", "limit", "reason", "sentence", "passages"} == plain.keys()
    assert plain["limit"] == "nothing"
    assert {"transcript", "start", "end", "question", "text", "shows"} == plain["passages"][0].keys()


def test_of_many_passages_whole_transcripts_are_heard_and_the_rules_still_speak(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(context, "MOST", 160)
    monkeypatch.setattr(context, "SPREAD", 6)
    rows = context.drawn_rows(TALK.features.groups, 0)
    heard = [TALK.features.groups[row] for row in rows.tolist()]
    assert len(rows) == 160
    assert {heard.count(group) for group in set(heard)} == {20}
    assert (np.diff(rows) > 0).all()
    evidence = _evidence(TALK, np.stack([TALK.labels.y, TALK.labels.y]), CODES)
    assert (np.flatnonzero(~np.isnan(evidence.own[:, 0])) == rows).all()
    assert all(isinstance(limit_of(evidence, j), CodeLimit) for j in range(len(CODES)))


def test_a_group_that_is_too_large_does_not_crowd_out_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "MOST", 100)
    groups = ["large"] * 900 + [f"small {number}" for number in range(50)]
    heard = [groups[row] for row in context.drawn_rows(groups, 1).tolist()]
    assert heard.count("large") == 5
    assert len(heard) == 55
    assert len(context.drawn_rows([f"{number}" for number in range(1000)], 1)) == 100
