"""A model version that suggests: loaded once, then asked for a few transcripts at a time, which need not be the study's."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, NamedTuple

from secondcoder.domain.arrays import Floats, Vectors
from secondcoder.domain.records import Segment, Span, Suggestion, Transcript
from secondcoder.embedding.occlusion import gives_sentences
from secondcoder.learning.features import Features
from secondcoder.learning.model import Model
from secondcoder.segments.sentence_pipelines import SentenceFinder
from secondcoder.suggestions.carrying import sentences_within
from secondcoder.suggestions.evidence import suggest
from secondcoder.suggestions.nearest import NearestPassages
from secondcoder.workspace import Workspace

CHUNK = 150_000
"""Characters of the transcripts that are coded together: some three hours of talk."""


class _Embedded(NamedTuple):
    """Some transcripts up to their features; `occluded` as `suggest` has it."""

    transcripts: Sequence[Transcript]
    segments: Sequence[Segment]
    features: Features
    occluded: tuple[Sequence[Sequence[Span]], Sequence[Vectors]] | None


@dataclass(frozen=True)
class Suggested:
    """What is suggested for some transcripts, with what it was computed from.

    Attributes:
        segments: n, transcript by transcript. features: theirs. scores: (n, k), by the model's codes.
        suggestions: in the order of segments and then of the model's codes.
    """

    transcripts: tuple[Transcript, ...]
    segments: tuple[Segment, ...]
    features: Features
    scores: Floats
    suggestions: tuple[Suggestion, ...]


@dataclass(frozen=True)
class Suggester:
    """One model version of a study, ready to suggest.

    Attributes:
        everything: suggest every segment and code, also below the threshold, those without evidence.
        cut: cuts transcripts into segments, in their order; None for the study's own segmenter.
    """

    workspace: Workspace
    version: str
    model: Model
    everything: bool = False
    cut: Callable[[Sequence[Transcript]], list[Segment]] | None = None

    def suggest(self, transcripts: Sequence[Transcript]) -> Suggested:
        """Suggestions for transcripts, the study's or others; nothing is kept.

        Those of a transcript depend on it alone, not on the others that it comes with.
        """
        return self._suggested(self._embedded(transcripts))

    def suggest_in_turn(self, transcripts: Sequence[Transcript]) -> Iterator[Suggested]:
        """The same, some transcripts at a time, so that memory holds what belongs to these alone."""
        chunks = in_chunks(transcripts, CHUNK)
        if not gives_sentences(self.workspace.embedder):
            yield from map(self.suggest, chunks)
            return
        # While one chunk is scored on one core, the next is embedded. Nothing in the thread may read the store.
        _ = self.workspace.model_scores
        with ThreadPoolExecutor(1) as ahead:
            waiting: Future[_Embedded] | None = None
            for chunk in chunks:
                begun = ahead.submit(self._embedded, chunk)
                if waiting is not None:
                    yield self._suggested(waiting.result())
                waiting = begun
            if waiting is not None:
                yield self._suggested(waiting.result())

    def _embedded(self, transcripts: Sequence[Transcript]) -> _Embedded:
        workspace, kept = self.workspace, self.workspace.pipeline.kept_sentences
        segments = (self.cut or workspace.segments)(transcripts)
        # Only training looks at groups: a transcript that is not the study's is its own.
        known = workspace.corpus.groups(workspace.configuration.learning.group)
        groups = {transcript.id: known.get(transcript.id, transcript.id) for transcript in transcripts}
        vectors = occluded = None
        if gives_sentences(embedder := workspace.embedder):
            # In the same pass as the segments themselves, before it is known for which of them anything is suggested.
            sentences = sentences_within(segments, SentenceFinder.of(workspace.configuration.segments), kept)
            vectors, without = embedder.embed_with_sentences([segment.text for segment in segments], sentences)
            occluded = sentences, without
        features = workspace.pipeline.features(segments, groups, workspace.model_scores, vectors)
        return _Embedded(transcripts, segments, features, occluded)

    def _suggested(self, known: _Embedded) -> Suggested:
        # Products are small here: a second thread of theirs would mostly wait, and keep a core busy that embeds meanwhile.
        with _blas().limit(limits=1, user_api="blas"):
            return self._scored(known)

    def _scored(self, known: _Embedded) -> Suggested:
        workspace, features = self.workspace, known.features
        scores = self.model.scores(features)
        suggestions = suggest(
            self.model,
            self.version,
            known.segments,
            features,
            scores,
            workspace.embedder,
            workspace.corpus.by_id,
            SentenceFinder.of(workspace.configuration.segments),
            self.everything,
            occluded=known.occluded,
            nearest=self._nearest,
            kept=workspace.pipeline.kept_sentences,
        )
        return Suggested(tuple(known.transcripts), tuple(known.segments), features, scores, tuple(suggestions))

    @cached_property
    def _nearest(self) -> NearestPassages:
        return NearestPassages(self.model.exemplars, self.workspace.corpus.by_id)


@cache
def _blas() -> Any:
    # Looks through all libraries that are loaded, which takes a while.
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def in_chunks(transcripts: Sequence[Transcript], size: int) -> Iterator[list[Transcript]]:
    """Transcripts one after the other, each time as many as have about `size` characters together, at least one."""
    chunk: list[Transcript] = []
    length = 0
    for transcript in transcripts:
        if chunk and length + len(transcript.text) > size:
            yield chunk
            chunk, length = [], 0
        chunk.append(transcript)
        length += len(transcript.text)
    if chunk:
        yield chunk


def open_suggester(workspace: Workspace, *, everything: bool = False, as_coder: str | None = None) -> Suggester:
    """The workspace's model version.

    Args:
        everything: also the codes withheld, and codes below their threshold.
        as_coder: suggest what this coder would code; by default what the team would.

    Raises:
        ModelError: there is no model, or it does not fit. InputError: the model learned from no such coder.
    """
    version, model = workspace.load_model()
    if as_coder is not None:
        model = model.as_coded_by(as_coder)
    return Suggester(
        workspace, version, model if everything else without_withheld(model, workspace.withheld), everything
    )


def without_withheld(model: Model, withheld: Collection[str]) -> Model:
    """The model with thresholds at which no withheld code is suggested."""
    # No score reaches infinity, and no evidence is looked for.
    thresholds = dict(zip(model.codes, model.thresholds.tolist(), strict=True))
    thresholds |= dict.fromkeys(set(withheld) & set(thresholds), float("inf"))
    return model.with_thresholds([thresholds[code] for code in model.codes])
