"""A study: one method for each verb of the command line, which reads the store once and hands it on.

Each verb writes in one transaction or not at all.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from secondcoder.codebook.model import Codebook
from secondcoder.errors import UnconfirmedError
from secondcoder.study.change_lock import changes
from secondcoder.study.chart_verbs import ChartVerbs
from secondcoder.study.coding_verbs import CodingVerbs
from secondcoder.study.folder import who
from secondcoder.study.model_verbs import ModelVerbs
from secondcoder.study.transcript_verbs import TranscriptVerbs

if TYPE_CHECKING:
    import pandas as pd

    from secondcoder.agreement import Adjudication, AgreementReport
    from secondcoder.agreement.codebook_clinic import ClinicCode
    from secondcoder.agreement.disagreements import Disagreement
    from secondcoder.agreement.study_report import Question
    from secondcoder.audit import Audit
    from secondcoder.audit.ethics.pack import EthicsPack
    from secondcoder.codebook.plan import NamedSteps, Plan
    from secondcoder.labels.code_counts import CodeCount
    from secondcoder.labels.code_passages import CodePassages, PassageFilter
    from secondcoder.learning.assessment.evaluate import Evaluation
    from secondcoder.learning.pipeline import Progress
    from secondcoder.network.offline_proof import Statement
    from secondcoder.study.backup import BackUp
    from secondcoder.study.code_assignment import Assigned
    from secondcoder.suggestions.label_errors import LabelIssues
    from secondcoder.training.retrain import Retraining


class Study(CodingVerbs, ChartVerbs, ModelVerbs, TranscriptVerbs):
    """An open study, with its verbs.

    Args:
        progress: called during long work: (what, done, total).

    Raises:
        StudyError: the folder is no study, is damaged, or was made by a newer secondcoder.
    """

    @classmethod
    def open(cls, folder: str | Path, progress: Progress | None = None) -> Study:
        """The study in a folder."""
        return cls(folder, progress)

    @classmethod
    def create(
        cls,
        folder: str | Path,
        codebook: str | Path = "npt",
        progress: Progress | None = None,
        *,
        store: str | None = None,
        language: str = "en",
    ) -> Study:
        """Make a study in a new or empty folder, with a shipped codebook or one from a file.

        Args:
            store: the URL of an empty database; by default the store is a file in the folder.
            language: that of the talk, by code or name, such as "de" or "German" (docs/languages.md).
        """
        # Each verb imports what it needs: opening a study must not wait for torch and spaCy.
        from secondcoder.study.create import create_study

        create_study(Path(folder), codebook, store, language)
        return cls(folder, progress)

    @classmethod
    def join(cls, folder: str | Path, store: str, language: str = "en") -> Study:
        """Make a new or empty folder another one of the study that the database at the URL `store` holds."""
        from secondcoder.study.create import join_study

        join_study(Path(folder), store, language)
        return cls(folder)

    # -- records and reports -----------------------------------------------------------------------------------------------

    def export_audit(self) -> pd.DataFrame:
        """The audit trail as a table, one row an event."""
        from secondcoder.audit.table import trail_table

        return trail_table(self.store)

    def export_methods(self) -> str:
        """A methods section for a paper, as Markdown, from the study's records."""
        from secondcoder.audit.methods.section import methods_section

        return methods_section(self.workspace(), self.check_audit())

    def export_checklists(self) -> str:
        """COREQ, SRQR and GUIDE-LLM filled in from the study's records, as Markdown."""
        from secondcoder.audit.methods.filled_checklists import filled_checklists

        return filled_checklists(self.workspace(), self.check_audit())

    def keep_offline_proof(self, statement: Statement) -> None:
        """Keep the statement of a run without network (`network.offline_proof.run_offline`), and its hash in the audit trail."""
        from secondcoder.network.offline_proof import as_files
        from secondcoder.reports.whole_file import write_whole

        for name, text in as_files(statement).items():
            write_whole(self.folder / name, text.encode())
        with self.transaction() as write:
            write.log("run without network", sha256=statement["sha256"], secondcoder=statement["secondcoder"])

    def export_ethics(self) -> EthicsPack:
        """What an ethics committee and a data-protection officer ask for, from the study's records, files and settings."""
        from secondcoder.audit.ethics.pack import ethics_pack
        from secondcoder.network.offline_proof import read_statement

        return ethics_pack(self.workspace(), self.check_audit(), read_statement(self.folder))

    # -- the codebook ---------------------------------------------------------------------------------------------------

    def codebook_plan(self, source: str | Path | None = None, asked: NamedSteps | None = None) -> Plan:
        """What would become of the codes with another codebook, or with the study's own file as it was edited by hand.

        CodebookError for a step that cannot be, and for a code that would vanish from codings unsaid.
        """
        from secondcoder.study.codebook_change import plan_in_study

        return plan_in_study(self.corpus, self.codebook_file, source, asked)

    @changes("codebook change")
    def codebook_change(self, plan: Plan, source: str | Path | None = None, by: str | None = None) -> int:
        """Carry out a plan, in file and store or in neither; returns the change's number, 0 where there was nothing to do.

        Args:
            source: where the plan's codebook came from; its text, comments included, becomes the study's file. `by` signs the change.
        """
        from secondcoder.study.codebook_change import codebook_text, refuse_used_since

        refuse_used_since(plan, self.corpus.codings)
        if not plan:
            if (
                source is not None and plan.after != self.codebook_file
            ):  # in colours or GUIDs, which are no change of a code
                with self.with_codebook(plan.after, codebook_text(source)):
                    pass
            return 0
        with self.with_codebook(plan.after, codebook_text(source)), self.store.transaction(by or who()) as write:
            return write.add_change(plan.before, plan.after, plan.steps)

    @changes("codebook import")
    def codebook_import(self, source: str | Path) -> Codebook:
        """Take another codebook; InputError where that would change a coding or a pass: `codebook change` asks first."""
        from secondcoder.study.codebook_change import plan_of_import

        plan = plan_of_import(self.corpus, self.codebook_file, source)
        self.codebook_change(plan, source)
        return plan.after

    def codebook_history(self) -> list[dict[str, Any]]:
        """Every confirmed change, oldest first: number, when, who, codebook before and after, steps in words."""
        from secondcoder.study.codebook_change import history

        return history(self.corpus)

    def write_assignments(self, sheet: str | Path) -> int:
        """Write a sheet of the codings whose code was split and that have no new code yet; returns how many there are."""
        from secondcoder.study.code_assignment import write_sheet

        return write_sheet(self.workspace(), Path(sheet))

    @changes("codebook assign")
    def read_assignments(self, sheet: str | Path) -> Assigned:
        """Read a filled assignment sheet, all or nothing; TableError with every row that was changed or cannot be used."""
        from secondcoder.study.code_assignment import read_sheet

        return read_sheet(self.workspace(), Path(sheet))

    # -- learning and coding --------------------------------------------------------------------------------------------

    def train(self) -> dict[str, Any]:
        """Train a model version on all human codings and take it into use; returns its manifest.

        Before any coding, every code is ranked from the codebook alone, on all transcripts. BusyError while another training runs.
        """
        from secondcoder.training.train import train

        with self.alone("train") as workspace:
            return train(workspace)

    def retrain(self, promote: bool = False, called: str = "retrain") -> Retraining:
        """Train a candidate on all codings so far; it is deployed only if it is not worse than the model in use.

        Args:
            promote: take it into use whatever the gate says.
            called: the name of this training in the message to somebody who is refused another meanwhile.

        Raises:
            BusyError: another training is running.
        """
        from secondcoder.training.retrain import retrain

        with self.alone(called) as workspace:
            return retrain(workspace, promote)

    def evaluate(self, by: str | None = None) -> Evaluation:
        """Out-of-fold figures of the present recipe, and what limits each code; `by`: what is held out whole (`learning.group`)."""
        from secondcoder.training.evaluate import evaluate_recipe

        return evaluate_recipe(self.workspace(), by, limits=True)

    def errors_by_speaker(self, evaluation: Evaluation | None = None) -> pd.DataFrame:
        """Misses and false suggestions by role, case, wave and other attributes, out of fold, a row a value of an attribute.

        Of the model in use, from the predictions that it keeps, or of `evaluate`'s result. Columns: `speakers.report.COLUMNS`. No rows
        where the transcripts do not differ in what is known of them, or where a model keeps no such predictions.
        """
        from secondcoder.training.speaker_errors import errors_table_of

        return errors_table_of(self.workspace(), evaluation)

    def codebook_clinic(self, evaluation: Evaluation) -> list[ClinicCode]:
        """For codes on which people part, the fewest passages that separate their readings; from `evaluate`'s result."""
        from secondcoder.agreement.codebook_clinic import OutOfFoldSaid, codebook_clinic

        return codebook_clinic(self.workspace(), OutOfFoldSaid.of_evaluation(evaluation))

    def doubts(self, only_new: bool = False) -> LabelIssues:
        """Labels that the model in use contradicts out of fold, for a second look; `only_new`: on new transcripts only."""
        from secondcoder.suggestions.label_errors import label_issues

        return label_issues(self.workspace(), only_new)

    # -- agreement ------------------------------------------------------------------------------------------------------

    def agree(self, question: Question | None = None) -> AgreementReport:
        """Agreement among the study's coders, human and model; AgreementError when there is nothing to compare.

        The audit trail records a new margin before anything is computed, and the first report.
        """
        from secondcoder.agreement.study_report import Question, show_agreement

        return show_agreement(self.workspace(), question or Question())

    def disagreements(self, question: Question | None = None) -> list[Disagreement]:
        """Passages and codes on which people differ, settled or not: what adjudication by sheet and by page rests on."""
        from secondcoder.agreement.study_report import Question, disagreements_in_study

        return disagreements_in_study(self.workspace(), question or Question())

    @changes("agree --settle")
    def settle(
        self, sheet: str | Path, question: Question | None = None, adjudicator: str = "consensus"
    ) -> Adjudication:
        """Read an adjudication sheet, all or nothing; TableError with every row that was changed or cannot be used."""
        from secondcoder.agreement.study_report import Question, settle

        return settle(self.workspace(), Path(sheet), question or Question(model=False), adjudicator)

    # -- passages of a code ---------------------------------------------------------------------------------------------

    def passages(self, code: str, wanted: PassageFilter | None = None, suggested: bool = False) -> CodePassages:
        """Every passage of a code, across interviews; with `suggested` also what the model suggests and nobody decided on, apart."""
        from secondcoder.labels.code_passages import PassageFilter
        from secondcoder.study.passages import study_passages

        return study_passages(self.workspace(), code, wanted or PassageFilter(), suggested)

    def code_counts(self) -> list[CodeCount]:
        """How often each code was given, by whom, and how often it is suggested."""
        from secondcoder.study.passages import study_code_counts

        return study_code_counts(self.workspace())

    # -- what is here ---------------------------------------------------------------------------------------------------

    def status(self) -> dict[str, Any]:
        """Counts by case and code, the model in use, and the next step as a sentence."""
        from secondcoder.store.reading import StoreContent
        from secondcoder.study.status import study_status

        # Tables are read as they are asked for: most of them are not.
        try:
            with self.store.snapshot() as connection:
                return study_status(self.workspace(rows=StoreContent(connection)))
        except UnconfirmedError:  # or another command changed the codebook just now
            return study_status(self.workspace())

    def next_to_code(self, passages: int | None = None) -> dict[str, list[dict[str, Any]]]:
        """Up to three transcripts, and a round of passages (25 unless given), to code next, each with a reason."""
        from secondcoder.suggestions.next_passages import ROUND
        from secondcoder.suggestions.proposals import record_proposal, what_to_code_next

        workspace = self.workspace()
        found = what_to_code_next(workspace, passages or ROUND)
        if not self.store.is_only_read:  # whoever only looks at a study leaves nothing in it
            record_proposal(workspace, found.why)
        return {"transcripts": found.transcripts, "passages": found.passages}

    @classmethod
    def check(cls, folder: str | Path) -> list[str]:
        """Every fault of a study, with the command that mends it; empty when all is well."""
        from secondcoder.study.examine import examine

        return examine(Path(folder))[0]

    def back_up(self, to: str | Path | None = None) -> BackUp:
        """Copy the study into a new folder, or a .zip, that is a study itself, and verify it; by default beside this one."""
        from secondcoder.study.backup import back_up

        return back_up(self, to)

    def examine(self) -> tuple[list[str], list[str]]:
        """Every fault, as `check` gives them, and what is none but should be known, as `warnings`."""
        from secondcoder.study.examine import examine

        return examine(self.folder, self._progress)

    def warnings(self) -> list[str]:
        """What is no fault of the study, but should be known: codings that reach no segment, interviews that stand in it twice."""
        from secondcoder.study.check import warnings

        return list(warnings(self.workspace()))

    def check_audit(self, noted: str | None = None) -> Audit:
        """Verify the audit trail: recompute every hash and compare the tables; the event of a head `noted` earlier must be in it."""
        from secondcoder.audit.verify import verify

        return verify(self.store, noted)
