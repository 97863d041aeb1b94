"""Which of a study's codings reach no segment, so that no training learns from them."""

from __future__ import annotations

from collections.abc import Iterable

from secondcoder.domain.records import Coding
from secondcoder.domain.spans import coded_turns
from secondcoder.labels.unplaced import in_doubt, unplaced_codings
from secondcoder.workspace import Workspace


def unplaced_in_study(workspace: Workspace, doubtful: Iterable[Coding] | None = None) -> list[Coding]:
    """Human codings that reach no segment; only transcripts with codings that may reach none are cut, which takes long.

    Args:
        doubtful: the codings that may reach none, in the present codes, where the caller has them already.
    """
    overlap = workspace.configuration.segments.overlap
    codings = _doubtful(workspace, overlap) if doubtful is None else doubtful
    known = [coding for coding in codings if coding.code in workspace.codebook]
    there = {coding.transcript for coding in known}
    chosen = [transcript for transcript in workspace.corpus.transcripts if transcript.id in there] if there else []
    return unplaced_codings(workspace.segments(chosen), known, overlap) if chosen else []


def _doubtful(workspace: Workspace, overlap: float) -> list[Coding]:
    corpus, interviewer = workspace.corpus, workspace.configuration.segments.code_interviewer
    turns = {each.id: coded_turns(each, interviewer) for each in corpus.coded_transcripts}
    return in_doubt(corpus.codings, turns, overlap)
