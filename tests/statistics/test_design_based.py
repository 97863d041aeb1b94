"""Shares corrected by drawn passages: unbiased over all draws, exact where all is coded, and covering."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from scipy.stats import beta, norm, t, ttest_ind
from secondcoder.statistics.design_based import DrawnUnits, Limits, corrected_share, jeffreys

Y = np.array([1, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0])
SUGGESTED = np.array([1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], dtype=bool)
CLUSTER = np.array([0, 0, 1, 1, 2, 0, 0, 1, 1, 2, 2, 2])


def units(drawn: np.ndarray, probability: np.ndarray, kind: np.ndarray = 1 - SUGGESTED) -> DrawnUnits:
    return DrawnUnits(CLUSTER, kind, probability, np.where(drawn, Y, np.nan), int(kind.max()) + 1)


def draws(kind: np.ndarray, sizes: tuple[int, ...]) -> list[np.ndarray]:
    """Every draw of so many of each stratum, (n,) each."""
    of_each = [combinations(np.flatnonzero(kind == at).tolist(), size) for at, size in enumerate(sizes)]
    return [np.isin(np.arange(len(Y)), [*sum(chosen, ())]) for chosen in product(*of_each)]


def test_over_all_draws_the_mean_estimate_is_the_truth() -> None:
    probability = np.where(SUGGESTED, 2 / 5, 3 / 7)
    every = [corrected_share(units(drawn, probability)) for drawn in draws(1 - SUGGESTED, (2, 3))]
    assert len(every) == 10 * 35
    assert np.mean([share.these.value for share in every]) == pytest.approx(Y.mean())
    plain = SUGGESTED.mean()
    assert abs(plain - Y.mean()) > 0.05


def test_kinds_that_are_no_strata_of_the_draw_leave_it_unbiased_where_each_was_drawn() -> None:
    """All passages are one stratum, as where a code's suggestions are few among those of all codes."""
    probability = np.full(len(Y), 5 / 12)
    every = draws(np.zeros(len(Y), dtype=int), (5,))
    both = [drawn for drawn in every if 0 < (drawn & SUGGESTED).sum() < 5]
    values = [corrected_share(units(drawn, probability)).these.value for drawn in both]
    assert np.mean(values) == pytest.approx(Y.mean())


def test_with_unequal_probabilities_in_a_kind_each_drawn_passage_stands_for_its_like() -> None:
    """The first transcript is drawn from more densely; no draw of it may weigh as much as one of the others."""
    strata, kind = (CLUSTER > 0).astype(int), np.zeros(len(Y), dtype=int)
    probability = np.where(CLUSTER > 0, 4 / 8, 3 / 4)
    every = [corrected_share(units(drawn, probability, kind)).these.value for drawn in draws(strata, (3, 4))]
    # The weights sum to the number of passages in every such draw, so that nothing is lost to the ratio.
    assert np.mean(every) == pytest.approx(Y.mean())


def test_where_all_is_coded_there_is_no_doubt_about_these_transcripts() -> None:
    share = corrected_share(units(np.ones(len(Y), dtype=bool), np.ones(len(Y))))
    assert (share.these.low, share.these.value, share.these.high) == pytest.approx((Y.mean(),) * 3)
    assert share.such.low < Y.mean() < share.such.high


def test_what_is_coded_by_hand_counts_as_it_is() -> None:
    by_hand = CLUSTER == 0
    probability = np.where(by_hand, 1.0, 0.5)
    drawn = by_hand | np.isin(np.arange(len(Y)), [2, 3, 7, 9])
    share = corrected_share(units(drawn, probability))
    rate = {True: Y[[2, 3]].mean(), False: Y[[7, 9]].mean()}
    expected = Y[by_hand].sum() + sum(rate[bool(one)] for one in SUGGESTED[~by_hand])
    assert share.these.value == pytest.approx(expected / len(Y))


