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
    help="Every segment and code, also below the threshold, and codes whose suggestions are withheld.",
)
@click.option(
    "--recall",
    type=click.FloatRange(0.5, 0.99),
    metavar="SHARE",
    help="List the passages to read to find this share of what people would code (0.5 to 0.99), and say how much that is. The list "
    "is in the table alone: review, agree and status go on with the suggestions of a plain `code`.",
)
@click.option(
    "--as",
    "as_coder",
    metavar="CODER",
    help="Suggest what this coder would code, not the team: probabilities and thresholds as this coder gives codes, readily or "
    "sparingly. CODER is one of those who coded what the model learned from. The list is in the table alone, like that of --recall.",
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
    as_coder: str | None,
    model: str | None,
) -> None:
    """Suggest codes for transcripts that nobody has coded, or for the transcripts in PATH... (imported first).

    Each row is one suggestion: the segment, the code, its probability and the threshold, the sentences that carry it (without them
    the probability falls most) and the three most similar passages with this code.  Codes with too few examples to be
    scored are ranked from their definition and marked so. Where people gave enough valences to learn from, the likelier one stands
    beside the code. Suggestions are kept apart from the human codings.

    With --recall, the passages to read are listed with the codes suggested there, or else the likeliest one, whose probability is then
    below its threshold.

    Where several people coded, suggestions are what the team would code: what one of two gave a code is learned as half a yes
    (`[learning] merge` in secondcoder.toml). With --as, they are what one of them would code.

    \b
    Examples:
      secondcoder code --out suggestions.xlsx
      secondcoder code --as Ana --out as-ana.xlsx

    New transcripts are compared with those that the model was trained on, in meaning, words, length of answers, speakers and code
    rates; it says which transcripts, cases and waves differ, and in what. `[drift] false_alarms` in secondcoder.toml says how often
    it may do so by chance.

    The same transcripts, model version and options give the same bytes, also later: `--model m0001` reproduces what m0001 suggested.
    """
    from secondcoder.drift.reports import in_words
    from secondcoder.learning.assessment.purposes import purpose_in_words
    from secondcoder.reports.tables import check_suffix

    if recall is not None and as_coder is not None:
        raise click.UsageError(
            "--recall counts what all coders marked, --as asks for one of them. Give one of the two."
        )
    if out is not None:
        # Before the work, which can take minutes.
        check_suffix(out)
    with open_study(study_folder) as study:
        run = study.code(paths, everything=everything, recall=recall, as_coder=as_coder, version=model)
    table = run.table
    write_result(table, out)
    ranked = int(table["probability"].isna().sum())  # a rank has no probability
    say(
        f"{counted(len(table), 'suggestion')} in {counted(table['transcript'].nunique(), 'transcript')} by model {run.version}."
        + (f" Written to {out}." if out else "")
    )
    if len(table) > ranked:
        say(purpose_in_words(run.purpose))
    for line in (*run.missing, *in_words(run.drift, only=True)):
        say(line)
    if "valence" in table and (named := int(table["valence"].notna().sum())):
        say(f"Beside {named} of them stands the valence that is likelier than not if the code holds (column valence).")
    if ranked:
        how_many = "All of them are" if ranked == len(table) else f"{ranked} of them are"
        say(
            f"{how_many} ranked from the codebook, not learned: the 2 % of passages most similar to the code's definition "
            "and examples."
        )
    if "alternative" in table and (asked := int(table["alternative"].notna().sum())):
        say(
            f"For {asked} of them another code of the same kind fits as well or nearly so (column alternative): read both "
            "definitions."
        )
    if as_coder is not None:
        say(
            f"They are what {as_coder} would code, learned from how readily {as_coder} gave each code before. "
            "This list is in the table alone; review, agree and status go on with the suggestions of `secondcoder code`."
        )
    if run.recall is not None:
        _print_recall(run.recall)
    if run.withheld:
        say("Withheld (--all shows them):")
        for code, reason in run.withheld.items():
            say(f"  {code}: {reason}")
    if len(table) and recall is None and as_coder is None and model is None and not paths:
        say("Decide on them in the browser: secondcoder open")


def _print_recall(plan: RecallPlan) -> None:
    """What is promised, what it came to on the coded transcripts, and how much there is to read."""
    if plan.promised:
        say(
            f"Promised: in new {plan.unit}s that are like the {plan.transcripts} coded ones, the passages listed hold on average at "
            f"least {plan.target:.0%} of what people would code (the mean of the {plan.unit}s' shares, all codes together)."
        )
    else:
        say(
            f"Not promised: that takes {plan.needed} {plan.unit}s coded without suggestions, and there "
            f"{'is' if plan.transcripts == 1 else 'are'} {plan.transcripts}. Or read the passages of each {plan.unit} in order of "
            "probability, and stop where nothing new has come for long; that promises nothing either."
        )
    found = ", ".join(
        f"{code} {share:.0%}" for code, share in zip(plan.codes, plan.of_codes, strict=True) if share == share
    )
    say(
        f"On the coded {plan.unit}s, out of fold: mean of the {plan.unit}s' shares {plan.recall:.0%}, share of all marks "
        f"{plan.marks:.0%}; of single codes, without a promise: {found}."
    )
    say(
        f"To read, estimated on the coded {plan.unit}s: {plan.read_passages:.0%} of the passages, {plan.read_words:.0%} of the words. "
        "Codes that are only ranked are not included."
    )
    say("This list is in the table alone; review, agree and status go on with the suggestions of `secondcoder code`.")
