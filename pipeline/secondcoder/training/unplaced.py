"""Which of a study's codings reach no segment, so that no training learns from them."""

from __future__ import annotations

from collections.abc import Iterable

from secondcoder.domain.records import Coding
from secondcoder.labels.unplaced import unplaced_codings
from secondcoder.workspace import Workspace


def unplaced_in_study(workspace: Workspace, codings: Iterable[Coding] | None = None) -> list[Coding]:
    """Human codings that reach no segment.

    Args:
        codings: those that may reach none, in the present codes; by default all, for which all coded transcripts are cut.
    """
    corpus, overlap = workspace.corpus, workspace.configuration.segments.overlap
    codings = [
        coding for coding in (corpus.codings if codings is None else codings) if coding.code in workspace.codebook
    ]
    there = {coding.transcript for coding in codings}
    chosen = [transcript for transcript in corpus.transcripts if transcript.id in there] if there else []
    return unplaced_codings(workspace.segments(chosen), codings, overlap) if chosen else []
