"""Codings, and codes left out within coding passes, that the model contradicts: a list for a second look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from secondcoder.codebook.model import Codebook
from secondcoder.corpus import of_coder
from secondcoder.domain.arrays import Bools, Floats
from secondcoder.domain.records import Segment
from secondcoder.domain.spans import coded_turns
from secondcoder.errors import InputError
from secondcoder.labels.label_matrix import LabelMatrix, label_matrix
from secondcoder.learning.model import Model
from secondcoder.suggestions.coder_errors import several_looked
from secondcoder.suggestions.slip_probability import contradicted, doubt
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
    """All label issues of a model version.

    Attributes:
        issues: the likeliest slips first.
        looked_at: pairs of passage and code that somebody looked at and the model has a probability for.
        new: transcripts that were coded after the model was trained.
        withheld: codes whose suggestions are withheld, for which no issue is reported.
    """

    model: str
    issues: tuple[LabelIssue, ...]
    looked_at: int
    new: tuple[str, ...]
    withheld: tuple[str, ...]

    def table(self) -> pd.DataFrame:
        """One row an issue, in order."""
        import pandas as pd

        rows = [
            asdict(issue) | {"coded_by": ", ".join(issue.coded_by), "not_by": ", ".join(issue.not_by)}
            for issue in self.issues
        ]
        return pd.DataFrame(rows, columns=[*LabelIssue.__dataclass_fields__])


@dataclass(frozen=True)
class _Predictions:
    """Predictions for n passages of transcripts outside the model's training set or fold, for the k codes that it scores.

    Attributes:
        segments: n; probability: (n, k).
        labels: (n, k) present labels; `known` is False where they differ from those that the model was trained on.
        fresh: (n,) the passage's transcript was not in the training set.
        by_coder: each coder's labels, of all codes.
        coders: each coder's marks of these k codes and where they looked, (c, n, k) each, with constructs rolled up as in `labels`;
            None where no two looked for one code on one passage.
    """

    segments: list[Segment]
    probability: Floats
    labels: LabelMatrix
    fresh: Bools
    by_coder: dict[str, LabelMatrix]
    coders: tuple[Bools, Bools] | None


def label_issues(workspace: Workspace, only_new: bool = False) -> LabelIssues:
    """Where the present codings contradict the predictions of the model in use.

    Training transcripts are judged by their out-of-fold predictions; a label changed since is left out, since somebody has looked at
    it again. Transcripts coded since are judged by plain predictions.

    Args:
        only_new: leave out the training transcripts.

    Raises:
        ModelError: there is no model. InputError: it scores no code yet.
    """
    version, model = workspace.load_model()
    predictions, book = _predictions(workspace, version, model), workspace.codebook
    # What is not good enough to be suggested is not good enough to contradict anybody.
    withheld = [code for code in model.scored if code in workspace.withheld]
    y, known = predictions.labels.y, predictions.labels.known.copy()
    known[:, np.isin(model.scored, withheld)] = False
    # The order and the shares rest on all passages, also where only some of them are listed.
    order = doubt(predictions.probability, y, known, predictions.coders)
    doubted = contradicted(predictions.probability, y, known)
    if only_new:
        known[~predictions.fresh] = doubted[~predictions.fresh] = False
    rows, columns = np.nonzero(doubted)
    best = np.argsort(-order[rows, columns], kind="stable")
    listed: dict[int, set[str]] = {}
    issues = []
    for row, column in zip(rows[best].tolist(), columns[best].tolist(), strict=True):
        code = model.scored[column]
        # A construct that is marked only through its sub-construct was given by nobody; the sub-construct is judged itself.
        if y[row, column] and not _coders_of(predictions.by_coder, row, code):
            continue
        if not _listed_already(listed, row, code, book):
            issues.append(_issue(predictions, workspace.corpus.case_of, book, row, column))
    pairs = zip(predictions.segments, predictions.fresh, strict=True)
    new = sorted({segment.transcript for segment, fresh in pairs if fresh})
    return LabelIssues(version, tuple(issues), int(known.sum()), tuple(new), tuple(withheld))


def doubts_of_passages(workspace: Workspace) -> tuple[list[Segment], Floats, dict[str, LabelMatrix]]:
    """The coded passages, how doubtful what is said of each is (n, k), as `slip_probability.doubt` has it, and each coder's labels."""
    version, model = workspace.load_model()
    found = _predictions(workspace, version, model)
    return found.segments, doubt(found.probability, found.labels.y, found.labels.known, found.coders), found.by_coder


