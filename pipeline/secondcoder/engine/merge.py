"""The result of a batch run, put together from its parts one by one: the table, what it comes to, and what failed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

from secondcoder.domain.wording import counted, first_of
from secondcoder.engine.parts import Failed, Part, totals
from secondcoder.engine.result_rows import schema
from secondcoder.engine.run_folder import FAILED, RESULT, SUMMARY, RunFolder
from secondcoder.errors import InputError, StudyError

if TYPE_CHECKING:
    import pyarrow

ROW_GROUP = 20_000
"""Rows of the result that stand together; more where a part has more."""
NAMED = 12
"""Missing parts that a message names."""


def missing_parts(run: RunFolder) -> list[Part]:
    """The parts that are not done, or whose files are not whole."""
    return [part for part in run.parts() if run.outcome(part) is None]


def merge(run: RunFolder) -> dict[str, Any]:
    """Write the result and give its summary; the same bytes each time, and from whichever processes the parts came.

    Raises:
        InputError: no run has begun in the folder, or parts are missing: which, and what to do.
        StudyError: the result cannot be written.
    """
    about = run.about()
    if about is None:
        raise InputError(f"No run has begun in {run.path}: secondcoder code PATH... --out {run.path}/")
    parts = run.parts()
    if missing := missing_parts(run):
        raise InputError(
            f"{counted(len(missing), 'part')} of {len(parts):,} are not done: {ranges(missing)}. "
            f"Do them, and merge: {about['command']}"
        )
    with run.written(run.path / RESULT) as draft:
        _write(run, parts, str(draft))
    run.write_lines(FAILED, map(asdict, _failed(run, parts)))
    summary = _summary(run, parts, about)
    run.write_text(SUMMARY, json.dumps(summary, indent=2, ensure_ascii=False) + "\n")
    run.clear_drafts()
    return summary


def ranges(parts: Sequence[Part]) -> str:
    """'3, 7-12 and 4 more'."""
    runs = [
        [part for _, part in group] for _, group in groupby(enumerate(parts), lambda each: each[1].number - each[0])
    ]
    spans = [str(run[0].number) if len(run) == 1 else f"{run[0].number}-{run[-1].number}" for run in runs]
    return first_of(spans, NAMED)


def _write(run: RunFolder, parts: Sequence[Part], path: str) -> None:
    import pyarrow
    import pyarrow.parquet

    waiting: list[pyarrow.Table] = []
    with pyarrow.parquet.ParquetWriter(path, schema(), compression="zstd", write_page_checksum=True) as writer:
        for part in parts:
            waiting.append(_table(run, part))
            if part is parts[-1] or sum(map(len, waiting)) >= ROW_GROUP:
                writer.write_table(pyarrow.concat_tables(waiting), row_group_size=2**31 - 1)
                waiting = []


def _table(run: RunFolder, part: Part) -> pyarrow.Table:
    if done := run.done(part):
        return done[1]
    raise StudyError(f"Part {part.number} was damaged just now. The same command does it again.")


def _failed(run: RunFolder, parts: Sequence[Part]) -> Iterator[Failed]:
    """Inputs of which nothing was coded, then files and rows of the parts."""
    yield from (Failed(each["name"], each["failed"]) for each in run.inputs() if each["failed"])
    for part in parts:
        if outcome := run.outcome(part):
            yield from outcome.failed


def _summary(run: RunFolder, parts: Sequence[Part], about: dict[str, Any]) -> dict[str, Any]:
    total = totals(outcome for part in parts if (outcome := run.outcome(part)))
    files = rows = 0
    for each in _failed(run, parts):
        files, rows = files + (not each.place), rows + bool(each.place)
    return {
        "model": about["identity"]["model"],
        "inputs": about["inputs"]["files"],
        "failed_inputs": files,
        "rows": total.rows,
        "failed_rows": rows,
        "transcripts": total.transcripts,
        "segments": total.segments,
        "suggestions": sum(total.codes.values()),
        "by_code": [
            {"code": code, "name": about["codes"].get(code, code), "suggestions": count}
            for code, count in sorted(total.codes.items(), key=lambda item: (-item[1], item[0]))
        ],
        "parts": len(parts),
    }
