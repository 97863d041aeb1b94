"""secondcoder agree."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from secondcoder.cli.common import open_study, print_json, print_table, say
from secondcoder.cli.paths import PathType
from secondcoder.domain.wording import counted

if TYPE_CHECKING:
    from secondcoder.agreement import AgreementReport, Result
    from secondcoder.agreement.pairwise import Agreement
    from secondcoder.agreement.study_report import Question
    from secondcoder.study.study import Study


@click.command("agree")
@click.argument("coders", nargs=-1, metavar="[CODER...]")
@click.option("--between", nargs=2, metavar="A B", help="Two coders to compare; the model is called secondcoder.")
@click.option(
    "--units",
    type=click.Choice(["segment", "turn", "passage", "character"]),
    default="segment",
    show_default=True,
    help="What is compared: segments, whole turns, passages of about 100 words, or characters.",
)
@click.option("--codes", multiple=True, metavar="CODE", help="Only this code; may be given several times.")
@click.option("--cases", multiple=True, metavar="CASE", help="Only this case; may be given several times.")
@click.option(
    "--by",
    type=click.Choice(["participant", "transcript", "case"]),
    default="transcript",
    show_default=True,
    help="What is resampled for intervals.",
)
@click.option(
    "--margin",
    type=float,
    help="Largest loss of kappa that you would accept from the model; by default `agreement.margin` of secondcoder.toml. The audit "
    "trail records it before the figures are computed: state it with the first report.",
)
@click.option(
    "--cost-benefit",
    type=float,
    help="ε of the alternative annotator test: by how much more often a person may be nearer to the others than the model, and the "
    "model still be preferred; by default `agreement.cost_benefit` of secondcoder.toml.",
)
@click.option(
    "--plan",
    type=float,
    metavar="WIDTH",
    help="Say also how many more passages, or interviews, two people must code before kappa of each code is known to within WIDTH, "
    "such as 0.1.",
)
@click.option("--no-model", is_flag=True, help="Humans only, without any model, which is quicker.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option(
    "--out",
    type=PathType(dir_okay=False, path_type=Path),
    help="Write the report as a page (.html), or the table (.csv, .xlsx, .parquet).",
)
@click.option(
    "--sheet",
    type=PathType(dir_okay=False, path_type=Path),
    help="Write an adjudication sheet (.xlsx) of every disagreement among people on a code, its valence or its words.",
)
@click.option(
    "--settle",
    type=PathType(exists=True, dir_okay=False, path_type=Path),
    help="Read a filled adjudication sheet: what is confirmed becomes a coding of origin 'adjudicated', what is rejected is no "
    "longer used in training, whoever coded it.",
)
@click.option("--adjudicator", default="consensus", show_default=True, help="The coder name of adjudicated codings.")
@click.pass_obj
def command(
    study_folder: str,
    /,
    coders: tuple[str, ...],
    between: tuple[str, str] | None,
    units: str,
    codes: tuple[str, ...],
    cases: tuple[str, ...],
    by: str,
    margin: float | None,
    cost_benefit: float | None,
    plan: float | None,
    no_model: bool,
    as_json: bool,
    out: Path | None,
    sheet: Path | None,
    settle: Path | None,
    adjudicator: str,
) -> None:
    """Agreement among the coders of this study, all of them or those named, and of each with the model.

    Only what both coders looked through is compared, and only independent coding: decisions made after seeing a suggestion, and
    adjudicated ones, never count. The model takes part with out-of-fold suggestions, and models whose codings were imported (import
    --model-coder) with these, each beside people, and for each code it is said whether it may be the second coder. Intervals (95 %)
    come from a bootstrap over transcripts, not passages.

    Figures are on the codings as made. Where learning counts a sub-construct as its construct too, a second row (with roll-up) does.

    Agreement is optional: in reflexive analysis it measures the wrong thing.
    """
    from secondcoder.agreement.study_report import Question

    _check_files(out, sheet)
    humans_only = no_model or settle is not None
    question = Question(between or coders, codes, cases, units, by, margin, not humans_only, cost_benefit, plan)
    with open_study(study_folder) as study:
        if settle is not None:
            outcome = study.settle(settle, question, adjudicator)
            say(
                f"Adjudicated by {adjudicator}: {outcome.held + outcome.replaced} confirmed, {outcome.not_held} rejected; "
                f"{counted(outcome.undecided, 'disagreement')} left open."
            )
            return
        # First: people may have settled by page what no figure rests on, and figures take minutes.
        if sheet is not None:
            _write_sheet(study, question, sheet)
        report = study.agree(question)
    if out is not None:
        _write(report, out)
    if as_json:
        print_json(report.to_json())
    else:
        _print(report)


def _check_files(out: Path | None, sheet: Path | None) -> None:
    """Refuse a file that could not be written, before the computation, which takes minutes."""
    from secondcoder.agreement.adjudication import SHEET
    from secondcoder.reports.tables import check_suffix

    if sheet is not None:
        SHEET.check_suffix(sheet)
    if out is not None:
        check_suffix(out, pages=True)


def _write_sheet(study: Study, question: Question, sheet: Path) -> None:
    from secondcoder.agreement import write_sheet
    from secondcoder.agreement.adjudication import DIFFERENCES

    found = study.disagreements(question)
    unsettled = [each for each in found if each.settled is None]
    more = f", without {len(found) - len(unsettled)} settled before" if len(found) > len(unsettled) else ""
    if not unsettled:
        say(f"There is no disagreement to settle{more}, so {sheet} was not written.")
        return
    write_sheet(sheet, found, study.codebook)
    kinds = Counter(kind for each in unsettled for kind in each.differs)
    tally = ", ".join(f"{kinds[kind]} in {word}" for kind, word in DIFFERENCES.items())
    say(f"Wrote {counted(len(unsettled), 'disagreement')} ({tally}) to {sheet}{more}.")
    say(f"Fill the column 'outcome', then: secondcoder agree --settle {sheet}")


def _write(report: AgreementReport, out: Path) -> None:
    from secondcoder.reports.tables import is_page, write_table
    from secondcoder.reports.whole_file import write_whole

    if is_page(out):
        from secondcoder.agreement.report.page import page

        write_whole(out, page(report).encode())
    else:
        write_table(report.table(), out)
    say(f"Wrote {out}.")


def _print(report: AgreementReport) -> None:
    from secondcoder.agreement.pairwise import ALL
    from secondcoder.agreement.report.beside import beside_sentence, rolled_up_sentence
    from secondcoder.agreement.report.second_coder_text import plan_sentences, second_coder_summary
    from secondcoder.agreement.report.wording import AT_CHANCE, ROLL_UP
    from secondcoder.agreement.roll_up import ROLLED_UP

    rows = []
    for pair in report.pairs:
        rows.append(_row(" and ".join(pair), report.agreement(pair)))
        if report.rolled_up and pair in report.rolled_up.agreements:
            rows.append(_row(f"  {ROLLED_UP}", report.rolled_up.agreements[pair]))
    counts = (report.kind.many, f"{report.clustered_by}s")
    print_table(("coders", *counts, "pooled kappa", "at chance", "mean kappa by code", "alpha (MASI)"), rows)
    if comparison := report.comparisons.get(ALL):
        click.echo(beside_sentence(report, comparison))
        if report.rolled_up and report.rolled_up.comparison:
            click.echo(rolled_up_sentence(report.rolled_up.comparison))
    for comparisons in report.others.values():
        if ALL in comparisons:
            click.echo(beside_sentence(report, comparisons[ALL]))
    for model in filter(report.second_coders.get, report.second_coders):
        click.echo(second_coder_summary(report, model))
    for sentence in plan_sentences(report):
        click.echo(sentence)
    notes = [*_without_interval(report), *report.notes, *([AT_CHANCE] if len(report.codes) > 1 else [])]
    for note in (*notes, *([ROLL_UP] if report.rolled_up else [])):
        say(f"note: {note}")
    say(
        f"{report.n_units} {report.kind.many} of {counted(report.n_transcripts, 'transcript')}; {counted(len(report.codes), 'code')}."
    )


def _row(coders: str, agreement: Agreement) -> tuple[str, ...]:
    from secondcoder.agreement.report.wording import number

    kappa = agreement.pooled["cohen_kappa"]
    chance = "" if kappa.at_chance is None else number(kappa.at_chance)
    rest = (agreement.macro_kappa, agreement.sets["masi"])
    counts = (f"{agreement.n_units:,.0f}", str(agreement.n_clusters))
    return (coders, *counts, _figure(kappa), chance, *map(_figure, rest))


def _figure(result: Result | None) -> str:
    from secondcoder.agreement.report.wording import CANNOT_BE_SAID

    if result is None:
        return "not computed"
    if result.value is None:
        return f"{result.missing}: {result.reason}"
    ends = result.interval.ends if result.interval else None
    if ends is None:
        return f"{result.value:.2f} (interval {CANNOT_BE_SAID})"
    return f"{result.value:.2f} ({ends[0]:.2f}–{ends[1]:.2f})"


def _without_interval(report: AgreementReport) -> list[str]:
    """Why intervals cannot be said, each reason once."""
    shown = [report.agreement(pair) for pair in report.pairs]
    figures = [result for one in shown for result in (one.pooled["cohen_kappa"], one.macro_kappa, one.sets["masi"])]
    reasons = dict.fromkeys(result.interval.reason for result in figures if result and result.interval)
    return [f"An interval cannot be said: {reason}." for reason in reasons if reason]
