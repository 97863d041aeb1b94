"""Worked examples from the literature, to the printed digit. Each says where the table and the figure are printed."""

from __future__ import annotations

import krippendorff
import numpy as np
import pytest
from secondcoder.agreement import COEFFICIENTS, alpha_unitised, measure, set_distance
from secondcoder.agreement.continuum import expected_disagreement, observed_disagreement
from support.agreement_checks import ratings_of, ratings_of_counts, yes_no

# Artstein & Poesio 2008, Inter-coder agreement for computational linguistics, Computational Linguistics 34(4), Table 1:
# dialogue act tagging, statement against information request.
ARTSTEIN_POESIO = ratings_of([[20, 20], [10, 50]])

# Krippendorff 2011, Computing Krippendorff's Alpha-Reliability: four observers, twelve units, five categories, gaps.
# The same data are cac.raw4raters of Gwet's own R package irrCAC.
GAPS = [
    [1, 1, None, 1],
    [2, 2, 3, 2],
    [3, 3, 3, 3],
    [3, 3, 3, 3],
    [2, 2, 2, 2],
    [1, 2, 3, 4],
    [4, 4, 4, 4],
    [1, 1, 2, 1],
    [2, 2, 2, 2],
    [None, 5, 5, 5],
    [None, None, 1, 1],
    [None, None, 3, None],
]

# Fleiss 1971, Measuring nominal scale agreement among many raters, Psychological Bulletin 76(5), Table 1: 30 patients, six
# psychiatrists each; depression, personality disorder, schizophrenia, neurosis, other.
FLEISS = [
    [0, 0, 0, 6, 0], [0, 3, 0, 0, 3], [0, 1, 4, 0, 1], [0, 0, 0, 0, 6], [0, 3, 0, 3, 0], [2, 0, 4, 0, 0],
    [0, 0, 4, 0, 2], [2, 0, 3, 1, 0], [2, 0, 0, 4, 0], [0, 0, 0, 0, 6], [1, 0, 0, 5, 0], [1, 1, 0, 4, 0],
    [0, 3, 3, 0, 0], [1, 0, 0, 5, 0], [0, 2, 0, 3, 1], [0, 0, 5, 0, 1], [3, 0, 0, 1, 2], [5, 1, 0, 0, 0],
    [0, 2, 0, 4, 0], [1, 0, 2, 0, 3], [0, 0, 0, 0, 6], [0, 1, 0, 5, 0], [0, 2, 0, 1, 3], [2, 0, 0, 4, 0],
    [1, 0, 0, 4, 1], [0, 5, 0, 1, 0], [4, 0, 0, 0, 2], [0, 2, 0, 4, 0], [1, 0, 5, 0, 0], [0, 0, 0, 0, 6],
]  # fmt: skip

# cont3x3abstractors of irrCAC: two abstractors on 100 pregnancies; printed in the package's vignette.
ABSTRACTORS = ratings_of([[13, 0, 0], [0, 20, 7], [0, 4, 56]])


def test_artstein_and_poesio_kappa_and_pi() -> None:
    # Printed in section 2.4: observed agreement .7, pi .341, kappa .348.
    kappa = measure("cohen_kappa", ARTSTEIN_POESIO)
    assert kappa.observed == pytest.approx(0.7)
    assert kappa.expected == pytest.approx(0.54)
    assert round(kappa.value or 0, 3) == 0.348
    pi = measure("scott_pi", ARTSTEIN_POESIO)
    assert pi.expected == pytest.approx(0.545)
    assert round(pi.value or 0, 3) == 0.341


@pytest.mark.parametrize(
    ("first", "second", "printed"),
    [
        # Krippendorff 2011, section A: Meg and Owen, binary, ten units.
        ("0100000010", "1110010000", 0.095),
        # Section B: Ben and Gerry, nominal, twelve units.
        ("aabbdcccedda", "babbbccceddd", 0.692),
    ],
)
def test_krippendorff_two_observers(first: str, second: str, printed: float) -> None:
    alpha = measure("krippendorff_alpha", list(zip(first, second, strict=True)))
    assert round(alpha.value or 0, 3) == printed


