"""secondcoder forget."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from secondcoder.cli.common import confirm, open_study, say
from secondcoder.domain.wording import counted, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from secondcoder.study.forget import Forgetting


@click.command("forget")
@click.argument("participant", required=False)
@click.option(
    "--transcript",
    "transcripts",
    multiple=True,
    help="An interview of theirs that does not name them; may be repeated.",
)
@click.option("--why", default="", metavar="REASON", help="For the audit trail, such as 'withdrew on 3 May'. No names.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation, for scripts.")
@click.pass_obj
def command(study_folder: str, participant: str | None, transcripts: tuple[str, ...], why: str, yes: bool) -> None:
    """A participant withdraws: all their interviews go, and whatever was learned, computed or noted from them. It cannot be undone.

    What goes: text, codings, suggestions, decisions, memos and notes; passages of theirs shown beside other people's; their
    name and speaker label wherever the study says them; every model version that learned from them; caches; batch runs in the study's
    folder. The audit trail keeps that there were interviews, when, and their hashes, and still verifies.

    It is said before what goes, and what cannot be reached from here, such as exports and backups.

    \b
    Examples:
      secondcoder forget P07
      secondcoder forget P07 --transcript group_2     a focus group that names nobody
      secondcoder forget --transcript gp1 --why "withdrew on 3 May"
    """
    from secondcoder.errors import InputError

    if participant is None and not transcripts:
        raise InputError(
            "Who withdraws? Name a participant, or an interview by --transcript. All: secondcoder transcript list"
        )
    with open_study(study_folder) as study:
        plan = study.forget(participant, transcripts, dry_run=True)
        for line in _goes(plan):
            say(line)
        confirm("Delete all this? It cannot be undone.", yes, "Nothing was deleted.")
        done = study.forget(participant, transcripts, why=why)
    say(f"Deleted: {listed(done.transcripts)}, with all that came of {'it' if len(done.transcripts) == 1 else 'them'}.")
    for line in _left(done):
        say(line)


def _goes(plan: Forgetting) -> Iterator[str]:
    yield "What goes:"
    for removal in plan.removals:
        kinds = {"coding": removal.codings, "suggestion": removal.suggestions, "decision": removal.decisions}
        also = [counted(count, kind) for kind, count in kinds.items() if count]
        same = " (the same talk as one of theirs)" if removal.transcript.id in plan.same else ""
        yield f"  {removal.transcript.id}{same}: its talk{''.join(f', {each}' for each in also)}"
    if plan.cases:
        yield f"  {counted(len(plan.cases), 'case')} without another interview: {listed(plan.cases)}"
    if plan.words.names:
        yield f"  names, wherever the study says them: {listed(plan.words.names)}; and memos and notes on their talk, or that quote it"
    else:
        yield "  memos and notes on their talk, or that quote it"
    yield "  passages of theirs that are shown beside other people's as evidence"
    if plan.models:
        yield f"  what {listed(plan.models)} learned: a model learns from all interviews together, so the whole version goes"
        if plan.in_use:
            yield f"    {plan.in_use} is in use now; afterwards none is, until one is trained without these interviews"
    for run in plan.runs:
        yield f"  the batch run in {run.name}, whose suggestions quote interviews"
    yield "  caches of vectors, cuts and cross-validations, which are computed anew"
    if plan.words.kept:
        yield f"What stays, since it names others too: {listed(plan.words.kept)}"
    yield "What cannot be reached from here:"
    yield from (f"  {copy}" for copy in plan.copies)


def _left(done: Forgetting) -> Iterator[str]:
    yield f"Look there yourself: {'; '.join(done.copies)}."
    if done.in_use:
        yield "No model is in use now. Train one without these interviews: secondcoder train"
    yield "The audit trail still verifies: secondcoder check --audit"
