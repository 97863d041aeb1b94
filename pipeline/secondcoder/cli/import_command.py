"""secondcoder import."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import click

from secondcoder.cli.common import GroupedCommand, open_study, print_table, say
from secondcoder.cli.paths import PathType
from secondcoder.domain.wording import counted, listed

if TYPE_CHECKING:
    from secondcoder.domain.records import Transcript
    from secondcoder.errors import NoSpeakersError
    from secondcoder.exchange.importing import ImportOptions, ImportResult
    from secondcoder.exchange.layout import Layout

SPEAKERS_SHOWN = 6


class _Command(GroupedCommand):
    groups: ClassVar = {
        "How it is read": ("dry_run", "encoding", "same_interview"),
        "Who and what": ("interviewer", "speakers", "manifest", "case", "participant", "role", "wave"),
        "Codings": ("coder", "add_codes", "read_whole", "replace", "model_coder"),
        "Files of other programs": ("columns", "comments", "highlights", "project"),
    }


@click.command("import", cls=_Command)
@click.argument("paths", nargs=-1, required=True, type=PathType(path_type=Path), metavar="PATH...")
@click.option("--case", help="The case (practice, site) that these transcripts belong to.")
@click.option("--participant", help="Who was interviewed, e.g. P07.")
@click.option("--role", help="Their role, e.g. GP, receptionist.")
@click.option("--wave", help="The time point, e.g. early, late.")
@click.option(
    "--interviewer",
    multiple=True,
    metavar="LABEL",
    help="The speaker label of the interviewer, in transcripts and coded tables alike; several are divided by |, or given one by one.",
)
@click.option(
    "--speakers",
    multiple=True,
    metavar="LABEL",
    help="A speaker label as it stands at the start of lines, where the layout does not show it; several are divided by |, or given "
    "one by one. "
    "`none` says that transcripts without speakers are meant so. Or a table (.csv, .tsv, .xlsx) with the columns speaker, role "
    "(interviewer or participant), name and transcript, which says who is who.",
)
@click.option(
    "--manifest",
    type=PathType(exists=True, dir_okay=False, path_type=Path),
    help="A table with case, participant, role, wave, interviewer and speakers of many files.",
)
@click.option("--coder", help="The coder of these codings, where a coded table has no column `coder`.")
@click.option(
    "--read-whole",
    is_flag=True,
    help="Whoever coded spans of a transcript read all of it; else only the spans that are rows of the table count as read. A "
    "table that is there already may be imported again with it: nothing is imported twice.",
)
@click.option(
    "--encoding",
    metavar="NAME",
    help="The encoding of text files and tables that are not UTF-8 and carry no mark of it, e.g. cp1250, mac_roman.",
)
@click.option(
    "--model-coder",
    metavar="NAME",
    help="The coded tables are what another model says, such as a language model; with a column `score` (0 to 1) where there is one. "
    "They never count as a person's: `agree` shows the model beside people, and learning.evidence may name it.",
)
@click.option(
    "--project", metavar="NAME", help="The project to take from a file that holds several, as Taguette's does."
)
@click.option("--add-codes", is_flag=True, help="Add unknown codes to the codebook instead of refusing them.")
@click.option(
    "--replace",
    is_flag=True,
    help="First withdraw the codings of these coders on these transcripts from earlier imports; the audit trail keeps them.",
)
@click.option(
    "--columns",
    multiple=True,
    metavar="WHAT=NAME,...",
    help='What is in which column of a sheet of another program, e.g. "text=Quotation Content,document=Document,codes=Codes"; further '
    "ones are coder, memo, paragraph (where a passage begins) and valence.",
)
@click.option(
    "--comments",
    type=click.Choice(["codes", "notes"]),
    help="Whether comments in Word documents are codes; unless given, they are where most of them name a code.",
)
@click.option(
    "--highlights",
    multiple=True,
    metavar="COLOUR=CODE,...",
    help='The codes that colours of highlighting in Word documents stand for, e.g. "yellow=CP,bright green=CA".',
)
@click.option(
    "--same-interview",
    type=click.Choice(["refuse", "join", "keep"]),
    default="refuse",
    show_default=True,
    help="What to do with an interview that is there under another name: `join` puts its codings on the one that is there, where only "
    "white space differs; `keep` imports it beside it.",
)
@click.option(
    "--dry-run",
    is_flag=True,
    help="Read everything and print what would be stored, with the first turns of each transcript; write nothing.",
)
@click.pass_obj
def command(
    study_folder: str,
    /,
    paths: tuple[Path, ...],
    manifest: Path | None,
    add_codes: bool,
    columns: tuple[str, ...],
    comments: str | None,
    highlights: tuple[str, ...],
    model_coder: str | None,
    **given: object,
) -> None:
    """Import transcripts, codings and projects of other programs, or folders of them. All is imported or nothing.

    \b
    Interviews: text, Word, .odt, .rtf, PDF, .html, captions, Whisper, Praat ...
      secondcoder import interviews/ --dry-run        how each would be read
      secondcoder import interviews/
    With a table of codes: transcript, order, speaker, role, text, codes, coder
      secondcoder import interviews/ codes.csv
    A project of NVivo, MAXQDA, ATLAS.ti, QualCoder, Taguette, RQDA
      secondcoder import team.qdpx --add-codes
    Sheets of coded passages of MAXQDA, ATLAS.ti, Dedoose; Word comments
      secondcoder import transcripts/ segments.xlsx --add-codes
      secondcoder import coded-in-word/ --add-codes
    What a language model says, never mixed with people's codings
      secondcoder import llm.csv --model-coder llama

    Step by step for each program, with what survives: docs/interchange.md. The format is known by the content.

    In a folder, sub-folders are cases (CASE/file or CASE/WAVE/file). A table manifest.csv with a column `file` describes each:
    transcript (its id), case, participant, role, wave, interviewer, speakers; further columns describe cases.

    Speakers are found by labels at the start of lines, or by headings. A transcript without speakers is not taken silently as one
    voice: name them, or say --speakers none.

    In a coded table, `codes` are divided by | or stand one a column (code 1, code 2 ...); an empty cell means that the coder looked
    and found nothing. With start and end, rows mark spans; else they find their places by their text (transcript, text, codes and
    coder are enough). Each row is a look at its own words; the rest counts as not looked at, unless a column `read` says `whole`
    or --read-whole is given. With that column, a row without codes is a look only where it says `yes`.

    A table adds to what is there; what it lacks stays. To correct or withdraw codings, import the mended table with --replace: it
    then holds all codings of its coders on its transcripts. Decisions of reviews and adjudicated codings stay.

    The same interview under two names would be learned from and counted twice, so it is refused, also where it was trimmed or typed
    again: --same-interview join puts its codings on the one that is there.

    A model's table may have a column `score`: each row is then a look for its own code alone, and from 0.5 on a yes; give all
    passages and codes. --replace then puts the table in the place of all that this model said.
    """
    from secondcoder.errors import NoSpeakersError
    from secondcoder.exchange.importing import ImportOptions
    from secondcoder.exchange.layout import Layout, pairs

    layout = Layout(pairs("--columns", columns), comments, pairs("--highlights", highlights))
    asked = {"manifest": manifest, "add_codes": add_codes, **given}
    if model_coder is not None:
        _import_model(study_folder, paths, model_coder, layout, asked)
        return
    options = ImportOptions(layout=layout, **asked)  # type: ignore[arg-type]
    try:
        imported = _imported(study_folder, paths, options)
    except NoSpeakersError as unnamed:
        imported = _imported(study_folder, paths, replace(options, speakers=ask_speakers(unnamed, options.speakers)))
    heads, rows = transcript_rows(imported)
    if 0 < len(rows) <= 60:
        print_table(heads, rows)
    for note in imported.notes[:40]:
        say(f"note: {note}")
    if len(imported.notes) > 40:
        say(f"... and {counted(len(imported.notes) - 40, 'more note')}.")
    for line in imported.reading:
        say(line)
    if options.dry_run:
        _preview(imported)
        return
    if imported.read_whole:
        say(f"If they read all of it: {imported.read_whole}   (no coding is imported twice)")
    say_result(imported)
    if imported.codings:
        say("What is coded now, and what to do next: secondcoder status")
    elif imported.transcripts and not imported.passes:
        say(
            "Next: code them in the browser: secondcoder open   (or in a spreadsheet: secondcoder sheet make coding.xlsx)"
        )


def _import_model(
    study_folder: str, paths: tuple[Path, ...], name: str, layout: Layout, given: dict[str, object]
) -> None:
    from secondcoder.exchange.model_import import ModelImportOptions

    also = ("replace", "read_whole", "encoding")
    if other := [name for name, value in given.items() if value and name not in also and value != "refuse"]:
        raise click.UsageError(
            f"--{other[0].replace('_', '-')} does not go with --model-coder, which takes --replace, --read-whole and --encoding."
        )
    options = ModelImportOptions(name, layout=layout, **{key: given[key] for key in also})  # type: ignore[arg-type]
    with open_study(study_folder) as study:
        made = study.import_model_codings(paths, options)
    for line in (*(f"note: {note}" for note in made.notes), *made.reading):
        say(line)
    if not made.codings:
        say(f"Nothing new: the study has all of this as {made.name}'s already.")
        return
    where = counted(len(made.transcripts), "transcript")
    what = (
        f"{counted(made.scores, 'code')} on {counted(made.spans, 'span')} of {where}"
        if made.scores
        else f"where it looked in {where}"
    )
    replaced = ", in place of all that it said before" if options.replace and made.edition > 1 else ""
    say(f"Imported as said by model coder {made.name}: {what}{replaced}.")
    say(
        f'Beside people: secondcoder agree   (as evidence: evidence = ["{made.name}"] under [learning] in secondcoder.toml)'
    )


def _preview(imported: ImportResult) -> None:
    """The first turns of each transcript as they would be stored, and that nothing was."""
    from secondcoder.cli.import_preview import first_turns

    print_table(("transcript", "turn", "time", "speaker", "role", "first words"), first_turns(imported.transcripts))
    say_result(imported, "Would import")
    say("Nothing was written. To import it, leave out --dry-run.")


def say_result(imported: ImportResult, done: str = "Imported") -> None:
    """How much came, and by whom."""
    coders, looks = sorted({coding.coder for coding in imported.codings}), len(imported.passes)
    transcripts, codings = imported.transcripts, imported.codings
    came = [counted(len(transcripts), "transcript")] if transcripts or not codings else []
    came += [counted(len(codings), "coding")] if codings or not transcripts else []
    # Where codings come, their looks come with them; a reading of what is there already is worth a word.
    came += [counted(looks, "coding pass", "coding passes")] if looks and not imported.codings else []
    say(
        f"{done} {listed(came)}"
        + (f" by {', '.join(coders)}" if coders else "")
        + (f", which replace {imported.withdrawn} of these coders" if imported.withdrawn else "")
        + (
            f"; {counted(len(imported.unchanged), 'transcript')} unchanged since an earlier import"
            if imported.unchanged
            else ""
        )
        + (f"; added {counted(len(imported.added_codes), 'code')} to the codebook" if imported.added_codes else "")
        + "."
    )


def _imported(study_folder: str, paths: Sequence[Path], options: ImportOptions) -> ImportResult:
    from secondcoder.errors import InputError

    with open_study(study_folder) as study:
        try:
            return study.import_files(paths, options)
        except InputError as error:
            if "is not in the codebook" in str(error) and "--add-codes" not in str(error) and not options.add_codes:
                error.args = (f"{error}\nTo add the codes that the codebook lacks: --add-codes",)
            raise


def ask_speakers(unnamed: NoSpeakersError, speakers: tuple[str, ...]) -> tuple[str, ...]:
    """The labels that the person at the terminal gives, or their word that there are none; without a terminal the error stands."""
    if not sys.stdin.isatty():
        raise unnamed
    say(str(unnamed))
    given = click.prompt(
        "Speaker labels, divided by commas, or `none`; Enter stops", default="", show_default=False, err=True
    )
    if not given.strip():
        raise unnamed
    return (*speakers, given.strip())


def transcript_rows(imported: ImportResult) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    """A table's heads, and a row for each transcript that comes."""
    heads = ("transcript", "case", "role", "wave", "format", "turns", "speakers (* interviewer)")
    return heads, [
        (new.id, new.case, new.role, new.wave, new.format, len(new.turns), ", ".join(_speakers(new)))
        for new in imported.transcripts
    ]


def _speakers(transcript: Transcript) -> list[str]:
    from secondcoder.domain.records import SpeakerRole

    labels = dict.fromkeys((turn.speaker or "?", turn.role) for turn in transcript.turns)
    return [f"{speaker}*" if role is SpeakerRole.INTERVIEWER else speaker for speaker, role in labels][
        :SPEAKERS_SHOWN
    ] + ([f"and {len(labels) - SPEAKERS_SHOWN} more"] if len(labels) > SPEAKERS_SHOWN else [])
