"""The verbs of a study on agreement among its coders, human and model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from secondcoder.study.change_lock import changes
from secondcoder.study.open_study import OpenStudy

if TYPE_CHECKING:
    from secondcoder.agreement import Adjudication, AgreementReport
    from secondcoder.agreement.disagreements import Disagreement
    from secondcoder.agreement.study_report import Question


class AgreementVerbs(OpenStudy):
    """Agreement among coders, human and model; disagreements, and how they were settled."""

    def agree(self, question: Question | None = None) -> AgreementReport:
        """Agreement among the study's coders, human and model; `table()` of the result has a row a pair, scope and code.

        The audit trail records a new margin before anything is computed, and the first report.

        Args:
            question: which coders, codes, cases and units; all coders, on segments, by default.

        Raises:
            AgreementError: nothing can be compared: one coder, no shared unit, a code that nobody used, other codebooks.
        """
        from secondcoder.agreement.study_report import Question, show_agreement

        return show_agreement(self.workspace(), question or Question())

    def disagreements(self, question: Question | None = None) -> list[Disagreement]:
        """Passages and codes on which people differ, settled or not: what adjudication by sheet and by page rests on.

        Raises:
            AgreementError: fewer than two people coded, or they shared no unit.
        """
        from secondcoder.agreement.study_report import Question, disagreements_in_study

        return disagreements_in_study(self.workspace(), question or Question())

    @changes("agree --settle")
    def settle(
        self, sheet: str | Path, question: Question | None = None, adjudicator: str = "consensus"
    ) -> Adjudication:
        """Read an adjudication sheet, all or nothing.

        Args:
            adjudicator: the coder's name under which the settled codings are kept.

        Raises:
            TableError: every row that was changed or cannot be used.
        """
        from secondcoder.agreement.study_report import Question, settle

        return settle(self.workspace(), Path(sheet), question or Question(model=False), adjudicator)
