"""One part done: its transcripts read, segmented, scored, and what is suggested kept, by a model that a process loads once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

from secondcoder.configuration import recipe_of
from secondcoder.engine.parts import Failed, Part, PartOutcome
from secondcoder.engine.reading import ReadingOptions, Talk, read_part
from secondcoder.engine.result_rows import result_rows, result_table
from secondcoder.engine.run_folder import RunFolder
from secondcoder.errors import InputError, ModelError, PluginError, StudyError
from secondcoder.suggestions.suggester import Suggester, open_suggester
from secondcoder.workspace import Workspace

AT_ONCE = 250
"""Turns of transcripts that are scored together: enough for embedders that work in batches, and bounded in memory."""


@dataclass(frozen=True)
class PartWork:
    """What does the parts of a run, in any process that sees the study's folder and the run's.

    It can be pickled and holds no talk: paths, options, and what the run is.

    Attributes:
        study, run: the folders, absolute.
        open_workspace: the workspace of a study's folder, with a model version or the one in use; a function of a module.
        version: the model version that was asked for, None for the one in use.
        everything, as_coder: see `suggestions.suggester`.
        identity: what `identity_of` must give in every process.
    """

    study: Path
    run: Path
    open_workspace: Callable[[Path, str | None], Workspace] = field(compare=False)
    version: str | None = None
    everything: bool = False
    as_coder: str | None = None
    reading: ReadingOptions = field(default_factory=ReadingOptions)
    identity: str = ""

    def __call__(self, part: Part, tell: Callable[[int], None] | None = None) -> PartOutcome:
        """Do a part, unless it is done.

        Args:
            tell: called as work goes on, with how much of the part's size is done.

        Raises:
            StudyError: nothing can be written, or the study is not what it was. ModelError: the model cannot be used.
        """
        run = RunFolder(self.run)
        return run.outcome(part) or self._done(part, run, tell or (lambda _: None))

    def check(self) -> None:
        """ModelError where the study's model, codebook, settings or secondcoder are not the run's."""
        _suggester(self)

    def _done(self, part: Part, run: RunFolder, tell: Callable[[int], None]) -> PartOutcome:
        suggester = _suggester(self)
        book = suggester.workspace.codebook
        failed: list[Failed] = []
        rows: list[dict[str, Any]] = []
        done = Counter[str]()
        try:
            for talks in _batches(read_part(part, run.tables, self.reading, book), failed):
                suggested = suggester.suggest([talk.transcript for talk in talks])
                rows += result_rows(talks, suggested, book)
                done["rows"] += sum(len(talk.units) for talk in talks)
                done["transcripts"] += len(talks)
                done["segments"] += len(suggested.segments)
                done["size"] += sum(len(talk.transcript.text) for talk in talks)
                tell(min(done["size"], part.size))
        except (StudyError, ModelError, PluginError, MemoryError):
            raise  # of no part, but of all
        except InputError as error:
            return PartOutcome(part.name, error=str(error))
        except Exception as error:
            return PartOutcome(part.name, error=f"{type(error).__name__}: {error}")
        codes = dict(sorted(Counter(row["code"] for row in rows).items()))
        outcome = PartOutcome(part.name, done["rows"], done["transcripts"], done["segments"], codes, tuple(failed))
        run.write_part(part, result_table(rows), outcome)
        return outcome


def identity_of(workspace: Workspace) -> dict[str, Any]:
    """What decides, beside text and options, what is suggested: the model version, its codebook, the embedder, the settings.

    Raises:
        ModelError: there is no model.
    """
    if workspace.version is None:
        raise ModelError("There is no model yet. Train one: secondcoder train")
    manifest = workspace.manifest
    return {
        "secondcoder": installed("secondcoder"),
        "model": workspace.version,
        "model_sha256": manifest.get("sha256") or manifest.get("arrays_sha256"),
        # This process's own, whose precision the id tells: a version also fits where its vectors are computed otherwise.
        "embedder": workspace.embedder.id,
        "codebook": workspace.codebook.hash,
        "settings": {
            **recipe_of(workspace.configuration),
            "transcripts": workspace.configuration.transcripts.model_dump(mode="json"),
        },
    }


@lru_cache(maxsize=1)
def _suggester(work: PartWork) -> Suggester:
    workspace = work.open_workspace(work.study, work.version)
    if digest_of(identity_of(workspace)) != work.identity:
        raise ModelError(
            "The study's model, codebook or settings, secondcoder itself, or what computes the vectors (here "
            f"{workspace.embedder.id}) are not those that this run began with. Begin anew in another folder, or go on with the model "
            "version that it began with (--model). Where processors differ, set one precision for all: [embedding] precision."
        )
    return open_suggester(workspace, everything=work.everything, as_coder=work.as_coder)


def release() -> None:
    """Let go of the model that this process loaded."""
    _suggester.cache_clear()


def digest_of(identity: Mapping[str, Any]) -> str:
    """A short name of it, the same in every process."""
    return sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()


def _batches(read: Iterator[Talk | Failed], failed: list[Failed]) -> Iterator[list[Talk]]:
    """Transcripts to be scored together, no two of one name; what could not be read joins `failed`."""
    batch: dict[str, Talk] = {}
    turns = 0
    for each in read:
        if isinstance(each, Failed):
            failed.append(each)
            continue
        if batch and (turns + len(each.transcript.turns) > AT_ONCE or each.transcript.id in batch):
            yield list(batch.values())
            batch, turns = {}, 0
        batch[each.transcript.id] = each
        turns += len(each.transcript.turns)
    if batch:
        yield list(batch.values())
