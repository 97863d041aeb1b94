"""A classifier's features of segments: vectors, texts, the interviewer's questions, and the neighbours within the transcript."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

import numpy as np
import numpy.typing as npt

from secondcoder.domain.arrays import Floats, Rows, Vectors
from secondcoder.domain.records import Segment
from secondcoder.embedding import Embedder
from secondcoder.labels.model_coders import NO_SCORES, ModelScores, is_source
from secondcoder.scoring.answers import Answers

LIVE = ("answers", "imported", "segments")
"""Fields that answer when they are asked, and who is asked about."""


@dataclass(frozen=True)
class Features:
    """Features of n segments; rows of one transcript stand together, in its order.

    Attributes:
        texts: n texts.
        groups: n names of the group (participant, transcript or case) that cross-validation keeps whole.
        vectors: (n, d) unit vectors of the texts.
        questions: (n, d) vectors of the interviewer's question, zero where there is none or it is left out.
        previous, following: (n,) row of the neighbouring segment in the transcript, -1 at its ends.
        answers: of the scorers, which read a text and a code's definition; none are asked before somebody needs it.
        views: widths of the parts of a vector that come from different embedders; empty where there is one.
        asked: n texts of which the scorers are asked; empty where they are `texts`.
        definitions: code -> its definition in words, for those to be learned with scorers.
        imported: what other models said of the study's passages. segments: n, of which they are asked; empty where none is.
        extended: features whose rows are the first of these, where a caller adds variants of them; what was computed of them holds.
    """

    texts: tuple[str, ...]
    groups: tuple[str, ...]
    vectors: Vectors
    questions: Vectors
    previous: Rows
    following: Rows
    answers: Answers = field(default_factory=lambda: Answers(()))
    asked: tuple[str, ...] = ()
    views: tuple[int, ...] = ()
    definitions: Mapping[str, str] = field(default_factory=dict)
    imported: ModelScores = NO_SCORES
    segments: tuple[Segment, ...] = ()
    extended: Features | None = field(default=None, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, rows: Rows) -> Features:
        """The same for some rows, ascending; a neighbour that is left out is no neighbour any more."""
        # Row -1, no neighbour, reads the extra place at the end, which stays -1.
        place = np.full(len(self) + 1, -1)
        place[rows] = np.arange(len(rows))
        return replace(
            self,
            texts=tuple(self.texts[row] for row in rows),
            groups=tuple(self.groups[row] for row in rows),
            vectors=self.vectors[rows],
            questions=self.questions[rows],
            previous=place[self.previous[rows]],
            following=place[self.following[rows]],
            asked=tuple(self.asked[row] for row in rows) if self.asked else (),
            segments=tuple(self.segments[row] for row in rows) if self.segments else (),
            extended=None,
        )

    def without_question(self) -> Features:
        """The same with the interviewer's question left out."""
        return replace(self, questions=np.zeros_like(self.questions))

    @property
    def scorers(self) -> tuple[str, ...]:
        """Whose probabilities are evidence: scorers that are asked, and other models whose scores were imported."""
        return (*self.answers.ids, *self.imported.ids)

    def definitions_of(self, codes: Sequence[str], scorer: str = "") -> list[str]:
        """The definitions of k codes, by which a scorer is asked; the code itself where nothing is said of it, or a model was."""
        return [*codes] if is_source(scorer) else [self.definitions.get(code, code) for code in codes]

    def answers_of(self, scorer: str, definitions: Sequence[str]) -> Floats:
        """(n, k) probabilities that the texts carry the codes of k definitions, by a scorer; nan where it does not say."""
        if is_source(scorer):
            said = self.imported.scores(scorer, self.segments, definitions)
            return said if self.segments else np.full((len(self), len(definitions)), np.nan)
        return self.answers.probabilities(scorer, self.asked or self.texts, definitions)

    def content(self, codes: Sequence[str], scorers: Sequence[str] = ()) -> dict[str, object]:
        """All that a classifier of k codes which hears these scorers can read of them, for a `content_key`."""
        plain = {each.name: getattr(self, each.name) for each in fields(self) if each.name not in LIVE}
        said = {scorer: self.answers_of(scorer, self.definitions_of(codes, scorer)) for scorer in scorers}
        return plain | {"said": said, "places": [segment.place for segment in self.segments]}


def neighbours(values: npt.NDArray[np.floating], rows: Rows) -> npt.NDArray[np.floating]:
    """values[rows], and zeros where a row is -1."""
    # Row -1 reads the blank at the end.
    blank = np.zeros((1, *values.shape[1:]), dtype=values.dtype)
    return np.concatenate([values, blank])[rows]


def build_features(
    segments: Sequence[Segment],
    groups: Sequence[str],
    embedder: Embedder,
    use_question: bool = True,
    vectors: Vectors | None = None,
) -> Features:
    """Features of segments that stand transcript by transcript, each in its order.

    Args:
        segments: n segments.
        groups: n names; segments of one transcript share one.
        embedder: text to vectors.
        use_question: False blanks the question, as `Features.without_question` does.
        vectors: (n, d) of the segments' texts, where the caller has them already.
    """
    if vectors is None:
        vectors = embedder.embed([segment.text for segment in segments])
    asked = [segment.question if use_question else "" for segment in segments]
    # One question stands before many segments and is embedded once; sorted, as the order of a set differs between runs.
    distinct = sorted({question for question in asked if question})
    table = {
        "": np.zeros(vectors.shape[1], dtype=np.float32),
        **dict(zip(distinct, embedder.embed(distinct), strict=True)),
    }
    questions = np.stack([table[question] for question in asked]) if segments else np.zeros_like(vectors)
    same = [left.transcript == right.transcript for left, right in zip(segments, segments[1:], strict=False)]
    index = np.arange(len(segments))
    joined = np.array([False, *same, False])
    return Features(
        texts=tuple(segment.text for segment in segments),
        groups=tuple(groups),
        vectors=vectors,
        questions=questions,
        previous=np.where(joined[:-1], index - 1, -1)[: len(segments)],
        following=np.where(joined[1:], index + 1, -1)[: len(segments)],
        views=getattr(embedder, "views", ()),
    )
