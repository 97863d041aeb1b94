"""secondcoder sheet."""

from __future__ import annotations

from pathlib import Path

import click

from secondcoder.cli.common import open_study, say
from secondcoder.cli.paths import PathType
from secondcoder.domain.shell_words import shell_word
from secondcoder.domain.wording import counted


@click.group("sheet")
def command() -> None:
    """Code in a spreadsheet: `sheet make` writes one, `secondcoder import` takes it back."""


@command.command("make", short_help="Write a workbook with a row for each segment.")
@click.argument("out", metavar="OUT.xlsx", type=PathType(dir_okay=False, path_type=Path))
@click.option(
    "--transcript",
    "transcripts",
    multiple=True,
    metavar="NAME",
    help="A transcript for the sheet, by its name; may be given several times. All unless given.",
)
@click.option(
    "--next",
    "next_ones",
    type=click.IntRange(1, 200),
    metavar="N",
    help="Only the N passages to code next, from all transcripts, as `status --next` proposes them; 25 is a usual round.",
)
@click.option(
    "--twice",
    type=click.IntRange(1, 200),
    metavar="N",
    help="Only N passages that somebody else coded, for --coder to code too: half where slips are likely, half at random.",
)
@click.option(
    "--sample",
    type=click.IntRange(2, 2000),
    metavar="N",
    help="Only N passages drawn at random from all that nobody coded by hand, from every case, for --coder to code without seeing "
    "suggestions: counts are corrected by them. 60 are few, 200 many.",
)
@click.option("--coder", metavar="NAME", help="Who will code in it. Their codings so far are filled in.")
@click.pass_obj
def make(
    study_folder: str,
    out: Path,
    transcripts: tuple[str, ...],
    next_ones: int | None,
    twice: int | None,
    sample: int | None,
    coder: str | None,
) -> None:
    """Write a workbook (.xlsx, or .csv without drop-downs) with a row for each segment of the transcripts.

    Choose codes from the drop-downs, one a column, or write several into a cell, divided by |. Choose `yes` under `read` where you
    looked for every code and found none: a row with a code counts as looked through for all codes, an empty row as not looked
    at. Grey rows are what the interviewer says, and with --next, --twice or --sample the talk around a passage. The sheet `codes`
    shows the codebook.

    `secondcoder import OUT.xlsx` takes the sheet back, also sorted, filtered or with rows left out. Rows find their places by
    text and number; a row whose text was changed is refused. Made anew for a coder, it holds what they coded so far; codes that
    you take out of it are withdrawn with `import --replace`.
    """
    from secondcoder.errors import InputError
    from secondcoder.study.coding_sheet import OnlyPassages

    if sum(map(bool, (next_ones, twice, sample, transcripts))) > 1:
        raise click.UsageError(
            "Give one of --transcript, --next, --twice and --sample; the last three look in all transcripts."
        )
    if coder is not None and not coder.strip():
        raise click.UsageError("--coder is blank. Name who will code in the sheet, or leave it out.")
    if twice and not coder:
        raise click.UsageError("Say who will code these passages after somebody else: --twice N --coder NAME")
    if sample and not coder:
        raise click.UsageError("Say who will code these passages: --sample N --coder NAME")
    if out.exists():
        raise InputError(
            f"{out} is there already, maybe with codings that are not imported yet. Name another file, or move that one. Nothing was "
            "written."
        )
    only = OnlyPassages(next_ones or 0, twice or 0, sample or 0) if next_ones or twice or sample else None
    with open_study(study_folder) as study:
        sheet = study.write_coding_sheet(out, transcripts, coder, only)
    say(
        f"Wrote {counted(sheet.segments, 'row')} to code and {counted(sheet.context, 'row')} of context, of "
        f"{counted(sheet.transcripts, 'transcript')}, to {out}"
        + (f", with {counted(sheet.codings, 'coding')} of {coder} filled in." if sheet.codings else ".")
    )
    if sample:
        say(
            "They are a random sample, by which counts can be corrected once all of it is coded, without a look at suggestions. Where "
            "no code applies, choose yes under `read`."
        )
    asked = next_ones or twice or 0
    if sheet.segments < asked:
        left = "that nobody looked at" if next_ones else f"that somebody else coded and {coder} did not"
        say(f"Fewer than the {asked} asked for: there are no more passages {left}.")
    whose = "" if coder else " --coder NAME"
    say(f"Code in it, save it, then: secondcoder import{whose} {shell_word(str(out))}")
