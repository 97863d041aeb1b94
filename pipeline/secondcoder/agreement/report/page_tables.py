"""The tables of the page. A figure that is undefined is a dash, with the reason on pointing and in the notes below."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from secondcoder.agreement.attributes import RATES, Level
from secondcoder.agreement.coefficients import (
    ALPHA,
    KAPPA,
    Coefficient,
    coefficient_named,
    coefficients,
    coefficients_for,
)
from secondcoder.agreement.comparison import Beside, Comparison
from secondcoder.agreement.continuum import TITLE as UNITISED
from secondcoder.agreement.disagreements import Confusion
from secondcoder.agreement.pairwise import ALL, SCOPES, Agreement
from secondcoder.agreement.report.report import AgreementReport
from secondcoder.agreement.report.wording import CANNOT_BE_SAID, between, number, number_of
from secondcoder.agreement.results import Result
from secondcoder.agreement.roll_up import ROLLED_UP
from secondcoder.agreement.spans import SpanAgreement
from secondcoder.domain.wording import counted, listed
from secondcoder.reports.page import Block, Cell, Points, Table

INTERVAL = "95% interval"
NAME = frozenset({1})
"""The second column holds words."""
Row = list[str | Cell]


def figure_cell(result: Result | None) -> Cell:
    """A figure, or a dash with the reason."""
    if result is None:
        return Cell("", empty=True)
    return Cell(number(result.value), result.reason, empty=result.value is None)


def interval_cell(result: Result | None) -> Cell:
    """An interval, or words that it cannot be said, with the reason."""
    if result is None or result.value is None:
        return Cell("", empty=True)
    inside = between(result.interval)
    reason = (result.interval.note or result.interval.reason) if result.interval else ""
    return Cell(inside or CANNOT_BE_SAID, reason, empty=not inside)


def _with_intervals(*results: Result | None) -> Iterator[Cell]:
    """Each figure, then its interval."""
    for result in results:
        yield from (figure_cell(result), interval_cell(result))


def _heads(titles: Iterable[str]) -> Iterator[str]:
    """Each title, then that of its interval."""
    for title in titles:
        yield from (title, INTERVAL)


def _head(coefficient: Coefficient, more: str = "") -> Cell:
    """A column's short name, with the long one on pointing."""
    return Cell(coefficient.heading + more, coefficient.title)


def overview_table(report: AgreementReport) -> Table:
    """Every pair and group on each scope: pooled and mean kappa, alpha over sets, and what the registry puts here."""
    shown = [coefficient for coefficient in coefficients().values() if coefficient.in_overview]
    kappa, alpha = (coefficient_named(name).heading for name in (KAPPA, ALPHA))
    titles = (f"{kappa} mean of codes", f"{alpha} (MASI)")
    pooled = (*_heads((f"{kappa} pooled",)), "at chance")
    head = ("Coders", "Over", "units", "clusters", *pooled, *_heads(titles), f"{alpha} (Jaccard)")
    rows = [_overview_row(agreement, SCOPES[agreement.scope], shown) for agreement in report.agreements]
    if report.rolled_up:
        over = f"{SCOPES[ALL]}, {ROLLED_UP}"
        rows += [_overview_row(agreement, over, shown) for agreement in report.rolled_up.agreements.values()]
    return Table(
        "Agreement over all codes", (*head, *(_head(coefficient, " pooled") for coefficient in shown)), rows, words=NAME
    )


def _overview_row(agreement: Agreement, over: str, shown: list[Coefficient]) -> Row:
    units = (f"{agreement.n_units:,.0f}", str(agreement.n_clusters))
    kappa = agreement.pooled.get(KAPPA)
    chance = Cell(number(kappa.at_chance)) if kappa and kappa.at_chance is not None else Cell("", empty=True)
    pooled, results = (*_with_intervals(kappa), chance), (agreement.macro_kappa, agreement.sets["masi"])
    figures = (agreement.sets["jaccard"], *(agreement.pooled.get(coefficient.name) for coefficient in shown))
    names = (listed(agreement.coders), over)
    return [*names, *units, *pooled, *_with_intervals(*results), *map(figure_cell, figures)]


def code_table(report: AgreementReport, everywhere: Agreement, coded: Agreement) -> Iterator[Block]:
    """Some coders code by code, over all units, with the main coefficient over the coded units beside it, and notes below.

    The main coefficient is kappa for two coders, alpha for more.
    """
    shown = coefficients_for(len(everywhere.coders))
    main = coefficient_named(KAPPA if len(everywhere.coders) == 2 else ALPHA)
    others = [coefficient for coefficient in shown if coefficient != main]
    counts = _counts_head(everywhere)
    head: tuple[str | Cell, ...]
    head = ("Code", "Name", *counts, _head(main), INTERVAL, f"{main.heading}, coded units", *map(_head, others))
    rows: list[Row] = []
    for code, results in everywhere.codes.items():
        result, within = results[main.name], coded.codes[code][main.name]
        numbers = [f"{result.counts[name]:,.0f}" for name in counts.values()]
        figures = (within, *(results[coefficient.name] for coefficient in others))
        names = (code, report.name_of(code))
        rows.append([*names, *numbers, *_with_intervals(result), *map(figure_cell, figures)])
    together = "" if len(everywhere.coders) == 2 else " together"
    units = f"{everywhere.n_units:,.0f} {report.kind.many}"
    yield Table(f"{listed(everywhere.coders)}{together}, code by code, over {units}", head, rows, words=NAME)
    yield from _reasons(everywhere, main)


