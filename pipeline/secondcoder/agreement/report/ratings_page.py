"""The report on plain units as a page, and as a notebook shows it."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from secondcoder.agreement.coefficients import ALPHA, KAPPA, coefficient_named
from secondcoder.agreement.disagreements import Confusion
from secondcoder.agreement.pairwise import SCOPES, Agreement
from secondcoder.agreement.report.page_formulas import formula_blocks
from secondcoder.agreement.report.ratings_figures import ALL_CATEGORIES, ALL_CODES, RatingsFigures
from secondcoder.agreement.report.wording import CAUTION, between, number, number_of
from secondcoder.agreement.results import Result
from secondcoder.domain.wording import counted, listed
from secondcoder.reports import page as pages
from secondcoder.reports.figure import Estimate, Series, dot_plot
from secondcoder.reports.page import Block, Box, Cell, Picture, Points, Row, Section, Table


def page(report: RatingsFigures) -> str:
    """The whole page."""
    sections = [
        Section(
            "What the figures say",
            [
                *report.summary,
                *([Box("note", report.notes, points=True)] if report.notes else []),
                Box("small", (CAUTION,)),
            ],
        ),
        Section("All together", [_overall(report, agreement) for agreement in report.agreements]),
        Section("Code by code", [*_by_code(report)]),
        Section("Which code where", [_confusion(confusion) for confusion in report.confusions]),
        Section("Formulas and references", list(formula_blocks())),
    ]
    about = f"{counted(report.n_units, 'unit')}, {counted(len(report.codes), 'code')}."
    return pages.page(f"Agreement among {listed(report.coders)}", sections, about)


def in_notebook(report: RatingsFigures) -> str:
    """The sentences, the notes, and the figures over all codes."""
    said = "".join(f"<li>{escape(sentence)}</li>" for sentence in report.summary)
    notes = "".join(f"<li><em>{escape(note)}</em></li>" for note in report.notes)
    return f"<div><strong>Agreement among {escape(listed(report.coders))}</strong><ul>{said}{notes}</ul></div>"


def figure(report: RatingsFigures) -> str:
    """Kappa (of more than two coders alpha) code by code, and over all."""
    agreement = report.first_agreement()
    main = KAPPA if len(report.coders) == 2 else ALPHA
    title = coefficient_named(main).title
    over_all = report.one_each.get(report.coders, agreement.pooled)[main]
    results = {ALL_CODES: over_all, **{code: of[main] for code, of in agreement.codes.items()}}
    rows = [
        (ALL_CODES, ALL_CATEGORIES if report.one_each else "all codes, pooled"),
        *((code, code) for code in report.codes),
    ]
    series = Series(listed(report.coders), {key: _estimate(result) for key, result in results.items()})
    description = f"{title} with its 95% interval over {report.clustered_by}s, one row a code."
    return dot_plot(
        rows, [series], axis=title, title=f"Agreement among {listed(report.coders)}", description=description
    )


def _estimate(result: Result) -> Estimate:
    low, high = (result.interval.low, result.interval.high) if result.interval else (None, None)
    return Estimate(result.value, low, high, f"{number(result.value)} ({between(result.interval) or 'no interval'})")


def _overall(report: RatingsFigures, agreement: Agreement) -> Table:
    of_categories = report.one_each.get(agreement.coders)
    results = [*of_categories.values()] if of_categories else report.overall(agreement)
    rows: list[Row] = [[_title(result), *_cells(result)] for result in results]
    caption = f"{listed(agreement.coders)}, over {SCOPES[agreement.scope]}: {counted(agreement.n_units, 'unit')}"
    return Table(caption, ("Coefficient", "value", "95% interval", "observed", "expected"), rows)


def _title(result: Result) -> str:
    sets = {
        "macro_kappa": "mean of the codes' kappas",
        "alpha_masi": "alpha over sets (MASI)",
        "alpha_jaccard": "alpha over sets (Jaccard)",
    }
    return sets.get(result.name) or coefficient_named(result.name).title


def _cells(result: Result) -> list[str | Cell]:
    why = result.reason or (result.interval.reason if result.interval else "")
    value = Cell(number(result.value), why, empty=result.value is None)
    return [
        value,
        between(result.interval) or Cell("", why, empty=True),
        number(result.observed),
        number(result.expected),
    ]


def _by_code(report: RatingsFigures) -> Iterator[Block]:
    yield Picture(
        figure(report),
        f"Lines are 95% intervals over {report.clustered_by}s; a hollow point has none that can be said.",
    )
    agreement = report.first_agreement()
    names = [*next(iter(agreement.codes.values()))]
    rows: list[Row] = [
        [code, *(Cell(number(of[name].value), of[name].reason) for name in names)]
        for code, of in agreement.codes.items()
    ]
    head: Row = ("Code", *(Cell(coefficient_named(name).heading, coefficient_named(name).title) for name in names))
    yield Table(f"{listed(agreement.coders)}, each code against all others", head, rows)
    reasons = {of[names[0]].reason: code for code, of in agreement.codes.items() if of[names[0]].reason}
    if reasons:
        yield Points(
            [f"{code}: {coefficient_named(names[0]).title} is undefined, {why}." for why, code in reasons.items()]
        )


def _confusion(confusion: Confusion) -> Table:
    first, second = confusion.coders
    used = [at for at in range(len(confusion.codes)) if confusion.counts[at].sum() + confusion.counts[:, at].sum() > 0]
    rows: list[Row] = [[confusion.codes[i], *(number_of(float(confusion.counts[i, j])) for j in used)] for i in used]
    head: Row = (f"{first} ↓  {second} →", *(confusion.codes[at] for at in used))
    return Table(f"Codes of {first} against codes of {second}", head, rows, matrix=True)
