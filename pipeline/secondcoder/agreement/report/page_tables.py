"""The tables of the page. A figure that is undefined is a dash, with the reason on pointing and in the notes below."""

from __future__ import annotations

from collections.abc import Iterator

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
from secondcoder.agreement.pairwise import SCOPES, Agreement
from secondcoder.agreement.report.markup import Cell, items, table
from secondcoder.agreement.report.report import AgreementReport
from secondcoder.agreement.report.wording import between, listed, number
from secondcoder.agreement.results import Result
from secondcoder.agreement.spans import SpanAgreement

NO_INTERVAL = "no interval"


def figure_cell(result: Result | None) -> Cell:
    """A figure, or a dash with the reason."""
    if result is None:
        return Cell("", kind="none")
    return Cell(number(result.value), result.reason, "" if result.value is not None else "none")


def interval_cell(result: Result | None) -> Cell:
    """An interval, or words that there is none, with the reason."""
    if result is None or result.value is None:
        return Cell("", kind="none")
    inside = between(result.interval)
    told = (result.interval.note or result.interval.reason) if result.interval else ""
    return Cell(inside or NO_INTERVAL, told, "" if inside else "none")


def head(coefficient: Coefficient) -> Cell:
    """A column's short name, with the long one on pointing."""
    return Cell(coefficient.heading, coefficient.title)


def overview_table(report: AgreementReport) -> str:
    """Every pair and group on each scope: pooled and mean kappa, alpha over sets."""
    heads: list[str | Cell] = [
        "Coders",
        Cell("Over", kind="words"),
        "units",
        "clusters",
        "κ pooled",
        "95% interval",
        "κ mean of codes",
        "95% interval",
    ]
    in_overview = [coefficient for coefficient in coefficients().values() if coefficient.in_overview]
    heads += ["α (MASI)", "95% interval", "α (Jaccard)"]
    heads += [Cell(f"{coefficient.heading} pooled", coefficient.title) for coefficient in in_overview]
    rows: list[list[str | Cell]] = []
    for one in report.agreements:
        main = one.pooled.get(KAPPA)
        cells = [figure_cell(main), interval_cell(main), figure_cell(one.macro_kappa), interval_cell(one.macro_kappa)]
        masi = one.sets["masi"]
        cells += [figure_cell(masi), interval_cell(masi), figure_cell(one.sets["jaccard"])]
        cells += [figure_cell(one.pooled.get(coefficient.name)) for coefficient in in_overview]
        start: list[str | Cell] = [
            listed(one.coders),
            Cell(SCOPES[one.scope], kind="words"),
            f"{one.n_units:,.0f}",
            str(one.n_clusters),
        ]
        rows.append([*start, *cells])
    return table("Agreement over all codes", heads, rows)


def code_table(report: AgreementReport, everywhere: Agreement, coded: Agreement) -> str:
    """One pair (or group) code by code, over all units, with kappa over the coded units beside it."""
    return (
        _pair_table(report, everywhere, coded)
        if len(everywhere.coders) == 2
        else _group_table(report, everywhere, coded)
    )


def _pair_table(report: AgreementReport, everywhere: Agreement, coded: Agreement) -> str:
    first, second = everywhere.coders
    heads: list[str | Cell] = [
        "Code",
        Cell("Name", kind="words"),
        "both",
        f"only {first}",
        f"only {second}",
        "κ",
        "95% interval",
    ]
    others = [coefficient for coefficient in coefficients_for(2) if coefficient.name != KAPPA]
    heads += ["κ, coded units", *map(head, others)]
    rows: list[list[str | Cell]] = []
    for code, own in everywhere.codes.items():
        kappa = own[KAPPA]
        counts = [f"{kappa.counts[name]:,.0f}" for name in ("both", "first", "second")]
        figures = [figure_cell(own[coefficient.name]) for coefficient in others]
        inside = figure_cell(coded.codes[code][KAPPA])
        name = Cell(report.name_of(code), kind="words")
        rows.append([code, name, *counts, figure_cell(kappa), interval_cell(kappa), inside, *figures])
    caption = f"{listed(everywhere.coders)}, code by code, over {everywhere.n_units:,.0f} {report.kind.many}"
    return table(caption, heads, rows) + _reasons(everywhere, KAPPA)


