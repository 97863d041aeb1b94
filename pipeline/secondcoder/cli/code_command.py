"""secondcoder code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import click

from secondcoder.cli.batch_run import Where, batch_run, is_folder
from secondcoder.cli.common import GroupedCommand, open_study, refuse_inputs, say, write_result
from secondcoder.cli.paths import PathType
from secondcoder.domain.wording import counted

if TYPE_CHECKING:
    from secondcoder.learning.assessment.recall_control import RecallPlan
    from secondcoder.suggestions.code import CodingRun


class _Command(GroupedCommand):
    groups: ClassVar = {
        "What is suggested": ("model", "everything", "recall", "as_coder"),
        "Where it goes": ("out",),
        "A batch run (--out FOLDER/)": (
            *("columns", "encoding", "interviewer", "speakers"),
            *("shard", "merge", "engine", "scheduler", "workers"),
        ),
    }


@click.command("code", cls=_Command)
@click.argument("paths", nargs=-1, type=PathType(path_type=Path), metavar="[PATH...]")
@click.option(
    "--out",
    type=PathType(),
    metavar="FILE|FOLDER/",
    help="Write a file, its form by suffix (.csv, .xlsx, .parquet, .jsonl); else CSV to stdout. A folder: a batch run.",
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
@click.option(
    "--columns",
    multiple=True,
    metavar="WHAT=TITLE,...",
    help='What is in which column of the tables, e.g. "text=Comment,id=No"; further ones are transcript, order, speaker, role, case, '
    "participant and wave. Columns of these titles are known by themselves.",
)
@click.option("--encoding", metavar="NAME", help="The encoding of text files and tables that carry no mark of it.")
@click.option("--interviewer", multiple=True, metavar="LABEL", help="The interviewer's speaker label, as for `import`.")
@click.option("--speakers", multiple=True, metavar="LABEL", help="Speaker labels, or `none`, as for `import`.")
@click.option("--shard", metavar="I/N", help="Do only share I of N of the parts, as a task of a job array does.")
@click.option(
    "--merge", is_flag=True, help="Only put the result together from the parts in FOLDER, where all are done."
)
@click.option("--engine", type=click.Choice(["dask"]), help="Do the parts on a cluster's workers, not in this process.")
@click.option("--scheduler", metavar="ADDRESS", help="The Dask scheduler's address, such as tcp://host:8786.")
@click.option("--workers", type=click.IntRange(1), help="Without --scheduler: so many processes on this machine.")
@click.pass_obj
def command(
    study_folder: str,
    /,
    paths: tuple[Path, ...],
    out: str | None,
    everything: bool,
    recall: float | None,
    as_coder: str | None,
    model: str | None,
    columns: tuple[str, ...],
    merge: bool,
    encoding: str | None,
    interviewer: tuple[str, ...],
    speakers: tuple[str, ...],
    **where: Any,
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
    Where nothing changed since the last run, its suggestions are read from the study and not computed again.

    \b
    A batch run, for folders and tables of any size:
      secondcoder code comments.csv --columns "text=Comment,id=No" --out coded/
      secondcoder code --merge --out coded/

    With --out FOLDER/, PATH is not imported: the study is only read, and each part of the input (some transcripts, or some 2,000
    rows of a table) is coded by itself into FOLDER/parts. A run that was stopped goes on where it was when the same command is given
    again, to the same bytes. FOLDER/suggestions.parquet is the whole result, with the table's `row` and `id` beside each suggestion.
    Rows with one `transcript` are one interview and must stand together; without that column each row stands for itself. What cannot
    be read is in FOLDER/failed.jsonl, and stops nothing else. A batch run is not compared with what the model was trained on: for
    that, code a sample of it without --out FOLDER/.
    """
    asked = {"version": model, "everything": everything, "as_coder": as_coder}
    if merge or (out is not None and is_folder(out)):
        if recall is not None:
            raise click.UsageError(
                "--recall lists passages of interviews that are imported; a batch run has no such list."
            )
        reading = {"encoding": encoding, "interviewer": interviewer, "speakers": speakers}
        batch_run(study_folder, paths, out or "", columns, merge, Where(**where), {**asked, **reading})
        return
    of_batch = {"columns": columns, "encoding": encoding, "interviewer": interviewer, "speakers": speakers, **where}
    if given := [name for name, value in of_batch.items() if value]:
        raise click.UsageError(f"--{given[0]} is for a batch run: name a folder with --out FOLDER/.")
    if recall is not None and as_coder is not None:
        raise click.UsageError(
            "--recall counts what all coders marked, --as asks for one of them. Give one of the two."
        )
    _code(study_folder, paths, None if out is None else Path(out), recall, asked)


def _code(
    study_folder: str, paths: tuple[Path, ...], out: Path | None, recall: float | None, asked: dict[str, Any]
) -> None:
    """Code transcripts of the study into a table."""
    from secondcoder.reports.tables import check_suffix

    if out is not None:
        # Before the work, which can take minutes.
        check_suffix(out)
        refuse_inputs(out, paths)
    with open_study(study_folder) as study:
        run = study.code(paths, recall=recall, **asked)
    write_result(run.table, out)
    written = f" Written to {out}." if out else ""
    _say_run(run, written, asked["as_coder"])
    if len(run.table) and not (paths or recall or asked["as_coder"] or asked["version"]):
        say("Decide on them in the browser: secondcoder open")


def _say_run(run: CodingRun, written: str, as_coder: str | None) -> None:
    """What the table holds, and how it is meant."""
    from secondcoder.drift.reports import in_words
    from secondcoder.learning.assessment.purposes import purpose_in_words

    table = run.table
    ranked = int(table["probability"].isna().sum())  # a rank has no probability
    say(
        f"{counted(len(table), 'suggestion')} in {counted(table['transcript'].nunique(), 'transcript')} by model {run.version}."
        + written
    )
    if run.unchanged_since:
        at = run.unchanged_since[:16].replace("T", " ")
        say(f"Nothing changed since the run of {at} (UTC): these are its suggestions.")
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
