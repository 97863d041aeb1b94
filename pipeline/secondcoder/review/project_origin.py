"""Where a project comes from that was reviewed in another program: which export of this study, by which model, saved by whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from secondcoder.domain.model_coder import is_model_coder, model_coder
from secondcoder.domain.names import folded, known_name
from secondcoder.domain.records import Transcript
from secondcoder.domain.wording import listed
from secondcoder.errors import InputError
from secondcoder.exchange.refi_qda.layouts import plain_lines
from secondcoder.exchange.refi_qda.project_in import ParsedCoding, ParsedProject, ParsedSource
from secondcoder.reports.spreadsheet import NOTHING_TAKEN
from secondcoder.review.session import ReviewSession
from secondcoder.study.export_codings import EXPORTED

Row = tuple[str, str, int, int, str]
"""A suggestion as it left: identifier, transcript, start, end, code."""


@dataclass(frozen=True)
class ReturnedExport:
    """The export that a project goes back to.

    Attributes:
        event: of the audit trail; `rows` the suggestions that left with it.
        model_users: GUIDs of the model's user in the project, which programs may have doubled.
        transcripts: GUID of a source -> the transcript whose text it has.
    """

    event: Mapping[str, Any]
    model_users: frozenset[str]
    transcripts: Mapping[str, Transcript]

    @property
    def rows(self) -> list[Row]:
        """The suggestions that left."""
        return [tuple(row) for row in self.event["detail"]["rows"]]

    @property
    def is_known(self) -> bool:
        """The program kept the identifiers of the export."""
        return self.event["detail"]["guid"] in self.model_users


def export_of(review: ReviewSession, project: ParsedProject, path: Path) -> ReturnedExport:
    """The export that came back; InputError where it is none of this study and of the model in use."""
    exports = [event for event in review.study.store.events(EXPORTED) if event["detail"]["format"] == "qdpx"]
    own = [event for event in exports if event["detail"]["model"] == review.model]
    users = frozenset(_model_users(project, own, review.model))
    if not users:
        _refuse_model(review, project, path, exports)
    transcripts = dict(_transcripts(project.sources, [*review.transcripts.values()], path))
    if not own or not transcripts:
        why = (
            "this study exported no suggestions of it" if not own else "none of its texts is an interview of this study"
        )
        raise InputError(f"{path.name}: {why}, so it was exported by another study. {NOTHING_TAKEN}")
    codings = [each for each in project.codings if each.user in users]
    event = _event(own, project, users, codings)
    return ReturnedExport(event, users, transcripts)


def person_of(project: ParsedProject, coder: str | None, known: Sequence[str], path: Path) -> str:
    """Who decided: the person named, else who saved the project; InputError where it does not say."""
    saved = project.users.get(project.saved_by, "")
    if not coder and (not saved or is_model_coder(saved)):
        raise InputError(f"{path.name} does not say who saved it. Name the person with --coder. {NOTHING_TAKEN}")
    return known_name(coder or saved, known)


def _model_users(project: ParsedProject, own: Sequence[Mapping[str, Any]], version: str) -> Iterator[str]:
    ours = {event["detail"]["guid"] for event in own}
    for guid, called in project.users.items():
        first = " ".join(called.split()[:2])  # a program may have put something after it
        if guid in ours or folded(first) == folded(model_coder(version)):
            yield guid


def _refuse_model(
    review: ReviewSession, project: ParsedProject, path: Path, exports: Sequence[Mapping[str, Any]]
) -> None:
    others = [called for called in project.users.values() if is_model_coder(called)]
    if others:
        version = others[0].split()[1]
        again = f"Take it into use again (secondcoder models use {version}), or export" if exports else "Export"
        raise InputError(
            f"{path.name} holds suggestions of {version}, and the model in use is {review.model}. {again} the project anew. "
            f"{NOTHING_TAKEN}"
        )
    raise InputError(
        f"{path.name}: nobody in it is called '{model_coder(review.model)}', so it holds no suggestions of the model in use. They "
        f"are in a project that was written with: secondcoder export --suggestions. {NOTHING_TAKEN}"
    )


def _transcripts(
    sources: Sequence[ParsedSource], transcripts: Sequence[Transcript], path: Path
) -> Iterator[tuple[str, Transcript]]:
    """Known by their texts, white space at the end apart; InputError for an interview whose text is another now."""
    by_text: dict[str, list[Transcript]] = {}
    for transcript in transcripts:
        by_text.setdefault(plain_lines(transcript.text).rstrip(), []).append(transcript)
    by_name = {folded(transcript.id): transcript for transcript in transcripts}
    changed = []
    for source in sources:
        same = by_text.get(source.text.rstrip(), [])
        named = by_name.get(folded(source.name))
        if same:
            yield source.guid, named if named in same else same[0]
        elif named:
            changed.append(source.name)
    if changed:
        raise InputError(
            f"{path.name}: the text of {listed(changed[:3])}{' and others' * (len(changed) > 3)} was changed in the other program, so "
            f"its places are none of the study's. {NOTHING_TAKEN}"
        )


def _event(
    own: Sequence[Mapping[str, Any]], project: ParsedProject, users: frozenset[str], codings: Sequence[ParsedCoding]
) -> Mapping[str, Any]:
    """By the model user's GUID, which is each export's own; else the last export that holds all that came back, else the last."""
    named = [event for event in own if event["detail"]["guid"] in users]
    there = {coding.guid for coding in codings}
    whole = [event for event in own if there and there <= {row[0] for row in event["detail"]["rows"]}]
    return (named or whole or list(own))[-1]