def test_krippendorff_many_observers_with_gaps() -> None:
    # Section C: nominal alpha .743.
    assert round(measure("krippendorff_alpha", GAPS).value or 0, 3) == 0.743


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        # Vignette of irrCAC (Gwet), on cac.raw4raters: estimates to five digits.
        ("percent_agreement", 0.81818),
        ("gwet_ac1", 0.77544),
        ("fleiss_kappa", 0.76117),
        ("krippendorff_alpha", 0.74342),
        ("pabak", 0.77273),  # there called Brennan-Prediger
    ],
)
def test_gwet_four_raters_with_gaps(name: str, printed: float) -> None:
    assert round(measure(name, GAPS, categories=[1, 2, 3, 4, 5]).value or 0, 5) == printed


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("percent_agreement", 0.89),
        ("cohen_kappa", 0.7964094),
        ("scott_pi", 0.7962397),
        ("gwet_ac1", 0.8493305),
        ("pabak", 0.835),
        ("krippendorff_alpha", 0.7972585),
    ],
)
def test_gwet_abstractors(name: str, printed: float) -> None:
    assert round(measure(name, ABSTRACTORS).value or 0, 7) == printed


@pytest.mark.parametrize(
    ("name", "printed"), [("gwet_ac1", 0.4448007), ("fleiss_kappa", 0.4139265), ("krippendorff_alpha", 0.4204384)]
)
def test_gwet_first_fifteen_of_fleiss(name: str, printed: float) -> None:
    # distrib.6raters of irrCAC holds the first fifteen patients of Fleiss 1971; figures from the same vignette.
    assert round(measure(name, ratings_of_counts(FLEISS[:15])).value or 0, 7) == printed


def test_gwet_paradox() -> None:
    # Gwet 2002, Kappa statistic is not satisfactory for assessing the extent of agreement: 118, 5, 2, 0 of 125.
    # By hand: A_o = 118/125 = .944; kappa's A_e = (123 * 120 + 2 * 5) / 125^2 = .94528, so (.944 - .94528) / .05472;
    # p = (123 + 120) / 250 = .972, AC1's A_e = 2 * .972 * .028 = .054432, so (.944 - .054432) / .945568.
    ratings = yes_no(118, 5, 2, 0)
    assert round(measure("cohen_kappa", ratings).value or 0, 4) == -0.0234
    assert round(measure("gwet_ac1", ratings).value or 0, 4) == 0.9408


def test_fleiss() -> None:
    # Printed in the text below Table 1: overall kappa .430.
    kappa = measure("fleiss_kappa", ratings_of_counts(FLEISS))
    assert round(kappa.value or 0, 3) == 0.430
    assert kappa.n == 30


@pytest.mark.parametrize(
    ("cells", "agreement", "printed"),
    [
        # Feinstein & Cicchetti 1990, High agreement but low kappa I, J Clin Epidemiol 43(6):543-549: the first paradox
        # (same agreement, kappa falls with prevalence) and the second (kappa rises with unbalanced margins).
        ((40, 9, 6, 45), 0.85, 0.70),
        ((80, 10, 5, 5), 0.85, 0.32),
        ((45, 15, 25, 15), 0.60, 0.13),
        ((25, 35, 5, 35), 0.60, 0.26),
    ],
)
def test_feinstein_and_cicchetti(cells: tuple[int, int, int, int], agreement: float, printed: float) -> None:
    kappa = measure("cohen_kappa", yes_no(*cells))
    assert kappa.observed == pytest.approx(agreement)
    assert round(kappa.value or 0, 2) == printed


def test_cicchetti_and_feinstein_positive_and_negative() -> None:
    # High agreement but low kappa II, same volume, 551-558, on the table above: 160/175 and 10/25.
    ratings = yes_no(80, 10, 5, 5)
    assert measure("positive_agreement", ratings).value == pytest.approx(160 / 175)
    assert measure("negative_agreement", ratings).value == pytest.approx(10 / 25)


