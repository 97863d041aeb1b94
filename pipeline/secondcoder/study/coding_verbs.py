"""The verbs by which a study's model suggests codes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from secondcoder.study.exchange_verbs import ExchangeVerbs

if TYPE_CHECKING:
    from secondcoder.learning.assessment.recall_control import RecallPlan
    from secondcoder.study.batch_run import BatchOptions, BatchRun, RunProgress
    from secondcoder.suggestions.code import CodingRun


class CodingVerbs(ExchangeVerbs):
    """Suggestions of the model in use, for the study or for files of any size."""

    def code(
        self,
        paths: Iterable[str | Path] = (),
        *,
        everything: bool = False,
        recall: float | None = None,
        as_coder: str | None = None,
        version: str | None = None,
    ) -> CodingRun:
        """Suggest codes for transcripts without a human coding pass, or for those in `paths`; human codings are never touched.

        Args:
            everything: also codes below their threshold, without evidence, and codes whose suggestions are withheld.
            recall: list the passages to read for this share of the marks (0.5 to 0.99), in the table alone.
            as_coder: suggest what this coder would code, in the table alone; by default what the team would.
            version: by default the one in use; an earlier one suggests the same again, by default on the transcripts it coded before.

        Returns:
            The run: `table`, a data frame with a row a suggestion (columns as in `suggestions`), the version, codes withheld with the
            reason, and how new transcripts compare with those learned from.

        Raises:
            ModelError: there is no model, or it does not fit the study. InputError: every transcript is coded, a file cannot be
                imported, or the target or coder cannot be used.
        """
        from secondcoder.suggestions.code import code

        self.store.refuse_if_only_read()
        files, workspace = list(paths), self.workspace(version)
        if not files:
            return code(workspace, everything=everything, recall=recall, as_coder=as_coder)
        model = workspace.load_model()[1]  # refused before anything is imported
        if as_coder is not None:
            model.as_coded_by(as_coder)
        named = self.import_files(files).named
        # A new snapshot: the first lacks what was imported.
        return code(workspace.now(), named, everything=everything, recall=recall, as_coder=as_coder)

    def code_batch(
        self,
        paths: Iterable[str | Path],
        out: str | Path,
        asked: BatchOptions | None = None,
        tell: Callable[[RunProgress], None] = lambda progress: None,
    ) -> BatchRun:
        """Suggest codes for files, folders and tables of any size into the folder `out`, part by part; the study is only read.

        A run that was stopped goes on where it was.

        Raises:
            InputError: another run is in the folder, or a file cannot be read. ModelError: there is no model, or it does not fit.
        """
        from secondcoder.study.batch_run import BatchOptions, batch_run

        asked = asked or BatchOptions()
        return batch_run(self.workspace(asked.version), [*map(Path, paths)], Path(out), asked, tell)

    def recall_plan(self, target: float, *, everything: bool = False) -> RecallPlan:
        """What to read for a recall target, the promise, and the reading that it costs.

        Args:
            target: the share of the marks to find, 0.5 to 0.99.

        Raises:
            InputError: the target is out of range, or no code is scored yet. ModelError: there is no model.
        """
        from secondcoder.suggestions.code import plan_recall

        return plan_recall(self.workspace(), target, everything=everything)
