"""Which of a study's codings reach no segment, so that no training learns from them."""

from __future__ import annotations

from secondcoder.domain.records import Coding
from secondcoder.domain.spans import coded_turns
from secondcoder.labels.unplaced import in_doubt, unplaced_codings
from secondcoder.workspace import Workspace


def unplaced_in_study(workspace: Workspace, thorough: bool = True) -> list[Coding]:
    """Human codings that reach no segment.

    Args:
        thorough: cut all coded transcripts; else only those with codings outside participants' words, which is quick.
    """
    corpus, settings = workspace.corpus, workspace.configuration.segments
    codings = [coding for coding in corpus.codings if coding.code in workspace.codebook]
    if not thorough:
        coded = corpus.coded_transcripts
        turns = {transcript.id: coded_turns(transcript, settings.code_interviewer) for transcript in coded}
        codings = in_doubt(codings, turns, settings.overlap)
    there = {coding.transcript for coding in codings}
    segments = workspace.segments([transcript for transcript in corpus.transcripts if transcript.id in there])
    return unplaced_codings(segments, codings, settings.overlap)
