"""What changes from one model version to another: which passages, which codes, and the largest changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from secondcoder.domain.arrays import Bools, Floats
from secondcoder.domain.records import Place, Segment
from secondcoder.learning.model import Model
from secondcoder.training.retrain import called_now
from secondcoder.workspace import Workspace

SHOWN, OF_ONE_CODE = 10, 3
SCORED, RANKED, WITHHELD, UNKNOWN = "scored", "ranked", "withheld", "not known"


@dataclass(frozen=True)
class Score:
    """What a version gives a passage for a code: a probability, or for a code that it only ranks a place from 0 to 1."""

    value: float
    ranked: bool

    @property
    def kind(self) -> str:
        """ "rank" or "probability"."""
        return "rank" if self.ranked else "probability"


@dataclass(frozen=True)
class ChangedSuggestion:
    """A passage that one version suggests a code for and the other does not; no score where a version does not know the code."""

    segment: Segment
    code: str
    before: Score | None
    after: Score | None
    suggested: bool

    @property
    def comparable(self) -> bool:
        """The two scores mean the same: a rank of 0.99 beside a probability of 0.01 says nothing."""
        return self.before is None or self.after is None or self.before.ranked == self.after.ranked

    @property
    def size(self) -> float:
        """Distance of the two scores; a code that one version does not know has score 0, scores of two kinds have distance 0."""
        before, after = (score.value if score else 0.0 for score in (self.before, self.after))
        return abs(after - before) if self.comparable else 0.0

    def to_json(self) -> dict[str, Any]:
        """For a table: where, what, and both scores."""
        return {
            "transcript": self.segment.transcript,
            "start": self.segment.start,
            "end": self.segment.end,
            "code": self.code,
            "change": "newly suggested" if self.suggested else "no longer suggested",
            "before": self.before and self.before.value,
            "before_kind": self.before and self.before.kind,
            "after": self.after and self.after.value,
            "after_kind": self.after and self.after.kind,
            "text": self.segment.text,
        }


@dataclass(frozen=True)
class VersionDifferences:
    """All that changes from one version to another.

    Attributes:
        changes: the largest first.
        passages: how many were compared: all that both versions segment alike; `apart` counts those that only one has.
        codes: code -> its state in either version: `SCORED`, `RANKED`, `WITHHELD` from suggestions, or `UNKNOWN`.
    """

    changes: tuple[ChangedSuggestion, ...]
    passages: int
    apart: int
    codes: Mapping[str, tuple[str, str]]

    @property
    def changed(self) -> int:
        """Passages on which a code changes."""
        return len({_place(change.segment) for change in self.changes})

    def by_code(self) -> dict[str, tuple[int, int]]:
        """Code -> passages that it is suggested for newly, and no longer; of codes with a change or another state."""
        counts = Counter((change.code, change.suggested) for change in self.changes)
        by_code = {code: (counts[code, True], counts[code, False]) for code in self.codes}
        return {code: n for code, n in by_code.items() if any(n) or len(set(self.codes[code])) > 1}

    def largest(self) -> list[ChangedSuggestion]:
        """Ten of them, of one code three at most."""
        taken: list[ChangedSuggestion] = []
        for change in self.changes:
            if sum(other.code == change.code for other in taken) < OF_ONE_CODE:
                taken.append(change)
        return taken[:SHOWN]


def differences(workspace: Workspace, before: str, after: str) -> VersionDifferences:
    """Which passages of all transcripts change codes from version `before` to version `after`.

    Training passages of a version have their out-of-fold scores, where the code is scored. A code that was renamed between the two
    is one code, under its present name.
    """
    first, second = (_version_scores(workspace, version) for version in (before, after))
    shared = [place for place in first.segments if place in second.segments]
    codes = list(dict.fromkeys([*second.codes, *first.codes]))
    changes = [
        ChangedSuggestion(
            second.segments[place], code, first.score(place, code), second.score(place, code), is_suggested
        )
        for place in shared
        for code in codes
        if first.suggests(place, code) != (is_suggested := second.suggests(place, code))
    ]
    apart = len(first.segments.keys() ^ second.segments.keys())
    states = {code: (first.state(code), second.state(code)) for code in codes}
    # Two scores of different kinds have no distance, so they come last.
    changes.sort(key=lambda change: (not change.comparable, -change.size))
    return VersionDifferences(tuple(changes), len(shared), apart, states)


@dataclass(frozen=True)
class _VersionScores:
    """A version's scores of every passage.

    Attributes:
        segments: place -> passage, in the order of the rows; row: place -> row.
        codes: present name of each of its codes -> column; scored ones come first.
        scores, suggested: (n, k); scored: how many of the k codes have probabilities.
        withheld: codes whose suggestions are withheld.
    """

    segments: dict[Place, Segment]
    row: dict[Place, int]
    codes: dict[str, int]
    scores: Floats
    suggested: Bools
    scored: int
    withheld: frozenset[str]

    def score(self, place: Place, code: str) -> Score | None:
        column = self.codes.get(code)
        if column is None:
            return None
        return Score(round(float(self.scores[self.row[place], column]), 4), column >= self.scored)

    def suggests(self, place: Place, code: str) -> bool:
        column = self.codes.get(code)
        return column is not None and bool(self.suggested[self.row[place], column])

    def state(self, code: str) -> str:
        if code not in self.codes:
            return UNKNOWN
        return WITHHELD if code in self.withheld else SCORED if self.codes[code] < self.scored else RANKED


def _version_scores(workspace: Workspace, version: str) -> _VersionScores:
    then = workspace.as_of(version)
    model = then.load_model()[1]
    segments = then.segments(then.corpus.transcripts)
    scores = _out_of_fold(model, segments, model.scores(then.features(segments)))
    # Withheld codes have a threshold too, and are suggested to nobody.
    suggested = (scores >= model.thresholds) & ~np.isin(model.codes, list(then.withheld))
    now = dict(zip(model.codes, _names(workspace, then, version, model.codes), strict=True))
    return _VersionScores(
        {_place(segment): segment for segment in segments},
        {_place(segment): row for row, segment in enumerate(segments)},
        {name: column for column, name in enumerate(now.values())},
        scores,
        suggested,
        len(model.scored),
        frozenset(now[code] for code in then.withheld if code in now),
    )


def _names(workspace: Workspace, then: Workspace, version: str, codes: tuple[str, ...]) -> list[str]:
    """Present names; a code that no longer exists keeps its name, with the version if another code has that name now."""
    names = []
    for code, name in zip(codes, called_now(workspace, then, codes), strict=True):
        is_taken = code in workspace.codebook and then.codebook.hash != workspace.codebook.hash
        names.append(name or (f"{code} (of {version})" if is_taken else code))
    return names


def _out_of_fold(model: Model, segments: list[Segment], scores: Floats) -> Floats:
    """The scores, with out-of-fold ones for training segments."""
    if model.out_of_fold is None:
        return scores
    row = {_place(segment): at for at, segment in enumerate(segments)}
    places = [(row[place], at) for at, place in enumerate(model.out_of_fold.places) if place in row]
    if places:
        to, source = np.array(places).T
        scores[to, : len(model.scored)] = model.out_of_fold.probability[source]
    return scores


def _place(segment: Segment) -> Place:
    return segment.transcript, segment.start, segment.end