def _predictions(workspace: Workspace, version: str, model: Model) -> _Predictions:
    out_of_fold = model.out_of_fold
    if out_of_fold is None:
        raise InputError(
            f"{version} scores no code yet, so it can contradict nobody. Code more transcripts, then: secondcoder train"
        )
    learned = {place[0] for place in out_of_fold.places}
    # New transcripts are cut and read by the model's own recipe, or its scores would mean little.
    then = workspace.as_of(version)
    coded = workspace.corpus.coded_transcripts
    fresh = then.segments([transcript for transcript in coded if transcript.id not in learned])
    segments = [*segments_at(workspace, out_of_fold.places), *fresh]
    probability = out_of_fold.probability
    if fresh:
        probability = np.vstack([probability, model.scores(then.features(fresh))[:, : len(model.scored)]])
    labels, by_coder = _labels(workspace, segments)
    labels = labels.columns(model.scored)
    known = labels.known.copy()
    known[: len(out_of_fold.places)] &= out_of_fold.known & (out_of_fold.y == labels.y[: len(out_of_fold.places)])
    is_fresh = np.arange(len(segments)) >= len(out_of_fold.places)
    coders = _marks(workspace, segments, model.scored)
    return _Predictions(segments, probability, replace(labels, known=known), is_fresh, by_coder, coders)


def segments_at(workspace: Workspace, places: Sequence[tuple[str, int, int]]) -> list[Segment]:
    """The passages at these places, without question and turn."""
    by_id, everybody = workspace.corpus.by_id, workspace.configuration.segments.code_interviewer
    turns = {name: coded_turns(by_id[name], everybody) for name in {name for name, _, _ in places}}
    return [
        Segment(name, number, start, end, by_id[name].text[start:end], 0, turns=turns[name])
        for number, (name, start, end) in enumerate(places)
    ]


def _labels(workspace: Workspace, segments: Sequence[Segment]) -> tuple[LabelMatrix, dict[str, LabelMatrix]]:
    """Present labels merged as for training; and each coder's, where a sub-construct does not count as its construct."""
    settings, overlap = workspace.configuration.learning, workspace.configuration.segments.overlap
    codings, passes, book = workspace.corpus.codings, workspace.corpus.passes, workspace.codebook
    merged = label_matrix(segments, codings, passes, book, settings, overlap)
    return merged, _by_coder(workspace, segments, roll_up=False)


def _by_coder(workspace: Workspace, segments: Sequence[Segment], roll_up: bool) -> dict[str, LabelMatrix]:
    corpus, book, overlap = workspace.corpus, workspace.codebook, workspace.configuration.segments.overlap
    settings = workspace.configuration.learning.model_copy(update={"roll_up": roll_up, "merge": "any"})
    return {
        coder: label_matrix(
            segments, of_coder(corpus.codings, coder), of_coder(corpus.passes, coder), book, settings, overlap
        )
        for coder in corpus.coders
    }


def _marks(workspace: Workspace, segments: Sequence[Segment], codes: Sequence[str]) -> tuple[Bools, Bools] | None:
    """Marks of each coder, and where they looked; None where no two looked at the same."""
    by_coder = _by_coder(workspace, segments, workspace.configuration.learning.roll_up)
    each = [labels.columns(codes) for labels in by_coder.values()]
    marks, looked = np.stack([one.y for one in each]), np.stack([one.known for one in each])
    return (marks, looked) if several_looked(looked) else None


def _listed_already(listed: dict[int, set[str]], row: int, code: str, book: Codebook) -> bool:
    """A construct and its sub-construct on one passage are one matter: only the first is listed. Adds the code if it is not."""
    codes = listed.setdefault(row, set())
    if codes & {code, *book.ancestors(code)} or any(code in book.ancestors(other) for other in codes):
        return True
    codes.add(code)
    return False


def _coders_of(by_coder: dict[str, LabelMatrix], row: int, code: str) -> list[str]:
    return [coder for coder, labels in by_coder.items() if labels.y[row, labels.codes.index(code)]]


def _issue(
    predictions: _Predictions, cases: Mapping[str, str | None], book: Codebook, row: int, column: int
) -> LabelIssue:
    segment, code, by_coder = predictions.segments[row], predictions.labels.codes[column], predictions.by_coder
    coders = _coders_of(by_coder, row, code)
    looked = [
        coder
        for coder, labels in by_coder.items()
        if labels.known[row, labels.codes.index(code)] and coder not in coders
    ]
    others = {coder: _codes(by_coder[coder], by_coder[coder].y[row]) for coder in looked}
    return LabelIssue(
        transcript=segment.transcript,
        case=cases[segment.transcript],
        start=segment.start,
        end=segment.end,
        code=code,
        name=book[code].name,
        doubt=MARKED if predictions.labels.y[row, column] else SILENT,
        probability=round(float(predictions.probability[row, column]), 4),
        coded_by=tuple(coders),
        not_by=tuple(looked),
        others="; ".join(f"{coder}: {codes}" for coder, codes in others.items() if codes),
        text=segment.text,
        new=bool(predictions.fresh[row]),
    )


def _codes(labels: LabelMatrix, row: Bools) -> str:
    return ", ".join(code for code, carries in zip(labels.codes, row, strict=True) if carries)
