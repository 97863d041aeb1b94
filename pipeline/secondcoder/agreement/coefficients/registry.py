"""The registry of coefficients: one entry brings a coefficient's formula, columns, reference and place in the methods section.

No other module knows which coefficients there are: choices, tables, JSON, the report's page and its methods section ask here. One more
joins as a module beside this one that defines a `COEFFICIENT`, or in another package under an entry point of the group
`secondcoder.agreement_coefficients` that names a `Coefficient`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from secondcoder.agreement import formulas
from secondcoder.agreement.contingency import Contingency
from secondcoder.agreement.errors import RatingsError
from secondcoder.domain.plugins import MEND, plug_ins, shipped
from secondcoder.errors import PluginError, did_you_mean
from secondcoder.statistics.classification import ChanceCorrected

ENTRY_POINTS = "secondcoder.agreement_coefficients"
PERCENT, KAPPA, AC1, ALPHA = "percent_agreement", "cohen_kappa", "gwet_ac1", "krippendorff_alpha"
POSITIVE = "positive_agreement"
ONE_CATEGORY = "all ratings fall into one category, so agreement by chance is complete and nothing is left to measure"
NOT_MARKED = "neither coder used the code"
ALWAYS_MARKED = "both coders gave the code to every unit"
NO_PAIRS = "no unit was rated by two coders"


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A coefficient and what is printed about it.

    Attributes:
        compute: contingency -> value, observed, expected.
        undefined: why it has no value although units were rated by two coders.
        formula, reference, meaning: for the report.
        two_coders: only for two; otherwise for two or more.
        two_categories: only for marked or not marked.
        low: its least value; its greatest is 1.
        needs_unmarked: for two coders it cannot exceed 0 where one of them marked every unit that counts.
        rests_on_shared: near its floor, whatever is resampled, as long as two coders never gave the code to the same unit.
        column: heading of its column; its title where empty.
        in_methods: how the methods section names it; None for its title, empty where it is not named there.
        in_overview: it has a column in the table over all codes, too.
        groups_only: shown for more than two coders only, because for two it is the same as another.
    """

    name: str
    title: str
    compute: Callable[[Contingency], ChanceCorrected]
    undefined: str
    formula: str
    reference: str
    meaning: str
    two_coders: bool = False
    two_categories: bool = False
    low: float = -1.0
    rests_on_shared: bool = False
    needs_unmarked: bool = False
    column: str = ""
    in_methods: str | None = None
    in_overview: bool = False
    groups_only: bool = False

    @property
    def heading(self) -> str:
        """The heading of its column."""
        return self.column or self.title

    @property
    def methods_name(self) -> str:
        """Its name in the methods section; empty where it is not named."""
        return self.title if self.in_methods is None else self.in_methods


