"""Every formula on the page, with what it means and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator

from secondcoder.agreement.coefficients import Coefficient, coefficients
from secondcoder.agreement.continuum import FORMULA, MEANING, REFERENCE, TITLE
from secondcoder.agreement.set_similarity import DISTANCES, Distance
from secondcoder.reports.page import Block, Formula, Formulas

OTHERS = (
    Formula(
        "pooled and mean kappa",
        "pooled: κ of the summed tables of all codes; mean: Σ κ_code / number of codes whose κ is defined",
        "Pooled, frequent codes weigh more; in the mean, each code counts once. For more than two coders, the mean over pairs.",
        "Light 1971, Psychological Bulletin 76(5):365-377, doi:10.1037/h0031643",
    ),
    Formula(
        "pooled kappa at chance",
        "κ_0 = 2 cov(p, q) / (P + Q − 2 P Q)",
        "p and q: the two coders' rates of each code, weighted by its units; P, Q: their means. It is the mean of pooled kappa when "
        "each coder's marks are shuffled within each code. Over the coded units: the same expected tables, less the units that nobody "
        "coded.",
        "from Cohen's A_e (1960, as above), code by code",
    ),
    Formula(
        "boundary agreement",
        "2 × matched marks / all marks of both coders",
        "Positive agreement on where marks lie, whatever the code.",
        "Cicchetti & Feinstein 1990, as above",
    ),
    Formula(
        "intervals",
        "z ± t(G* − 1) · s · √(G / (G − 1)) on Fisher's z scale, G* = (Σ m)² / Σ m²",
        "Whole transcripts (or cases) are drawn with replacement; s is the spread of the figure over the draws, G their number and "
        "G* their effective number, when each holds m of the marks.",
        "Carter, Schnepel & Steigerwald 2017, Review of Economics and Statistics 99(4):698-709, doi:10.1162/REST_a_00639; Efron & "
        "Tibshirani 1993, An Introduction to the Bootstrap",
    ),
    Formula(
        "non-inferiority",
        "not inferior when the lower end of the 95% interval of κ(model, human) − κ(human, human) lies above −margin",
        "Both figures come from the same units and the same draws. Whether the margin was stated first stands beside it.",
        "Piaggio et al. 2012, JAMA 308(24):2594-2604, doi:10.1001/jama.2012.87802",
    ),
    Formula(
        "alternative annotator test",
        "mean(W_person − W_model) < ε, one-sided, for each person left out; passes when at least half are rejected (winning rate ω)",
        "W is 1 on a passage where the person (the model) agrees with those who remain at least as well as the other does. Student's "
        "t on the jackknife over transcripts (or cases), the false discovery rate over people held at 5% (Benjamini & Yekutieli "
        "2001, doi:10.1214/aos/1013699998).",
        "Calderon, Reichart & Dror 2025, ACL, arXiv:2501.10970",
    ),
    Formula(
        "average advantage probability",
        "ρ = mean over people of mean(W_model)",
        "How often the model is at least as near to the people who remain as the person left out.",
        "Calderon, Reichart & Dror 2025, as above",
    ),
)


SYMBOLS = (
    "For one code and two coders: a = both gave it, b = only the first, c = only the second, d = neither, n = a + b + c + d. "
    "A_o is observed agreement, A_e agreement expected by chance, D_o and D_e the same for disagreement, q the number of "
    "categories (2: given or not), p_k a category's share. Where a coefficient is undefined, the table has a dash and says why."
)


def formula_blocks() -> Iterator[Block]:
    """What the symbols mean, then titles, formulas, meanings and references, from the registries."""
    yield SYMBOLS
    entries: tuple[Coefficient | Distance, ...] = (*coefficients().values(), *DISTANCES.values())
    known = [Formula(entry.title, entry.formula, entry.meaning, entry.reference) for entry in entries]
    yield Formulas([*known, Formula(TITLE, FORMULA, MEANING, REFERENCE), *OTHERS])
