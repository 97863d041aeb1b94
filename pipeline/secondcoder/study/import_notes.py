"""What an import should say that only the study can tell: codings that reach no segment, and that proposed passages were coded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from secondcoder.corpus import Corpus
from secondcoder.domain.grouping import by_transcript
from secondcoder.domain.records import Coding, SpeakerRole, Transcript
from secondcoder.domain.wording import unplaced_sentence
from secondcoder.exchange.importing import ImportResult
from secondcoder.labels.chosen_passages import are_proposed
from secondcoder.labels.unplaced import unplaced_codings
from secondcoder.learning.pipeline import Pipeline


def with_study_notes(imported: ImportResult, corpus: Corpus, pipeline: Pipeline) -> ImportResult:
    """The import with a note that counts and names its codings that reach no segment.

    Who coded passages that were proposed was not asked to read the rest, so it is not suggested to say so.

    Args:
        corpus: the study before the import.
    """
    transcripts = {**corpus.by_id, **{transcript.id: transcript for transcript in imported.transcripts}}
    missing = _unplaced(imported.codings, transcripts, pipeline)
    imported.notes += [unplaced_sentence(missing)] if missing else []
    if are_proposed(corpus, imported.passes):
        imported.read_whole = ""
    return imported


def _unplaced(codings: Sequence[Coding], transcripts: Mapping[str, Transcript], pipeline: Pipeline) -> list[Coding]:
    overlap = pipeline.configuration.segments.overlap
    marked = by_transcript(codings)
    # Cutting talk takes a while, so only what may be concerned is cut.
    doubtful = [
        transcripts[name]
        for name, marks in marked.items()
        if not all(_within_one_turn(mark, transcripts[name], overlap) for mark in marks)
    ]
    on_them = [coding for transcript in doubtful for coding in marked[transcript.id]]
    return unplaced_codings(pipeline.segments(doubtful), on_them, overlap) if doubtful else []


def _within_one_turn(coding: Coding, transcript: Transcript, overlap: float) -> bool:
    """Such a coding reaches a segment: of two segments that share it one holds half; beyond half, either may hold too little."""
    return overlap <= 0.5 and any(
        turn.start <= coding.start and coding.end <= turn.end and turn.role is not SpeakerRole.INTERVIEWER
        for turn in transcript.turns
    )