_SHIPPED = (
    Coefficient(
        PERCENT,
        "percent agreement",
        formulas.percent_agreement,
        NO_PAIRS,
        "A_o = agreeing pairs of ratings / all pairs of ratings, mean over units",
        "no correction for chance; Artstein & Poesio 2008, Computational Linguistics 34(4):555-596, doi:10.1162/coli.07-034-R2",
        "How often two coders made the same judgement. For a rare code it is high whatever they do.",
        low=0.0,
        column="observed",
        in_methods="",
    ),
    Coefficient(
        KAPPA,
        "Cohen's kappa",
        formulas.cohen_kappa,
        ONE_CATEGORY,
        "κ = (A_o - A_e) / (1 - A_e), A_e = Σ_k p_1k p_2k",
        "Cohen 1960, Educational and Psychological Measurement 20(1):37-46, doi:10.1177/001316446002000104",
        "Agreement beyond what the two coders' own rates would give by chance: 1 is full agreement, 0 is chance.",
        two_coders=True,
        rests_on_shared=True,
        needs_unmarked=True,
        column="κ",
    ),
    Coefficient(
        "scott_pi",
        "Scott's pi",
        formulas.scott_pi,
        ONE_CATEGORY,
        "π = (A_o - A_e) / (1 - A_e), A_e = Σ_k ((p_1k + p_2k) / 2)²",
        "Scott 1955, Public Opinion Quarterly 19(3):321-325, doi:10.1086/266577",
        "Like kappa, with one rate for both coders.",
        two_coders=True,
        rests_on_shared=True,
        needs_unmarked=True,
        column="π",
        in_methods="",
    ),
    Coefficient(
        "fleiss_kappa",
        "Fleiss' kappa",
        formulas.fleiss_kappa,
        ONE_CATEGORY,
        "κ = (A_o - A_e) / (1 - A_e), A_e = Σ_k p_k², p_k = mean over units of category k's share of the ratings",
        "Fleiss 1971, Psychological Bulletin 76(5):378-382, doi:10.1037/h0031619",
        "Scott's pi for two or more coders at once.",
        column="Fleiss' κ",
        in_methods="",
        groups_only=True,
    ),
    Coefficient(
        AC1,
        "Gwet's AC1",
        formulas.gwet_ac1,
        NO_PAIRS,
        "AC1 = (A_o - A_e) / (1 - A_e), A_e = Σ_k p_k (1 - p_k) / (q - 1)",
        "Gwet 2008, British Journal of Mathematical and Statistical Psychology 61(1):29-48, doi:10.1348/000711006X126600",
        "Stays near percent agreement where a code is rare; read it beside kappa, not instead of it.",
        column="AC1",
        in_overview=True,
    ),
    Coefficient(
        "pabak",
        "PABAK",
        formulas.pabak,
        NO_PAIRS,
        "PABAK = (q A_o - 1) / (q - 1), which is 2 A_o - 1 for q = 2",
        "Byrt, Bishop & Carlin 1993, Journal of Clinical Epidemiology 46(5):423-429, doi:10.1016/0895-4356(93)90018-V",
        "What kappa would be if the code were on half of the units and both coders used it equally often.",
        column="PABAK",
    ),
    Coefficient(
        ALPHA,
        "Krippendorff's alpha (nominal)",
        formulas.krippendorff_alpha,
        ONE_CATEGORY,
        "α = 1 - D_o / D_e, with D_e over all pairs of ratings, whatever their units",
        "Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, University of Pennsylvania",
        "For any number of coders and with gaps; near Scott's pi for two coders and many units.",
        rests_on_shared=True,
        needs_unmarked=True,
        column="α",
        in_methods="nominal Krippendorff's alpha",
    ),
    Coefficient(
        POSITIVE,
        "positive agreement",
        formulas.positive_agreement,
        NOT_MARKED,
        "2a / (2a + b + c)",
        "Cicchetti & Feinstein 1990, Journal of Clinical Epidemiology 43(6):551-558, doi:10.1016/0895-4356(90)90159-M",
        "Of all marks with the code, the share that the other coder shares (the same figure as F1).",
        two_coders=True,
        two_categories=True,
        low=0.0,
        rests_on_shared=True,
        column="positive",
        in_overview=True,
    ),
    Coefficient(
        "negative_agreement",
        "negative agreement",
        formulas.negative_agreement,
        ALWAYS_MARKED,
        "2d / (2d + b + c)",
        "Cicchetti & Feinstein 1990, Journal of Clinical Epidemiology 43(6):551-558, doi:10.1016/0895-4356(90)90159-M",
        "The same for leaving a unit without the code.",
        two_coders=True,
        two_categories=True,
        low=0.0,
        column="negative",
    ),
    Coefficient(
        "prevalence_index",
        "prevalence index",
        formulas.prevalence_index,
        NO_PAIRS,
        "(a - d) / n",
        "Byrt, Bishop & Carlin 1993, Journal of Clinical Epidemiology 46(5):423-429, doi:10.1016/0895-4356(93)90018-V",
        "Near -1 the code is rare: kappa is then held down and percent agreement flattered.",
        two_coders=True,
        two_categories=True,
        column="prevalence index",
        in_methods="",
    ),
    Coefficient(
        "bias_index",
        "bias index",
        formulas.bias_index,
        NO_PAIRS,
        "(b - c) / n",
        "Byrt, Bishop & Carlin 1993, Journal of Clinical Epidemiology 46(5):423-429, doi:10.1016/0895-4356(93)90018-V",
        "Above 0 the first coder uses the code more often than the second.",
        two_coders=True,
        two_categories=True,
        column="bias index",
        in_methods="",
    ),
)

COEFFICIENTS: dict[str, Coefficient] = {coefficient.name: coefficient for coefficient in _SHIPPED}
"""Those that ship."""


@cache
def coefficients() -> Mapping[str, Coefficient]:
    """By name: those that ship, then those of installed packages.

    Raises:
        PluginError: a coefficient from outside cannot be loaded, is no `Coefficient`, or has a name that is taken.
    """
    beside: tuple[Coefficient, ...] = shipped("secondcoder.agreement.coefficients", "COEFFICIENT")
    # Those that ship first: an installed package cannot take the place of one.
    known = COEFFICIENTS | {coefficient.name: coefficient for coefficient in beside}
    for plug_in, coefficient in plug_ins(ENTRY_POINTS, Coefficient):
        if coefficient.name in known:
            raise PluginError(f"{plug_in} is called '{coefficient.name}', a name that is taken. {MEND}")
        known[coefficient.name] = coefficient
    return known


def coefficients_for(coders: int) -> list[Coefficient]:
    """Those that are reported for so many coders, in the order of the registry."""
    two = coders == 2
    return [
        coefficient
        for coefficient in coefficients().values()
        if not (coefficient.groups_only if two else coefficient.two_coders)
    ]


def coefficient_named(name: str) -> Coefficient:
    """The coefficient of this name; RatingsError with the nearest name otherwise."""
    known = coefficients()
    if name not in known:
        raise RatingsError(
            f"The coefficient must be one of {', '.join(known)}. Got '{name}'.{did_you_mean(name, known)}"
        )
    return known[name]
