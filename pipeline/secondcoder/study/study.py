"""A study: one method for each verb of the command line, which reads the store once and hands it on.

Each verb writes in one transaction or not at all. Verbs stand by what they are about, in the order of the work, a class a group.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from secondcoder.errors import UnconfirmedError
from secondcoder.study.agreement_verbs import AgreementVerbs
from secondcoder.study.chart_verbs import ChartVerbs
from secondcoder.study.codebook_verbs import CodebookVerbs
from secondcoder.study.coding_verbs import CodingVerbs
from secondcoder.study.frame_verbs import FrameVerbs
from secondcoder.study.learning_verbs import LearningVerbs
from secondcoder.study.model_verbs import ModelVerbs
from secondcoder.study.record_verbs import RecordVerbs
from secondcoder.study.transcript_verbs import TranscriptVerbs

if TYPE_CHECKING:
    from secondcoder.labels.code_counts import CodeCount
    from secondcoder.labels.code_passages import CodePassages, PassageFilter
    from secondcoder.learning.pipeline import Progress
    from secondcoder.study.backup import BackUp
    from secondcoder.study.plain_records import Status


class Study(
    CodingVerbs,
    TranscriptVerbs,
    CodebookVerbs,
    LearningVerbs,
    ModelVerbs,
    AgreementVerbs,
    ChartVerbs,
    FrameVerbs,
    RecordVerbs,
):
    """A study: a folder with its settings, codebook, store and models, and the verbs of the workflow.

        with Study.create("my-study", "npt") as study:
            study.import_files(["interviews", "codes.csv"])
            study.train()
            suggestions = study.code().table

    Verbs in the order of the work: `import_files`, `import_table`, `import_transcripts` | `codebook_plan`, `codebook_change` |
    `next_to_code`, `train`, `evaluate`, `retrain`, `doubts` | `code`, `code_batch` | `models`, `models_use` | `agree`, `settle` |
    `chart`, `passages` | `transcripts`, `turns`, `codings`, `suggestions`, `decisions` and others as data frames | `export`,
    `export_methods`, `export_audit`. Deciding on suggestions happens in the browser: `secondcoder review`.

    Offsets count Unicode code points of a transcript's text, end exclusive, as Python slices do. Times are UTC. Probabilities and
    rates lie in [0, 1]. Nothing is sent anywhere; `secondcoder.refuse_connections()` makes sure of it.

    Args:
        folder: the study's.
        progress: called during long work: (what, done, total).

    Raises:
        StudyError: the folder is no study, is damaged, or was made by a newer secondcoder. Every verb raises it where the store or the
            folder cannot be read or written, and where what a verb rests on was changed meanwhile; its kind UnconfirmedError where
            codebook.yml was edited and nobody confirmed what that changes.
        BusyError: a verb that changes the study waited too long for another one; one that trains found a training under way.
    """

    @classmethod
    def open(cls, folder: str | Path, progress: Progress | None = None) -> Study:
        """The study in a folder; to be closed, or used in a `with` block.

        Raises:
            StudyError: the folder is no study, is damaged, or was made by a newer secondcoder.
        """
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
            folder: new or empty.
            codebook: the name of a shipped one, a codebook's file of any format that is read, or "none" for one without codes.
            store: the URL of an empty database; by default the store is a file in the folder.
            language: that of the talk, by code or name, such as "de" or "German" (docs/languages.md).

        Raises:
            StudyError: the folder is a study already, is not empty or cannot be written. InputError: there is no such codebook or
                language, or the codebook cannot be read.
        """
        # Each verb imports what it needs: opening a study must not wait for torch and spaCy.
        from secondcoder.study.create import create_study

        create_study(Path(folder), codebook, store, language)
        return cls(folder, progress)

    @classmethod
    def join(cls, folder: str | Path, store: str, language: str = "en") -> Study:
        """Make a new or empty folder another one of the study that the database at the URL `store` holds.

        Raises:
            StudyError: the folder is not empty, or the database holds no study or cannot be reached.
        """
        from secondcoder.study.create import join_study

        join_study(Path(folder), store, language)
        return cls(folder)

    # -- passages of a code ---------------------------------------------------------------------------------------------

    def passages(self, code: str, wanted: PassageFilter | None = None, suggested: bool = False) -> CodePassages:
        """Every passage of a code, across interviews, in the order of the text.

        Args:
            code: id, name or alias. wanted: only of some coders, cases, waves, roles or valences.
            suggested: also what the model suggests and nobody decided on, apart.

        Raises:
            InputError: there is no such code, coder or case.
        """
        from secondcoder.labels.code_passages import PassageFilter
        from secondcoder.study.passages import study_passages

        return study_passages(self.workspace(), code, wanted or PassageFilter(), suggested)

    def code_counts(self) -> list[CodeCount]:
        """How often each code was given, by whom, and how often it is suggested."""
        from secondcoder.study.passages import study_code_counts

        return study_code_counts(self.workspace())

    # -- what is here ---------------------------------------------------------------------------------------------------

    def status(self) -> Status:
        """Counts by case and code, the model in use, and the next step as a sentence."""
        from secondcoder.store.reading import StoreContent
        from secondcoder.study.status import study_status

        # Tables are read as they are asked for: most of them are not.
        try:
            with self.store.snapshot() as connection:
                return cast("Status", study_status(self.workspace(rows=StoreContent(connection))))
        except UnconfirmedError:  # or another command changed the codebook just now
            return cast("Status", study_status(self.workspace()))

    def _repr_html_(self) -> str:
        """What a notebook shows: counts, the model in use, and the next step."""
        from secondcoder.study.status import in_notebook

        return in_notebook(self.folder.name, self.status())

    @classmethod
    def check(cls, folder: str | Path) -> list[str]:
        """Every fault of a study, with the command that mends it; empty when all is well."""
        from secondcoder.study.examine import examine

        return examine(Path(folder))[0]

    def back_up(self, to: str | Path | None = None) -> BackUp:
        """Copy the study into a new folder, or a .zip, that is a study itself, and verify it.

        Args:
            to: by default beside this one, with the day in its name.

        Raises:
            InputError: `to` is there already, or lies within the study. StudyError: the copy cannot be written, or is not whole; then
                nothing of it is left.
        """
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
