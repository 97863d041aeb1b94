"""What must hold after a command was killed, or ran out of space: nothing acknowledged lost, nothing half, nothing damaged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from review_load import differences
from secondcoder.audit import verify
from secondcoder.errors import SecondcoderError
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study

from crashing.commands import NEW, Command, Run

UNANSWERED = "stray"
"""A decision that was recorded, and whose writer was not told so any more."""

OUTGROWN = "was trained with codebook"


def faults_after(folder: Path, command: Command, run: Run, versions: int) -> Iterator[str]:
    """Sentences; none where all is well.

    Args:
        versions: how many model versions the study had before.
    """
    # A code that came with an import is unknown to the model, which `check` says of every study.
    yield from (fault for fault in Study.check(folder) if OUTGROWN not in fault)
    try:
        with closing(Study(folder)) as study:
            yield from map(str, verify(study.store).faults)
            yield from _half_or_lost(study, command, run, versions)
    except SecondcoderError as error:
        yield f"does not open: {error}"


def _half_or_lost(study: Study, command: Command, run: Run, versions: int) -> Iterator[str]:
    if command.name == "import":
        yield from _import(study, run)
    elif command.name in ("train", "retrain"):
        new = len(study.store.models()) - versions
        if new not in ((1,) if run.ended_well else (0, 1)):
            yield f"{new} versions came of one {command.name}"
        study.workspace().load_model()
    elif command.name == "code":
        if run.ended_well and not study.store.suggestions("m0001"):
            yield "the suggestions are lost"
    else:
        yield from (fault for fault in differences(ReviewSession(study), run.people) if UNANSWERED not in fault)


def _import(study: Study, run: Run) -> Iterator[str]:
    there = {name in study.corpus.by_id for name in NEW}
    codings = {name: sum(row.transcript == name for row in study.store.codings()) for name in NEW}
    known = "FRESH" in study.codebook_file
    states = {*there, *(count == 4 for count in codings.values()), known}
    if len(states) > 1:
        yield f"half an import: transcripts {there}, codings {codings}, the code in codebook.yml {known}"
    elif run.ended_well and not known:
        yield "the import is lost"


def versions_of(folder: Path) -> int:
    """How many model versions a study has."""
    with closing(Study(folder)) as study:
        return len(study.store.models())


def works_again(folder: Path, command: Command) -> Iterator[str]:
    """The same command once more, undisturbed; sentences for what is wrong then."""
    command.prepare(folder)
    versions = versions_of(folder)
    run = command.start(folder)
    if command.name == "review":
        yield from _decides_again(folder, command, run, versions)
        return
    run.wait()
    if not run.ended_well:
        yield f"the next {command.name}: {run.said.read_text(encoding='utf-8')[-400:]}"
    yield from faults_after(folder, command, run, versions)


def _decides_again(folder: Path, command: Command, run: Run, versions: int) -> Iterator[str]:
    run.enough(1)
    run.kill()
    if not any(one.answered for one in run.people):
        yield f"the next review answers nothing: {run.said.read_text(encoding='utf-8')[-400:]}"
    # What was decided before the kill is no stranger to the store.
    yield from (fault for fault in faults_after(folder, command, run, versions) if "lost" not in fault)
