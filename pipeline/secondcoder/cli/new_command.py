"""secondcoder new: five questions, a look at how the interviews would be read, and a study."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from secondcoder.cli.common import can_ask, name_study, print_table, progress_bars, say, say_notes
from secondcoder.cli.new_questions import QUESTIONS, Answers, ask, check_given, create
from secondcoder.domain.shell_words import shell_word

if TYPE_CHECKING:
    from secondcoder.exchange.import_result import ImportOptions, ImportResult
    from secondcoder.learning.pipeline import Progress

LISTED, SHOWN = 20, 3
"""Interviews in the preview's list, and those of which the first turns are shown."""


@click.command("new")
@click.option("--interviews", metavar="PATH", help="The folder of the interviews, or one file.")
@click.option("--codebook", metavar="NAME|FILE|none", help="A codebook that ships, your own as a file, or none.")
@click.option("--language", metavar="CODE", help="The language of the interviews, such as en.")
@click.option("--coder", metavar="NAME", help="Who codes.")
@click.option("--study", metavar="DIR", help="The new folder for the study.")
@click.option("--interviewer", multiple=True, metavar="LABEL", help="As in `import`: the interviewer's speaker label.")
@click.option("--speakers", multiple=True, metavar="LABEL", help="As in `import`: a speaker label, or none.")
@click.option("--yes", is_flag=True, help="Make it without asking whether the interviews are read well.")
@click.option("--open/--no-open", "opens", default=None, help="Open the study in the browser at the end, or do not.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    interviewer: tuple[str, ...],
    speakers: tuple[str, ...],
    yes: bool,
    opens: bool | None,
    **given: str | None,
) -> None:
    """Make a study from a folder of interviews: five questions, and you see how each interview is read before anything is made.

    Enter takes the answer in brackets; Ctrl+C ends, and leaves nothing. At the end the study opens in the browser, if you like, and
    you can begin to code. The interviews themselves are only read.

    What an option answers is not asked; a script gives all five:

    \b
      secondcoder new --interviews interviews/ --codebook npt --language en \\
                      --coder Ana --study mystudy
    """
    from secondcoder.exchange.import_result import ImportOptions

    missing = [question.name for question in QUESTIONS if given[question.name] is None]
    if missing and not can_ask():
        named = ", ".join(f"--{name}" for name in missing)
        raise click.UsageError(f"Nobody can be asked here, so {named} must be given. Nothing was made.")
    options = ImportOptions(interviewer=interviewer, speakers=speakers)
    try:
        answers = _all_answers(given)
        if looked := can_ask() and not yes:
            answers, options = _previewed(answers, options)
    except (click.Abort, KeyboardInterrupt):
        say("\nNothing was made.")
        raise click.Abort from None
    with progress_bars() as progress:
        imported = make_study(answers, options, progress)
    say_notes([] if looked else imported.notes[:LISTED])
    _go_on(ctx, answers, imported, opens)


def _all_answers(given: Mapping[str, str | None]) -> dict[str, str]:
    answers = check_given(given)
    if len(answers) < len(QUESTIONS):
        say("A new study, in five questions. Enter takes the answer in brackets; Ctrl+C ends, and leaves nothing.")
    for number, question in enumerate(QUESTIONS, start=1):
        if question.name not in answers:
            answers[question.name] = ask(question, number, answers, given[question.name] or "")
    return answers


def _previewed(answers: dict[str, str], options: ImportOptions) -> tuple[dict[str, str], ImportOptions]:
    """Show how the interviews would be read; what is wrong is asked again, until somebody says yes."""
    from secondcoder.cli.import_command import ask_speakers
    from secondcoder.errors import NoSpeakersError, SecondcoderError

    while True:
        try:
            _show(preview(answers, options))
            if not click.confirm("\nMake the study like this?", default=True, err=True):
                say("Once more with these answers, and who asks (--speakers says who speaks):")
                say(f"  {_command(answers)} --interviewer LABEL")
                raise click.Abort
            return answers, options
        except NoSpeakersError as unnamed:
            options = replace(options, speakers=ask_speakers(unnamed, options.speakers))
        except SecondcoderError as error:
            say(str(error))
            answers = {**answers, "interviews": ask(QUESTIONS[0], 1, answers, answers["interviews"])}


def _command(answers: Answers) -> str:
    """The command that gives these answers."""
    given = (f"--{question.name} {shell_word(answers[question.name])}" for question in QUESTIONS)
    return f"secondcoder new {' '.join(given)}"


def preview(answers: Answers, options: ImportOptions) -> ImportResult:
    """The interviews as the study would hold them, read into one that is thrown away; SecondcoderError as `make_study`."""
    from secondcoder.reports.whole_file import scratch

    with scratch() as place, progress_bars() as progress:
        study = create(place / "study", answers, progress)
        try:
            return study.import_files([answers["interviews"]], replace(options, dry_run=True))
        finally:
            study.close()


def make_study(answers: Answers, options: ImportOptions, progress: Progress | None = None) -> ImportResult:
    """Make the study and import the interviews; whatever goes wrong, Ctrl+C too, leaves the place as it was.

    Raises:
        SecondcoderError: the study cannot be made there, or the interviews cannot be read.
    """
    folder = Path(answers["study"])
    stood = folder.exists()
    study = create(folder, answers, progress)
    try:
        imported = study.import_files([answers["interviews"]], options)
    except BaseException:
        study.close()
        _take_away(folder, stood)
        raise
    study.close()
    return imported


def _take_away(folder: Path, stood: bool) -> None:
    """A folder in which only this command put something: it was new, or empty."""
    for path in folder.iterdir() if stood else [folder]:
        with suppress(OSError):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _show(imported: ImportResult) -> None:
    from secondcoder.cli.import_command import transcript_rows
    from secondcoder.cli.import_preview import first_turns

    say("\nThe interviews, as they would be read:")
    heads, rows = transcript_rows(imported)
    print_table(heads, rows[:LISTED])
    if len(rows) > LISTED:
        say(f"... and {len(rows) - LISTED} more.")
    shown = imported.transcripts[:SHOWN]
    print_table(("transcript", "turn", "time", "speaker", "role", "first words"), first_turns(shown))
    say_notes(imported.notes[:LISTED])


def _go_on(ctx: click.Context, answers: Answers, imported: ImportResult, opens: bool | None) -> None:
    from secondcoder.cli.import_command import say_result
    from secondcoder.cli.init_command import say_language
    from secondcoder.cli.review_command import serve_study
    from secondcoder.study.study import Study

    folder, coder = answers["study"], answers["coder"]
    name_study(ctx, Path(folder))
    say_result(imported, f"Made a study in {folder}, with")
    with closing(Study(folder)) as study:
        say_language(study)
    if opens is None:
        opens = can_ask() and click.confirm("Open it in the browser now?", default=True, err=True)
    if opens:
        serve_study(folder, (coder,))
        return
    say(f"Next: code in the browser: secondcoder open --coder {shell_word(coder)}")
