"""Agreement within a study: its coders, the model among them, and what people settle afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from secondcoder.agreement.adjudication import Adjudication, read_sheet
from secondcoder.agreement.agree import agree
from secondcoder.agreement.non_inferiority import MarginRecord
from secondcoder.agreement.record import note_shown, state_margin
from secondcoder.agreement.report.report import AgreementReport
from secondcoder.codebook.earlier_wording import definitions_as_of
from secondcoder.codebook.model import Codebook, parse_codebook
from secondcoder.corpus import independent
from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import Coding, CodingPass, Origin, Transcript
from secondcoder.errors import InputError, TableError
from secondcoder.exchange.persist import only_new
from secondcoder.training.train import evaluate_recipe
from secondcoder.workspace import Workspace

MODEL = "secondcoder"
"""The name under which the model counts as a coder."""


@dataclass(frozen=True)
class Question:
    """What to compare. Empty means all: coders, codes, cases.

    Attributes:
        model: put the model's out-of-fold suggestions beside the humans.
        margin: the largest loss of agreement that the team would accept; None for the configured one.
    """

    between: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    units: str = "segment"
    clusters: str = "transcript"
    margin: float | None = None
    model: bool = True


def show_agreement(workspace: Workspace, question: Question) -> AgreementReport:
    """The report to be shown: the margin goes into the audit trail before the first figure, and that figures were shown after it."""
    margin, record = state_margin(workspace, question.margin)
    report = agree_in_study(workspace, replace(question, margin=margin), record)
    note_shown(workspace, report)
    return report


def agree_in_study(
    workspace: Workspace, question: Question, margin_record: MarginRecord | None = None
) -> AgreementReport:
    """The report on the study's coders, without a trace; AgreementError when there is nothing to compare."""
    transcripts = workspace.corpus.coded_transcripts
    wanted = question.model and (not question.between or MODEL in question.between)
    settings, corpus, without_model = workspace.configuration, workspace.corpus, tuple[str, ...]()
    try:
        # Trains the recipe anew, so only where the model is compared.
        marks, looked = model_as_coder(workspace) if wanted else ([], None)
    except InputError as error:
        # Two people can be compared where a model cannot be measured yet.
        if question.between or len(corpus.coders) < 2:
            raise
        wanted, marks, looked, without_model = False, [], None, (f"Without the model: {error}",)
    # Where whole exchanges are coded, the interviewer's words are units as everybody's are.
    whole = settings.segments.code_interviewer
    report = agree(
        [without_interviewer(transcript) for transcript in transcripts] if whole else transcripts,
        workspace.segments(transcripts),
        corpus.codings,
        independent(corpus.passes),
        workspace.codebook,
        between=question.between or None,
        codes=question.codes or None,
        cases=question.cases or None,
        units=question.units,
        model_codings=marks,
        model_name=MODEL if wanted else None,
        model_passes=looked,
        margin=question.margin,
        margin_record=margin_record,
        case_records=corpus.cases,
        codebooks=_codebooks(workspace),
        clusters=question.clusters,
        overlap=settings.segments.overlap,
        roll_up=settings.learning.roll_up,
        seed=settings.learning.seed,
    )
    return replace(report, notes=(*report.notes, *without_model))


def without_interviewer(transcript: Transcript) -> Transcript:
    """The transcript with nobody marked as asking."""
    return replace(transcript, turns=tuple(replace(turn, role=None) for turn in transcript.turns))


def model_as_coder(workspace: Workspace) -> tuple[list[Coding], list[CodingPass]]:
    """The model's marks on human-coded segments, each by a model that had not seen the transcript, and where it looked."""
    report = evaluate_recipe(workspace)
    marks = [
        Coding(*segment.place, code, MODEL)
        for segment, suggested in zip(report.segments, report.held.suggested.tolist(), strict=True)
        for code, is_suggested in zip(report.codes, suggested, strict=True)
        if is_suggested
    ]
    looked = [CodingPass(segment.transcript, MODEL, *segment.span, report.codes) for segment in report.segments]
    return marks, looked


def settle(workspace: Workspace, sheet: Path, question: Question, adjudicator: str) -> Adjudication:
    """Take an adjudication sheet's outcomes, as read against the present disagreements, into the study.

    Raises:
        TableError: every row that was changed or cannot be used, or that settles again otherwise what was settled; nothing is taken.
    """
    # Compared anew: what changed since the sheet was written must not be settled by it unseen.
    report = agree_in_study(workspace, question)
    outcome = read_sheet(sheet, report.disagreements, workspace.codebook, adjudicator)
    codings, passes = workspace.corpus.codings, workspace.corpus.passes
    # A sheet may be read in twice: to say again what was settled is no fault.
    faults = list(_settled_otherwise(outcome, codings))
    if faults:
        raise TableError(sheet.name, faults, "Nothing was taken in.")
    with workspace.write() as write:
        write.add_codings(only_new(outcome.codings, codings), workspace.codebook)
        write.add_passes([coding_pass for coding_pass in outcome.passes if coding_pass not in passes])
        write.log(
            "adjudication", sheet=sheet.name, by=adjudicator, codings=len(outcome.codings), passes=len(outcome.passes)
        )
    return outcome


def _settled_otherwise(outcome: Adjudication, codings: Sequence[Coding]) -> Iterator[str]:
    """Codes that the sheet says do not hold, and that were settled to hold before."""
    kept = {(coding.place, coding.code) for coding in outcome.codings}
    before = {(coding.place, coding.code) for coding in codings if coding.origin is Origin.ADJUDICATED}
    for coding_pass in outcome.passes:
        transcript, start, end = coding_pass.place
        for code in coding_pass.codes:
            if (coding_pass.place, code) in before and (coding_pass.place, code) not in kept:
                yield f"{code} at {start}-{end} of '{transcript}' was settled to hold before; the sheet says it does not."


def _codebooks(workspace: Workspace) -> dict[str, Sequence[Codebook]]:
    """Each coder's codebooks, as they were when the codings were made, with the present names of their codes."""
    corpus = workspace.corpus

    @cache
    def as_of(codebook_hash: str, after: int) -> Codebook:
        then = parse_codebook(corpus.codebooks[codebook_hash], "stored codebook")
        return definitions_as_of(then, after, corpus.history, workspace.codebook)

    used = group_by(corpus.codebooks_by_coder, lambda row: row[0])
    return {coder: [as_of(codebook_hash, after) for _, codebook_hash, after in rows] for coder, rows in used.items()}
