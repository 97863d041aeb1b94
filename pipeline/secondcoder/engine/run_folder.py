"""The folder of a batch run: what the run is, its parts as they are done, and in the end its result.

    run.json               the model, the options and the input; whoever goes on must bring the same
    inputs.jsonl           the files, each with size and SHA-256; parts.jsonl the parts they were cut into
    tables/                rows of tables, as parts are taken from them
    parts/000001.parquet   what was suggested in part 1, with its counts and faults, and a checksum a page
    suggestions.parquet, summary.json, failed.jsonl

Each file is written beside its place, flushed and put there in one step, so that a killed process leaves no part half done. Several
processes may work in one folder, on one machine or on many that share it: a part that two of them do has the same bytes.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from secondcoder.domain.json_text import parse_json
from secondcoder.engine.parts import Failed, Part, PartOutcome, TalkFile
from secondcoder.errors import InputError, StudyError

if TYPE_CHECKING:
    import pyarrow

RUN, INPUTS, PARTS_LIST = "run.json", "inputs.jsonl", "parts.jsonl"
TABLES, PARTS = "tables", "parts"
RESULT, SUMMARY, FAILED = "suggestions.parquet", "summary.json", "failed.jsonl"
OWN = frozenset((RUN, INPUTS, PARTS_LIST, TABLES, PARTS, RESULT, SUMMARY, FAILED))
DRAFT = ".draft"
OUTCOME = b"secondcoder"
"""The key of a part's counts in its file's metadata."""


@dataclass(frozen=True)
class RunFolder:
    """A run's folder, there or to be made."""

    path: Path

    @property
    def tables(self) -> Path:
        """Where the rows of tables lie."""
        return self.path / TABLES

    @property
    def result(self) -> Path:
        """The file of all suggestions."""
        return self.path / RESULT

    def part_file(self, part: Part) -> Path:
        """Where a part lies once it is done."""
        return self.path / PARTS / f"{part.name}.parquet"

    # -- what the run is ------------------------------------------------------------------------------------------------

    def about(self) -> dict[str, Any] | None:
        """What `begin` wrote; None in a folder where no run has begun.

        Raises:
            InputError: the folder holds something else, which a run must not be mixed with.
        """
        try:
            return dict(parse_json((self.path / RUN).read_text(encoding="utf-8")))
        except FileNotFoundError:
            self._refuse_foreign()
            return None
        except NotADirectoryError:
            raise InputError(f"{self.path} is a file, not a folder. Nothing was written.") from None
        except (OSError, ValueError) as error:
            raise InputError(f"{self.path / RUN} cannot be read ({error}). Begin anew in another folder.") from None

    def _refuse_foreign(self) -> None:
        names = {each.name for each in self.path.iterdir()} if self.path.is_dir() else set()
        if strange := sorted(name for name in names - OWN if not name.endswith(DRAFT)):
            raise InputError(
                f"{self.path} holds other things ('{strange[0]}') and no run. Name a new or empty folder. Nothing was written."
            )

    def begin(self, about: Mapping[str, Any], inputs: Iterable[Mapping[str, Any]], parts: Iterable[Part]) -> None:
        """Write what the run is, `run.json` last, by which it has begun."""
        self.write_lines(INPUTS, inputs)
        self.write_lines(PARTS_LIST, map(asdict, parts))
        self.write_text(RUN, json.dumps(about, indent=2, ensure_ascii=False) + "\n")

    def inputs(self) -> Iterator[dict[str, Any]]:
        """What `begin` was given."""
        yield from self._lines(INPUTS)

    def parts(self, now: Sequence[Path] = ()) -> list[Part]:
        """The parts in their order.

        Args:
            now: where each of the inputs lies now, if it does not lie where it did.
        """
        paths = dict(zip((each["path"] for each in self.inputs()), now, strict=False))
        return [_part(line, paths) for line in self._lines(PARTS_LIST)]

    def _lines(self, name: str) -> Iterator[dict[str, Any]]:
        with (self.path / name).open(encoding="utf-8", errors="surrogateescape") as lines:
            yield from map(json.loads, lines)

    # -- parts ----------------------------------------------------------------------------------------------------------

    def outcome(self, part: Part) -> PartOutcome | None:
        """What became of a part; None where it is not done, or its file is not whole, which is then done again."""
        done = self.done(part)
        return done and done[0]

    def done(self, part: Part) -> tuple[PartOutcome, pyarrow.Table] | None:
        """The same, with what was suggested."""
        import pyarrow
        import pyarrow.parquet

        try:
            table = pyarrow.parquet.read_table(self.part_file(part), page_checksum_verification=True)
            told = json.loads(table.schema.metadata[OUTCOME])
            if told["sha256"] != part.sha256 or len(table) != sum(told["codes"].values()):
                return None
            failed = tuple(Failed(**each) for each in told["failed"])
            outcome = PartOutcome(part.name, told["rows"], told["transcripts"], told["segments"], told["codes"], failed)
        except (OSError, ValueError, KeyError, TypeError, pyarrow.ArrowException):
            return None
        return outcome, table.replace_schema_metadata(None)

    def write_part(self, part: Part, table: pyarrow.Table, outcome: PartOutcome) -> None:
        """Keep a part's suggestions, with what became of it."""
        import pyarrow.parquet

        told = {"sha256": part.sha256, **asdict(replace(outcome, error=""))}
        table = table.replace_schema_metadata({OUTCOME: json.dumps(told, sort_keys=True, ensure_ascii=False)})
        with self.written(self.part_file(part)) as draft:
            pyarrow.parquet.write_table(table, draft, compression="zstd", write_page_checksum=True)

    # -- files, whole or not at all -------------------------------------------------------------------------------------

    @contextmanager
    def written(self, path: Path) -> Iterator[Path]:
        """The path to write to, whose file stands at `path` once it is whole and flushed; StudyError where that cannot be."""
        draft = path.with_name(f".{path.name}.{socket.gethostname()}.{os.getpid()}{DRAFT}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            yield draft
            with draft.open("rb+") as file:
                os.fsync(file.fileno())
            draft.replace(path)
        except OSError as error:
            if isinstance(error, FileNotFoundError) and path.is_file():
                return  # another process did the same meanwhile, ended the run and cleared up
            raise StudyError(
                f"{path} could not be written ({error.strerror or error}). What was done before stays; "
                "the same command goes on from there."
            ) from None
        finally:
            with suppress(OSError):
                draft.unlink(missing_ok=True)

    def write_text(self, name: str, text: str) -> None:
        """A file of the folder."""
        with self.written(self.path / name) as draft:
            draft.write_text(text, encoding="utf-8")

    def write_lines(self, name: str, records: Iterable[Mapping[str, Any]]) -> None:
        """A file of the folder, an object a line."""
        with (
            self.written(self.path / name) as draft,
            draft.open("w", encoding="utf-8", errors="surrogateescape") as file,
        ):
            file.writelines(json.dumps(record, ensure_ascii=False, default=str) + "\n" for record in records)

    def leave(self) -> None:
        """Take away the folders of a run that could not begin, where they are empty."""
        for folder in (self.tables, self.path):
            with suppress(OSError):
                folder.rmdir()

    def clear_drafts(self) -> None:
        """Take away what killed processes left; to be called when nothing is left to do."""
        for folder in (self.path, self.path / PARTS, self.tables):
            for draft in folder.glob(f".*{DRAFT}"):
                with suppress(OSError):
                    draft.unlink(missing_ok=True)


def _part(line: dict[str, Any], now: Mapping[str, Path]) -> Part:
    def path(written: str) -> Path:
        return now.get(written, Path(written))

    files = tuple(
        TalkFile(path(of["path"]), of["name"], tuple(of["folders"]), tuple(map(path, of["beside"])))
        for of in line["files"]
    )
    return Part(**{**line, "files": files})
