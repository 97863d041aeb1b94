"""From transcripts to features: the segmenter and the embedder that the configuration names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from secondcoder.configuration import Configuration
from secondcoder.domain.arrays import Vectors
from secondcoder.domain.records import Segment, Transcript
from secondcoder.embedding.embedder import Embedder
from secondcoder.embedding.opening import open_embedder
from secondcoder.labels.model_coders import NO_SCORES, ModelScores
from secondcoder.learning.features import Features, build_features
from secondcoder.scoring.answers import Answers, open_answers
from secondcoder.segments.segmenter import KeepingSegmenter, new_segmenter

Progress = Callable[[str, int, int], None]
"""progress(what, done, total) for long work."""


class Pipeline:
    """Transcripts -> segments -> features, by one configuration.

    Args:
        cache: folder that keeps vectors and answers; it may be deleted at any time.
    """

    def __init__(self, configuration: Configuration, cache: Path, progress: Progress) -> None:
        self.configuration, self.cache, self.progress = configuration, cache, progress

    def telling(self, what: str) -> Callable[[int, int], None]:
        """A callback for one kind of long work: (done, total)."""
        return lambda done, total: self.progress(what, done, total)

    @cached_property
    def embedder(self) -> Embedder:
        """Text to vectors, with the cache."""
        return open_embedder(self.configuration.embedding, self.cache, self.telling("embedding"))

    @cached_property
    def answers(self) -> Answers:
        """What the scorers say, with the same cache."""
        return open_answers(self.configuration.scorers_in_use, self.cache, self.telling("scoring"))

    def segments(self, transcripts: Sequence[Transcript]) -> list[Segment]:
        """The segments of transcripts, in their order."""
        segmenter = new_segmenter(self.configuration.segments)
        if isinstance(segmenter, KeepingSegmenter):
            by_transcript = segmenter.keeping(self.kept_sentences).segment_together(transcripts)
        else:
            by_transcript = (segmenter.segment(transcript) for transcript in transcripts)
        segments: list[Segment] = []
        for number, found in enumerate(by_transcript, start=1):
            segments += found
            self.progress("segmenting", number, len(transcripts))
        return segments

    @property
    def kept_sentences(self) -> Path:
        """The folder that keeps the sentences of turns."""
        return self.cache / "sentences"

    def features(
        self,
        segments: Sequence[Segment],
        group_of: Mapping[str, str],
        imported: ModelScores = NO_SCORES,
        vectors: Vectors | None = None,
    ) -> Features:
        """Features of segments that stand transcript by transcript.

        Args:
            group_of: transcript -> the group that is held out whole (`Corpus.groups`).
            imported: what other models said of the study's passages.
            vectors: (n, d) of the segments' texts, where the caller has them already.
        """
        groups = [group_of[segment.transcript] for segment in segments]
        use_question = self.configuration.learning.use_question
        features = build_features(segments, groups, self.embedder, use_question, vectors)
        return replace(features, answers=self.answers, imported=imported, segments=tuple(segments))

    def with_configuration(self, configuration: Configuration) -> Pipeline:
        """The pipeline of another configuration; this one where it is the same."""
        return self if configuration == self.configuration else Pipeline(configuration, self.cache, self.progress)
