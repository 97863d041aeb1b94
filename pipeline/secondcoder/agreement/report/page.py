"""The report as one self-contained page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from secondcoder.agreement.attributes import RATES
from secondcoder.agreement.coefficients import KAPPA, coefficient_named
from secondcoder.agreement.comparison import Comparison
from secondcoder.agreement.disagreements import Disagreement
from secondcoder.agreement.pairwise import ALL, CODED, SCOPES
from secondcoder.agreement.report.beside import reading_of_model
from secondcoder.agreement.report.methods_text import COREQ, imported_sentence, methods
from secondcoder.agreement.report.page_formulas import formula_blocks
from secondcoder.agreement.report.page_tables import (
    beside_table,
    code_table,
    confusion_table,
    levels_table,
    overview_table,
    spans_table,
)
from secondcoder.agreement.report.report import AgreementReport
from secondcoder.agreement.report.second_coder_text import (
    PLAN,
    TEST,
    TWO_PEOPLE,
    plan_sentences,
    second_coder_sentences,
)
from secondcoder.agreement.report.wording import (
    AT_CHANCE,
    CANNOT_BE_SAID,
    CAUTION,
    ROLL_UP,
    UNCODED,
    between,
    number,
    reading,
)
from secondcoder.agreement.results import Result
from secondcoder.agreement.second_coder import ALL_CODES
from secondcoder.domain.wording import counted, listed
from secondcoder.reports import page as pages
from secondcoder.reports.figure import MOST_SERIES, Estimate, Series, dot_plot
from secondcoder.reports.page import Block, Box, Cell, Heading, Picture, Points, Section, Table

MOST_PASSAGES = 50
LONGEST_TEXT = 600
LONGEST_QUESTION = 160
AXIS_ENDS = (-0.2, -0.4, -1.0)
"""Where the figure's axis may begin; with room for the points that lie lowest."""


def page(report: AgreementReport) -> str:
    """The whole page."""
    book = report.codebook
    about = (
        f"Codebook: {book.title}, version {book.version}. Unit: {report.kind.one}. "
        f"{counted(report.n_units, report.kind.one, report.kind.many)} in {counted(report.n_transcripts, 'transcript')}. "
        f"Intervals: 95%, {report.rounds:,} bootstrap rounds over {report.clustered_by}s, seed {report.seed}."
    )
    return pages.page(f"Agreement among {listed(report.coders)}", list(_sections(report)), about)


def _sections(report: AgreementReport) -> Iterator[Section]:
    """In the order of the page; a section without blocks is left out there."""
    notes = [Box("note", report.notes, points=True)] if report.notes else []
    yield Section(
        "What the figures say", [*notes, *reading(report), *reading_of_model(report), Box("small", (CAUTION,))]
    )
    rolled = [ROLL_UP] if report.rolled_up else []
    yield Section("All codes together", [UNCODED, AT_CHANCE, *rolled, overview_table(report)])
    yield Section("Code by code", [_code_figure(report), *_code_tables(report)])
    yield Section(
        "The model beside the humans", [*_beside(report, report.comparisons), *_second_coder(report, report.model)]
    )
    for name, comparisons in report.others.items():
        blocks = [imported_sentence(report, name), *_beside(report, comparisons), *_second_coder(report, name)]
        yield Section(f"{name} beside the humans", blocks)
    if report.plan:
        yield Section("How much more to code twice", [PLAN, Points([*plan_sentences(report)])])
    yield Section("By who is speaking", [levels_table(report), _rates_note()] if report.levels else [])
    spans = [block for pair in report.spans for block in spans_table(pair)]
    yield Section("Where marks begin and end", [SPANS_NOTE, *spans] if spans else [])
    confusions = [confusion_table(report, confusion) for confusion in report.confusions]
    yield Section("Which code where", [CONFUSION_NOTE, *confusions])
    yield Section("Passages to talk about", list(_disagreements(report)))
    yield Section("For the methods section", [f"To copy and adapt. It answers {COREQ}.", Box("copy", methods(report))])
    yield Section("Formulas and references", list(formula_blocks()))


def _code_figure(report: AgreementReport) -> Picture:
    rows = [(ALL_CODES, "All codes, pooled"), *((code, f"{code}  {report.name_of(code)}") for code in report.codes)]
    series, title = _series(report)
    axis = coefficient_named(KAPPA).title
    description = f"{axis} with its 95% interval, one row a code. The same figures stand in the tables below."
    picture = dot_plot(rows, series, axis=axis, title=title, description=description, limits=_limits(series))
    caption = (
        f"{title}. Points are estimates, lines 95% intervals over {report.clustered_by}s; a hollow point has none that can be "
        "said, for the reason below its table; an arrowhead shows that an interval goes on. The dark line marks agreement by chance."
    )
    return Picture(picture, caption)


def _limits(series: Sequence[Series]) -> tuple[float, float]:
    """From below every estimate, however far down an interval reaches, to 1."""
    least = min([0.0, *(point.value for one in series for point in one.estimates.values() if point.value is not None)])
    return next((end for end in AXIS_ENDS if least >= end + 0.05), AXIS_ENDS[-1] - 0.05), 1.03


