"""Codings, and silences within coding passes, that the model contradicts: a list for a second look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from secondcoder.codebook.model import Codebook
from secondcoder.corpus import of_coder
from secondcoder.domain.arrays import Bools, Floats
from secondcoder.domain.records import Segment
from secondcoder.errors import InputError
from secondcoder.labels.label_matrix import LabelMatrix, label_matrix
from secondcoder.learning.model import Model
from secondcoder.suggestions.slip_probability import chance_of_slip, contradicted
from secondcoder.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd


MARKED, SILENT = "coded, but unlikely", "not coded, but likely"


@dataclass(frozen=True)
class LabelIssue:
    """One passage and code where the model, which had not seen the transcript, would have coded otherwise.

    Attributes:
        doubt: `MARKED` or `SILENT`.
        probability: that the code is marked here, out of fold.
        coded_by, not_by: who gave the code here, and who looked and did not.
        others: what those who did not give it marked instead, e.g. 'Ben: CO, F2'.
        new: the transcript was coded after the model was trained.
    """

    transcript: str
    case: str | None
    start: int
    end: int
    code: str
    name: str
    doubt: str
    probability: float
    coded_by: tuple[str, ...]
    not_by: tuple[str, ...]
    others: str
    text: str
    new: bool

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self) | {"coded_by": list(self.coded_by), "not_by": list(self.not_by)}


@dataclass(frozen=True)
class LabelIssues:
    """All of a model's, the likeliest slips first; `withheld` codes could not be learned, so nothing is doubted there.

    `looked_at` counts the pairs of passage and code that somebody looked at and the model has a probability for; `new` are the
    transcripts that were coded after it was trained.
    """

    model: str
    found: tuple[LabelIssue, ...]
    looked_at: int
    new: tuple[str, ...]
    withheld: tuple[str, ...]

    def table(self) -> pd.DataFrame:
        """One row a doubt, in order."""
        import pandas as pd

        columns = [*LabelIssue.__dataclass_fields__]
        rows = [
            asdict(one) | {"coded_by": ", ".join(one.coded_by), "not_by": ", ".join(one.not_by)} for one in self.found
        ]
        return pd.DataFrame(rows, columns=columns)


@dataclass(frozen=True)
class _Said:
    """What the model says of n passages that it had not seen when it said it, of the k codes that it scores.

    Attributes:
        segments: n of them; probability: (n, k).
        labels: (n, k) what people say now; known is False where that is not what the model learned.
        fresh: (n,) nothing of the passage's transcript was learned from.
        by_coder: what each coder gave, of all codes.
    """

    segments: list[Segment]
    probability: Floats
    labels: LabelMatrix
    fresh: Bools
    by_coder: dict[str, LabelMatrix]


def label_issues(workspace: Workspace, only_new: bool = False) -> LabelIssues:
    """Where the codings as they stand contradict what the model in use says of transcripts that it had not seen.

    Of those it learned from, what it said of them while they were held back; a label that was changed afterwards is left out, since
    somebody has looked. Of those coded since, what it says now.

    Args:
        only_new: leave out the transcripts that it learned from.

    Raises:
        ModelError: there is no model. InputError: it scores no code yet.
    """
    version, model = workspace.load_model()
    said = _unseen(workspace, version, model)
    withheld = [code for code in model.scored if code in workspace.withheld]
    y, known = said.labels.y, said.labels.known.copy()
    known[:, np.isin(model.scored, withheld)] = False
    # The order and the shares rest on all passages, also where only some of them are listed.
    order = chance_of_slip(said.probability, y, known)
    doubted = contradicted(said.probability, y, known)
    if only_new:
        known[~said.fresh] = doubted[~said.fresh] = False
    rows, columns = np.nonzero(doubted)
    best = np.argsort(-order[rows, columns], kind="stable")
    told: dict[int, set[str]] = {}
    found = []
    for row, column in zip(rows[best].tolist(), columns[best].tolist(), strict=True):
        code = model.scored[column]
        if (y[row, column] and not _given(said.by_coder, row, code)) or _told_already(
            told, row, code, workspace.codebook
        ):
            continue
        found.append(_doubt(said, workspace.corpus.case_of, workspace.codebook, row, column))
    new = sorted({one.transcript for one, fresh in zip(said.segments, said.fresh, strict=True) if fresh})
    return LabelIssues(version, tuple(found), int(known.sum()), tuple(new), tuple(withheld))


def _unseen(workspace: Workspace, version: str, model: Model) -> _Said:
    held = model.out_of_fold
    if held is None:
        raise InputError(
            f"{version} scores no code yet, so it can contradict nobody. Code more transcripts, then: secondcoder train"
        )
    learned = {place[0] for place in held.places}
    then = workspace.as_of(version)
    fresh = then.segments([one for one in workspace.corpus.coded_transcripts if one.id not in learned])
    segments = [*_segments(workspace, held.places), *fresh]
    probability = held.probability
    if fresh:
        probability = np.vstack([probability, model.scores(then.features(fresh))[:, : len(model.scored)]])
    every, by_coder = _labels(workspace, segments)
    now = every.columns(model.scored)
    known = now.known.copy()
    known[: len(held.places)] &= held.known & (held.y == now.y[: len(held.places)])
    is_fresh = np.arange(len(segments)) >= len(held.places)
    return _Said(segments, probability, replace(now, known=known), is_fresh, by_coder)


def _segments(workspace: Workspace, places: Sequence[tuple[str, int, int]]) -> list[Segment]:
    by_id = workspace.corpus.by_id
    return [
        Segment(name, number, start, end, by_id[name].text[start:end], 0)
        for number, (name, start, end) in enumerate(places)
    ]


def _labels(workspace: Workspace, segments: Sequence[Segment]) -> tuple[LabelMatrix, dict[str, LabelMatrix]]:
    """What is known now, merged as for learning; and what each coder gave, sub-constructs not counted as constructs."""
    settings, overlap = workspace.configuration.learning, workspace.configuration.segments.overlap
    codings, passes, book = workspace.corpus.codings, workspace.corpus.passes, workspace.codebook
    merged = label_matrix(segments, codings, passes, book, settings, overlap)
    plain = settings.model_copy(update={"roll_up": False, "merge": "any"})
    by_coder = {}
    for coder in workspace.corpus.coders:
        by_coder[coder] = label_matrix(
            segments, of_coder(codings, coder), of_coder(passes, coder), book, plain, overlap
        )
    return merged, by_coder


def _told_already(seen: dict[int, set[str]], row: int, code: str, book: Codebook) -> bool:
    """A construct and its sub-construct on one passage are one matter: only the first is listed."""
    told = seen.setdefault(row, set())
    if told & {code, *book.ancestors(code)} or any(code in book.ancestors(other) for other in told):
        return True
    told.add(code)
    return False


def _given(by_coder: dict[str, LabelMatrix], row: int, code: str) -> list[str]:
    return [coder for coder, labels in by_coder.items() if labels.y[row, labels.codes.index(code)]]


def _doubt(said: _Said, cases: Mapping[str, str | None], book: Codebook, row: int, column: int) -> LabelIssue:
    segment, code, by_coder = said.segments[row], said.labels.codes[column], said.by_coder
    given = _given(by_coder, row, code)
    silent = [
        coder
        for coder, labels in by_coder.items()
        if labels.known[row, labels.codes.index(code)] and coder not in given
    ]
    instead = {coder: _codes(by_coder[coder], by_coder[coder].y[row]) for coder in silent}
    return LabelIssue(
        transcript=segment.transcript,
        case=cases[segment.transcript],
        start=segment.start,
        end=segment.end,
        code=code,
        name=book[code].name,
        doubt=MARKED if said.labels.y[row, column] else SILENT,
        probability=round(float(said.probability[row, column]), 4),
        coded_by=tuple(given),
        not_by=tuple(silent),
        others="; ".join(f"{coder}: {codes}" for coder, codes in instead.items() if codes),
        text=segment.text,
        new=bool(said.fresh[row]),
    )


def _codes(labels: LabelMatrix, row: Bools) -> str:
    return ", ".join(code for code, carries in zip(labels.codes, row, strict=True) if carries)
