"""A transcript taken out of the study, as when a participant withdraws: its talk and all that rests on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from secondcoder.domain.records import InTranscript, Transcript
from secondcoder.store import Store
from secondcoder.store.transcript_changes import remove_transcript
from secondcoder.study.edit_transcript import find_transcript
from secondcoder.study.purge_models import erase_files, learned_from_any, record_purge
from secondcoder.workspace import Workspace

WHY = "a transcript that it learned from was removed"


@dataclass(frozen=True)
class Removal:
    """What goes with a transcript; `models` learned from it and are purged."""

    transcript: Transcript
    codings: int
    passes: int
    suggestions: int
    decisions: int
    models: tuple[str, ...]
    model_codings: int = 0


def plan_removal(workspace: Workspace, transcript_id: str) -> Removal:
    """What would go along; InputError where there is no such transcript. Nothing is changed."""
    corpus = workspace.corpus
    transcript = find_transcript(corpus.by_id, transcript_id)
    suggestions = [each for version in corpus.suggestion_counts for each in corpus.suggestions(version)]

    def here(marks: Sequence[InTranscript]) -> int:
        return sum(mark.transcript == transcript.id for mark in marks)

    return Removal(
        transcript,
        here(corpus.codings),
        here(corpus.passes),
        here(suggestions),
        here(corpus.decisions),
        learned_from_any(corpus, [transcript.id]),
        here([coding for coding, _ in corpus.model_codings_as_made]),
    )


def carry_out(workspace: Workspace, store: Store, removal: Removal, why: str = "") -> None:
    """Remove the transcript and what was learned from it in one transaction, then the files and the store's free pages.

    To be called while no training runs.
    """
    with workspace.write() as write:
        remove_transcript(write, removal.transcript.id, why)
        record_purge(write, workspace, removal.models, WHY)
    erase_files(workspace)
    store.erase_deleted()