def _series(report: AgreementReport) -> tuple[list[Series], str]:
    # With a model, both figures rest on the units that all three looked at, so that they can be compared.
    comparison = report.comparisons.get(ALL)
    if comparison:
        besides = {ALL_CODES: comparison.pooled, **comparison.codes}
        humans = {code: beside.human_human for code, beside in besides.items()}
        model = {code: beside.model_human for code, beside in besides.items()}
        labels = "Human and human", f"{comparison.model} and human"
        title = f"Agreement of humans with each other and of {comparison.model} with them"
        return [_as_series(labels[0], humans), _as_series(labels[1], model)], title
    series = []
    for pair in report.pairs[:MOST_SERIES]:
        agreement = report.agreement(pair)
        results = {ALL_CODES: agreement.pooled, **agreement.codes}
        series.append(_as_series(listed(pair), {code: by_name[KAPPA] for code, by_name in results.items()}))
    return series, "Agreement by code"


def _as_series(label: str, results: dict[str, Result]) -> Series:
    return Series(label, {code: _estimate(result) for code, result in results.items()})


def _estimate(result: Result) -> Estimate:
    inside, interval = between(result.interval), result.interval
    text = f"{number(result.value)} ({inside or f'interval {CANNOT_BE_SAID}'})"
    return Estimate(result.value, *((interval.low, interval.high) if interval else (None, None)), text)


def _code_tables(report: AgreementReport) -> Iterator[Block]:
    for agreement in report.agreements:
        if agreement.scope == ALL:
            yield from code_table(report, agreement, report.agreement(agreement.coders, CODED))


def _beside(report: AgreementReport, comparisons: Mapping[str, Comparison]) -> Iterator[Block]:
    for scope, comparison in comparisons.items():
        yield Heading(SCOPES[scope].capitalize())
        yield Box("strong", (comparison.verdict.sentence,))
        yield beside_table(report, comparison)


def _second_coder(report: AgreementReport, model: str | None) -> Iterator[Block]:
    if model is not None and report.second_coders.get(model):
        yield Heading(f"May {model} be the second coder?")
        yield f"{TEST} Here ε is {report.cost_benefit:g}.{f' {TWO_PEOPLE}' if len(report.humans) == 2 else ''}"
        yield Points(second_coder_sentences(report, model))


def _rates_note() -> str:
    rates = "; ".join(rate.title for rate in RATES.values())
    return (
        f"Shares of marks ({rates}), with the difference from all other transcripts. An interval that leaves out 0 is worth "
        "a closer look; with many comparisons, one in twenty leaves it out by chance alone."
    )


SPANS_NOTE = (
    "Here the marks are compared as they were drawn, without units. Two marks match when their first and their last "
    "sentences lie at most so many sentences apart. Boundary agreement says nothing about codes; agreement on codes is "
    "judged on the matched marks only."
)
CONFUSION_NOTE = (
    "Rows: the first coder's code; columns: the second's. Codes that both gave a unit stand on the diagonal. What is "
    "left on the two sides is paired evenly, so a count may be a part; what has no partner stands under (nothing)."
)
DISAGREEMENTS_NOTE = (
    "They are there to be talked about: some are slips, some show that a definition needs work, and some are two good "
    "readings."
)


def _disagreements(report: AgreementReport) -> Iterator[Block]:
    # By passage: several codes on one are talked about together.
    passages: dict[tuple[str, object], list[Disagreement]] = {}
    for disagreement in report.disagreements:
        passages.setdefault((disagreement.transcript, disagreement.pieces), []).append(disagreement)
    if not passages:
        yield "There are none."
        return
    shown = list(passages.values())[:MOST_PASSAGES]
    rest = (
        f"; the first {len(shown)} passages are shown, the adjudication sheet holds all that are not settled"
        if len(shown) < len(passages)
        else ""
    )
    implied = " A sub-construct counts as its construct here, as in training." if report.rolled_up else ""
    yield (
        f"{counted(len(report.disagreements), 'judgement')} on {counted(len(passages), 'passage')} where coders who looked for the "
        f"same code part{rest}.{implied} {DISAGREEMENTS_NOTE}"
    )
    coders = report.headline.coders
    head = ("Where", "They disagree on", *coders, "Question", "Text")
    rows = [_passage(report, disagreements, coders) for disagreements in shown]
    yield Table("Passages on which coders disagree", head, rows, words=frozenset(range(len(head))))


def _passage(report: AgreementReport, disagreements: list[Disagreement], coders: tuple[str, ...]) -> list[str | Cell]:
    first = disagreements[0]
    names = "; ".join(report.name_of(disagreement.code) for disagreement in disagreements)
    codes = [", ".join(first.codes[name]) or "no code" if name in first.codes else "did not look" for name in coders]
    parted = Cell(", ".join(disagreement.code for disagreement in disagreements), names)
    return [
        first.transcript,
        parted,
        *codes,
        _short(first.question, LONGEST_QUESTION),
        _short(first.text, LONGEST_TEXT),
    ]


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + " …"