def test_byrt_bishop_carlin() -> None:
    # Byrt et al. 1993: kappa = (PABAK - PI^2 + BI^2) / (1 - PI^2 + BI^2), which ties the three indices to kappa.
    ratings = yes_no(80, 10, 5, 5)
    pabak, prevalence, bias, kappa = (
        measure(name, ratings).value or 0.0 for name in ("pabak", "prevalence_index", "bias_index", "cohen_kappa")
    )
    assert pabak == pytest.approx(0.70)
    assert (prevalence, bias) == (pytest.approx(0.75), pytest.approx(0.05))
    assert kappa == pytest.approx((pabak - prevalence**2 + bias**2) / (1 - prevalence**2 + bias**2))


@pytest.mark.parametrize(
    ("first", "second", "similarity"),
    [
        # Passonneau 2006: MASI = Jaccard x monotonicity, which is 1, 2/3, 1/3 or 0 for equal sets, subset, overlap with
        # something left on both sides, and nothing shared.
        ("ab", "ab", 1.0),
        ("a", "ab", 1 / 2 * 2 / 3),
        ("ab", "abcd", 2 / 4 * 2 / 3),
        ("ab", "bc", 1 / 3 * 1 / 3),
        ("abc", "bcd", 2 / 4 * 1 / 3),
        ("a", "b", 0.0),
        ("", "a", 0.0),
        ("", "", 1.0),
    ],
)
def test_masi(first: str, second: str, similarity: float) -> None:
    assert set_distance(first, second) == pytest.approx(1 - similarity)


def test_krippendorff_unitising() -> None:
    # Krippendorff 2004, Content Analysis (2nd ed.), p. 254: a continuum of 300 from place 150, two observers, units c and k.
    # Printed there and in DKPro Statistics' test of the same example: D_oc .0144, D_ec .0532, D_ek .0490, and alpha for c
    # .7286, for k 1, for both .8591.
    c = [[(75, 145), (220, 250)], [(70, 150), (205, 225), (250, 270)]]
    k = [[(30, 90), (150, 200)], [(30, 90), (150, 200)]]
    assert observed_disagreement(c, 300) == pytest.approx(0.0144, abs=5e-5)
    assert expected_disagreement(c, 300) == pytest.approx(0.0532, abs=5e-5)
    assert expected_disagreement(k, 300) == pytest.approx(0.0490, abs=5e-5)
    assert alpha_unitised({"c": c}, 300).value == pytest.approx(0.7286, abs=5e-5)
    assert alpha_unitised({"k": k}, 300).value == 1
    assert alpha_unitised({"c": c, "k": k}, 300).value == pytest.approx(0.8591, abs=5e-4)


def test_qualcoders_chance_example_is_zero() -> None:
    # A known defect elsewhere: 10,000 characters, 5,000 each, 2,500 shared must be exactly chance.
    assert measure("cohen_kappa", yes_no(2500, 2500, 2500, 2500)).value == 0
    assert round(measure("cohen_kappa", yes_no(800, 200, 200, 8800)).value or 0, 3) == 0.778


def test_chance_is_zero_for_every_corrected_coefficient() -> None:
    independent = ratings_of([[25, 25], [25, 25]])
    corrected = [name for name, one in COEFFICIENTS.items() if not one.two_categories and name != "percent_agreement"]
    for name in corrected:
        # Alpha draws chance pairs without replacement, so at chance it is 1 / n of the ratings, not quite 0.
        assert measure(name, independent).value == pytest.approx(0, abs=1 / 200 + 1e-12), name


def test_library_krippendorff_agrees_on_the_published_data() -> None:
    data = np.array(GAPS, dtype=float).T
    theirs = krippendorff.alpha(reliability_data=data, level_of_measurement="nominal")
    assert measure("krippendorff_alpha", GAPS).value == pytest.approx(theirs)
