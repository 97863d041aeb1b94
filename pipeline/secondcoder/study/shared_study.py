"""The verbs of a study for people who work elsewhere: packs for coders far apart, tables for statistics."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Self

from secondcoder.study.open_study import OpenStudy

if TYPE_CHECKING:
    from secondcoder.exchange.pack.pack import Pack
    from secondcoder.labels.respondents import By, Respondents
    from secondcoder.learning.pipeline import Progress
    from secondcoder.study.pack_make import PackAsked
    from secondcoder.study.pack_merge import PackMerge


class SharedStudy(OpenStudy):
    """An open study, with these verbs."""

    def pack_make(self, path: str | Path, asked: PackAsked | None = None) -> Pack:
        """Write what one coder far away needs into one file; in the folder that they opened it in, what they said, to come back."""
        from secondcoder.study.pack_make import PackAsked, make_pack

        return make_pack(self.workspace(), Path(path), asked or PackAsked())

    @classmethod
    def pack_open(cls, path: str | Path, folder: str | Path, progress: Progress | None = None) -> Self:
        """Make a study's folder from a pack; InputError where the file is none."""
        from secondcoder.study.pack_open import open_pack

        open_pack(Path(path), Path(folder))
        return cls(folder, progress)

    def pack_merge_plan(self, path: str | Path) -> PackMerge:
        """What merging a pack that came back would do; InputError where it is of another study, codebook or text."""
        from secondcoder.study.pack_merge import plan_merge

        return plan_merge(self.workspace(), self.store, Path(path))

    def pack_merge(self, path: str | Path, plan: PackMerge | None = None) -> list[str]:
        """Take in what came back, in one transaction; notes on what stays. StudyError where a plan is out of date."""
        from secondcoder.study.pack_merge import carry_out

        return carry_out(self.workspace(), self.store, plan or self.pack_merge_plan(path), Path(path))

    def export_respondents(
        self, path: str | Path, by: By | None = None, coders: str = "any", in_part: bool = False
    ) -> tuple[Respondents, list[Path]]:
        """Write the table of respondents and codes for R (.csv), Stata (.dta) or SPSS (.sav), by suffix; the table, and the files.

        Args:
            by: what a row is; by default what is held out whole in learning (`learning.group`).
            coders: whose codes: "any" coder's, "all" coders' or one's by name.
            in_part: a 0 also where only a part was looked through.
        """
        from secondcoder.labels.respondents import RespondentOptions, respondents
        from secondcoder.reports.statistics_files import check_statistics_suffix, write_statistics

        check_statistics_suffix(Path(path))
        corpus, settings = self.corpus, self.configuration
        options = RespondentOptions(
            by or settings.learning.group,
            coders,
            in_part,
            settings.learning.roll_up,
            settings.segments.code_interviewer,
        )
        table = respondents(corpus, self._confirmed_codebook(corpus), options)
        return table, write_statistics(Path(path), table.variables, table.rows)