def test_suggestions_that_are_always_right_leave_what_the_limits_of_the_rates_leave() -> None:
    n, drawn = 2000, 50
    suggested = np.arange(n) < 500
    y, probability = np.full(n, np.nan), np.where(suggested, drawn / 500, drawn / 1500)
    y[:drawn], y[-drawn:] = 1, 0
    share = corrected_share(DrawnUnits(np.arange(n) % 40, (~suggested).astype(int), probability, y, 2))
    assert share.these.value == 0.25
    # Jeffreys' upper limit of 0 of n, n enlarged for a draw without replacement.
    limits = [beta.ppf(0.975, 0.5, drawn / (1 - drawn / of) + 0.5) * of / n for of in (500, 1500)]
    assert share.these.high == pytest.approx(0.25 + limits[1])
    assert share.these.low == pytest.approx(0.25 - limits[0])


def test_large_samples_agree_with_the_published_estimator() -> None:
    """Power-tuned prediction-powered inference for a mean (arXiv:2311.01453), its formulas written out, on independent
    passages. ppi-python 0.2.3 gives 0.30408 and (0.29501, 0.31314) here."""
    rng = np.random.default_rng(4)
    n, drawn = 200_000, 4000
    y = rng.random(n) < 0.3
    f = np.where(rng.random(n) < 0.1, ~y, y)
    rows = rng.choice(n, drawn, replace=False)
    other = np.setdiff1d(np.arange(n), rows)
    power = np.cov(y[rows], f[rows])[0, 1] / ((1 + drawn / len(other)) * f.var())
    left_over = y[rows] - power * f[rows]
    value = left_over.mean() + power * f[other].mean()
    width = norm.ppf(0.975) * np.sqrt(left_over.var() / drawn + power**2 * f[other].var() / len(other))
    coded = np.full(n, np.nan)
    coded[rows] = y[rows]
    share = corrected_share(DrawnUnits(np.arange(n), (~f).astype(int), np.full(n, drawn / n), coded, 2))
    found = share.such
    assert (found.value, found.low, found.high) == pytest.approx(
        (value, value - width, value + width), abs=0.02 * width
    )
    # In these passages alone: no chance but that of the draw.
    assert 0.95 * width < (share.these.high - share.these.low) / 2 < width


def test_among_such_transcripts_all_coded_the_interval_is_t_over_transcripts() -> None:
    """Equal transcripts, all coded: the mean of their shares, with Student's t on the logit scale."""
    rng = np.random.default_rng(8)
    shares = rng.beta(6, 14, 12)
    y = np.concatenate([np.arange(50) < round(50 * share) for share in shares]).astype(float)
    of = y.reshape(12, 50).mean(axis=1)
    found = corrected_share(DrawnUnits(np.repeat(np.arange(12), 50), np.zeros(600, dtype=int), np.ones(600), y, 1)).such
    step = t.ppf(0.975, 11) * of.std(ddof=1) / np.sqrt(12) / (of.mean() * (1 - of.mean()))
    ends = 1 / (1 + np.exp(-(np.log(of.mean() / (1 - of.mean())) + np.array([-step, step]))))
    assert (found.low, found.high) == pytest.approx(tuple(ends))


def test_a_kind_of_which_nothing_was_drawn_may_hold_any_rate() -> None:
    drawn = np.isin(np.arange(len(Y)), [5, 6, 7])
    found = corrected_share(units(drawn, np.full(len(Y), 0.4)), np.array([0.8, 0.1])).these
    assert found.value == pytest.approx(0.8 * 5 / 12)
    assert found.low == pytest.approx(0.0)
    assert found.high >= 5 / 12
    assert corrected_share(units(drawn, np.full(len(Y), 0.4))).these.value == pytest.approx(0.5 * 5 / 12)


def test_a_single_transcript_says_nothing_of_others() -> None:
    assert corrected_share(units(CLUSTER == 0, np.full(len(Y), 0.5)).take(CLUSTER == 0)).such is None


