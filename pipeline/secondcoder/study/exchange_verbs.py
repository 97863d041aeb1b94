"""The verbs of a study for what comes in and goes out: files, projects, packs for coders far apart, tables for statistics."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

from secondcoder.study.change_lock import changes
from secondcoder.study.open_study import OpenStudy

if TYPE_CHECKING:
    from secondcoder.exchange.exporting import Exported
    from secondcoder.exchange.importing import ImportOptions, ImportResult
    from secondcoder.exchange.model_import import ModelImport, ModelImportOptions
    from secondcoder.exchange.pack.pack import Pack
    from secondcoder.exchange.tables.coding_sheet import SheetCounts
    from secondcoder.labels.respondents import By, Respondents
    from secondcoder.learning.pipeline import Progress
    from secondcoder.study.coding_sheet import OnlyPassages
    from secondcoder.study.pack_make import PackAsked
    from secondcoder.study.pack_merge import PackMerge


class ExchangeVerbs(OpenStudy):
    """What comes in and goes out: files, projects of other programs, packs for coders far apart, tables for statistics."""

    def import_files(self, paths: Iterable[str | Path], given: ImportOptions | None = None) -> ImportResult:
        """Import transcripts, coded data and folders of both, all or nothing.

        Formats are known by content; sub-folders are cases, and a table named `manifest` describes the files.

        Args:
            given: case, coder, interviewers and more; `ImportOptions(dry_run=True)` only says what would come in.

        Returns:
            What came in (`transcripts`, `codings`, `passes`), what was there already (`unchanged`), and `notes` to read.

        Raises:
            InputError: every fault with its place; nothing was imported.
        """
        from secondcoder.exchange.importing import ImportOptions
        from secondcoder.exchange.persist import Destination, import_files
        from secondcoder.study.follow_decisions import follow_where_taken
        from secondcoder.study.import_notes import with_study_notes

        options = replace(given or ImportOptions(), interviewer_roles=self.configuration.transcripts.interviewer_roles)
        with nullcontext() if options.dry_run else self.changing("import"):
            corpus = self.corpus
            following = partial(follow_where_taken, store=self.store, history=corpus.history)
            book = self._confirmed_codebook(corpus)
            into = Destination(corpus, book, self.transaction, self.with_codebook, following)
            reading = self._pipeline.telling("reading")
            return with_study_notes(import_files(into, [*map(Path, paths)], options, reading), corpus, self._pipeline)

    @changes("import")
    def import_model_codings(self, paths: Iterable[str | Path], given: ModelImportOptions) -> ModelImport:
        """Import coded data as what another model says, never as a person's coding, all or nothing.

        Raises:
            InputError: every fault with its place; nothing was imported.
        """
        from secondcoder.exchange.model_import import import_model_codings

        corpus = self.corpus
        book = self._confirmed_codebook(corpus)
        return import_model_codings(corpus, book, self.transaction, [*map(Path, paths)], given)

    def write_coding_sheet(
        self, path: str | Path, names: Iterable[str] = (), coder: str | None = None, only: OnlyPassages | None = None
    ) -> SheetCounts:
        """Write a sheet to code transcripts in, by default all, with what `coder` coded filled in; `import_files` reads it.

        With `only`, of the passages to code next, or of those that `coder` should code after somebody else.

        Raises:
            InputError: there is no such transcript, or none at all.
        """
        from secondcoder.study.coding_sheet import write_sheet

        return write_sheet(self.workspace(), Path(path), [*names], coder, only)

    def export(
        self,
        path: Path | None = None,
        form: str | None = None,
        as_made: bool = False,
        dialect: str = "",
        suggestions: bool = False,
    ) -> Exported:
        """All human codings and passes in a format of coded data, by default that of the file's suffix: to a file, or as text.

        Args:
            path: the file; without one, the result's `text` holds the content.
            as_made: in the codes as they were given, and not in the present ones.
            dialect: of a format that has several, which program it is for.
            suggestions: also what the model in use suggests and nobody decided on, blind passages apart.

        Raises:
            InputError: no format is written under the name `form`, or it cannot be written so.
        """
        from secondcoder.study.export_codings import export_codings

        return export_codings(self.workspace(), path, form, as_made=as_made, dialect=dialect, suggestions=suggestions)

    @changes("pack make")
    def pack_make(self, path: str | Path, asked: PackAsked | None = None) -> Pack:
        """Write what one coder far away needs into one file; in the folder that they opened it in, what they said, to come back.

        Raises:
            InputError: the file is there already, has another suffix, or the pack cannot be made as asked.
        """
        from secondcoder.study.pack_make import PackAsked, make_pack

        return make_pack(self.workspace(), Path(path), asked or PackAsked())

    @classmethod
    def pack_open(cls, path: str | Path, folder: str | Path, progress: Progress | None = None) -> Self:
        """Make a study's folder from a pack.

        Raises:
            InputError: the file is no pack. StudyError: the folder is not empty, or cannot be written.
        """
        from secondcoder.study.pack_open import open_pack

        open_pack(Path(path), Path(folder))
        return cls(folder, progress)

    def pack_merge_plan(self, path: str | Path) -> PackMerge:
        """What merging a pack that came back would do.

        Raises:
            InputError: it is no pack, or of another study, codebook or text.
        """
        from secondcoder.study.pack_merge import plan_merge

        return plan_merge(self.workspace(), self.store, Path(path))

    @changes("pack merge")
    def pack_merge(self, path: str | Path, plan: PackMerge | None = None) -> list[str]:
        """Take in what came back, in one transaction; returns notes on what stays.

        Raises:
            StudyError: a plan is out of date. InputError: it is no pack, or of another study, codebook or text.
        """
        from secondcoder.study.pack_merge import carry_out, refuse_outdated

        now = self.pack_merge_plan(path)
        refuse_outdated(plan or now, now)
        return carry_out(self.workspace(), self.store, now, Path(path))

    def export_respondents(
        self, path: str | Path, by: By | None = None, coders: str = "any", in_part: bool = False
    ) -> tuple[Respondents, list[Path]]:
        """Write the table of respondents and codes for R (.csv), Stata (.dta) or SPSS (.sav), by suffix; the table, and the files.

        Args:
            by: what a row is; by default what is held out whole in learning (`learning.group`).
            coders: whose codes: "any" coder's, "all" coders' or one's by name.
            in_part: a 0 also where only a part was looked through.

        Raises:
            InputError: another suffix, no such coder, or nobody coded anything.
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
