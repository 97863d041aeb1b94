"""A transcript taken out of the study, as when a participant withdraws: its talk and all that rests on it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from secondcoder.domain.records import InTranscript, Transcript
from secondcoder.store import Store
from secondcoder.store.transcript_changes import remove_transcript
from secondcoder.study.edit_transcript import find_transcript
from secondcoder.workspace import CACHE, Workspace


@dataclass(frozen=True)
class Removal:
    """What goes with a transcript, and what cannot: `models` learned from it and stay."""

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
        tuple(name for name, manifest in corpus.manifests.items() if _learned_from(manifest, transcript.id)),
        here([coding for coding, _ in corpus.model_codings_as_made]),
    )


def _learned_from(manifest: Mapping[str, Any], transcript: str) -> bool:
    # Models of before this was kept may have learned from any.
    return transcript in manifest.get("training", {}).get("learned_from", [transcript])


def carry_out(workspace: Workspace, store: Store, removal: Removal, why: str = "") -> None:
    """Remove the transcript in one transaction, then the bytes of its talk from the store's file and the cache of vectors."""
    with workspace.write() as write:
        remove_transcript(write, removal.transcript.id, why)
    store.erase_deleted()
    # Keys are hashes of texts, and vectors tell something of their text; computed anew when they are needed.
    shutil.rmtree(workspace.folder / CACHE, ignore_errors=True)
