"""What is said of each code before anything is suggested."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special, stats
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.assessment.readiness import AveragePrecisions, CodeReadiness, Readiness, readiness_of_codes
from secondcoder.statistics.classification import random_average_precision
from support.planted import segments_of, settings

TRANSCRIPTS, LENGTH = 10, 20
N = TRANSCRIPTS * LENGTH
SEGMENTS = [
    segment
    for name in range(TRANSCRIPTS)
    for segment in segments_of([f"passage {name} {at}" for at in range(LENGTH)], f"t{name}")
]
EVERYWHERE = np.arange(N) % LENGTH < 2  # two in each transcript


def _judge(
    y: np.ndarray,
    known: np.ndarray | None = None,
    segments=SEGMENTS,
    point=None,
    draws=None,
    p_value=0.005,
    of_suggestions=None,
    groups=None,
) -> CodeReadiness:
    labels = LabelMatrix(("A",), y[:, None], np.ones((len(y), 1), dtype=bool) if known is None else known[:, None])
    precision = None
    if point is not None:
        precision = AveragePrecisions(
            ("A",),
            np.array([point]),
            np.asarray(draws if draws is not None else [point] * 20)[:, None],
            np.array([p_value]),
            None if of_suggestions is None else np.array([of_suggestions]),
        )
    return readiness_of_codes(segments, labels, precision, settings(), groups)[0]


def _rounds(point: float, spread: float) -> np.ndarray:
    """Bootstrap rounds with just this standard deviation."""
    return point + spread * np.tile([1.0, -1.0], 50)


def test_a_code_that_is_told_well_is_ready():
    verdict = _judge(EVERYWHERE, point=0.62)
    assert verdict.readiness is Readiness.READY
    assert not verdict.withheld
    assert "0.62" in verdict.reason
    assert (verdict.examples, verdict.transcripts) == (20, 10)


def test_a_code_that_is_told_a_little_needs_more():
    verdict = _judge(EVERYWHERE, point=0.35)
    assert verdict.readiness is Readiness.MORE
    assert not verdict.withheld


@pytest.mark.parametrize(("spread", "readiness"), [(0.05, Readiness.READY), (0.15, Readiness.MORE)])
def test_ready_takes_the_lower_end_and_not_the_point_alone(spread, readiness):
    verdict = _judge(EVERYWHERE, point=0.6, draws=_rounds(0.6, spread))
    assert verdict.readiness is readiness
    # Of ten transcripts that hold two examples each, by hand: the logit of .6 less t(9; .8) times the standard error.
    error = spread * np.sqrt(10 / 9) / (0.6 * 0.4)
    low = special.expit(special.logit(0.6) - stats.t.ppf(0.8, 9) * error)
    assert f"at least {low:.2f} with 80% confidence" in verdict.reason


def test_without_an_interval_nothing_is_ready():
    y = np.isin(np.arange(N) // LENGTH, (0, 1)) & (np.arange(N) % 2 == 0)  # all in two transcripts
    verdict = _judge(y, point=0.9, draws=_rounds(0.9, 0.01))
    assert verdict.readiness is Readiness.MORE
    assert "in too few participants to tell how sure that is" in verdict.reason
    assert "twice" not in verdict.reason


def test_the_interval_is_over_what_is_held_back():
    cases = [f"case {at // LENGTH // 5}" for at in range(N)]
    assert _judge(EVERYWHERE, point=0.9, draws=_rounds(0.9, 0.01)).readiness is Readiness.READY
    assert _judge(EVERYWHERE, point=0.9, draws=_rounds(0.9, 0.01), groups=cases).readiness is Readiness.MORE


def test_what_twice_as_many_bring_is_an_interval_wider_than_what_is_known_now():
    verdict = _judge(EVERYWHERE, point=0.4, draws=_rounds(0.4, 0.05))
    low, high = (
        special.expit(special.logit(0.4) + side * stats.t.ppf(0.95, 9) * 0.05 * np.sqrt(10 / 9) / 0.24)
        for side in (-1, 1)
    )
    assert f"With twice as many examples {low:.2f} to {high:.2f}, in 8 of 10 cases." in verdict.reason


@pytest.mark.parametrize(
    ("right", "withheld"), [(0.06, True), (0.094, True), (0.095, False), (np.nan, False), (None, False)]
)
def test_suggestions_that_are_hardly_ever_right_are_withheld(right, withheld):
    verdict = _judge(EVERYWHERE, point=0.35, of_suggestions=right)
    assert verdict.readiness is Readiness.MORE
    assert verdict.withheld is verdict.to_json()["withheld"] is withheld
    assert ("suggestions were right" in verdict.reason) is withheld
    assert verdict.sound  # so that `status --next` goes on asking for examples


def test_a_large_p_value_is_not_learnable_however_sure_the_bootstrap():
    verdict = _judge(EVERYWHERE, point=0.6, p_value=0.06)
    assert verdict.readiness is Readiness.UNLEARNABLE
    assert "a random order" in verdict.reason


FAULTS = {
    "nobody used it": (np.zeros(N, dtype=bool), Readiness.UNLEARNABLE, "Nobody used it on the 200 passages"),
    "everything positive": (np.ones(N, dtype=bool), Readiness.UNLEARNABLE, "nothing tells it apart"),
    "one transcript": (np.arange(N) < 12, Readiness.UNLEARNABLE, "from one participant"),
    "one example": (np.arange(N) == 30, Readiness.MORE, "1 example in 1 transcript"),
    "too few": (np.arange(N) % 40 == 0, Readiness.MORE, "At least 3 more"),
}


@pytest.mark.parametrize(("y", "readiness", "says"), FAULTS.values(), ids=FAULTS)
def test_a_fault_in_the_codes_is_named(y, readiness, says):
    verdict = _judge(y)
    assert verdict.readiness is readiness
    assert says in verdict.reason
    assert verdict.examples == y.sum()
    assert verdict.sound is (readiness is Readiness.MORE)


def test_a_code_unused_in_few_passages_may_only_be_rare():
    assert _judge(np.zeros(N, dtype=bool), np.arange(N) < 149).readiness is Readiness.MORE
    assert _judge(np.zeros(N, dtype=bool), np.arange(N) < 150).readiness is Readiness.UNLEARNABLE


def test_a_code_nobody_looked_for_is_not_called_unlearnable():
    verdict = _judge(EVERYWHERE & False, np.zeros(N, dtype=bool))
    assert verdict.readiness is Readiness.MORE
    assert "Nobody has looked" in verdict.reason


@pytest.mark.parametrize(
    ("twins", "readiness"), [(12, Readiness.UNLEARNABLE), (10, Readiness.UNLEARNABLE), (9, Readiness.READY)]
)
def test_identical_texts_with_opposite_codes_are_named(twins, readiness):
    rows = np.flatnonzero(EVERYWHERE)[:twins]
    texts = [segment.text for segment in SEGMENTS]
    for row in rows.tolist():
        texts[row + 5] = f"  {texts[row].upper()} "  # the same words, looked at, not given the code
    segments = segments_of(texts)
    named = [
        type(one)(f"t{at // LENGTH}", *[getattr(one, name) for name in one.__slots__[1:]])
        for at, one in enumerate(segments)
    ]
    verdict = _judge(EVERYWHERE, segments=named, point=0.9)
    assert verdict.readiness is readiness
    assert ("twin" in verdict.reason) is (readiness is Readiness.UNLEARNABLE)


def test_a_verdict_goes_into_the_manifest_in_plain_values():
    assert _judge(EVERYWHERE, point=0.62).to_json() == {
        "verdict": "ready",
        "reason": "Average precision 0.62, at least 0.62 with 80% confidence; a random order would give 0.12.",
        "more": None,
        "withheld": False,
        "sound": True,
        "transcripts": 10,
    }


@pytest.mark.parametrize(("n", "looked"), [(1, 5), (3, 12), (10, 40)])
def test_the_average_precision_of_a_random_order_is_what_shuffling_gives(n, looked):
    rng = np.random.default_rng(0)
    y = np.arange(looked) < n
    shuffled = []
    for _ in range(4000):
        places = np.flatnonzero(rng.permutation(y)) + 1
        shuffled.append((np.arange(1, n + 1) / places).mean())
    assert random_average_precision(n, looked) == pytest.approx(np.mean(shuffled), abs=0.015)


@pytest.mark.parametrize(
    ("point", "p_value", "readiness"),
    [
        (0.496, 0.005, Readiness.READY),  # it is shown as 0.50
        (0.494, 0.005, Readiness.MORE),
        (0.62, 0.05, Readiness.READY),
        (0.62, 0.055, Readiness.UNLEARNABLE),
    ],
)
def test_limits_of_average_precision_and_p_value_count_as_reached(point, p_value, readiness):
    assert _judge(EVERYWHERE, point=point, p_value=p_value).readiness is readiness


@pytest.mark.parametrize(("examples", "says"), [(7, "At least 1 more"), (8, "from one participant")])
def test_faults_that_take_examples_are_looked_for_from_the_number_on_that_a_code_is_scored_from(examples, says):
    assert says in _judge(np.arange(N) < examples).reason


@pytest.mark.parametrize(("examples", "advice"), [(29, "More examples may"), (30, "Is its definition")])
def test_from_thirty_examples_on_the_advice_is_another(examples, advice):
    y = np.arange(N) % 6 == 0
    y[np.flatnonzero(y)[examples:]] = False
    verdict = _judge(y, point=0.3, p_value=0.5)
    assert (verdict.examples, verdict.readiness) == (examples, Readiness.UNLEARNABLE)
    assert advice in verdict.reason


def test_with_too_few_transcripts_to_measure_by_nothing_is_said_of_quality():
    """Two transcripts make a model, and no figure: a third is needed to hold one out of a training part of two."""
    two = SEGMENTS[: 2 * LENGTH]
    y = np.arange(2 * LENGTH) % LENGTH < 8
    verdict = _judge(y, segments=two)
    assert verdict.readiness is Readiness.MORE
    assert verdict.reason == (
        "16 examples in 2 transcripts; how good its suggestions are cannot be measured yet, which takes 3 participants "
        "coded without suggestions."
    )
