"""secondcoder review."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING

import click

from secondcoder.cli.common import confirm, open_study, person, say, say_notes
from secondcoder.cli.paths import PathType
from secondcoder.domain.shell_words import shell_word
from secondcoder.domain.wording import counted

if TYPE_CHECKING:
    from secondcoder.corpus import Corpus
    from secondcoder.review.session import ReviewSession


@click.group("review", invoke_without_command=True)
@click.option("--coder", "coders", multiple=True, metavar="NAME", help="Who codes; once for each of several people.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port to listen on; a free one by default.")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on. Beyond this machine every coder needs a name (--coder).",
)
@click.option(
    "--name",
    "names",
    multiple=True,
    help="A host name by which others reach the server, such as that of a proxy: NAME or NAME:PORT; once for each.",
)
@click.option("--no-browser", is_flag=True, help="Print the link and open no browser.")
@click.option("--blind", is_flag=True, help="Code every passage before its suggestions are shown.")
@click.option(
    "--adjudicate",
    is_flag=True,
    help="Add a link for adjudicating together what coders coded differently; no model is needed.",
)
@click.option(
    "--audio",
    type=PathType(path_type=Path),
    metavar="FOLDER",
    help="Play the recordings in FOLDER, named as the interviews are, from any time beside the talk.",
)
@click.pass_context
def command(
    ctx: click.Context,
    coders: tuple[str, ...],
    port: int,
    host: str,
    names: tuple[str, ...],
    no_browser: bool,
    blind: bool,
    adjudicate: bool,
    audio: Path | None,
) -> None:
    """Code interviews and decide on suggestions, in the browser, on this machine (`open` and `review` are the same).

    Prints a link that opens once, and opens the browser. Every interview can be coded there by hand from its import on: select words,
    choose a code, say what you have read, and train. Where a model has suggested codes, you see each passage with the question before
    it; accept, change or reject what is suggested, or add codes of your own. Everything works by keyboard and is saved at once.

    Times of a transcript stand beside the talk; with --audio FOLDER each plays the recording from there (p pauses).

    Some passages are blind: you code them before you see any suggestion, so that the summary can estimate how often people follow the
    model and how much it misses. With --blind all passages are.
    """
    if ctx.invoked_subcommand is not None:
        return
    serve_study(
        ctx.obj,
        coders,
        port,
        host,
        names=names,
        browser=not no_browser,
        blind=blind,
        adjudicate=adjudicate,
        audio=audio,
    )


def serve_study(
    folder: str,
    coders: tuple[str, ...] = (),
    port: int = 0,
    host: str = "127.0.0.1",
    *,
    names: tuple[str, ...] = (),
    browser: bool = True,
    blind: bool = False,
    adjudicate: bool = False,
    audio: Path | None = None,
) -> None:
    """Open the study in the browser, until somebody stops it. Arguments are the options of `review`."""
    from secondcoder.corpus import Corpus
    from secondcoder.demo.demo_folder import summary_of
    from secondcoder.errors import InputError
    from secondcoder.network.guard import is_loopback
    from secondcoder.review.adjudication import adjudication_of
    from secondcoder.review.recordings import Recordings, find_recordings
    from secondcoder.review.serving import check_exposure, check_names, exposure, listen, serve
    from secondcoder.review.session import ReviewSession
    from secondcoder.store import schema
    from secondcoder.store.reading import StoreContent, without_collections

    with open_study(folder) as study:
        with study.store.snapshot() as connection:
            # Few tables are asked for here: all of them are read once, by the session.
            corpus = Corpus(study.store, content=StoreContent(connection))
            usual = coders or _of_pack(corpus)
            check_exposure(host, usual)
            named = check_names(usual or (person(),))
            if not study.store.count(schema.transcripts):
                raise InputError("There is no interview in this study yet. Import some first: secondcoder import FILES")
            recordings = find_recordings(audio, corpus.by_id) if audio else Recordings()
            has_model = corpus.model_in_use is not None
        # Before the passages, which take a while: a taken port is told at once.
        sock = listen(host, port)
        if has_model:
            say("Preparing the passages ...")
        with without_collections():
            review = ReviewSession(study, blind)
            if adjudicate:
                adjudication_of(review).passages()
        gc.freeze()  # what is open stays: no page waits until Python has looked through all of it for garbage
        named = tuple(_as_known(review.workspace.corpus, coder) for coder in named)
        if review.unknown:
            say(
                f"The codebook changed since model {review.model} was trained ({review.unknown.summary}). Changed codes "
                "are not suggested until you train and code again: secondcoder retrain, then secondcoder code"
            )
        if not is_loopback(host):
            say(exposure(host, sock.getsockname()[1]))
        if not coders:
            say(f"You code as '{named[0]}'; under another name with --coder NAME.")
        for note in recordings.notes:
            say(note)
        serve(
            review,
            sock,
            named,
            adjudicate=adjudicate,
            browser=browser,
            tell=click.echo,
            names=names,
            recorded=recordings.of,
            demonstration=summary_of(Path(folder)),
        )


def _of_pack(corpus: Corpus) -> tuple[str, ...]:
    """The coder whose pack was opened here, () in any other study."""
    from secondcoder.study.pack_trail import opened_from

    opened = opened_from(corpus)
    return (str(opened["coder"]),) if opened else ()


def _as_known(corpus: Corpus, coder: str) -> str:
    """The coder under the name that the study has for them, however it was written."""
    from secondcoder.domain.names import known_name

    known = known_name(coder, corpus.coders)
    if known != coder:
        say(f"note: coder '{coder}' is taken for '{known}', who is in the study")
    return known


@command.command("summary", short_help="Write a page: decisions, how often people followed the model.")
@click.option("--coder", help="Only this coder's decisions; everybody's by default.")
@click.option(
    "--out",
    type=PathType(dir_okay=False, path_type=Path),
    default=Path("review-summary.html"),
    show_default=True,
    help="The page to write.",
)
@click.pass_obj
def summary(folder: str, coder: str | None, out: Path) -> None:
    """Write a page with the decisions, how often people followed the model, and how much it misses."""
    from secondcoder.reports.whole_file import write_whole
    from secondcoder.review.session import ReviewSession
    from secondcoder.review.summary_pages import write_summary

    with open_study(folder) as study:
        known = coder and _as_known(study.corpus, coder)
        text = write_summary(ReviewSession(study), known)
    write_whole(out, text.encode())
    say(f"Wrote {out}.")


@command.command("export", short_help="Write the open suggestions as a sheet to decide on.")
@click.argument("sheet", type=PathType(dir_okay=False, path_type=Path))
@click.option("--coder", help="Name of the coder; the system's user by default.")
@click.pass_obj
def export(folder: str, sheet: Path, coder: str | None) -> None:
    """Write the open suggestions as a spreadsheet (.xlsx) with drop-downs, to decide on them there.

    Passages that are to be coded before their suggestions are seen are not in it.
    """
    from secondcoder.review.session import ReviewSession, require_suggestions
    from secondcoder.review.spreadsheet import SHEET, left_for_the_page, write_sheet

    SHEET.check_suffix(sheet)
    with open_study(folder) as study:
        review, name = ReviewSession(study), _as_known(study.corpus, coder or person())
        require_suggestions(review)
        count, blind = write_sheet(review, name, sheet), left_for_the_page(review, name)
    whose = f" --coder {shell_word(coder)}" if coder else ""
    say(
        f"Wrote {counted(count, 'suggestion')} to {sheet}. Fill the column 'decision', then: secondcoder review import "
        f"{shell_word(str(sheet))}{whose}"
    )
    if blind:
        say(
            f"{counted(blind, 'passage')} left out: to be coded in the browser before their suggestions are seen. Without them the "
            "summary cannot estimate how often people follow the model, nor how much it misses."
        )


@command.command("import", short_help="Take a filled sheet, or a project with suggestions, back.")
@click.argument("file", type=PathType(exists=True, dir_okay=False, path_type=Path))
@click.option("--coder", help="Name of the coder; who saved a project, or the system's user, by default.")
@click.option("--yes", is_flag=True, help="Take a project in without asking.")
@click.pass_obj
def import_(folder: str, file: Path, coder: str | None, yes: bool) -> None:
    """Import a filled spreadsheet, or a project (.qdpx) that was exported with --suggestions and worked on in another program.

    If the text, code or id of any row of a sheet was changed, nothing is imported.

    In a project, a suggestion that was left as it was counts as accepted, one that was deleted as rejected, one with another code or
    on other words as changed. What people coded themselves is added as theirs.
    """
    from secondcoder.exchange.refi_qda.container import is_project
    from secondcoder.review.session import ReviewSession, require_suggestions
    from secondcoder.review.spreadsheet import read_sheet

    with open_study(folder) as study:
        review = ReviewSession(study)
        require_suggestions(review)
        if is_project(file):
            _import_project(review, file, coder and _as_known(study.corpus, coder), yes)
            return
        taken = read_sheet(review, _as_known(study.corpus, coder or person()), file)
    say(f"Imported {counted(taken.decisions, 'decision')}; {counted(taken.empty, 'row')} left empty.")


def _import_project(review: ReviewSession, file: Path, coder: str | None, yes: bool) -> None:
    from secondcoder.domain.records import ReviewAction
    from secondcoder.review.returned_project import read_returned, take

    returned = read_returned(review, file, coder)
    say(
        f"{file.name}, reviewed by {returned.reviewer}: suggestions of {returned.model}, exported on {returned.exported['at'][:10]}."
    )
    counts = returned.verdicts
    for verdict, words in (
        (ReviewAction.ACCEPT, "left as they were: accepted"),
        (ReviewAction.CHANGE, "with another code or on other words: changed"),
        (ReviewAction.REJECT, "deleted: rejected"),
        (ReviewAction.ADD, "people's own: added"),
    ):
        say(f"  {counts[verdict]:>6,}  {words}")
    if returned.before:
        say(f"  {returned.before:>6,}  recorded before")
    say_notes(returned.notes)
    if not returned.decisions and not returned.by_hand:
        say("Nothing in it is new.")
        return
    confirm(f"Record this as {returned.reviewer}'s review?", yes, "Nothing was taken in.")
    take(review, returned)
    say(f"Recorded {counted(counts.total(), 'decision')}.")
