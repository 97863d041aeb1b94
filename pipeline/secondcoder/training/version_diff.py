"""What changes from one model version to another: which passages, which codes, and the most telling ones."""

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

TELLING, OF_ONE_CODE = 10, 3
SCORED, RANKED, WITHHELD, UNKNOWN = "scored", "ranked", "withheld", "not known"


@dataclass(frozen=True)
class Score:
    """What a version gives a passage for a code: a probability, or for a code that it only ranks a place from 0 to 1."""

    value: float
    ranked: bool

    @property
    def kind(self) -> str:
        """In a word."""
        return "rank" if self.ranked else "probability"


@dataclass(frozen=True)
class Change:
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
    def telling(self) -> float:
        """How far the two scores are apart; a code that only one version knows counts in full, scores of two kinds not at all."""
        before, after = (0.0 if one is None else one.value for one in (self.before, self.after))
        return abs(after - before) if self.comparable else 0.0

    def to_json(self) -> dict[str, Any]:
        """For a table: where, what, and both scores."""
        one = self.segment
        return {
            "transcript": one.transcript,
            "start": one.start,
            "end": one.end,
            "code": self.code,
            "change": "newly suggested" if self.suggested else "no longer suggested",
            "before": self.before and self.before.value,
            "before_kind": self.before and self.before.kind,
            "after": self.after and self.after.value,
            "after_kind": self.after and self.after.kind,
            "text": one.text,
        }


@dataclass(frozen=True)
class Differences:
    """All that changes from one version to another.

    Attributes:
        changes: the most telling first.
        passages: how many were looked at: all that both versions cut alike; `apart` are those that only one has.
        codes: code -> how either version takes it: `SCORED`, `RANKED`, `WITHHELD` as not learnable, or `UNKNOWN`.
    """

    changes: tuple[Change, ...]
    passages: int
    apart: int
    codes: Mapping[str, tuple[str, str]]

    @property
    def changed(self) -> int:
        """Passages on which a code changes."""
        return len({_place(one.segment) for one in self.changes})

    def by_code(self) -> dict[str, tuple[int, int]]:
        """Code -> passages that it is suggested for newly, and no longer; of all codes that change, or are taken otherwise."""
        counts = Counter((one.code, one.suggested) for one in self.changes)
        found = {code: (counts[code, True], counts[code, False]) for code in self.codes}
        return {code: n for code, n in found.items() if any(n) or len(set(self.codes[code])) > 1}

    def most_telling(self) -> list[Change]:
        """Ten of them, of one code three at most."""
        taken: list[Change] = []
        for change in self.changes:
            if sum(one.code == change.code for one in taken) < OF_ONE_CODE:
                taken.append(change)
        return taken[:TELLING]


def differences(workspace: Workspace, one: str, other: str) -> Differences:
    """Which passages of all transcripts change codes from version `one` to version `other`.

    A passage that a version learned from is judged by its held-back score, where the code is scored. A code that was renamed between
    the two is one code, under its present name.
    """
    first, second = (_said(workspace, version) for version in (one, other))
    shared = [place for place in first.segments if place in second.segments]
    codes = list(dict.fromkeys([*second.codes, *first.codes]))
    changes = [
        Change(second.segments[place], code, first.score(place, code), second.score(place, code), is_suggested)
        for place in shared
        for code in codes
        if first.suggests(place, code) != (is_suggested := second.suggests(place, code))
    ]
    apart = len(first.segments.keys() ^ second.segments.keys())
    ways = {code: (first.way(code), second.way(code)) for code in codes}
    changes.sort(key=lambda change: (not change.comparable, -change.telling))
    return Differences(tuple(changes), len(shared), apart, ways)


@dataclass(frozen=True)
class _Said:
    """What a version says of every passage.

    Attributes:
        segments: place -> passage, in the order of the rows.
        codes: present name of each of its codes -> column; scored ones come first.
        scores, suggested: (n, k); scored: how many codes are.
    """

    segments: dict[Place, Segment]
    row: dict[Place, int]
    codes: dict[str, int]
    scores: Floats
    suggested: Bools
    scored: int
    left_out: frozenset[str]

    def score(self, place: Place, code: str) -> Score | None:
        column = self.codes.get(code)
        if column is None:
            return None
        return Score(round(float(self.scores[self.row[place], column]), 4), column >= self.scored)

    def suggests(self, place: Place, code: str) -> bool:
        column = self.codes.get(code)
        return column is not None and bool(self.suggested[self.row[place], column])

    def way(self, code: str) -> str:
        if code not in self.codes:
            return UNKNOWN
        return WITHHELD if code in self.left_out else SCORED if self.codes[code] < self.scored else RANKED


def _said(workspace: Workspace, version: str) -> _Said:
    then = workspace.as_of(version)
    model = then.load_model()[1]
    segments = then.segments(then.corpus.transcripts)
    scores = _unseen(model, segments, model.scores(then.features(segments)))
    left_out = then.withheld
    suggested = (scores >= model.thresholds) & ~np.isin(model.codes, list(left_out))
    now = dict(zip(model.codes, _names(workspace, then, version, model.codes), strict=True))
    return _Said(
        {_place(one): one for one in segments},
        {_place(one): row for row, one in enumerate(segments)},
        {name: column for column, name in enumerate(now.values())},
        scores,
        suggested,
        len(model.scored),
        frozenset(now[code] for code in left_out if code in now),
    )


def _names(workspace: Workspace, then: Workspace, version: str, codes: tuple[str, ...]) -> list[str]:
    """Present names; a code that is no more keeps its own, told apart from another that has it now."""
    names = []
    for code, name in zip(codes, called_now(workspace, then, codes), strict=True):
        is_taken = code in workspace.codebook and then.codebook.hash != workspace.codebook.hash
        names.append(name or (f"{code} (of {version})" if is_taken else code))
    return names


def _unseen(model: Model, segments: list[Segment], scores: Floats) -> Floats:
    """The scores, held-back ones in place of those of segments that were learned from."""
    held = model.out_of_fold
    if held is None:
        return scores
    row = {_place(one): at for at, one in enumerate(segments)}
    places = [(row[place], at) for at, place in enumerate(held.places) if place in row]
    if places:
        to, source = np.array(places).T
        scores[to, : len(model.scored)] = held.probability[source]
    return scores


def _place(one: Segment) -> Place:
    return one.transcript, one.start, one.end
