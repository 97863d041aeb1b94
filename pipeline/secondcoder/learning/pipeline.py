"""From transcripts to features: the segmenter and the embedder that the configuration names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from secondcoder.configuration import Configuration
from secondcoder.domain.records import Segment, Transcript

if TYPE_CHECKING:
    # At run time inside functions: a command that neither cuts nor embeds must not wait for NumPy and what comes with it.
    from secondcoder.domain.arrays import Vectors
    from secondcoder.embedding.embedder import Embedder
    from secondcoder.labels.model_coders import ModelScores
    from secondcoder.learning.features import Features
    from secondcoder.scoring.answers import Answers

Progress = Callable[[str, int, int], None]
"""progress(what, done, total) for long work."""


class Pipeline:
    """Transcripts -> segments -> features, by one configuration.

    Args:
        cache: folder that keeps vectors and answers, and where transcripts were cut; it may be deleted at any time.
        keep_vectors: False keeps nothing and computes each text's vector anew: for runs over more texts than a cache should hold.
    """

    def __init__(
        self, configuration: Configuration, cache: Path, progress: Progress, keep_vectors: bool = True
    ) -> None:
        self.configuration, self.cache, self.progress, self.keep_vectors = configuration, cache, progress, keep_vectors

    def telling(self, what: str) -> Callable[[int, int], None]:
        """A callback for one kind of long work: (done, total)."""
        return lambda done, total: self.progress(what, done, total)

    @cached_property
    def embedder(self) -> Embedder:
        """Text to vectors, with the cache."""
        from secondcoder.embedding.opening import open_embedder

        cache = self.cache if self.keep_vectors else None
        return open_embedder(self.configuration.embedding, cache, self.telling("embedding"))

    @cached_property
    def answers(self) -> Answers:
        """What the scorers say, with the same cache."""
        from secondcoder.scoring.answers import open_answers

        return open_answers(self.configuration.scorers_in_use, self.cache, self.telling("scoring"))

    def segments(self, transcripts: Sequence[Transcript]) -> list[Segment]:
        """The segments of transcripts, in their order."""
        from secondcoder.embedding.cache_folder import CUTS
        from secondcoder.segments.kept_cuts import segments_of
        from secondcoder.segments.segmenter import new_segmenter

        segmenter = new_segmenter(self.configuration.segments)
        segments: list[Segment] = []
        cut = segments_of(segmenter, transcripts, self.cache / CUTS if self.keep_vectors else None)
        for number, of_transcript in enumerate(cut, start=1):
            segments += of_transcript
            self.progress("segmenting", number, len(transcripts))
        return segments

    @property
    def kept_sentences(self) -> Path | None:
        """The folder that keeps the sentences of tables' rows, which are not cut; None where nothing is kept."""
        return self.cache / "sentences" if self.keep_vectors else None

    def features(
        self,
        segments: Sequence[Segment],
        group_of: Mapping[str, str],
        imported: ModelScores | None = None,
        vectors: Vectors | None = None,
    ) -> Features:
        """Features of segments that stand transcript by transcript.

        Args:
            group_of: transcript -> the group that is held out whole (`Corpus.groups`).
            imported: what other models said of the study's passages, if anything.
            vectors: (n, d) of the segments' texts, where the caller has them already.
        """
        from secondcoder.learning.features import build_features

        groups = [group_of[segment.transcript] for segment in segments]
        use_question = self.configuration.learning.use_question
        features = build_features(segments, groups, self.embedder, use_question, vectors)
        found = features.imported if imported is None else imported
        return replace(features, answers=self.answers, imported=found, segments=tuple(segments))

    def with_configuration(self, configuration: Configuration) -> Pipeline:
        """The pipeline of another configuration; this one where it is the same."""
        if configuration == self.configuration:
            return self
        return Pipeline(configuration, self.cache, self.progress, self.keep_vectors)

    def without_cache(self, progress: Progress) -> Pipeline:
        """The same pipeline, which keeps no vectors and tells others of its progress."""
        return Pipeline(self.configuration, self.cache, progress, keep_vectors=False)
