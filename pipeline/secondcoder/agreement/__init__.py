"""Agreement: model and human coders, and humans among themselves, side by side. Usable alone from Python.

From two lists or two tables, without a study: `of_lists(anna, ben)`, `of_tables("anna.csv", "ben.csv")`, which give a
`RatingsReport`. One coefficient on plain ratings: `measure("cohen_kappa", ratings)`, `alpha_of_sets(units)`. On transcripts,
codings and coding passes: `agree(...)`, which gives an `AgreementReport`. Importing this loads neither torch nor spaCy. The way of
the data is

    records -> units -> reliability data (marks and known) -> contingency by cluster -> formulas -> results with intervals -> report
"""

from __future__ import annotations

from secondcoder.agreement.adjudication import Adjudication, read_sheet, write_sheet
from secondcoder.agreement.agree import agree
from secondcoder.agreement.coefficients import COEFFICIENTS, Coefficient, coefficients
from secondcoder.agreement.comparison import compare_with_model
from secondcoder.agreement.continuum import alpha_unitised
from secondcoder.agreement.disagreements import confusion
from secondcoder.agreement.errors import (
    AgreementError,
    NoOverlapError,
    OneCoderError,
    RatingsError,
    UnusedCodeError,
    VersionsError,
)
from secondcoder.agreement.material import codings_of_suggestions
from secondcoder.agreement.of_tables import of_lists, of_tables
from secondcoder.agreement.ratings import Ratings, as_ratings, measure
from secondcoder.agreement.report.ratings_report import RatingsReport
from secondcoder.agreement.report.report import AgreementReport
from secondcoder.agreement.results import Result
from secondcoder.agreement.set_alpha import alpha_of_sets
from secondcoder.agreement.set_similarity import DISTANCES, set_distance
from secondcoder.statistics.cluster_bootstrap import Interval

__all__ = [
    "COEFFICIENTS",
    "DISTANCES",
    "Adjudication",
    "AgreementError",
    "AgreementReport",
    "Coefficient",
    "Interval",
    "NoOverlapError",
    "OneCoderError",
    "Ratings",
    "RatingsError",
    "RatingsReport",
    "Result",
    "UnusedCodeError",
    "VersionsError",
    "agree",
    "alpha_of_sets",
    "alpha_unitised",
    "as_ratings",
    "codings_of_suggestions",
    "coefficients",
    "compare_with_model",
    "confusion",
    "measure",
    "of_lists",
    "of_tables",
    "read_sheet",
    "set_distance",
    "write_sheet",
]
