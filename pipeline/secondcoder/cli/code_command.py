"""secondcoder code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from secondcoder.cli.common import open_study, say, write_result
from secondcoder.domain.wording import counted

if TYPE_CHECKING:
    from secondcoder.learning.assessment.recall_control import RecallPlan


@click.command("code")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH...]")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a file, its form by suffix (.csv, .xlsx, .parquet, .jsonl); else CSV to stdout.",
)
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Every segment and code, also below the threshold, and codes that are not learnable.",
)
@click.option(
    "--recall",
    type=click.FloatRange(0.5, 0.99),
    metavar="SHARE",
    help="Lower the thresholds to find this share of what people would code (0.5 to 0.99), and say how much there is to read.",
)
@click.option(
    "--model",
    "model",
    metavar="VERSION",
    help="Use this model version, with its codebook and recipe, instead of the one in use. Without PATH, for the transcripts that it "
    "coded before, whoever has coded them since.",
)
@click.pass_obj
def command(
    study_folder: str,
    paths: tuple[Path, ...],
    out: Path | None,
    everything: bool,
    recall: float | None,
    model: str | None,
) -> None:
    """Suggest codes for transcripts that nobody has coded, or for the transcripts in PATH... (imported first).

    Each row is one suggestion: the segment, the code, its probability and the threshold, the sentences that carry it (without them
    the probability falls most) and the three most similar passages with this code.  Codes with too few examples to be
    scored are ranked from their definition and marked so. Suggestions are kept apart from the human codings.

    New transcripts are compared with those that the model was trained on, in meaning, words, length of answers, speakers and code
    rates; it says which transcripts, cases and waves differ, and in what. `[drift] false_alarms` in secondcoder.toml says how often
    it may do so by chance.

    The same transcripts, model version and options give the same bytes, also later: `--model m0001` reproduces what m0001 suggested.
    """
    from secondcoder.drift.comparison import in_words
    from secondcoder.reports.tables import check_suffix

    if out is not None:
        # Before the work, which can take minutes.
        check_suffix(out)
    with open_study(study_folder) as study:
        run = study.code(paths, everything=everything, recall=recall, version=model)
    table = run.table
    write_result(table, out)
    ranked = int(table["probability"].isna().sum())  # a rank has no probability
    say(
        f"{counted(len(table), 'suggestion')} in {counted(table['transcript'].nunique(), 'transcript')} by model {run.version}."
        + (f" Written to {out}." if out else "")
    )
    for line in in_words(run.drift, only=True):
        say(line)
    if ranked:
        how_many = "All of them are" if ranked == len(table) else f"{ranked} of them are"
        say(
            f"{how_many} ranked from the codebook, not learned: the 2 % of passages most similar to the code's definition "
            "and examples."
        )
    if run.recall is not None:
        _print_guarantee(run.recall)
    if run.withheld:
        say("Withheld, because not learnable from these codes (--all shows them):")
        for code, reason in run.withheld.items():
            say(f"  {code}: {reason}")


def _print_guarantee(plan: RecallPlan) -> None:
    """The recall that is guaranteed, for which codes, and how much there is to read."""
    promised = [code for code, kept in zip(plan.codes, plan.promised, strict=True) if kept]
    rest = [
        f"{code} ({number})"
        for code, kept, number in zip(plan.codes, plan.promised, plan.transcripts, strict=True)
        if not kept
    ]
    if promised:
        say(
            f"Guaranteed for {', '.join(promised)}: on average over new {plan.unit}s that are like the coded ones and contain the "
            f"code, at least {plan.target:.0%} of what people would code is among the suggestions."
        )
    if rest:
        say(
            f"Not guaranteed, because a guarantee needs {plan.needed} {plan.unit}s with the code, coded without suggestions: "
            f"{', '.join(rest)}. Their thresholds found {plan.target:.0%} on the coded {plan.unit}s, out of fold."
        )
    costs = ", ".join(f"{code} {share:.0%}" for code, share in zip(plan.codes, plan.passages, strict=True))
    say(f"Passages to read for each code: {costs}.")
    say(
        f"To read for all codes together, estimated on the coded transcripts: "
        f"{plan.read_passages:.0%} of the passages, {plan.read_words:.0%} "
        "of the words. Codes that are only ranked are not included."
    )
