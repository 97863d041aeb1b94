"""The pack for an ethics committee and a data-protection officer: one text, as a page and as a Word document.

Every figure comes from the study's store, its files or its settings; what only its researchers know stands as "for you to say".
"""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from secondcoder.audit.ethics.data_flow import STEPS, connections, data_flow
from secondcoder.audit.ethics.forms import (
    UK_DATA_SERVICE,
    UNDER_PSEUDONYM,
    participant_paragraph,
    processing_record,
    said_or_to_say,
)
from secondcoder.audit.ethics.memory import memory_blocks
from secondcoder.audit.ethics.offline import offline_points
from secondcoder.audit.ethics.whereabouts import whereabouts
from secondcoder.audit.names_found import last_measured
from secondcoder.audit.verify import Audit
from secondcoder.domain.wording import counted
from secondcoder.network.offline_proof import Statement
from secondcoder.reports.page import Block, Points, Section, Table
from secondcoder.workspace import Workspace

TITLE = "Data protection, from the study's records"
OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class EthicsPack:
    """Sections of the text; `about` says what it was written from."""

    about: str
    sections: Sequence[Section]


def ethics_pack(workspace: Workspace, audit: Audit, offline: Statement | None) -> EthicsPack:
    """The pack as it follows from the study now.

    Args:
        offline: the last run of `check --offline`, if there was one.
    """
    return EthicsPack(
        f"{counted(audit.events.total(), 'event')} in the audit trail, up to {audit.until[:10] or 'now'}, head {audit.head[:16]}. "
        "What stands as “for you to say” can be filled in once, under [data_protection] in the study's settings.",
        [
            Section("How data flow", _flow(workspace)),
            Section("Proof of a run without network", [Points(list(offline_points(offline)))]),
            Section("What is kept where, and for how long", _kept(workspace)),
            Section("What a model remembers", list(memory_blocks(workspace))),
            Section("De-identification", [Points(list(_deidentified(workspace)))]),
            Section("The UK Data Service's licence", [UK_DATA_SERVICE]),
            Section("Entry for the record of processing (GDPR, Article 30)", _processing(workspace, audit)),
            Section("Paragraph for the participant information sheet", [participant_paragraph(workspace)]),
            Section("What to check before you sign", [Points(list(_open_points(workspace)))]),
        ],
    )


def _flow(workspace: Workspace) -> list[Block]:
    return [
        *data_flow(workspace),
        Table("Steps, in their order", ("step", "where", "how"), STEPS, words=frozenset({1, 2})),
    ]


def _kept(workspace: Workspace) -> list[Block]:
    head = ("what", "where", "now", "what of people is in it", "goes by")
    rows = [(kept.what, kept.where, kept.amount, kept.holds, kept.goes) for kept in whereabouts(workspace)]
    until = said_or_to_say(workspace.configuration.data_protection.keep_until, "until when, and who deletes it")
    return [
        Table("In the study's folder", head, rows, words=frozenset(range(1, 5))),
        f"Kept until: {until}. Nothing goes by itself.",
        "When a participant withdraws, `secondcoder forget` takes out their interviews, what rests on them, and what models learned "
        "from them. The audit trail keeps that there was such an interview, with hashes in place of words. Exports, packs and backups "
        "are files of yours: delete them there too.",
    ]


def _deidentified(workspace: Workspace) -> Iterator[str]:
    events = [event["detail"] for event in workspace.corpus.events("deidentified")]
    if events:
        yield f"Names and other identifying words were replaced by pseudonyms on {counted(len(events), 'occasion')}."
    else:
        yield "Not done with secondcoder: `secondcoder deidentify` finds names, numbers and places and replaces them by pseudonyms."
    if measured := last_measured(workspace.corpus):
        yield measured["told"]
    elif events:
        yield "How much it found was not measured here: `secondcoder deidentify --sample` draws passages to label in ten minutes."
    yield UNDER_PSEUDONYM


def _processing(workspace: Workspace, audit: Audit) -> list[Block]:
    rows = list(processing_record(workspace, list(_measures(workspace, audit))))
    return [Table("Article 30(1), point by point", ("", "asked", "said"), rows, words=frozenset({1, 2}))]


def _measures(workspace: Workspace, audit: Audit) -> Iterator[str]:
    if not connections(workspace):
        yield "computing on this machine alone, without a network"
    closed = not workspace.folder.stat().st_mode & OTHERS
    yield (
        "a folder that only its owner can read"
        if closed
        else "a folder that others of this machine can read, which is to be mended"
    )
    yield "single-use links to the review page"
    if not audit.faults:
        yield "an append-only, hash-chained audit trail, verified when this was written"
    if workspace.corpus.store.is_on_server:
        yield "access to the database by its server's users"


def _open_points(workspace: Workspace) -> Iterator[str]:
    given = workspace.configuration.data_protection
    yield f"Ethics approval: {said_or_to_say(given.approval, 'committee and reference')}."
    yield "The disks of the machines, and of backups, are encrypted: for you to say."
    yield "Recordings, consent forms and the key to pseudonyms are kept apart from this folder: for you to say."
    yield "Consent, or another basis, covers analysis with the help of software that learns: for you to say."
    if not given.keep_until:
        yield "A date for erasure is set: for you to say (keep_until under [data_protection])."
