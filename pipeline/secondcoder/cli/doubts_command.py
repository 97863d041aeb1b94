"""secondcoder doubts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from secondcoder.cli.common import open_study, print_json, say
from secondcoder.cli.paths import PathType
from secondcoder.domain.wording import counted

if TYPE_CHECKING:
    from secondcoder.suggestions.label_errors import LabelIssue, LabelIssues


@click.command("doubts")
@click.option("--most", type=click.IntRange(min=0), default=20, show_default=True, help="How many to show; 0 for all.")
@click.option(
    "--out",
    type=PathType(dir_okay=False, path_type=Path),
    help="Write all of them to a file, its form by suffix (.csv, .xlsx, .parquet, .jsonl).",
)
@click.option(
    "--new", "only_new", is_flag=True, help="Only in transcripts that were coded after the model in use was trained."
)
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.pass_obj
def command(study_folder: str, most: int, out: Path | None, only_new: bool, as_json: bool) -> None:
    """Codings, and codes left out within coding passes, that the model contradicts: a list for a second look.

    Each was predicted by a model that was not trained on the transcript: a code given where the model finds it less likely than on a
    passage drawn at random, or left out where the model finds it likelier than not. The codes of each coder who looked there are
    shown with it. The likeliest slips come first. Transcripts coded after the model was trained are included: when `retrain` does not
    deploy a new version because its codings contradict the model, `doubts --new` shows which.

    A contradiction is a reason to look again, and no more: an unusual passage, a code used in a new sense, or a model that predicts
    the code badly looks the same. No coding is changed. What you change in a review, or in a table that you import with
    `import --replace`, is used in the next training.
    """
    from secondcoder.reports.tables import check_suffix, write_table

    if out is not None:
        check_suffix(out)
    with open_study(study_folder) as study:
        doubts = study.doubts(only_new)
    shown = doubts.issues[: most or None]  # 0 is all, as in a slice without an end
    if out is not None:
        write_table(doubts.table(), out)
    if as_json:
        print_json([issue.to_json() for issue in shown])
    else:
        for number, issue in enumerate(shown, start=1):
            _print(number, issue, doubts.model)
    _print_summary(doubts, len(shown), out, only_new)


def _print(number: int, issue: LabelIssue, model: str) -> None:
    place = f"{issue.transcript} [{issue.start}-{issue.end}]" + (f" ({issue.case})" if issue.case else "")
    probability = "under 0.01" if issue.probability < 0.01 else f"{issue.probability:.2f}"
    click.echo(f"{number}. {place}: {issue.code} {issue.name}, {issue.doubt} (probability {probability})")
    details = (
        (issue.coded_by, f"coded by {', '.join(issue.coded_by)}"),
        (issue.not_by, f"not coded by {', '.join(issue.not_by)}, who looked here"),
        (issue.others, f"other codes here: {issue.others}"),
        (issue.new, f"coded after {model} was trained"),
    )
    shown = "; ".join(text for applies, text in details if applies)
    click.echo(f"   {shown}\n   {' '.join(issue.text.split())}\n")


def _print_summary(doubts: LabelIssues, shown: int, out: Path | None, only_new: bool) -> None:
    if only_new and not doubts.new:
        say(f"No transcript was coded after {doubts.model} was trained. Leave out --new for its training transcripts.")
    elif not doubts.issues:
        say(
            f"{doubts.model} contradicts none of the {doubts.looked_at} judgements (a passage and a code that somebody looked for)."
        )
    else:
        say(
            f"{doubts.model} contradicts {len(doubts.issues)} of {doubts.looked_at} judgements (a passage and a code that somebody "
            f"looked for); {shown} shown, for a second look." + (f" All written to {out}." if out else "")
        )
    if doubts.new:
        new = sum(issue.new for issue in doubts.issues)
        say(f"{new} of them in {counted(len(doubts.new), 'transcript')} coded after {doubts.model} was trained.")
    if doubts.withheld:
        say(f"Left out, because their suggestions are withheld: {', '.join(doubts.withheld)}.")
