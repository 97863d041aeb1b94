"""Agreement without a study: `of_lists(anna, ben)`, or `of_tables("anna.csv", "ben.csv")`.

The figures are those of `agree`, by the same formulas. Where every coder put each unit into one category, Cohen's kappa and the
others are over the categories, as other programs compute them; codes of which a unit may have several are compared one by one, and
pooled.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias

from secondcoder.agreement.alt_test import COST_BENEFIT
from secondcoder.agreement.coefficients import coefficients_for
from secondcoder.agreement.disagreements import confusion
from secondcoder.agreement.errors import RatingsError
from secondcoder.agreement.figures import Figures, Settings, figures_of
from secondcoder.agreement.material import ComparedData
from secondcoder.agreement.pairwise import ALL, SCOPES
from secondcoder.agreement.rated_tables import Silence, Table, TableAsked, rated_tables
from secondcoder.agreement.rated_units import SEVERAL, UNITS, RatedUnits, rated_lists
from secondcoder.agreement.ratings import measure
from secondcoder.agreement.report.ratings_report import RatingsReport
from secondcoder.agreement.results import Result
from secondcoder.domain.wording import counted
from secondcoder.statistics.cluster_bootstrap import ROUNDS, SEED

Rating: TypeAlias = Hashable | Iterable[Hashable] | None
"""What a coder gave a unit: a code, several as a set or list or as `A|B`, none as "" or an empty set; None where they did not look."""
ANOTHER = "(another)"


def of_lists(
    *ratings: Sequence[Rating],
    coders: Sequence[str] | None = None,
    categories: Sequence[Hashable] | None = None,
    clusters: Sequence[Hashable] | None = None,
    clustered_by: str = "cluster",
    several: str | None = SEVERAL,
    rounds: int = ROUNDS,
    seed: int = SEED,
) -> RatingsReport:
    """Agreement of two or more coders, each a list of what they gave the same units, item for item.

    Args:
        ratings: a list (or column) a coder, n items each: a code, several codes as a set or as `A|B`, "" for none, None where the
            coder did not look.
        coders: their names; coder 1, coder 2, ... by default.
        categories: all codes that they could choose from; by default those that occur.
        clusters: what each unit lies in, such as its interview, (n,). Intervals resample these whole; by default each unit for itself.
        clustered_by: what a cluster is, in a word.
        several: what divides codes in a text; None where no text holds several.
        rounds, seed: of the bootstrap.

    Returns:
        Figures with intervals or the reason why there is none: `table()`, `summary`, `to_json()`, `to_html()`.

    Raises:
        RatingsError: lists of different lengths, a code outside `categories`, or a measurement.
        OneCoderError: fewer than two lists. NoOverlapError: no unit that two coders looked at. UnusedCodeError: nobody gave any code.

    Example:
        >>> of_lists(["A", "B", "A", "B"], ["A", "B", "B", "B"]).kappa.value
        0.5
    """
    return _report(rated_lists(ratings, coders, categories, clusters, clustered_by, several), rounds, seed)


def of_tables(
    *tables: Table,
    coders: Sequence[str] | None = None,
    unit: str = "unit",
    code: str | None = None,
    coder: str = "coder",
    clusters: str | None = None,
    categories: Sequence[Hashable] | None = None,
    several: str = SEVERAL,
    silence: Silence | None = None,
    rounds: int = ROUNDS,
    seed: int = SEED,
) -> RatingsReport:
    """Agreement from tables: files (CSV, TSV, XLSX, Parquet, JSONL) or data frames, in any of three layouts.

    * a table a coder: columns unit, code. The coder is the column `coder`, or else `coders` in order, or else the file's name;
    * one long table: columns unit, coder, code;
    * one wide table: column unit, and a column for each coder (those named in `coders`, or all others).

    A cell may hold several codes, divided by `several`. Rows of one coder on one unit count together.

    Args:
        coders: those to compare, in order; all by default.
        unit, code, coder, clusters: names of columns, in any case; `code` is `code`, `codes` or several numbered ones by default.
            `clusters` says in which interview a unit lies, and intervals resample these whole; by default the column `transcript` or
            `interview` where all tables have one, and else each unit counts for itself.
        categories: all codes that the coders could choose from; by default those that occur.
        silence: what a cell without a code means: "nothing" (the coder looked and found nothing) or "unknown". By default "nothing"
            where a long table has a row for it, and "unknown" in a wide one and where there is no row. The report's notes count both.
        rounds, seed: of the bootstrap.

    Returns:
        Figures with intervals or the reason why there is none: `table()`, `summary`, `to_json()`, `to_html()`.

    Raises:
        RatingsError: a column is missing, or rows cannot be used; all are named.
        InputError: a file is not there, or is no table. OneCoderError: fewer than two coders. NoOverlapError: no unit that two coders
            looked at. UnusedCodeError: nobody gave any code.
    """
    asked = TableAsked(coders, unit, code, coder, clusters, categories, several, silence)
    return _report(rated_tables(tables, asked), rounds, seed)


def _report(rated: RatedUnits, rounds: int, seed: int) -> RatingsReport:
    if rounds < 0 or seed < 0:
        raise RatingsError(
            f"Rounds and seed are whole numbers from 0 on. Got {rounds} and {seed}. Nothing was computed."
        )
    data = rated.reliability_data()
    settings = Settings(rounds, seed, None, None, rated.clustered_by, COST_BENEFIT, None)
    compared = ComparedData((), (), (), rated.coders, None)
    figures = figures_of(data, compared, (ALL,) if rated.one_each else tuple(SCOPES), settings)
    apart = [name for name in rated.coders if name not in figures.coders]
    notes = [f"{name} looked at no unit that another coder looked at, and is left out." for name in apart]
    return RatingsReport(
        coders=figures.coders,
        codes=rated.codes,
        n_units=rated.looked_at,
        clustered_by=rated.clustered_by,
        rounds=rounds,
        seed=seed,
        one_each=_one_each(rated, figures, rounds, seed) if rated.one_each else {},
        headline=figures.headline,
        agreements=figures.agreements,
        confusions=tuple(confusion(data, *pair) for pair in figures.pairs),
        notes=(*rated.notes, *notes, *_few(figures, rated)),
    )


def _one_each(rated: RatedUnits, figures: Figures, rounds: int, seed: int) -> dict[tuple[str, ...], dict[str, Result]]:
    """Coders -> coefficient -> its value over all categories."""
    # One category alone leaves nothing to measure; what is undefined then says so.
    categories = rated.codes if len(rated.codes) > 1 else (*rated.codes, ANOTHER)
    return {
        agreement.coders: {
            each.name: _of_pairs(
                measure(
                    each.name,
                    rated.ratings(agreement.coders),
                    coders=agreement.coders,
                    categories=categories,
                    clusters=rated.clusters,
                    rounds=rounds,
                    seed=seed,
                )
            )
            for each in coefficients_for(len(agreement.coders))
            if not each.two_categories
        }
        for agreement in figures.agreements
    }


def _of_pairs(result: Result) -> Result:
    # Of two categories the counts are of the second one, which is in no way special.
    return replace(result, counts={}, unit=UNITS.one)


def _few(figures: Figures, rated: RatedUnits) -> list[str]:
    clusters = max(agreement.n_clusters for agreement in figures.agreements)
    if clusters >= 10:
        return []
    return [f"Intervals resample {counted(clusters, rated.clustered_by)}: read them as a rough guide."]
