"""The codebook clinic: for codes on which people part, the fewest passages on which a team can settle what the definition means.

Each passage comes with what each of the two coders said there, what a model said that had not seen the interview, and why: what it
would have learned from either coder alone, and the passage with the code elsewhere that is most like it. What was settled already is
left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from secondcoder.agreement.disagreements import Difference, Disagreement
from secondcoder.agreement.separating_passages import Separating, separating_passages
from secondcoder.agreement.study_disagreements import study_disagreements
from secondcoder.domain.arrays import Bools, Rows, Vectors
from secondcoder.domain.records import Passage, Segment
from secondcoder.errors import InputError
from secondcoder.labels.coder_marks import CoderMarks
from secondcoder.learning.assessment.evaluate import Evaluation
from secondcoder.learning.assessment.limits.limit import CodeLimit, Limit
from secondcoder.learning.assessment.metrics import LabelledPredictions
from secondcoder.suggestions.label_errors import segments_at
from secondcoder.training.code_limits import marks_of_coders
from secondcoder.workspace import Workspace

FEWEST = 2
"""Passages on which two coders part from which a code comes to the clinic."""
OF_THE_DEFINITION = (Limit.DEFINITION, Limit.MERGE)


@dataclass(frozen=True)
class ClinicPassage:
    """A passage to talk about.

    Attributes:
        words: the passage, its question, the coders' codes and memos.
        gave, left: who gave the code, and who looked and did not.
        stands_for: passages on which the two part the same way and that are most like this one, itself among them.
        probability, suggested: what the model said out of fold.
        readings: coder -> what a ranker says that learned from their codings alone, about a probability.
        nearest: the passage with the code elsewhere that is most like it; None where there is none.
    """

    words: Disagreement
    gave: str
    left: str
    stands_for: int
    probability: float
    suggested: bool
    readings: Mapping[str, float]
    nearest: Passage | None

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        words = self.words
        place = {"transcript": words.transcript, "start": words.whole[0], "end": words.whole[1]}
        text = {"question": words.question, "text": words.text, "gave": self.gave, "did_not": self.left}
        coders = {"codes": {coder: list(codes) for coder, codes in words.codes.items()}, "memos": dict(words.memos)}
        readings = {coder: round(score, 4) for coder, score in self.readings.items()}
        model = {"probability": round(self.probability, 4), "suggested": self.suggested, "learned_from_one": readings}
        nearest = self.nearest and {"transcript": self.nearest.transcript, "text": self.nearest.text}
        return place | text | coders | model | {"nearest": nearest, "stands_for": self.stands_for}


@dataclass(frozen=True)
class ClinicCode:
    """A code that comes to the clinic.

    Attributes:
        coders: the two who part on it most often. parted: passages on which they do, of `given`, to which one of them gave it.
        limit: what the evaluation says of it; None without one.
    """

    code: str
    name: str
    definition: str
    coders: tuple[str, str]
    parted: int
    given: int
    limit: CodeLimit | None
    passages: tuple[ClinicPassage, ...]

    @property
    def limited(self) -> bool:
        """Its definition is what limits it, as far as can be said."""
        return self.limit is not None and self.limit.limit in OF_THE_DEFINITION

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        passages = [passage.to_json() for passage in self.passages]
        counts = {"coders": list(self.coders), "parted": self.parted, "given": self.given}
        return {"code": self.code, **counts, "limit": self.limit and str(self.limit.limit), "passages": passages}


@dataclass(frozen=True)
class OutOfFoldSaid:
    """What models that had not seen the interviews said of n segments and k codes; `limits` of an evaluation."""

    segments: Sequence[Segment]
    codes: tuple[str, ...]
    held: LabelledPredictions
    judging: Bools
    limits: Mapping[str, CodeLimit]

    @classmethod
    def of_evaluation(cls, evaluation: Evaluation) -> OutOfFoldSaid:
        """What `evaluate` found."""
        limits = {limit.code: limit for limit in evaluation.limits.codes} if evaluation.limits else {}
        return cls(evaluation.segments, evaluation.codes, evaluation.held, evaluation.judging, limits)

    @classmethod
    def of_model(cls, workspace: Workspace) -> OutOfFoldSaid:
        """What the model in use keeps of its training, in the study's present marks; InputError where it keeps nothing."""
        version, model = workspace.load_model()
        kept = model.out_of_fold
        if kept is None or kept.suggested is None:
            raise InputError(
                f"{version} keeps no out-of-fold suggestions: too few interviews were coded. Code more, then train."
            )
        segments = segments_at(workspace, kept.places)
        return cls(segments, model.scored, kept.predictions(kept.suggested, kept.known), kept.judging, {})