def test_differences_are_put_together_from_both_intervals() -> None:
    """Newcombe's method 10 (1998, Statistics in Medicine 17:873-890) for 56/70 and 48/80: 0.0524 to 0.3339 from Wilson limits."""
    first, second = Limits(56 / 70, 0.69183, 0.87695), Limits(48 / 80, 0.49046, 0.70038)
    found = first.minus(second)
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=2e-4)
    assert second.minus(first).low == pytest.approx(-found.high)


def test_among_such_transcripts_all_coded_a_difference_is_that_of_welch() -> None:
    """Equal transcripts, all coded: the interval of the difference of their mean shares, as scipy has it."""
    of, shares = [np.array(given) / 50 for given in ([5, 20, 32], [3, 8, 12, 2, 16, 9, 25])], []
    for coded in of:
        y = np.concatenate([np.arange(50) < round(50 * share) for share in coded]).astype(float)
        cluster = np.repeat(np.arange(len(coded)), 50)
        shares.append(corrected_share(DrawnUnits(cluster, np.zeros(len(y), dtype=int), np.ones(len(y)), y, 1)))
    found = shares[0].minus(shares[1])
    assert found.these.low == found.these.high == pytest.approx(of[0].mean() - of[1].mean())
    assert (found.such.low, found.such.high) == pytest.approx(
        tuple(ttest_ind(*of, equal_var=False).confidence_interval())
    )


def test_differences_stay_within_what_is_possible() -> None:
    """With two transcripts a group, t has a degree of freedom or two; where neither group has the code, nothing varies."""
    two = np.repeat([0, 1], 20)
    shares = {
        number: corrected_share(DrawnUnits(two, two * 0, np.ones(40), (np.arange(40) < number).astype(float), 1))
        for number in (0, 20)
    }
    apart, none = shares[20].minus(shares[20]).such, shares[0].minus(shares[0]).such
    assert (apart.low, apart.high) == (-1, 1)
    assert (none.low, none.high) == (0, 0)
    single = corrected_share(DrawnUnits(two[:20], two[:20], np.ones(20), np.ones(20), 1))
    assert shares[0].minus(single).such is None


def test_jeffreys_limits() -> None:
    low, high = jeffreys(np.array([0.0, 0.3, 1.0, 0.4]), np.array([10.0, 10.0, 10.0, 0.0]))
    # Table 5 of Brown, Cai & DasGupta 2001 (n = 10): 0 of 10 and 3 of 10; there the limit of 0 is set to 0.
    assert low == pytest.approx([0, 0.093, 1 - 0.217, 0], abs=5e-4)
    assert high == pytest.approx([0.217, 0.606, 1, 1], abs=5e-4)


@pytest.mark.parametrize(("prevalence", "transcripts"), [(0.05, 12), (0.3, 8)])
def test_both_readings_are_covered(prevalence: float, transcripts: int) -> None:
    """benchmarks/CORRECTED_COUNTS.md has more."""
    rng, held = np.random.default_rng(11), []
    for _ in range(250):
        cluster = np.repeat(np.arange(transcripts), 50)
        rate = rng.beta(8 * prevalence, 8 * (1 - prevalence), transcripts)
        y = rng.random(len(cluster)) < rate[cluster]
        f = rng.random(len(cluster)) < np.where(y, 0.6, 0.05)
        drawn = np.zeros(len(y), dtype=bool)
        for rows in (np.flatnonzero(f), np.flatnonzero(~f)):
            drawn[rng.choice(rows, min(30, len(rows)), replace=False)] = True
        probability = np.where(f, min(30, f.sum()) / f.sum(), 30 / (~f).sum())
        share = corrected_share(DrawnUnits(cluster, (~f).astype(int), probability, np.where(drawn, y, np.nan), 2))
        naive = norm.ppf(0.975) * np.sqrt(f.mean() * (1 - f.mean()) / len(f))
        held.append(
            [
                share.these.low <= y.mean() <= share.these.high,
                share.such.low <= prevalence <= share.such.high,
                abs(f.mean() - y.mean()) <= naive,
            ]
        )
    these, such, plain = np.mean(held, axis=0)
    # Three standard errors of 250 studies are 4 points.
    assert these > 0.91
    assert such > 0.91
    assert plain < 0.85
