"""The formulas, on contingencies of any leading shape; nan where a coefficient is undefined.

Two coders' tables have the first coder in rows; for a code, index 1 means marked and 0 not marked, so that
a = table[1, 1] (both), b = table[1, 0] (only the first), c = table[0, 1] (only the second), d = table[0, 0] (neither).
"""

from __future__ import annotations

import numpy as np

from secondcoder.agreement.contingency import Contingency, Floats
from secondcoder.statistics import classification
from secondcoder.statistics.classification import ChanceCorrected, chance_corrected, ratio


def _plain(value: Floats) -> ChanceCorrected:
    return ChanceCorrected(value, value, np.full(np.shape(value), np.nan))


def _table(contingency: Contingency) -> Floats:
    if contingency.table is None:
        raise TypeError("This coefficient needs the table of two coders.")
    return contingency.table


def percent_agreement(contingency: Contingency) -> ChanceCorrected:
    """The share of agreeing pairs of ratings, mean over the units with at least two."""
    return _plain(ratio(contingency.agreeing, contingency.paired))


def cohen_kappa(contingency: Contingency) -> ChanceCorrected:
    """Each coder has a distribution of their own (Cohen 1960). 0 at chance; undefined when both use one same category only."""
    return classification.cohen_kappa(_table(contingency))


def scott_pi(contingency: Contingency) -> ChanceCorrected:
    """Both coders share one distribution (Scott 1955). Undefined when only one category is used."""
    table = _table(contingency)
    n = table.sum((-1, -2))
    # On the scale 4n², so that counts stay whole until the one division.
    chance = ((table.sum(-1) + table.sum(-2)) ** 2).sum(-1)
    return chance_corrected(4 * n * np.trace(table, axis1=-2, axis2=-1), chance, 4 * n * n)


def fleiss_kappa(contingency: Contingency) -> ChanceCorrected:
    """Scott's pi for any number of coders (Fleiss 1971); with missing ratings as in Gwet (2014, ch. 2)."""
    shares = ratio(contingency.shares, contingency.rated[..., None])
    observed = ratio(contingency.agreeing, contingency.paired)
    return chance_corrected(observed, (shares**2).sum(-1), np.ones_like(observed))


def gwet_ac1(contingency: Contingency) -> ChanceCorrected:
    """Chance agreement only on units that are hard to code (Gwet 2008). Defined even when nobody used the code."""
    shares = ratio(contingency.shares, contingency.rated[..., None])
    observed = ratio(contingency.agreeing, contingency.paired)
    expected = (shares * (1 - shares)).sum(-1) / (shares.shape[-1] - 1)
    return chance_corrected(observed, expected, np.ones_like(observed))


def pabak(contingency: Contingency) -> ChanceCorrected:
    """Chance is even over the categories: PABAK for two (Byrt et al. 1993), kappa_n for more (Brennan, Prediger 1981)."""
    observed = ratio(contingency.agreeing, contingency.paired)
    return chance_corrected(observed, np.full_like(observed, 1 / contingency.shares.shape[-1]), np.ones_like(observed))


def krippendorff_alpha(contingency: Contingency) -> ChanceCorrected:
    """Nominal alpha: chance pairs drawn without replacement (Krippendorff 2011). Undefined when only one category is used.

    The finite-sample correction makes it the one coefficient here that rises a little when every unit is counted twice.
    """
    frequencies = contingency.coincidences.sum(-1)
    n = frequencies.sum(-1)
    diagonal = np.trace(contingency.coincidences, axis1=-2, axis2=-1)
    return chance_corrected(diagonal * (n - 1), (frequencies * (frequencies - 1)).sum(-1), n * (n - 1))


def positive_agreement(contingency: Contingency) -> ChanceCorrected:
    """2a / (2a + b + c): of the marks of both coders, the share that the other shares (Cicchetti, Feinstein 1990)."""
    table = _table(contingency)
    return _plain(ratio(2 * table[..., 1, 1], 2 * table[..., 1, 1] + table[..., 1, 0] + table[..., 0, 1]))


def negative_agreement(contingency: Contingency) -> ChanceCorrected:
    """2d / (2d + b + c): the same for leaving a unit unmarked (Cicchetti, Feinstein 1990)."""
    table = _table(contingency)
    return _plain(ratio(2 * table[..., 0, 0], 2 * table[..., 0, 0] + table[..., 1, 0] + table[..., 0, 1]))


def prevalence_index(contingency: Contingency) -> ChanceCorrected:
    """(a - d) / n, from -1 (hardly ever marked) to 1 (nearly always); far from 0, kappa is held down (Byrt et al. 1993)."""
    table = _table(contingency)
    return _plain(ratio(table[..., 1, 1] - table[..., 0, 0], table.sum((-1, -2))))


def bias_index(contingency: Contingency) -> ChanceCorrected:
    """(b - c) / n, from -1 to 1; above 0 the first coder marks more often than the second (Byrt et al. 1993)."""
    table = _table(contingency)
    return _plain(ratio(table[..., 1, 0] - table[..., 0, 1], table.sum((-1, -2))))
