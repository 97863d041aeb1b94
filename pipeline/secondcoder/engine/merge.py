"""The result of a batch run, put together from its parts one by one: the table, what it comes to, and what failed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from secondcoder.domain.wording import counted, first_of
from secondcoder.engine.parts import Failed, Part
from secondcoder.engine.result_rows import schema
from secondcoder.engine.run_folder import FAILED, RESULT, SUMMARY, RunFolder
from secondcoder.engine.shards import shares_missing
from secondcoder.errors import InputError

if TYPE_CHECKING:
    import pyarrow

ROW_GROUP = 20_000
"""Rows of the result that stand together; more where a part has more."""
NAMED = 12
"""Missing parts that a message names."""


def merge(run: RunFolder) -> dict[str, Any]:
    """Write the result and give its summary; the same bytes each time, and from whichever processes the parts came.

    Raises:
        InputError: no run has begun in the folder, or parts are missing: which, and what to do.
        StudyError: the result cannot be written.
    """
    about = run.about()
    if about is None:
        raise InputError(f"No run has begun in {run.path}: secondcoder code PATH... --out {run.path}/")
    with run.written(run.path / FAILED) as faults, run.written(run.path / RESULT) as result:
        summary = _write(run, about, result, faults)
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


def _write(run: RunFolder, about: dict[str, Any], result: Path, faults: Path) -> dict[str, Any]:
    """One pass over the parts; InputError at its end where some are missing."""
    missing: list[Part] = []
    count = Counter[str](parts=0)
    codes = Counter[str]()
    with _result(result) as write, faults.open("w", encoding="utf-8", errors="surrogateescape") as lines:

        def tell(failed: Iterable[Failed]) -> None:
            for each in failed:
                count["failed_rows" if each.place else "failed_inputs"] += 1
                lines.write(json.dumps(asdict(each), ensure_ascii=False) + "\n")

        tell(Failed(each["name"], each["failed"]) for each in run.inputs() if each["failed"])
        for part in run.parts():
            count["parts"] += 1
            if (done := run.done(part)) is None:
                missing.append(part)
            else:
                outcome, table = done
                write(table)
                tell(outcome.failed)
                count.update(rows=outcome.rows, transcripts=outcome.transcripts, segments=outcome.segments)
                codes.update(outcome.codes)
    if missing:
        raise InputError(
            f"{counted(len(missing), 'part')} of {count['parts']:,} {'is' if len(missing) == 1 else 'are'} not done: "
            f"{ranges(missing)}. {_remedy(run, about, missing)}"
        )
    return _summary(about, count, codes)


def _remedy(run: RunFolder, about: Mapping[str, Any], missing: Sequence[Part]) -> str:
    """The commands that do the missing parts: of the run as a whole, or of each of the shares in which it began."""
    command = about["command"]
    if about.get("shards") is None:
        return f"Do them, and merge: {command}"
    numbers = {part.number - 1 for part in missing}
    owed = [
        f"{command} --shard {shard}"
        for shard in shares_missing([part.size for part in run.parts()], numbers, about["shards"])
    ]
    more = [f"... and {len(owed) - NAMED} more shares"] if len(owed) > NAMED else []
    return "\n".join(("Do them, and merge again:", *(f"  {line}" for line in (*owed[:NAMED], *more))))


@contextmanager
def _result(path: Path) -> Iterator[Callable[[pyarrow.Table], None]]:
    """What writes tables to a file, in groups of rows that do not depend on when they come."""
    import pyarrow
    import pyarrow.parquet

    waiting: list[pyarrow.Table] = []
    with pyarrow.parquet.ParquetWriter(path, schema(), compression="zstd", write_page_checksum=True) as writer:

        def flush() -> None:
            if waiting:
                writer.write_table(pyarrow.concat_tables(waiting), row_group_size=2**31 - 1)
                waiting.clear()

        def write(table: pyarrow.Table) -> None:
            waiting.append(table)
            if sum(map(len, waiting)) >= ROW_GROUP:
                flush()

        yield write
        flush()


def _summary(about: dict[str, Any], count: Mapping[str, int], codes: Mapping[str, int]) -> dict[str, Any]:
    return {
        "model": about["identity"]["model"],
        "inputs": about["inputs"]["files"],
        **{name: count[name] for name in ("failed_inputs", "rows", "failed_rows", "transcripts", "segments", "parts")},
        "suggestions": sum(codes.values()),
        "by_code": [
            {"code": code, "name": about["codes"].get(code, code), "suggestions": number}
            for code, number in sorted(codes.items(), key=lambda item: (-item[1], item[0]))
        ],
    }
