"""The report as one self-contained page: inline style, inline pictures, no script."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from secondcoder.agreement.attributes import RATES
from secondcoder.agreement.coefficients import KAPPA
from secondcoder.agreement.disagreements import Confusion, Disagreement
from secondcoder.agreement.pairwise import ALL, CODED, SCOPES
from secondcoder.agreement.report.markup import STYLE, Cell, figure, items, paragraphs, section, table
from secondcoder.agreement.report.methods_text import COREQ, methods
from secondcoder.agreement.report.page_formulas import formulas_list
from secondcoder.agreement.report.page_tables import (
    beside_table,
    code_table,
    levels_table,
    overview_table,
    spans_table,
)
from secondcoder.agreement.report.plots import MOST_SERIES, Series, dot_plot
from secondcoder.agreement.report.report import ALL_CODES, AgreementReport
from secondcoder.agreement.report.wording import CAUTION, UNCODED, counted, listed, number_of, reading

MOST_PASSAGES = 50
LONGEST_TEXT = 600
LONGEST_QUESTION = 160


def page(report: AgreementReport) -> str:
    """The whole page."""
    title = f"Agreement among {listed(report.coders)}"
    book = report.codebook
    about = (
        f"Codebook: {book.title}, version {book.version}. Unit: {report.kind.one}. "
        f"{counted(report.n_units, report.kind.one, report.kind.many)} in {counted(report.n_transcripts, 'transcript')}. "
        f"Intervals: 95%, {report.rounds:,} bootstrap rounds over {report.clustered_by}s, seed {report.seed}."
    )
    body = "".join(_sections(report))
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body>"
        f'<a class="skip" href="#figures">Skip to the figures</a>'
        f'<header><h1>{escape(title)}</h1><p class="small">{escape(about)}</p></header><main>{body}</main></body></html>\n'
    )


def _sections(report: AgreementReport) -> Iterator[str]:
    notes = f'<div class="note" role="note">{items(report.notes)}</div>' if report.notes else ""
    yield section(
        "reading", "What the figures say", notes, paragraphs(reading(report)), f'<p class="small">{escape(CAUTION)}</p>'
    )
    yield section("figures", "All codes together", paragraphs([UNCODED]), overview_table(report))
    yield section("by-code", "Code by code", _code_figure(report), *_code_tables(report))
    if report.comparisons:
        yield section("model", "The model beside the humans", *_model(report))
    yield section("people", "By who is speaking", levels_table(report) if report.levels else "", _rates_note(report))
    if report.spans:
        yield section("spans", "Where marks begin and end", _spans_note(), *(spans_table(one) for one in report.spans))
    yield section(
        "confusion", "Which code where", _confusion_note(), *(_matrix(report, one) for one in report.confusions)
    )
    yield section("passages", "Passages to talk about", _disagreements(report))
    yield section("methods", "For the methods section", _methods(report))
    yield section("formulas", "Formulas and references", formulas_list())


def _code_figure(report: AgreementReport) -> str:
    rows = [(ALL_CODES, "All codes, pooled"), *((code, f"{code}  {report.name_of(code)}") for code in report.codes)]
    series, said = _series(report)
    description = "Cohen's kappa with its 95% interval, one row a code. The same figures stand in the tables below."
    picture = dot_plot(rows, series, title=said, description=description, axis="Cohen's kappa", key="kappa")
    caption = (
        f"{said}. Points are estimates, lines 95% intervals over {report.clustered_by}s; a hollow point has no interval, because "
        "the code is in too few of them; an arrowhead shows that an interval goes on. The dark line marks agreement by chance."
    )
    return figure(picture, caption)


def _series(report: AgreementReport) -> tuple[list[Series], str]:
    both = report.comparisons.get(ALL)
    if both:
        humans = {ALL_CODES: both.pooled.human_human, **{code: one.human_human for code, one in both.codes.items()}}
        model = {ALL_CODES: both.pooled.model_human, **{code: one.model_human for code, one in both.codes.items()}}
        labels = "Human and human", f"{both.model} and human"
        return [
            Series(labels[0], humans),
            Series(labels[1], model),
        ], f"Agreement of humans with each other and of {both.model} with them"
    chosen = [report.agreement(pair) for pair in report.pairs][:MOST_SERIES]
    series = [
        Series(
            listed(one.coders),
            {ALL_CODES: one.pooled[KAPPA], **{code: own[KAPPA] for code, own in one.codes.items()}},
        )
        for one in chosen
    ]
    return series, "Agreement by code"


def _code_tables(report: AgreementReport) -> Iterator[str]:
    for one in report.agreements:
        if one.scope == ALL:
            yield code_table(report, one, report.agreement(one.coders, CODED))


def _model(report: AgreementReport) -> Iterator[str]:
    for scope, one in report.comparisons.items():
        yield f"<h3>{escape(SCOPES[scope].capitalize())}</h3>"
        yield f"<p><strong>{escape(one.verdict.sentence)}</strong></p>"
        yield beside_table(report, one)


def _rates_note(report: AgreementReport) -> str:
    if not report.levels:
        return ""
    told = "; ".join(rate.title for rate in RATES.values())
    return paragraphs(
        [
            f"Shares of marks ({told}), with the difference from all other transcripts. An interval that leaves out 0 is worth "
            "a closer look; with many comparisons, one in twenty leaves it out by chance alone."
        ]
    )


def _spans_note() -> str:
    return paragraphs(
        [
            "Here the marks are compared as they were drawn, without units. Two marks match when their first and their last "
            "sentences lie at most so many sentences apart. Boundary agreement says nothing about codes; agreement on codes is "
            "judged on the matched marks only."
        ]
    )


def _confusion_note() -> str:
    return paragraphs(
        [
            "Rows: the first coder's code; columns: the second's. Codes that both gave a unit stand on the diagonal. What is "
            "left on the two sides is paired evenly, so a count may be a part; what has no partner stands under (nothing)."
        ]
    )


def _matrix(report: AgreementReport, one: Confusion) -> str:
    used = [at for at in range(len(one.codes)) if one.counts[at].sum() + one.counts[:, at].sum() > 0]
    most = max([1.0, *(one.counts[i, j] for i in used for j in used if i + j < 2 * (len(one.codes) - 1))])
    heads: list[str | Cell] = [
        Cell(f"{one.coders[0]} ↓  {one.coders[1]} →"),
        *(Cell(one.codes[at], _title(report, one.codes[at])) for at in used),
    ]
    rows = [
        [Cell(one.codes[i], _title(report, one.codes[i])), *(_shaded(float(one.counts[i, j]), most) for j in used)]
        for i in used
    ]
    return table(f"Codes of {one.coders[0]} against codes of {one.coders[1]}", heads, rows, kind="matrix")


def _title(report: AgreementReport, code: str) -> str:
    return report.name_of(code) if code in report.codebook else ""


def _shaded(count: float, most: float) -> Cell:
    # At most a light blue, so that black figures keep a contrast above 10 to 1.
    share = min(1.0, count / most)
    shade = f"background:rgb({255 - round(90 * share)},{255 - round(60 * share)},255)" if count else ""
    return Cell(number_of(count) if count else "", style=shade)


def _disagreements(report: AgreementReport) -> str:
    found = report.disagreements
    if not found:
        return paragraphs(["There are none."])
    passages: dict[tuple[str, object], list[Disagreement]] = {}
    for one in found:
        passages.setdefault((one.transcript, one.pieces), []).append(one)
    shown = list(passages.values())[:MOST_PASSAGES]
    told = (
        f"{counted(len(found), 'judgement')} on {counted(len(passages), 'passage')} where coders who looked for the same code part"
        + (
            f"; the first {len(shown)} passages are shown, the adjudication sheet holds all."
            if len(shown) < len(passages)
            else "."
        )
        + " They are there to be talked about: some are slips, some show that a definition needs work, and some are two good "
        "readings."
    )
    coders = report.headline.coders
    heads: list[str | Cell] = [
        "Where",
        *(Cell(word, kind="words") for word in ("They part on", *coders, "Question", "Text")),
    ]
    return paragraphs([told]) + table(
        "Passages on which coders part", heads, [_passage(report, own, coders) for own in shown]
    )


def _passage(report: AgreementReport, found: list[Disagreement], coders: tuple[str, ...]) -> list[str | Cell]:
    one = found[0]
    names = "; ".join(report.name_of(each.code) for each in found)
    codes = [", ".join(one.codes[coder]) or "no code" if coder in one.codes else "did not look" for coder in coders]
    words = [*codes, _short(one.question, LONGEST_QUESTION), _short(one.text, LONGEST_TEXT)]
    parted = Cell(", ".join(each.code for each in found), names, "words")
    return [one.transcript, parted, *(Cell(word, kind="words") for word in words)]


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + " …"


def _methods(report: AgreementReport) -> str:
    return (
        paragraphs([f"To copy and adapt. It answers {COREQ}."])
        + f'<div class="copy">{paragraphs(methods(report))}</div>'
    )
