"""secondcoder doubts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from secondcoder.cli.common import open_study, print_json, say

if TYPE_CHECKING:
    from secondcoder.suggestions.label_errors import LabelIssue, LabelIssues


@click.command("doubts")
@click.option("--most", type=click.IntRange(min=0), default=20, show_default=True, help="How many to show; 0 for all.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write all of them to a file, its form by suffix (.csv, .xlsx, .parquet, .jsonl).",
)
@click.option(
    "--new", "only_new", is_flag=True, help="Only in transcripts that were coded after the model in use was trained."
)
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.pass_obj
def command(study_folder: str, most: int, out: Path | None, only_new: bool, as_json: bool) -> None:
    """Codings, and silences within coding passes, that the model strongly contradicts, for a second look.

    Each was judged by a model that had not seen the transcript: a code given where the model finds it less likely than on a passage
    drawn at random, or left out where the model finds it likelier than not. What each coder who looked there said stands beside it.
    The likeliest slips come first. Transcripts that were coded after the model was trained are looked at too: when the gate of
    `retrain` stops a round because its codings contradict the model, `doubts --new` shows which.

    A contradiction is a reason to look again, and no more: an unusual passage, a code used in a new sense, or a model that has
    not understood the code looks the same. Nothing is changed. What you change in a review, or in a table that you
    bring in with `import --replace`, is learned with the next training.
    """
    from secondcoder.reports.tables import check_suffix, write_table

    if out is not None:
        check_suffix(out)
    with open_study(study_folder) as study:
        doubts = study.doubts(only_new)
    shown = doubts.found[: most or None]
    if out is not None:
        write_table(doubts.table(), out)
    if as_json:
        print_json([one.to_json() for one in shown])
    else:
        for number, one in enumerate(shown, start=1):
            _print(number, one, doubts.model)
    _say_what(doubts, len(shown), out, only_new)


def _print(number: int, one: LabelIssue, model: str) -> None:
    place = f"{one.transcript} [{one.start}-{one.end}]" + (f" ({one.case})" if one.case else "")
    click.echo(f"{number}. {place}: {one.code} {one.name}, {one.doubt} (probability {_chance(one)})")
    said = [f"coded by {', '.join(one.coded_by)}"] if one.coded_by else []
    said += [f"looked and not coded: {', '.join(one.not_by)}"] if one.not_by else []
    said += [f"other codes here: {one.others}"] if one.others else []
    said += [f"coded after {model} was trained"] if one.new else []
    click.echo(f"   {'; '.join(said)}\n   {' '.join(one.text.split())}\n")


def _chance(one: LabelIssue) -> str:
    return "under 0.01" if one.probability < 0.01 else f"{one.probability:.2f}"


def _say_what(doubts: LabelIssues, shown: int, out: Path | None, only_new: bool) -> None:
    if only_new and not doubts.new:
        say(
            f"No transcript was coded after {doubts.model} was trained. Leave out --new for those that it learned from."
        )
    elif not doubts.found:
        say(
            f"{doubts.model} contradicts none of the {doubts.looked_at} judgements of passages that it can be held against."
        )
    else:
        say(
            f"{doubts.model} contradicts {len(doubts.found)} of {doubts.looked_at} judgements (a passage and a code that somebody "
            f"looked for); {shown} shown, for a second look." + (f" All written to {out}." if out else "")
        )
    if doubts.new:
        new = sum(one.new for one in doubts.found)
        say(f"{new} of them in the {len(doubts.new)} transcripts that were coded after {doubts.model} was trained.")
    if doubts.withheld:
        say(f"Left out, because the model could not learn them: {', '.join(doubts.withheld)}.")