def _group_table(report: AgreementReport, everywhere: Agreement, coded: Agreement) -> str:
    shown = coefficients_for(len(everywhere.coders))
    heads: list[str | Cell] = [
        "Code",
        Cell("Name", kind="words"),
        *map(head, shown),
        "95% interval of α",
        "α, coded units",
    ]
    rows: list[list[str | Cell]] = []
    for code, own in everywhere.codes.items():
        alpha = own[ALPHA]
        figures = [figure_cell(own[coefficient.name]) for coefficient in shown]
        inside = figure_cell(coded.codes[code][ALPHA])
        rows.append([code, Cell(report.name_of(code), kind="words"), *figures, interval_cell(alpha), inside])
    caption = f"{listed(everywhere.coders)} together, code by code, over {everywhere.n_units:,.0f} {report.kind.many}"
    return table(caption, heads, rows) + _reasons(everywhere, ALPHA)


def _reasons(one: Agreement, name: str) -> str:
    """Why figures or intervals are missing, each reason once with its codes."""
    found: dict[str, list[str]] = {}
    for code, own in one.codes.items():
        result = own[name]
        if result.reason:
            found.setdefault(f"{coefficient_named(name).title} undefined: {result.reason}", []).append(code)
        elif result.interval and result.interval.reason:
            found.setdefault(f"no interval: {_plain(result.interval.reason)}", []).append(code)
    return items(f"{', '.join(codes)}: {reason}." for reason, codes in found.items()) if found else ""


def _plain(reason: str) -> str:
    """The same reason with different counts is one reason."""
    return "the code is in too few clusters for resampling" if "bootstrap rounds: the code" in reason else reason


def beside_table(report: AgreementReport, one: Comparison) -> str:
    """Model-human beside human-human, with the difference, code by code."""
    title = coefficient_named(one.coefficient).title
    heads: list[str | Cell] = [
        "Code",
        Cell("Name", kind="words"),
        f"{one.model} and human",
        "95% interval",
        "human and human",
        "95% interval",
    ]
    heads += ["difference", "95% interval"]
    rows = [_beside("All codes, pooled", "", one.pooled), _beside("Mean of codes", "", one.macro)]
    rows += [_beside(code, report.name_of(code), own) for code, own in one.codes.items()]
    caption = f"{title} of {one.model} with {listed(one.humans)}, and of the humans with each other, on the same {report.kind.many}"
    return table(caption, heads, rows)


def _beside(code: str, name: str, own: Beside) -> list[str | Cell]:
    cells = [
        part
        for one in (own.model_human, own.human_human, own.difference)
        for part in (figure_cell(one), interval_cell(one))
    ]
    return [code, Cell(name, kind="words"), *cells]


def levels_table(report: AgreementReport) -> str:
    """Rates by attribute and level."""
    names = [name for name in RATES if any(name in level.rates for level in report.levels)]
    heads: list[str | Cell] = ["Attribute", Cell("Level", kind="words"), "transcripts"]
    for name in names:
        heads += [Cell(RATES[name].title), "95% interval", "difference", "95% interval"]
    return table(
        "Marks that are not shared, by who is speaking", heads, [_level(level, names) for level in report.levels]
    )


def _level(level: Level, names: list[str]) -> list[str | Cell]:
    def cells() -> Iterator[Cell]:
        for name in names:
            for one in (level.rates.get(name), level.differences.get(name)):
                yield from (figure_cell(one), interval_cell(one))

    return [level.attribute, Cell(level.level, kind="words"), str(level.n_transcripts), *cells()]


def spans_table(one: SpanAgreement) -> str:
    """Boundary agreement and agreement on codes of the matched marks, by tolerance; alpha for unitising below."""
    first, second = one.coders
    heads: list[str | Cell] = [
        "Tolerance",
        "matched",
        f"only {first}",
        f"only {second}",
        "boundary agreement",
        "95% interval",
    ]
    heads += ["same codes", "some code shared", "α (MASI) of matched"]
    rows: list[list[str | Cell]] = []
    for tolerance, result in one.boundaries.items():
        counts = [f"{result.counts[name]:,.0f}" for name in ("both", "first", "second")]
        same = [f"{count:,}" for count in one.same_codes[tolerance]]
        where = f"{tolerance} sentence{'' if tolerance == 1 else 's'}"
        rows.append(
            [where, *counts, figure_cell(result), interval_cell(result), *same, figure_cell(one.codes[tolerance])]
        )
    below = ""
    if one.unitised is not None:
        told = number(one.unitised.value) if one.unitised.value is not None else f"undefined ({one.unitised.reason})"
        below = f"Krippendorff's alpha for unitising, over characters and all codes: {told}."
    return table(f"Marks of {listed(one.coders)} as drawn", heads, rows) + (items([below]) if below else "")
