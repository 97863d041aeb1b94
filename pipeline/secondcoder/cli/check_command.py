"""secondcoder check."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from secondcoder.cli.common import advised, open_study, progress_bars, say
from secondcoder.domain.wording import counted

if TYPE_CHECKING:
    from secondcoder.audit import Audit


@click.command("check")
@click.option("--audit", "audits", is_flag=True, help="Also verify the audit trail, and the tables against it.")
@click.option(
    "--head",
    metavar="HASH",
    help="A hash (head) of the audit trail that you noted down: is it still in the chain? Implies --audit.",
)
@click.option(
    "--backup",
    "backup",
    is_flag=False,
    flag_value="",
    metavar="[TO]",
    help="Copy the study, also while it is reviewed, into a new folder or .zip; by default beside it, with the time in its name.",
)
@click.option(
    "--offline",
    is_flag=True,
    help="Prove instead that nothing needs the network: run the demonstration without one. Needs no study.",
)
@click.pass_obj
def command(study_folder: str, audits: bool, head: str | None, backup: str | None, offline: bool) -> None:
    """Check the study for faults; each is named with the command that repairs it. Exit 1 if there is any. An interview that
    stands in the study under two names is a warning.

    Every suggestion, decision, coding, training and deployment is an event with who, what, when and version. The events form a
    chain: each carries a hash over itself and the hash before it. With --audit all hashes are recomputed, and every transcript,
    coding, coding pass, codebook, model record, suggestion and decision is compared with the trail, so that a row edited by other
    means than secondcoder is found.

    The last hash, the head, is printed. Note it down outside the study, with the date: from within, a trail whose newest events were
    deleted, or a whole database written again, looks intact. Later, --head HASH says whether that head is still in the chain.

    A backup holds settings, codebook, model versions and the store with every decision that was saved by then, and is verified after
    it was written. It is a study itself: to restore it, copy its folder back (or unpack it); to look into it, name it with -C.

    With --offline, the demonstration and the start of a review run cut off from the network, in a folder that is gone afterwards: in
    a network namespace without interfaces, where the kernel counts what is tried (Linux), or else held by a guard on Python's
    connections. Printed is what ran and how, with versions and hashes. In a study it is kept, for an ethics committee, as
    offline-proof.json and offline-proof.txt, and its hash in the audit trail.

    \b
      secondcoder check --backup
      secondcoder check --backup /media/usb/links-workers.zip
      secondcoder check --audit
      secondcoder check --head 3fb1c09a77e2
      secondcoder check --offline
    """
    if offline:
        if audits or head is not None or backup is not None:
            raise click.UsageError("--offline stands alone: it checks no study.")
        _run_offline(study_folder)
        return
    if backup is not None:
        _back_up(study_folder, backup)
    faults, warnings = _examined(study_folder)
    if audits or head is not None:
        faults += [fault for fault in _audit(study_folder, head) if fault not in faults]
    for fault in faults:
        click.echo(advised(f"- {fault}"))
    for warning in warnings:
        click.echo(advised(f"warning: {warning}"))
    if faults:
        say(f"{counted(len(faults), 'fault')} found.")
        sys.exit(1)
    click.echo("No fault found.")


def _run_offline(study_folder: str) -> None:
    from secondcoder.network.offline_proof import AS_TEXT, STATEMENT, in_words, run_offline
    from secondcoder.study.folder import CONFIGURATION

    say("Running the demonstration and a review's start without network (two minutes or so) ...")
    statement = run_offline()
    click.echo(in_words(statement), nl=False)
    if (Path(study_folder) / CONFIGURATION).is_file():
        with open_study(study_folder) as study:
            study.keep_offline_proof(statement)
        say(f"Kept with the study, as {STATEMENT} and {AS_TEXT}, and its hash in the audit trail.")
    else:
        say("Not kept: there is no study here. In one, or with -C STUDY, it is.")


def _back_up(study_folder: str, to: str) -> None:
    with open_study(study_folder) as study:
        made = study.back_up(to or None)
    click.echo(f"Backup: {made.path} ({counted(made.files, 'file')}, {made.bytes / 1e6:,.1f} MB), verified.")
    for note in made.notes:
        click.echo(f"note: {note}")


def _examined(study_folder: str) -> tuple[list[str], list[str]]:
    """Faults and warnings."""
    from secondcoder.study.examine import examine

    with progress_bars() as progress:
        return examine(Path(study_folder), progress)


def _audit(study_folder: str, head: str | None) -> list[str]:
    from secondcoder.errors import InputError, SecondcoderError

    try:
        with open_study(study_folder) as study:
            audit = study.check_audit(head)
    except InputError:  # the head is none
        raise
    except SecondcoderError as error:  # what cannot be read was told, and is no reason to tell nothing else
        return [str(error)]
    _print(audit, head)
    advice = (
        "The store was changed by other means than secondcoder. Restore it from a backup, or account for the change."
    )
    return [f"{fault} {advice}" if at == 0 else str(fault) for at, fault in enumerate(audit.faults)]


def _print(audit: Audit, head: str | None) -> None:
    events = "; ".join(f"{what} {n}" for what, n in sorted(audit.events.items()))
    click.echo(f"Audit trail: {counted(audit.events.total(), 'event')}, {audit.since} to {audit.until} ({events}).")
    rows = "; ".join(f"{table.replace('_', ' ')} {n}" for table, n in audit.rows.items())
    click.echo(f"Compared with the trail: {rows}.")
    click.echo(f"Head: {audit.head}")
    if head is None:
        click.echo(
            "Note the head down outside the study, with the date: a trail whose end was deleted looks intact from within. "
            "Later: secondcoder check --head HASH"
        )
