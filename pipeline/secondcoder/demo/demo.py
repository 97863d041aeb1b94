"""The whole workflow on the invented study that ships: import, train, evaluate, code, chart, and a summary of the results."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from secondcoder.charting.question import ChartQuestion
from secondcoder.charting.report.write import write_findings
from secondcoder.codebook.model import Codebook
from secondcoder.corpus import of_coder
from secondcoder.demo.demo_folder import FILES, FINDINGS
from secondcoder.domain.records import Case, Coding, Transcript, Valence
from secondcoder.errors import StudyError
from secondcoder.study.study import Study

if TYPE_CHECKING:
    import pandas as pd

    from secondcoder.learning.assessment.evaluate import Evaluation
    from secondcoder.learning.pipeline import Progress
    from secondcoder.workspace import Workspace

INTEGRATION = ("CO", "CP", "CA")
"""The constructs on which the seed study judged integration (Chng et al 2021); reflexive monitoring is not among them."""
QUOTED_WORDS = 28
FIRST, SECOND = "IH", "MB"
"""The invented study's coders. Named here, so that somebody who reviews in the study later is not counted as one of them."""


@dataclass(frozen=True)
class Quotation:
    """A human-coded passage that stands for a case's late interviews."""

    code: str
    valence: Valence
    transcript: str
    text: str


@dataclass(frozen=True)
class Balance:
    """Of one case's late interviews: passages that say the work is done (promotes) and that it is missing (inhibits), by construct."""

    case: Case
    promotes: Counter[str]
    inhibits: Counter[str]
    suggested: Counter[str]
    quotations: tuple[Quotation, ...]

    @property
    def share(self) -> float | None:
        """Share of the passages that promote, over the three integration constructs; None without any."""
        up, down = sum(self.promotes.values()), sum(self.inhibits.values())
        return up / (up + down) if up + down else None


@dataclass(frozen=True)
class Demonstration:
    """The results of the demonstration."""

    study: Study
    evaluation: Evaluation
    suggestions: pd.DataFrame
    balances: list[Balance]
    human_kappa: float | None


def run_demo(folder: Path, tell: Callable[[str], None], progress: Progress | None = None) -> Demonstration:
    """Make the demonstration study in `folder` and run every step; `tell` gets one line a step.

    A folder that an earlier demonstration made is used again: steps that are done already are not repeated.
    """
    study = _open(folder, progress)
    corpus = folder / FILES
    if not corpus.exists():
        with resources.as_file(resources.files("secondcoder.corpora").joinpath("demo")) as shipped:
            shutil.copytree(shipped, corpus)
    tell("1/5  Importing interviews (Word, Teams captions, plain text) and two coders' codes ...")
    study.import_files([corpus])
    tell("2/5  Training a model ...")
    if study.model_in_use is None:
        study.train()
    tell("3/5  Evaluating on held-out interviews ...")
    evaluation = study.evaluate()
    tell("4/5  Suggesting codes for the uncoded interviews ...")
    suggestions = study.code().table
    tell("5/5  Charting what was found: framework matrix, integration, fully against partly integrated practices ...")
    write_findings(study.chart(ChartQuestion(compare="integration")), folder / FINDINGS)
    workspace = study.workspace()
    return Demonstration(study, evaluation, suggestions, _balances(workspace, suggestions), _human_kappa(workspace))


def _open(folder: Path, progress: Progress | None) -> Study:
    if not folder.exists() or not any(folder.iterdir()):
        return Study.create(folder, "npt", progress)
    if not (folder / FILES).is_dir():
        raise StudyError(f"{folder} is not empty and holds no demonstration. Name another folder: secondcoder demo DIR")
    return Study(folder, progress)


def _balances(workspace: Workspace, suggestions: pd.DataFrame) -> list[Balance]:
    """One a case, the most promoting first; by the first coder, so that doubly coded interviews do not count twice."""
    corpus, book = workspace.corpus, workspace.codebook
    codings = [coding for coding in of_coder(corpus.codings, FIRST) if corpus.by_id[coding.transcript].wave == "late"]
    late = suggestions[suggestions["wave"] == "late"]
    balances = []
    for case in corpus.cases:
        of_case = [coding for coding in codings if corpus.case_of[coding.transcript] == case.id]
        balance = Balance(
            case,
            _constructs(book, of_case, Valence.PROMOTES),
            _constructs(book, of_case, Valence.INHIBITS),
            Counter(code for code in late[late["case"] == case.id]["code"] if code in INTEGRATION),
            tuple(_quotations(of_case, corpus.by_id)),
        )
        balances.append(balance)
    return sorted(balances, key=lambda balance: -(balance.share or 0.0))


def _constructs(book: Codebook, codings: list[Coding], valence: Valence) -> Counter[str]:
    counts = Counter[str]()
    for coding in codings:
        if coding.valence is valence:
            chain = (coding.code, *book.ancestors(coding.code))
            counts.update(code for code in chain if code in INTEGRATION)
    return counts


def _quotations(codings: list[Coding], transcripts: Mapping[str, Transcript]) -> Iterator[Quotation]:
    """For either valence the passage on the integration constructs whose length is nearest to QUOTED_WORDS words."""
    for valence in (Valence.PROMOTES, Valence.INHIBITS):
        quotations = [
            Quotation(
                coding.code, valence, coding.transcript, transcripts[coding.transcript].text[coding.start : coding.end]
            )
            for coding in codings
            if coding.valence is valence and coding.code.partition(".")[0] in INTEGRATION
        ]
        if quotations:
            # Ties go by transcript and text, so that the page is the same each time.
            yield min(
                quotations,
                key=lambda quotation: (
                    abs(len(quotation.text.split()) - QUOTED_WORDS),
                    quotation.transcript,
                    quotation.text,
                ),
            )


def _human_kappa(workspace: Workspace) -> float | None:
    """Cohen's kappa of the two coders over all segment x code cells of what both looked at; None where it is undefined."""
    from sklearn.metrics import cohen_kappa_score

    from secondcoder.labels.label_matrix import label_matrix

    corpus, settings = workspace.corpus, workspace.configuration
    coders = FIRST, SECOND
    both = set.intersection(*({look.transcript for look in of_coder(corpus.passes, coder)} for coder in coders))
    segments = workspace.segments([transcript for transcript in corpus.transcripts if transcript.id in both])
    first, second = (
        label_matrix(
            segments,
            of_coder(corpus.codings, coder),
            of_coder(corpus.passes, coder),
            workspace.codebook,
            settings.learning,
            settings.segments.overlap,
        )
        for coder in coders
    )
    # Where one of them did not look, silence is no answer.
    looked = first.known & second.known
    # Without a single code both are constant, and kappa is 0/0.
    if not first.y[looked].any() and not second.y[looked].any():
        return None
    return float(cohen_kappa_score(first.y[looked], second.y[looked]))
