"""Agreement within a study: its coders, the model among them, and what people settle afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from secondcoder.agreement import Adjudication, AgreementReport, agree, read_sheet
from secondcoder.codebook.earlier_wording import words_then
from secondcoder.codebook.model import Codebook, parse_codebook
from secondcoder.domain.records import Coding, CodingPass, Origin
from secondcoder.errors import TableError

if TYPE_CHECKING:
    from secondcoder.study.study import Study

MODEL = "secondcoder"
"""The name under which the model counts as a coder."""


@dataclass(frozen=True)
class Question:
    """What to compare. Empty means all: coders, codes, cases.

    Attributes:
        model: put the model's out-of-fold suggestions beside the humans.
        margin: the largest loss of agreement that the team would accept, stated before the figures are seen.
    """

    between: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    units: str = "segment"
    clusters: str = "transcript"
    margin: float | None = None
    model: bool = True


def agree_in_study(study: Study, question: Question) -> AgreementReport:
    """The report on the study's coders; AgreementError when there is nothing to compare."""
    transcripts = study.coded_transcripts()
    wanted = question.model and (not question.between or MODEL in question.between)
    marks, looked = model_as_coder(study) if wanted else ([], None)
    settings = study.configuration
    return agree(
        transcripts,
        study.segments(transcripts),
        study.store.codings(),
        [one for one in study.store.passes() if one.origin is Origin.INDEPENDENT],
        study.codebook,
        between=question.between or None,
        codes=question.codes or None,
        cases=question.cases or None,
        units=question.units,
        model_codings=marks,
        model_name=MODEL if wanted else None,
        model_passes=looked,
        margin=question.margin,
        case_records=study.store.cases(),
        codebooks=_codebooks(study),
        clusters=question.clusters,
        overlap=settings.segments.overlap,
        roll_up=settings.learning.roll_up,
        seed=settings.learning.seed,
    )


def model_as_coder(study: Study) -> tuple[list[Coding], list[CodingPass]]:
    """The model's marks on human-coded segments, each by a model that had not seen the transcript, and where it looked."""
    report = study.evaluate()
    marks = [
        Coding(
            report.segments[row].transcript,
            report.segments[row].start,
            report.segments[row].end,
            report.codes[column],
            MODEL,
        )
        for row, column in zip(*(index.tolist() for index in np.nonzero(report.held.suggested)), strict=True)
    ]
    looked = [CodingPass(one.transcript, MODEL, one.start, one.end, report.codes) for one in report.segments]
    return marks, looked


def settle(study: Study, sheet: Path, question: Question, adjudicator: str) -> Adjudication:
    """Take an adjudication sheet's outcomes, as read against the present disagreements, into the study.

    Raises:
        TableError: every row that was changed or cannot be used, or that settles again otherwise what was settled; nothing is taken.
    """
    from secondcoder.exchange.persist import only_new

    report = agree_in_study(study, question)
    outcome = read_sheet(sheet, report.disagreements, study.codebook, adjudicator)
    codings, passes = study.store.codings(), study.store.passes()
    faults = list(_settled_otherwise(outcome, codings))
    if faults:
        raise TableError(sheet.name, faults, "Nothing was taken in.")
    with study.transaction() as write:
        write.add_codings(only_new(outcome.codings, codings), study.codebook)
        write.add_passes([one for one in outcome.passes if one not in passes])
        write.log(
            "adjudication", sheet=sheet.name, by=adjudicator, codings=len(outcome.codings), passes=len(outcome.passes)
        )
    return outcome


def _settled_otherwise(outcome: Adjudication, codings: Sequence[Coding]) -> Iterator[str]:
    """Codes that the sheet says do not hold, and that were settled to hold before."""
    kept = {(one.transcript, one.start, one.end, one.code) for one in outcome.codings}
    before = {(one.transcript, one.start, one.end, one.code) for one in codings if one.origin is Origin.ADJUDICATED}
    for one in outcome.passes:
        for code in one.codes:
            place = one.transcript, one.start, one.end, code
            if place in before and place not in kept:
                yield f"{code} at {one.start}-{one.end} of '{one.transcript}' was settled to hold before; the sheet says it does not."


def _codebooks(study: Study) -> dict[str, Sequence[Codebook]]:
    """Each coder's codebooks, as they were when the codings were made, with the present names of their codes."""
    fates, books = study.store.fates(), dict[tuple[str, int], Codebook]()
    by_coder: dict[str, list[Codebook]] = {}
    for coder, codebook_hash, after in study.store.codebooks_by_coder():
        if (codebook_hash, after) not in books:
            then = parse_codebook(study.store.codebook_yaml(codebook_hash) or "", "stored codebook")
            books[codebook_hash, after] = words_then(then, after, fates, study.codebook)
        by_coder.setdefault(coder, []).append(books[codebook_hash, after])
    return dict(by_coder)