def codebook_clinic(workspace: Workspace, said: OutOfFoldSaid, codes: Sequence[str] = ()) -> list[ClinicCode]:
    """The scored codes on which people part: those that their definition limits first, then by the share of passages.

    Args:
        codes: only these; empty for all.
    """
    marks = marks_of_coders(workspace, said.segments, said.codes)
    if not marks.pairs:
        return []
    differences = [
        one
        for one in study_disagreements(workspace, codes=codes)
        if Difference.CODE in one.differs and one.settled is None
    ]
    clinic = _Clinic(
        workspace,
        said,
        marks,
        {(one.transcript, one.whole, one.code): one for one in differences},
        workspace.embedder.embed([segment.text for segment in said.segments]),
    )
    found = [code for j, name in enumerate(said.codes) if (not codes or name in codes) and (code := clinic.code(j))]
    return sorted(found, key=lambda code: (not code.limited, -code.parted / code.given))


@dataclass(frozen=True)
class _Clinic:
    """A study's n passages, with the open disagreements by place and code, and (n, d) vectors."""

    workspace: Workspace
    said: OutOfFoldSaid
    marks: CoderMarks
    open: Mapping[tuple[str, tuple[int, int], str], Disagreement]
    vectors: Vectors

    def code(self, j: int) -> ClinicCode | None:
        """Code j as the two coders see it who part on it most often; None where nobody does often enough."""
        pairs = [(pair, self._open_to(pair, j)) for pair in self.marks.pairs]
        pair, both = max(pairs, key=lambda each: self._parted(each[0], each[1], j).sum())
        parted, code = int(self._parted(pair, both, j).sum()), self.said.codes[j]
        if parted < FEWEST:
            return None
        settings, clusters = self.workspace.configuration.learning, self.said.held.clusters
        marks = self.marks.given[list(pair), :, j]
        chosen = separating_passages(self.vectors, clusters, marks, both, settings.folds, settings.seed)
        first, second = (self.marks.coders[at] for at in pair)
        book = self.workspace.codebook[code]
        return ClinicCode(
            code,
            book.name,
            " ".join(book.definition.split()),
            (first, second),
            parted,
            int((marks.any(axis=0) & both).sum()),
            self.said.limits.get(code),
            tuple(self._passage(passage, (first, second), j) for passage in chosen),
        )

    def _parted(self, pair: tuple[int, int], both: Bools, j: int) -> Bools:
        return np.asarray(both & (self.marks.given[pair[0], :, j] != self.marks.given[pair[1], :, j]))

    def _open_to(self, pair: tuple[int, int], j: int) -> Bools:
        """(n,) both looked, without those passages on which they part and that were settled since."""
        both = np.asarray(self.marks.looked[list(pair), :, j].all(axis=0))
        for row in np.flatnonzero(self._parted(pair, both, j)).tolist():
            both[row] = self._key(row, j) in self.open
        return both

    def _key(self, row: int, j: int) -> tuple[str, tuple[int, int], str]:
        segment = self.said.segments[row]
        return segment.transcript, segment.span, self.said.codes[j]

    def _passage(self, passage: Separating, coders: tuple[str, str], j: int) -> ClinicPassage:
        held, row = self.said.held, passage.row
        return ClinicPassage(
            self.open[self._key(row, j)],
            coders[passage.gave],
            coders[1 - passage.gave],
            passage.stands_for,
            float(held.probability[row, j]),
            bool(held.suggested[row, j]),
            dict(zip(coders, passage.readings, strict=True)),
            self._nearest(row, j),
        )

    def _nearest(self, row: int, j: int) -> Passage | None:
        held = self.said.held
        elsewhere = np.array([group != held.clusters[row] for group in held.clusters])
        rows: Rows = np.flatnonzero(held.y[:, j] & self.said.judging[:, j] & elsewhere)
        if not len(rows):
            return None
        cosine = self.vectors[rows] @ self.vectors[row]
        segment = self.said.segments[rows[np.argmax(cosine)]]
        return Passage(segment.transcript, segment.start, segment.end, segment.text, float(cosine.max()))
