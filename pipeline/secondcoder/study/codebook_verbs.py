"""The verbs of a study on its codebook: another one planned, taken in, its history, and codings of codes that were split."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from secondcoder.codebook.model import Codebook
from secondcoder.study.change_lock import changes
from secondcoder.study.folder import who
from secondcoder.study.open_study import OpenStudy

if TYPE_CHECKING:
    from secondcoder.codebook.plan import NamedSteps, Plan
    from secondcoder.study.code_assignment import Assigned
    from secondcoder.study.plain_records import ListedChange


class CodebookVerbs(OpenStudy):
    """The codebook: another one planned and carried out, its history, codings of codes that were split."""

    def codebook_plan(self, source: str | Path | None = None, asked: NamedSteps | None = None) -> Plan:
        """What would become of the codes with another codebook, or with the study's own file as it was edited by hand.

        Args:
            source: a codebook's file, or the name of a shipped one; by default the study's codebook.yml as it stands.
            asked: what becomes of codes that are gone: renamed, merged, split, retired.

        Raises:
            CodebookError: a step cannot be, or a code would vanish from codings unsaid.
        """
        from secondcoder.study.codebook_change import plan_in_study

        return plan_in_study(self.corpus, self.codebook_file, source, asked)

    @changes("codebook change")
    def codebook_change(self, plan: Plan, source: str | Path | None = None, by: str | None = None) -> int:
        """Carry out a plan, in file and store or in neither; returns the change's number, 0 where there was nothing to do.

        Args:
            source: where the plan's codebook came from; its text, comments included, becomes the study's file. `by` signs the change.

        Raises:
            StudyError: somebody coded, since the plan was made, with a code that it removes.
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
        """Take another codebook, and return it.

        Raises:
            InputError: it would change a coding or a pass (`codebook_plan` says how, `codebook_change` does it), or is no codebook.
        """
        from secondcoder.study.codebook_change import plan_of_import

        plan = plan_of_import(self.corpus, self.codebook_file, source)
        self.codebook_change(plan, source)
        return plan.after

    def codebook_history(self) -> list[ListedChange]:
        """Every confirmed change, oldest first."""
        from secondcoder.study.codebook_change import history

        return cast("list[ListedChange]", history(self.corpus))

    def write_assignments(self, sheet: str | Path) -> int:
        """Write a sheet of the codings whose code was split and that have no new code yet; returns how many there are.

        Raises:
            InputError: the sheet is neither .xlsx nor .csv. StudyError: it cannot be written.
        """
        from secondcoder.study.code_assignment import write_sheet

        return write_sheet(self.workspace(), Path(sheet))

    @changes("codebook assign")
    def read_assignments(self, sheet: str | Path) -> Assigned:
        """Read a filled assignment sheet, all or nothing.

        Raises:
            TableError: every row that was changed or cannot be used.
        """
        from secondcoder.study.code_assignment import read_sheet

        return read_sheet(self.workspace(), Path(sheet))
