"""secondcoder import."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from secondcoder.cli.common import open_study, print_table, say
from secondcoder.domain.wording import counted, listed

if TYPE_CHECKING:
    from secondcoder.domain.records import Transcript
    from secondcoder.errors import NoSpeakersError
    from secondcoder.exchange.importing import ImportOptions, ImportResult

SPEAKERS_SHOWN = 6


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
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
    "`none` says that transcripts without speakers are meant so.",
)
@click.option(
    "--manifest",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
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
    "--project", metavar="NAME", help="The project to take from a file that holds several, as Taguette's does."
)
@click.option("--add-codes", is_flag=True, help="Add unknown codes to the codebook instead of refusing them.")
@click.option(
    "--replace",
    is_flag=True,
    help="First withdraw the codings of these coders on these transcripts from earlier imports; the audit trail keeps them.",
)
@click.option(
    "--same-interview",
    type=click.Choice(["refuse", "join", "keep"]),
    default="refuse",
    show_default=True,
    help="What to do with an interview that is there under another name: `join` puts its codings on the one that is there, where only "
    "white space differs; `keep` imports it beside it.",
)
@click.pass_obj
def command(
    study_folder: str, /, paths: tuple[Path, ...], manifest: Path | None, add_codes: bool, **given: object
) -> None:
    """Import transcripts and coded tables, or folders of both.

    Transcripts may be plain text with speaker labels, Word (.docx) or WebVTT (Teams, Zoom), or of a format that a
    plug-in adds. The format is recognised by the content. In a folder, sub-folders are cases (CASE/file or CASE/WAVE/file), and a
    table named manifest.csv, with a column `file`, gives the other attributes of each file: transcript (its id), case, participant,
    role, wave, and interviewer and speakers as the options of that name do. Further columns describe cases. A file that the
    manifest does not name is imported, and named.

    Projects of QualCoder (.qda), Taguette (.sqlite3) and RQDA (.rqda), and exports of Taguette, Label Studio, doccano and W3C Web
    Annotations are coded data too: --add-codes takes their codes over.

    A coded table (.csv, .xlsx, .parquet, .jsonl) has the columns transcript, order, speaker, role, text, codes and coder. `codes` are
    separated by |, or stand one a column (code 1, code 2 ...); an empty cell means that the coder looked and found nothing. With the
    columns start and end its rows mark spans of transcripts imported before or together with it. Without them, rows whose transcript
    is there find their places by their text: units, quotations (transcript, text, codes, coder are enough) and the sheets
    that `secondcoder sheet make` writes.

    Each row is a look at its own span for all codes; what no row holds counts as not looked at, unless a column `read` says `whole` or
    --read-whole is given. With that column, a row without codes is a look only where it says `yes`.

    Speakers are found by their labels at the start of lines or by headings. What looks like a label and is not believed is named;
    --speakers names it. A transcript without speakers is not taken silently as one voice: name them, or say --speakers none.

    A table adds to what is there; what it lacks stays. To correct codings, or withdraw some, import the corrected table with
    --replace: it then holds all codings of its coders on its transcripts. Decisions of reviews and adjudicated codings stay.

    Each coder may have a file of the same interview. Under two names it would be learned from and counted twice, so it is refused,
    also where it was trimmed or typed by somebody else. With --same-interview join, import it together with its coded table.

    Either everything is imported or nothing: all faults are shown together, with their lines.
    """
    from secondcoder.errors import NoSpeakersError
    from secondcoder.exchange.importing import ImportOptions

    options = ImportOptions(manifest=manifest, add_codes=add_codes, **given)  # type: ignore[arg-type]
    try:
        imported = _imported(study_folder, paths, options)
    except NoSpeakersError as unnamed:
        imported = _imported(study_folder, paths, replace(options, speakers=_asked(unnamed, options.speakers)))
    rows = [
        (new.id, new.case, new.role, new.wave, new.format, len(new.turns), ", ".join(_speakers(new)))
        for new in imported.transcripts
    ]
    if 0 < len(rows) <= 60:
        print_table(("transcript", "case", "role", "wave", "format", "turns", "speakers (* interviewer)"), rows)
    for note in imported.notes[:40]:
        say(f"note: {note}")
    if len(imported.notes) > 40:
        say(f"... and {counted(len(imported.notes) - 40, 'more note')}.")
    for line in imported.reading:
        say(line)
    if imported.read_whole:
        say(f"If they read all of it: {imported.read_whole}   (no coding is imported twice)")
    _say_result(imported)
    if imported.codings:
        say("What is coded now, and what to do next: secondcoder status")
    elif imported.transcripts and not imported.passes:
        say(
            "Next: code them in the browser: secondcoder open   (or in a spreadsheet: secondcoder sheet make coding.xlsx)"
        )


def _say_result(imported: ImportResult) -> None:
    coders, looks = sorted({coding.coder for coding in imported.codings}), len(imported.passes)
    transcripts, codings = imported.transcripts, imported.codings
    came = [counted(len(transcripts), "transcript")] if transcripts or not codings else []
    came += [counted(len(codings), "coding")] if codings or not transcripts else []
    # Where codings come, their looks come with them; a reading of what is there already is worth a word.
    came += [counted(looks, "coding pass", "coding passes")] if looks and not imported.codings else []
    say(
        f"Imported {listed(came)}"
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
    with open_study(study_folder) as study:
        return study.import_files(paths, options)


def _asked(unnamed: NoSpeakersError, speakers: tuple[str, ...]) -> tuple[str, ...]:
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


def _speakers(transcript: Transcript) -> list[str]:
    from secondcoder.domain.records import SpeakerRole

    labels = dict.fromkeys((turn.speaker or "?", turn.role) for turn in transcript.turns)
    return [f"{speaker}*" if role is SpeakerRole.INTERVIEWER else speaker for speaker, role in labels][
        :SPEAKERS_SHOWN
    ] + ([f"and {len(labels) - SPEAKERS_SHOWN} more"] if len(labels) > SPEAKERS_SHOWN else [])
