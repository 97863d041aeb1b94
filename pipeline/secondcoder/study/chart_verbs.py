"""The verbs of a study from codes to findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from secondcoder.study.change_lock import changes
from secondcoder.study.open_study import OpenStudy

if TYPE_CHECKING:
    from secondcoder.charting.corrected import CorrectedCounts
    from secondcoder.charting.findings import Findings
    from secondcoder.charting.notes_sheet import NotesTaken
    from secondcoder.charting.question import ChartQuestion


class ChartVerbs(OpenStudy):
    """Findings: the framework matrix with all that follows from it, and corrected counts."""

    def chart(self, question: ChartQuestion | None = None) -> Findings:
        """The framework matrix and all that follows from it, as pandas tables (`tables`) and sentences.

        Raises:
            InputError: there is no such code, case or attribute.
        """
        from secondcoder.charting.findings import findings

        return findings(self.workspace(), question)

    @changes("chart --read")
    def read_notes(self, sheet: str | Path) -> NotesTaken:
        """Take summaries and lights of the matrix from a filled workbook, all or nothing.

        Raises:
            TableError: every row that cannot be used.
        """
        from secondcoder.charting.notes_sheet import read_notes

        return read_notes(self.workspace(), Path(sheet), list(self.configuration.charting.levels))

    def corrected_counts(
        self,
        codes: Sequence[str] | None = None,
        by: str = "case",
        compare: str | Mapping[str, str] | None = None,
    ) -> CorrectedCounts:
        """How often codes occur, the model's suggestions corrected by passages that were drawn and coded without them.

        Args:
            codes: by id or name; by default all that are suggested.
            by: what has a prevalence of its own: "case", "participant" or "transcript".
            compare: an attribute whose values are compared, or transcript -> group; by default what `by` names.

        Raises:
            InputError: nothing was drawn with known probability, or part of it is not coded; or there is no such code or attribute.
        """
        from secondcoder.charting.corrected import corrected_counts

        return corrected_counts(self.workspace(), codes, by, compare)
