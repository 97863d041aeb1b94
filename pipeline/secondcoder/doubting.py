"""Codings, and silences within coding passes, that the model contradicts: a list for a second look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from secondcoder.codebook import Codebook
from secondcoder.errors import InputError
from secondcoder.learning.arrays import Bools
from secondcoder.learning.labels import LabelMatrix, label_matrix
from secondcoder.learning.second_look import chance_of_slip, contradicted
from secondcoder.records import Segment

if TYPE_CHECKING:
    import pandas as pd

    from secondcoder.study import Study

MARKED, SILENT = "coded, but unlikely", "not coded, but likely"


@dataclass(frozen=True)
class Doubt:
    """One passage and code where the model, which had not seen the transcript, would have coded otherwise.

    Attributes:
        doubt: `MARKED` or `SILENT`.
        probability: that the code is marked here, out of fold.
        coded_by, not_by: who gave the code here, and who looked and did not.
        others: what those who did not give it marked instead, e.g. 'Ben: CO, F2'.
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

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self) | {"coded_by": list(self.coded_by), "not_by": list(self.not_by)}


@dataclass(frozen=True)
class Doubts:
    """All of a model's, the likeliest slips first; `withheld` codes could not be learned, so nothing is doubted there.

    `looked_at` counts the pairs of passage and code that somebody looked at and the model has a probability for.
    """

    model: str
    found: tuple[Doubt, ...]
    looked_at: int
    withheld: tuple[str, ...]

    def table(self) -> pd.DataFrame:
        """One row a doubt, in order."""
        import pandas as pd

        columns = [*Doubt.__dataclass_fields__]
        rows = [
            asdict(one) | {"coded_by": ", ".join(one.coded_by), "not_by": ", ".join(one.not_by)} for one in self.found
        ]
        return pd.DataFrame(rows, columns=columns)


def label_doubts(study: Study) -> Doubts:
    """Where the codings as they stand contradict what the model in use said of them, out of fold.

    A label that was changed after the model was trained is left out: somebody has looked since.

    Raises:
        ModelError: there is no model. InputError: it scores no code yet.
    """
    version, model = study.load_model()
    held = model.held_back
    if held is None:
        raise InputError(
            f"{version} scores no code yet, so it can contradict nobody. Code more transcripts, then: secondcoder train"
        )
    segments = _segments(study, held.places)
    every, by_coder = _labels(study, segments)
    now = every.columns(model.scored)
    known = held.known & now.known & (held.y == now.y)
    withheld = [code for code in model.scored if code in study.withheld]
    known[:, np.isin(model.scored, withheld)] = False
    order = chance_of_slip(held.probability, held.y, known)
    doubted = contradicted(held.probability, held.y, known)
    rows, columns = np.nonzero(doubted)
    best = np.argsort(-order[rows, columns], kind="stable")
    seen: dict[int, set[str]] = {}
    cases = {transcript.id: transcript.case for transcript in study.store.transcripts()}
    found = []
    for row, column in zip(rows[best].tolist(), columns[best].tolist(), strict=True):
        code, marked = model.scored[column], bool(held.y[row, column])
        if (marked and not _given(by_coder, row, code)) or _told_already(seen, row, code, study.codebook):
            continue
        found.append(
            _doubt(segments[row], cases, study.codebook, by_coder, row, code, marked, held.probability[row, column])
        )
    return Doubts(version, tuple(found), int(known.sum()), tuple(withheld))


def _segments(study: Study, places: Sequence[tuple[str, int, int]]) -> list[Segment]:
    texts = {transcript.id: transcript.text for transcript in study.store.transcripts()}
    return [
        Segment(name, number, start, end, texts[name][start:end], 0) for number, (name, start, end) in enumerate(places)
    ]


def _labels(study: Study, segments: Sequence[Segment]) -> tuple[LabelMatrix, dict[str, LabelMatrix]]:
    """What is known now, merged as for learning; and what each coder gave, sub-constructs not counted as constructs."""
    settings, overlap = study.configuration.learning, study.configuration.segments.overlap
    codings, passes, book = study.store.codings(), study.store.passes(), study.codebook
    merged = label_matrix(segments, codings, passes, book, settings, overlap)
    plain = settings.model_copy(update={"roll_up": False, "merge": "any"})
    by_coder = {}
    for coder in sorted({one.coder for one in codings} | {one.coder for one in passes}):
        own = [one for one in codings if one.coder == coder], [one for one in passes if one.coder == coder]
        by_coder[coder] = label_matrix(segments, *own, book, plain, overlap)
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


def _doubt(
    segment: Segment,
    cases: dict[str, str | None],
    book: Codebook,
    by_coder: dict[str, LabelMatrix],
    row: int,
    code: str,
    marked: bool,
    probability: float,
) -> Doubt:
    given = _given(by_coder, row, code)
    silent = [
        coder
        for coder, labels in by_coder.items()
        if labels.known[row, labels.codes.index(code)] and coder not in given
    ]
    instead = {coder: _codes(by_coder[coder], by_coder[coder].y[row]) for coder in silent}
    return Doubt(
        transcript=segment.transcript,
        case=cases[segment.transcript],
        start=segment.start,
        end=segment.end,
        code=code,
        name=book[code].name,
        doubt=MARKED if marked else SILENT,
        probability=round(float(probability), 4),
        coded_by=tuple(given),
        not_by=tuple(silent),
        others="; ".join(f"{coder}: {codes}" for coder, codes in instead.items() if codes),
        text=segment.text,
    )


def _codes(labels: LabelMatrix, row: Bools) -> str:
    return ", ".join(code for code, carries in zip(labels.codes, row, strict=True) if carries)
