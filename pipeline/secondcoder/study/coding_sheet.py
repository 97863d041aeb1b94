"""The coding sheet of a study: which transcripts, cut as learning cuts them, and what its coder coded on their own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from secondcoder.corpus import independent, of_coder
from secondcoder.domain.names import ByName, known_name
from secondcoder.domain.records import Place
from secondcoder.errors import InputError, did_you_mean
from secondcoder.exchange.tables.coding_sheet import SHEET, SheetCounts, write_coding_sheet
from secondcoder.suggestions.counting_sample import draw_to_count, record_draw
from secondcoder.suggestions.double_coding import passages_to_code_twice
from secondcoder.suggestions.proposals import record_proposal, what_to_code_next
from secondcoder.workspace import Workspace


@dataclass(frozen=True)
class OnlyPassages:
    """So many passages to code `next`, or for a sheet's coder to code `twice`, after somebody else, or a `sample` to count by."""

    next: int = 0
    twice: int = 0
    sample: int = 0


def write_sheet(
    workspace: Workspace,
    path: Path,
    names: Sequence[str],
    coder: str | None,
    only: OnlyPassages | None = None,
) -> SheetCounts:
    """Write the sheet of the transcripts of these names, by default of all; with `only`, of some passages, wherever they are."""
    SHEET.check_suffix(path)
    if only:
        return _write_passages(workspace, path, coder, only)
    by_name = ByName(workspace.corpus.by_id)
    unknown = [name for name in names if name not in by_name]
    if unknown:
        near = did_you_mean(unknown[0], by_name)
        raise InputError(f"transcript '{unknown[0]}' is not in the study.{near} Nothing was written.")
    if not by_name:
        raise InputError(
            "The study has no transcripts yet. Bring them in: secondcoder import FILES. Nothing was written."
        )
    chosen = {by_name[name].id: by_name[name] for name in names} or dict(workspace.corpus.by_id)
    coder = known_name(coder, workspace.corpus.coders) if coder else None
    codings = [
        mark for mark in independent(of_coder(workspace.corpus.codings, coder or "")) if mark.transcript in chosen
    ]
    passes = [mark for mark in independent(of_coder(workspace.corpus.passes, coder or "")) if mark.transcript in chosen]
    transcripts = [*chosen.values()]
    segments = workspace.segments(transcripts)
    return write_coding_sheet(path, transcripts, segments, (codings, passes), workspace.codebook, coder)


def _write_passages(workspace: Workspace, path: Path, coder: str | None, only: OnlyPassages) -> SheetCounts:
    if only.sample:
        drawn = draw_to_count(workspace, only.sample, coder or "")
        counts = _write(workspace, path, drawn.made.coder, drawn.to_code)
        record_draw(workspace, drawn.made)
        return counts
    if only.twice:
        coder = known_name(coder or "", workspace.corpus.coders)
        why = passages_to_code_twice(workspace, coder, only.twice)
    else:
        why = what_to_code_next(workspace, only.next).why
    counts = _write(workspace, path, coder, why.keys())
    # Not before the sheet is there: what nobody was asked to code was not proposed.
    record_proposal(workspace, why, coder if only.twice else None)
    return counts


def _write(workspace: Workspace, path: Path, coder: str | None, places: Collection[Place]) -> SheetCounts:
    transcripts = [workspace.corpus.by_id[name] for name in sorted({name for name, _, _ in places})]
    segments = workspace.segments(transcripts)
    return write_coding_sheet(path, transcripts, segments, ([], []), workspace.codebook, coder, places)
