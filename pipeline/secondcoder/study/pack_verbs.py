"""The verbs of a study for coders far apart: make a pack, open one, merge what comes back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Self

from secondcoder.study.open_study import OpenStudy

if TYPE_CHECKING:
    from secondcoder.exchange.pack.pack import Pack
    from secondcoder.learning.pipeline import Progress
    from secondcoder.study.pack_make import PackAsked
    from secondcoder.study.pack_merge import PackMerge


class StudyOfPacks(OpenStudy):
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