def _counts_head(agreement: Agreement) -> dict[str, str]:
    """For two coders, heading -> count: both, only the first, only the second."""
    if len(agreement.coders) != 2:
        return {}
    first, second = agreement.coders
    return {"both": "both", f"only {first}": "first", f"only {second}": "second"}


def _reasons(agreement: Agreement, main: Coefficient) -> Iterator[Points]:
    """Why figures or intervals are missing, each reason once with its codes."""
    codes_by_reason: dict[str, list[str]] = {}
    for code, results in agreement.codes.items():
        result = results[main.name]
        if result.reason:
            codes_by_reason.setdefault(f"{main.title} {result.missing}: {result.reason}", []).append(code)
        elif result.interval and result.interval.reason:
            codes_by_reason.setdefault(f"interval {CANNOT_BE_SAID}: {_plain(result.interval.reason)}", []).append(code)
    if codes_by_reason:
        yield Points([f"{', '.join(codes)}: {reason}." for reason, codes in codes_by_reason.items()])


def _plain(reason: str) -> str:
    """The same reason with different counts is one reason."""
    # Its words are those of statistics/cluster_bootstrap.py, which have the counts in them.
    return "the code is in too few clusters for resampling" if "bootstrap rounds: the code" in reason else reason


def beside_table(report: AgreementReport, comparison: Comparison) -> Table:
    """Model-human beside human-human, with the difference, code by code."""
    title, model = coefficient_named(comparison.coefficient).title, comparison.model
    rows = [_beside("All codes, pooled", "", comparison.pooled), _beside("Mean of codes", "", comparison.macro)]
    if report.rolled_up and report.rolled_up.comparison and (comparison.scope, model) == (ALL, report.model):
        rolled = report.rolled_up.comparison
        rows += [_beside(f"All codes, pooled, {ROLLED_UP}", "", rolled.pooled)]
        rows += [_beside(f"Mean of codes, {ROLLED_UP}", "", rolled.macro)]
    rows += [_beside(code, report.name_of(code), beside) for code, beside in comparison.codes.items()]
    return Table(
        f"{title} of {model} with {listed(comparison.humans)}, and of the humans with each other, on the same {report.kind.many} "
        f"({SCOPES[comparison.scope]})",
        ("Code", "Name", *_heads((f"{model} and human", "human and human", "difference"))),
        rows,
        words=NAME,
    )


def _beside(code: str, name: str, beside: Beside) -> Row:
    return [code, name, *_with_intervals(beside.model_human, beside.human_human, beside.difference)]


def levels_table(report: AgreementReport) -> Table:
    """Rates by attribute and level."""
    names = [name for name in RATES if any(name in level.rates for level in report.levels)]
    titles = [title for name in names for title in (RATES[name].title, "difference")]
    rows = [_level(level, names) for level in report.levels]
    head = ("Attribute", "Level", "transcripts", *_heads(titles))
    return Table("Marks that are not shared, by who is speaking", head, rows, words=NAME)


def _level(level: Level, names: list[str]) -> Row:
    results = [result for name in names for result in (level.rates.get(name), level.differences.get(name))]
    return [level.attribute, level.level, str(level.n_transcripts), *_with_intervals(*results)]


def spans_table(spans: SpanAgreement) -> Iterator[Block]:
    """Boundary agreement and agreement on codes of the matched marks, by tolerance; alpha for unitising below."""
    counts = ("matched", *(f"only {coder}" for coder in spans.coders))
    codes = ("same codes", "some code shared", f"{coefficient_named(ALPHA).heading} (MASI) of matched")
    rows: list[Row] = []
    for tolerance, result in spans.boundaries.items():
        numbers = [f"{result.counts[name]:,.0f}" for name in ("both", "first", "second")]
        same = [f"{count:,}" for count in spans.same_codes[tolerance]]
        where = counted(tolerance, "sentence")
        rows.append([where, *numbers, *_with_intervals(result), *same, figure_cell(spans.codes[tolerance])])
    head = ("Tolerance", *counts, *_heads(("boundary agreement",)), *codes)
    yield Table(f"Marks of {listed(spans.coders)} as drawn", head, rows)
    if spans.unitised is not None:
        value, reason = spans.unitised.value, spans.unitised.reason
        figure = number(value) if value is not None else f"undefined ({reason})"
        yield Points([f"{UNITISED}, over characters and all codes: {figure}."])


def confusion_table(report: AgreementReport, confusion: Confusion) -> Table:
    """One coder's codes against another's; codes that neither gave are left out."""
    codes, counts = confusion.codes, confusion.counts
    last = len(codes) - 1  # neither gave a code: not counted in how dark the cells are
    used = [at for at in range(len(codes)) if counts[at].sum() + counts[:, at].sum() > 0]
    # At least 1, so that an empty table has something to divide by.
    most = max([1.0, *(float(counts[i, j]) for i in used for j in used if (i, j) != (last, last))])
    names = [Cell(codes[at], report.name_of(codes[at]) if codes[at] in report.codebook else "") for at in used]
    rows: list[Row] = [
        [name, *(_shaded(float(counts[i, j]), most) for j in used)] for name, i in zip(names, used, strict=True)
    ]
    first, second = confusion.coders
    return Table(f"Codes of {first} against codes of {second}", (f"{first} ↓  {second} →", *names), rows, matrix=True)


def _shaded(count: float, most: float) -> Cell:
    return Cell(number_of(count) if count else "", shade=min(1.0, count / most))
