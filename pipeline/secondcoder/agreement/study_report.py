"""Agreement within a study: its coders, the model among them, and what people settle afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from secondcoder.agreement.adjudication import Adjudication, read_sheet
from secondcoder.agreement.agree import agree
from secondcoder.agreement.disagreements import Disagreement
from secondcoder.agreement.errors import OneCoderError
from secondcoder.agreement.material import ModelCoder, without_interviewer
from secondcoder.agreement.non_inferiority import MarginRecord
from secondcoder.agreement.record import note_shown, state_margin
from secondcoder.agreement.report.report import AgreementReport
from secondcoder.agreement.study_disagreements import study_disagreements
from secondcoder.codebook.earlier_wording import definitions_as_of
from secondcoder.codebook.model import Codebook
from secondcoder.codebook.yaml_file import parse_codebook
from secondcoder.corpus import Corpus, independent
from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import Coding, CodingPass
from secondcoder.domain.wording import listed
from secondcoder.errors import InputError
from secondcoder.exchange.persist import only_new
from secondcoder.labels.chosen_passages import without_doubted
from secondcoder.labels.model_coders import imported_models, model_marks
from secondcoder.learning.assessment.purposes import purpose_in_words
from secondcoder.training.evaluate import recipe_suggestions
from secondcoder.workspace import Workspace

MODEL = "secondcoder"
"""The name under which the model counts as a coder."""


@dataclass(frozen=True)
class Question:
    """What to compare. Empty means all: coders, codes, cases.

    Attributes:
        model: put the model's out-of-fold suggestions beside the humans.
        margin: the largest loss of agreement that the team would accept; None for the configured one.
        cost_benefit: ε of the alternative annotator test; None for the configured one.
        plan_within: plan what must be coded twice for each code's kappa to be known so well; None for no plan.
    """

    between: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    units: str = "segment"
    clusters: str = "transcript"
    margin: float | None = None
    model: bool = True
    cost_benefit: float | None = None
    plan_within: float | None = None


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
    others = model_coders(corpus) if question.model else []
    try:
        # Cross-validates where no other verb has, so only where the model is compared.
        marks, looked = model_as_coder(workspace) if wanted else ([], None)
    except InputError as error:
        # Two people can be compared where a model cannot be measured yet.
        if question.between or len(corpus.coders) + len(others) < 2:
            raise
        wanted, marks, looked, without_model = False, [], None, (f"Without the model: {error}",)
    passes = independent(corpus.passes)
    codings, looks = without_doubted(corpus, corpus.codings, passes)
    # Where whole exchanges are coded, the interviewer's words are units as everybody's are.
    whole = settings.segments.code_interviewer
    report = agree(
        [without_interviewer(transcript) for transcript in transcripts] if whole else transcripts,
        workspace.segments(transcripts),
        codings,
        looks,
        workspace.codebook,
        between=question.between or None,
        codes=question.codes or None,
        cases=question.cases or None,
        units=question.units,
        model_codings=marks,
        model_name=MODEL if wanted else None,
        model_passes=looked,
        model_coders=others,
        margin=question.margin,
        margin_record=margin_record,
        cost_benefit=settings.agreement.cost_benefit if question.cost_benefit is None else question.cost_benefit,
        plan_within=question.plan_within,
        case_records=corpus.cases,
        codebooks=_codebooks(workspace),
        clusters=question.clusters,
        overlap=settings.segments.overlap,
        roll_up=settings.learning.roll_up,
        seed=settings.learning.seed,
    )
    purpose = (purpose_in_words(settings.learning.purpose),) if report.model else ()
    return replace(report, notes=(*report.notes, *without_model, *purpose, *_left_out(passes, looks)))


def _left_out(passes: Sequence[CodingPass], looks: Sequence[CodingPass]) -> Iterator[str]:
    if who := sorted({made.coder for made in {*passes} - {*looks}}):
        yield (
            f"Passages that {' and '.join(who)} coded because slips were likely there (sheet make --twice) are left out, since people "
            "differ more on them than elsewhere. Those that were drawn at random beside them count."
        )


def model_as_coder(workspace: Workspace) -> tuple[list[Coding], list[CodingPass]]:
    """The model's marks on human-coded segments, each by a model that had not seen the transcript, and where it looked."""
    segments, codes, suggested = recipe_suggestions(workspace)
    rows, columns = (where.tolist() for where in np.nonzero(suggested))
    marks = [Coding(*segments[row].place, codes[column], MODEL) for row, column in zip(rows, columns, strict=True)]
    looked = [CodingPass(segment.transcript, MODEL, *segment.span, codes) for segment in segments]
    return marks, looked


def model_coders(corpus: Corpus) -> list[ModelCoder]:
    """The models whose codings were imported, with what they say by the import that counts now."""
    found = []
    for name, about in imported_models(corpus).items():
        marks = model_marks(corpus, name, corpus.model_coders[name])
        found.append(ModelCoder(name, tuple(marks.codings), tuple(marks.passes), listed(about["imported"])))
    return found


def disagreements_in_study(workspace: Workspace, question: Question) -> list[Disagreement]:
    """What people coded differently, settled or not: what the sheet is written from and read against. A model is no person."""
    people = tuple(name for name in question.between if name not in (MODEL, *workspace.corpus.model_coders))
    if len(people) == 1:
        raise OneCoderError("A sheet holds what people coded differently, so it needs two of them. Nothing was done.")
    return study_disagreements(workspace, people, question.codes, question.cases, question.units)


def settle(workspace: Workspace, sheet: Path, question: Question, adjudicator: str) -> Adjudication:
    """Take an adjudication sheet's outcomes, as read against the present disagreements, into the study.

    Raises:
        TableError: every row that was changed or cannot be used, or that settles again otherwise what was settled; nothing is taken.
    """
    # Compared anew: what changed since the sheet was written must not be settled by it unseen.
    outcome = read_sheet(sheet, disagreements_in_study(workspace, question), workspace.codebook, adjudicator)
    codings, passes = workspace.corpus.codings, workspace.corpus.passes
    with workspace.write() as write:
        # A sheet may be read in twice: to say again what was settled is no fault.
        write.add_codings(only_new(outcome.codings, codings), workspace.codebook)
        write.add_passes([coding_pass for coding_pass in outcome.passes if coding_pass not in passes])
        write.log(
            "adjudication", sheet=sheet.name, by=adjudicator, codings=len(outcome.codings), passes=len(outcome.passes)
        )
    return outcome


def _codebooks(workspace: Workspace) -> dict[str, Sequence[Codebook]]:
    """Each coder's codebooks, as they were when the codings were made, with the present names of their codes."""
    corpus = workspace.corpus

    @cache
    def as_of(codebook_hash: str, after: int) -> Codebook:
        then = parse_codebook(corpus.codebooks[codebook_hash], "stored codebook")
        return definitions_as_of(then, after, corpus.history, workspace.codebook)

    used = group_by(corpus.codebooks_by_coder, lambda row: row[0])
    return {coder: [as_of(codebook_hash, after) for _, codebook_hash, after in rows] for coder, rows in used.items()}
