"""The formulas, on contingencies of any leading shape; nan where a coefficient is undefined.

Two coders' tables have the first coder in rows; for a code, index 1 means marked and 0 not marked, so that
a = table[1, 1] (both), b = table[1, 0] (only the first), c = table[0, 1] (only the second), d = table[0, 0] (neither).
"""

from __future__ import annotations

import numpy as np

from secondcoder.agreement.contingency import Contingency, Floats
from secondcoder.statistics import classification
from secondcoder.statistics.classification import chance_corrected as _corrected
from secondcoder.statistics.classification import ratio as _ratio

Parts = classification.ChanceCorrected


def _plain(value: Floats) -> Parts:
    return Parts(value, value, np.full(np.shape(value), np.nan))


def _table(contingency: Contingency) -> Floats:
    if contingency.table is None:
        raise TypeError("This coefficient needs the table of two coders.")
    return contingency.table


def percent_agreement(contingency: Contingency) -> Parts:
    """The share of agreeing pairs of ratings, mean over the units with at least two."""
    return _plain(_ratio(contingency.agreeing, contingency.paired))


def cohen_kappa(contingency: Contingency) -> Parts:
    """Each coder has a distribution of their own (Cohen 1960). 0 at chance; undefined when both use one same category only."""
    return classification.cohen_kappa(_table(contingency))


def scott_pi(contingency: Contingency) -> Parts:
    """Both coders share one distribution (Scott 1955). Undefined when only one category is used."""
    table = _table(contingency)
    n = table.sum((-1, -2))
    chance = ((table.sum(-1) + table.sum(-2)) ** 2).sum(-1)
    return _corrected(4 * n * np.trace(table, axis1=-2, axis2=-1), chance, 4 * n * n)


def fleiss_kappa(contingency: Contingency) -> Parts:
    """Scott's pi for any number of coders (Fleiss 1971); with missing ratings as in Gwet (2014, ch. 2)."""
    shares = _ratio(contingency.shares, contingency.rated[..., None])
    observed = _ratio(contingency.agreeing, contingency.paired)
    return _corrected(observed, (shares**2).sum(-1), np.ones_like(observed))


def gwet_ac1(contingency: Contingency) -> Parts:
    """Chance agreement only on units that are hard to code (Gwet 2008). Defined even when nobody used the code."""
    shares = _ratio(contingency.shares, contingency.rated[..., None])
    observed = _ratio(contingency.agreeing, contingency.paired)
    expected = (shares * (1 - shares)).sum(-1) / (shares.shape[-1] - 1)
    return _corrected(observed, expected, np.ones_like(observed))


def pabak(contingency: Contingency) -> Parts:
    """Chance is even over the categories: PABAK for two (Byrt et al. 1993), kappa_n for more (Brennan, Prediger 1981)."""
    observed = _ratio(contingency.agreeing, contingency.paired)
    return _corrected(observed, np.full_like(observed, 1 / contingency.shares.shape[-1]), np.ones_like(observed))


def krippendorff_alpha(contingency: Contingency) -> Parts:
    """Nominal alpha: chance pairs drawn without replacement (Krippendorff 2011). Undefined when only one category is used.

    The finite-sample correction makes it the one coefficient here that rises a little when every unit is counted twice.
    """
    frequencies = contingency.coincidences.sum(-1)
    n = frequencies.sum(-1)
    diagonal = np.trace(contingency.coincidences, axis1=-2, axis2=-1)
    return _corrected(diagonal * (n - 1), (frequencies * (frequencies - 1)).sum(-1), n * (n - 1))


def positive_agreement(contingency: Contingency) -> Parts:
    """2a / (2a + b + c): of the marks of both coders, the share that the other shares (Cicchetti, Feinstein 1990)."""
    table = _table(contingency)
    return _plain(_ratio(2 * table[..., 1, 1], 2 * table[..., 1, 1] + table[..., 1, 0] + table[..., 0, 1]))


def negative_agreement(contingency: Contingency) -> Parts:
    """2d / (2d + b + c): the same for leaving a unit unmarked (Cicchetti, Feinstein 1990)."""
    table = _table(contingency)
    return _plain(_ratio(2 * table[..., 0, 0], 2 * table[..., 0, 0] + table[..., 1, 0] + table[..., 0, 1]))


def prevalence_index(contingency: Contingency) -> Parts:
    """(a - d) / n, from -1 (hardly ever marked) to 1 (nearly always); far from 0, kappa is held down (Byrt et al. 1993)."""
    table = _table(contingency)
    return _plain(_ratio(table[..., 1, 1] - table[..., 0, 0], table.sum((-1, -2))))


def bias_index(contingency: Contingency) -> Parts:
    """(b - c) / n, from -1 to 1; above 0 the first coder marks more often than the second (Byrt et al. 1993)."""
    table = _table(contingency)
    return _plain(_ratio(table[..., 1, 0] - table[..., 0, 1], table.sum((-1, -2))))
