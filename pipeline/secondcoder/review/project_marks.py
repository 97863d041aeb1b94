"""The codings of a project in the words of the study: transcripts, offsets into their texts, codes by id, coders by name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from secondcoder.domain.grouping import group_by
from secondcoder.domain.model_coder import SUGGESTED_BY, is_model_coder
from secondcoder.domain.names import known_name
from secondcoder.errors import InputError
from secondcoder.exchange.refi_qda.guids import code_guid
from secondcoder.exchange.refi_qda.layouts import offset_in
from secondcoder.exchange.refi_qda.model_user import head_of
from secondcoder.exchange.refi_qda.project_in import ParsedProject
from secondcoder.exchange.registry import REMEMBERED, recalled
from secondcoder.labels.returned_marks import Mark
from secondcoder.reports.spreadsheet import NOTHING_TAKEN
from secondcoder.review.project_origin import ReturnedExport
from secondcoder.review.session import ReviewSession

Marks = Mapping[str, list[Mark]]
"""By transcript."""


def marks_of(review: ReviewSession, project: ParsedProject, export: ReturnedExport, reviewer: str, path: Path) -> Marks:
    """The codings on the study's interviews; a code that the study lacks keeps the project's name for it.

    What nobody is named for is the reviewer's; what stands under another model version is left out.

    InputError where they are not of the suggestions that this study exported.
    """
    codes, coders = _codes(review, project), _coders(review, project, export)
    found: dict[str, list[Mark]] = {transcript.id: [] for transcript in export.transcripts.values()}
    told = []
    for source, codings in group_by(project.codings, lambda coding: coding.source).items():
        transcript = export.transcripts.get(source)
        if transcript is None:
            continue
        offset = offset_in(transcript.text)
        for coding in codings:
            coder = coders.get(coding.user, reviewer)
            if is_model_coder(coder):
                continue
            is_ours = coding.description.startswith(SUGGESTED_BY)
            span, code = (offset(coding.start), offset(coding.end)), codes.get(coding.code, "")
            found[transcript.id].append(Mark(coding.guid, span, code, coder, "" if is_ours else coding.description))
            passage = review.by_place.get((transcript.id, *span)) if is_ours else None
            suggestion = passage and passage.suggestion(code)
            told += [coding.description.startswith(head_of(suggestion))] if suggestion else []
    # Where a program gave new identifiers, descriptions still say how likely each suggestion was.
    if not export.is_known and 2 * sum(told) < len(told):
        raise InputError(
            f"{path.name}: its suggestions are not those that this study exported, so it was exported by another study. "
            f"{NOTHING_TAKEN}"
        )
    return found


def _codes(review: ReviewSession, project: ParsedProject) -> dict[str, str]:
    memory = recalled(review.workspace.corpus.events(REMEMBERED), "qdpx").get("codes", {})
    by_guid = {memory.get(code.id) or code_guid(code): code.id for code in review.book.codes}
    return {guid: by_guid.get(guid) or review.book.find(called) or called for guid, called in project.codes.items()}


def _coders(review: ReviewSession, project: ParsedProject, export: ReturnedExport) -> dict[str, str]:
    """User -> coder, '' for the model's."""
    known = review.workspace.corpus.coders
    return {
        guid: "" if guid in export.model_users else known_name(called, known) for guid, called in project.users.items()
    }
