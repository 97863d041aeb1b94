"""What is said of each code before anything is suggested."""

from __future__ import annotations

import numpy as np
import pytest
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.assessment import readiness as module
from secondcoder.learning.assessment.learning_curve import LearningCurve
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
    y: np.ndarray, known: np.ndarray | None = None, segments=SEGMENTS, point=None, draws=None, curve=None, p_value=0.005
) -> CodeReadiness:
    labels = LabelMatrix(("A",), y[:, None], np.ones((len(y), 1), dtype=bool) if known is None else known[:, None])
    precision = None
    if point is not None:
        precision = AveragePrecisions(
            ("A",),
            np.array([point]),
            np.asarray(draws if draws is not None else [point] * 20)[:, None],
            np.array([p_value]),
        )
    return readiness_of_codes(segments, labels, precision, curve, settings())[0]


def test_a_code_that_is_told_well_is_ready():
    verdict = _judge(EVERYWHERE, point=0.62)
    assert verdict.readiness is Readiness.READY
    assert not verdict.withheld
    assert "0.62" in verdict.reason
    assert (verdict.examples, verdict.transcripts) == (20, 10)


def test_a_code_that_is_told_a_little_needs_more():
    verdict = _judge(EVERYWHERE, point=0.35)
    assert verdict.readiness is Readiness.MORE
    assert "cannot be estimated" in verdict.reason
    assert verdict.more is None
    assert not verdict.withheld


def test_how_many_more_comes_from_the_curve():
    sizes = np.array([5.0, 10.0, 15.0, 20.0])
    precision = 0.8 - 1.6 * sizes**-0.5
    curve = LearningCurve(10 * sizes, sizes[:, None], precision[:, None], np.tile(precision[:, None], (50, 1, 1)))
    verdict = _judge(EVERYWHERE, point=0.44, curve=curve)
    assert verdict.more == (8, 8)
    assert "about 8 to 8 more examples" in verdict.reason
    assert "twice as many" in verdict.reason


def test_no_better_than_a_random_order_is_not_learnable():
    verdict = _judge(EVERYWHERE, point=0.3, draws=np.linspace(0.08, 0.5, 100))
    assert verdict.readiness is Readiness.UNLEARNABLE
    assert verdict.withheld
    assert "a random order" in verdict.reason
    assert verdict.sound  # the codes may be well; nothing says that more of them would not help


def test_a_large_p_value_is_not_learnable_however_sure_the_bootstrap():
    verdict = _judge(EVERYWHERE, point=0.6, p_value=0.11)
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
        "reason": "Average precision 0.62; a random order would give 0.12.",
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
        (0.62, 0.1, Readiness.READY),
        (0.62, 0.105, Readiness.UNLEARNABLE),
    ],
)
def test_limits_of_average_precision_and_p_value_count_as_reached(point, p_value, readiness):
    assert _judge(EVERYWHERE, point=point, p_value=p_value).readiness is readiness


def test_what_only_equals_a_random_order_is_not_learnable():
    by_chance = random_average_precision(20, N)
    assert _judge(EVERYWHERE, point=0.6, draws=[by_chance] * 20).readiness is Readiness.UNLEARNABLE
    assert _judge(EVERYWHERE, point=0.6, draws=[by_chance + 1e-9] * 20).readiness is Readiness.READY


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


@pytest.mark.parametrize(
    ("more", "says"), [((4, None), "a few more examples may do"), ((5, None), "at least about 5 more")]
)
def test_a_range_without_an_upper_end_is_told_from_five_on(monkeypatch, more, says):
    monkeypatch.setattr(module, "more_examples", lambda *_: more)
    curve = LearningCurve(np.ones(1), np.ones((1, 1)), np.ones((1, 1)), np.ones((2, 1, 1)))
    assert says in _judge(EVERYWHERE, point=0.3, curve=curve).reason
