"""secondcoder pack."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from secondcoder.cli.common import confirm, open_study, say
from secondcoder.cli.paths import PathType
from secondcoder.domain.shell_words import shell_word
from secondcoder.domain.wording import counted

if TYPE_CHECKING:
    from secondcoder.study.pack_merge import PackMerge

FILE = PathType(exists=True, dir_okay=False, path_type=Path)


@click.group("pack")
def command() -> None:
    """Code far apart: one file goes to a coder, and one comes back.

    \b
    In the study:        secondcoder pack make --coder Ana     writes ana.secondcoder-pack; send it to Ana
    Ana, on her machine: secondcoder pack open ana.secondcoder-pack ourstudy
                         secondcoder -C ourstudy open          codes in the browser, or in sheets
                         secondcoder -C ourstudy pack make     writes what she said; sends it back
    In the study:        secondcoder pack merge ana-coded.secondcoder-pack

    A pack is not encrypted and holds interviews: send it as you would send them.
    """


@command.command("make", short_help="Write the file for a coder; or, in the coder's folder, the one that goes back.")
@click.option("--coder", metavar="NAME", help="Whose it is. In a folder that a pack was opened in: its coder.")
@click.option(
    "--transcripts",
    multiple=True,
    metavar="NAME",
    help="Only this transcript, by its name; may be given several times. All unless given.",
)
@click.option(
    "--blind",
    is_flag=True,
    help="Of the coder's own codings only those given independently, nothing that came of suggestions.",
)
@click.option("--suggestions", is_flag=True, help="With what the model in use suggests, to decide on in the browser.")
@click.option(
    "--out",
    type=PathType(dir_okay=False, path_type=Path),
    help="The file; named after the coder, in the current folder, unless given.",
)
@click.pass_obj
def make(
    study_folder: str, coder: str | None, transcripts: tuple[str, ...], blind: bool, suggestions: bool, out: Path | None
) -> None:
    """Write one file with what one coder needs: interviews, codebook, and their own codings and readings.

    Nothing of other coders is ever in it, and of the model only with --suggestions. In the folder that the coder opened it in, the
    same command writes the file that goes back, with what they said so far; it can be made as often as you like.
    """
    from secondcoder.errors import did_you_mean
    from secondcoder.study.pack_make import PackAsked, pack_coder
    from secondcoder.study.pack_trail import opened_from

    with open_study(study_folder) as study:
        corpus = study.corpus
        named = pack_coder(corpus, coder)
        path = out or _free_name(named, opened_from(corpus) is not None)
        pack = study.pack_make(path, PackAsked(named, transcripts, blind, suggestions))
    now, file = pack.now, shell_word(path.name)
    say(
        f"Wrote {path} for {pack.coder}: {counted(len(pack.transcripts), 'transcript')}, {counted(len(pack.book.codes), 'code')}, "
        f"{counted(len(now.codings), 'coding')} by {pack.coder}"
        + (f", {counted(len(pack.suggestions), 'suggestion')} of {pack.model['version']}" if pack.model else "")
        + ". It is not encrypted: send it as you would send the interviews."
    )
    if not now.codings and not now.passes:
        others = [other for other in corpus.coders if other != pack.coder]
        say(f"{pack.coder} has coded nothing here so far.{did_you_mean(pack.coder, others)}")
    if pack.to_open:
        say(f"{pack.coder} opens it with: secondcoder pack open {file} DIR")
        return
    if others := [other for other in corpus.coders if other != pack.coder]:
        say(
            f"Also coded here, and not in it: {', '.join(others)}. Each goes back by itself: secondcoder pack make --coder NAME"
        )
    say(f"Send it back. There: secondcoder pack merge {file}")


def _free_name(coder: str, back: bool) -> Path:
    """A file's name that is free in the current folder."""
    from secondcoder.exchange.codebooks.naming import slug
    from secondcoder.exchange.pack.pack import SUFFIX

    stem = f"{slug(coder) or 'coder'}{'-coded' if back else ''}"
    names = (Path(f"{stem}{number}{SUFFIX}") for number in ("", *(f"-{count}" for count in range(2, 1000))))
    return next(path for path in names if not path.exists())


@command.command("open", short_help="Make a study's folder from a pack, on the coder's machine.")
@click.argument("file", type=FILE)
@click.argument("folder", metavar="DIR")
def unpack(file: Path, folder: str) -> None:
    """Make a study in the folder DIR from a pack, to code in the browser or in sheets as in any study.

    The codebook stays as it is there: a code that one person adds would make a codebook of its own, which the study refuses.
    """
    from secondcoder.study.pack_open import open_pack

    pack = open_pack(file, Path(folder))
    named, coder = shell_word(folder), shell_word(pack.coder)
    say(
        f"Made a study for {pack.coder} in {folder}: {counted(len(pack.transcripts), 'transcript')}, codebook '{pack.book.id}' "
        f"({counted(len(pack.book.codes), 'code')}), {counted(len(pack.now.codings), 'coding')}."
    )
    if pack.seen:
        say(
            f"On {counted(len(pack.seen), 'transcript')} {pack.coder} saw suggestions or others' codings before: what is coded there "
            "counts as reviewed, not as independent."
        )
    say(f"Code in the browser: secondcoder -C {named} open --coder {coder}   (or in a spreadsheet: sheet make)")
    say(f"Then write what goes back: secondcoder -C {named} pack make")


@command.command("merge", short_help="Take a pack that came back into the study.")
@click.argument("file", type=FILE)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def merge(study_folder: str, file: Path, yes: bool) -> None:
    """Take what a coder said far away into the study, after a summary and a question.

    What they coded there is added, what they withdrew there is withdrawn, and what was done here meanwhile stays. Codings keep how
    they came about (independent or reviewed). A pack that was merged before brings nothing.
    """
    with open_study(study_folder) as study:
        plan = study.pack_merge_plan(file)
        for note in plan.notes:
            say(f"note: {note}.")
        if not plan:
            say(f"There is nothing new in {file.name}. Nothing was merged.")
            return
        say(_summary(plan))
        confirm("Merge it?", yes, "Nothing was merged.")
        for note in study.pack_merge(file, plan):
            say(f"note: {note}.")
    say(f"Merged {file.name}. What is coded now, and what to do next: secondcoder status")


def _summary(plan: PackMerge) -> str:
    """What a merge would do, by transcript, without the codes: whoever merges may code the same interviews."""
    count = plan.counts
    rows = [*plan.put.codings, *plan.took.codings]
    names = {row.coding.transcript for row in rows} | {
        look.made.transcript for look in (*plan.put.passes, *plan.took.passes)
    }
    new, gone = (
        f"{counted(count[f'{which} codings'], 'coding')} and {counted(count[f'{which} passes'], 'coding pass', 'coding passes')}"
        for which in ("new", "withdrawn")
    )
    return f"{plan.pack.coder}, on {counted(len(names), 'transcript')}. New: {new}. Withdrawn: {gone}."
