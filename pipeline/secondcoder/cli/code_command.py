"""secondcoder code."""

from __future__ import annotations

from pathlib import Path

import click

from secondcoder.cli.common import open_study, say, write_result


@click.command("code")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH...]")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a file, its form by suffix (.csv, .xlsx, .parquet, .jsonl); else CSV to stdout.",
)
@click.option("--all", "everything", is_flag=True, help="Every segment and code, also below the threshold.")
@click.pass_obj
def command(study_folder: str, paths: tuple[Path, ...], out: Path | None, everything: bool) -> None:
    """Suggest codes for transcripts that nobody has coded, or for the transcripts in PATH... (imported first).

    Each row is one suggestion: the segment, the code, its probability and the threshold, the sentences that carry it (without them
    the probability falls most) and the three most similar passages that people gave this code. Codes with too few examples to be
    scored are ranked from their definition and marked so. Nothing is written among the human codings.
    """
    with open_study(study_folder) as study:
        table = study.code(paths, everything=everything)
        version = study.model_in_use
    write_result(table, out)
    say(
        f"{len(table)} suggestions in {table['transcript'].nunique()} transcripts by model {version}."
        + (f" Written to {out}." if out else "")
    )
