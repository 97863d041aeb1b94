"""secondcoder chart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from secondcoder.cli.common import open_study, print_json, refuse_inputs, say
from secondcoder.cli.paths import PathType
from secondcoder.domain.wording import counted, listed

if TYPE_CHECKING:
    from secondcoder.charting.chart_data import RowKind
    from secondcoder.charting.findings import Findings

ASKED_FOR = {
    "corrected": "Counts are not corrected",
    "second_coder": "Whether the model may be the second coder is not said",
}
"""Tables that stand for an option, which is not to fail in silence."""


@click.command("chart")
@click.option(
    "--out",
    type=PathType(path_type=Path),
    help="A folder for everything, or one file: .html (the report), .xlsx (the workbook), .docx (matrix and quotes for an appendix).  "
    "[default: the folder 'findings' of the study]",
)
@click.option(
    "--rows",
    type=click.Choice(["case", "participant", "transcript"]),
    help="What a row of the matrix is.  [default: case; transcript where no interview belongs to a case]",
)
@click.option(
    "--code", "codes", multiple=True, metavar="CODE", help="Only this code with those below it; several times."
)
@click.option("--case", "cases", multiple=True, metavar="CASE", help="Only this case; several times.")
@click.option(
    "--compare",
    default="",
    metavar="ATTRIBUTE",
    help="Compare groups of cases by this attribute; by default `charting.compare` of secondcoder.toml.",
)
@click.option(
    "--quotes", type=click.IntRange(0, 20), default=3, show_default=True, help="Telling passages of each cell."
)
@click.option(
    "--corrected",
    is_flag=True,
    help="Also counts corrected for what the model gets wrong, from a sample drawn at random.",
)
@click.option(
    "--second-coder", is_flag=True, help="Also whether the model may be the second coder; takes a minute or more."
)
@click.option(
    "--notes",
    type=PathType(exists=True, dir_okay=False, path_type=Path),
    help="First take back summaries and lights that were written into the workbook's sheet 'summaries'.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print sentences and tables as JSON; without --out nothing is written."
)
@click.pass_obj
def command(
    study_folder: str,
    out: Path | None,
    rows: RowKind | None,
    codes: tuple[str, ...],
    cases: tuple[str, ...],
    compare: str,
    quotes: int,
    corrected: bool,
    second_coder: bool,
    notes: Path | None,
    as_json: bool,
) -> None:
    """From codes to findings: the framework matrix, profiles and comparisons of cases, with the words behind every number.

    Human codings and accepted suggestions count. What is only suggested is shown apart, and where nobody read for a code, no absence
    is claimed.

    \b
    Report, workbook, Word appendix, draft of the results, and all tables as CSV:
      secondcoder chart
    One construct in two cases, compared by whether they integrated the programme:
      secondcoder chart --code CO --case Birch --case Elm --out coherence.html
      secondcoder chart --compare integration
    Summaries and lights, written in a spreadsheet and taken back:
      secondcoder chart --out matrix.xlsx
      secondcoder chart --notes matrix.xlsx
    """
    from secondcoder.charting.question import ChartQuestion
    from secondcoder.charting.report.write import FOLDER, check_out, write_findings

    if out is not None:
        check_out(out)
        refuse_inputs(out, [notes] if notes else [])
    question = ChartQuestion(rows or "case", codes, cases, compare, quotes, corrected, second_coder)
    with open_study(study_folder) as study:
        if notes is not None:
            taken = study.read_notes(notes)
            say(
                f"{counted(taken.written, 'note')} written, {taken.taken_away:,} taken away, {taken.unchanged:,} as they were."
            )
        if rows is None and not cases and not any(one.case for one in study.corpus.transcripts):
            question = replace(question, rows="transcript")
        findings = study.chart(question)
        target = out or (None if as_json else study.folder / FOLDER)
        if target is not None:
            write_findings(findings, target)
    if as_json:
        print_json(findings.to_json())
    for sentence in () if as_json else findings.sentences:
        click.echo(sentence)
    if target is not None:
        _say_written(findings, target)
    for name, without in ASKED_FOR.items():
        if not as_json and name in findings.refusals:
            say(f"{without}: {findings.refusals[name]}")


def _say_written(findings: Findings, target: Path) -> None:
    from secondcoder.charting.report.write import FILES, TABLES, WRITERS

    if target.suffix.lower() in WRITERS:
        say(f"Wrote {target}.")
    else:
        names = listed([*FILES, f"{counted(len(findings.tables), 'table')} in {TABLES}"])
        say(f"Wrote {target}: {names}. Open {next(iter(FILES))} in a browser.")
    if findings.refusals:
        say(f"Left out, with the reason in the report: {listed(list(findings.refusals))}.")
