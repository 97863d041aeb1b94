"""The page on what was fuzzed, from the results that `fuzz.py` leaves."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from machine import machine

FOUND = (
    "`[00:01:0:01:05]` as a time: a traceback (transcripts/clock.py). Times that the pattern finds are all read "
    "(tests/transcripts/test_clock.py).",
    "A time of 400 figures in captions: OverflowError (transcripts/clock.py; tests/transcripts/test_clock.py).",
    "Half a character in a recogniser's JSON was taken into a transcript that no store can hold "
    "(transcripts/timed/recogniser_json.py; tests/transcripts/timed/test_recogniser_json.py).",
    "UTF-16 that breaks off, read row by row: a traceback (exchange/tables/streamed_rows.py; "
    "tests/exchange/tables/test_streamed_rows.py).",
    "Arrays of a model version whose headers are damaged, with every hash made anew: TokenError, zlib.error, UnicodeDecodeError "
    "(learning/arrays_file.py; tests/learning/test_arrays_file.py).",
    "A model's manifest with odd values, with every hash made anew: ValueError (model_store/version.py; "
    "tests/model_store/test_model_folders.py).",
    "Settings of an embedder's folder that are lists or figures where texts are due: AttributeError, TypeError "
    "(embedding/model_folder.py; tests/embedding/test_model_folder.py).",
)


def page(lines: Iterable[str]) -> str:
    """Markdown from lines of `results.jsonl`."""
    runs = [json.loads(line) for line in lines]
    inputs = sum(run["inputs"] for run in runs)
    ours = sum(run["read"] + run["refused"] for run in runs)
    seconds = sum(run["seconds"] for run in runs)
    faults = [(run["reader"], run["seed"], fault) for run in runs for fault in run["faults"]]
    table = [
        f"| {run['reader']} | {run['seed']} | {run['inputs']:,} | {run['read']:,} | {run['refused']:,} | {len(run['faults'])} | "
        f"{1000 * run['seconds'] / max(run['inputs'], 1):.2f} | {run['slowest']:.2f} | {run['memory'] / 2**20:.0f} |"
        for run in runs
    ]
    told = [f"- {reader}, seed {seed}: {fault}" for reader, seed, fault in faults] or ["None."]
    return "\n".join(
        [
            "# Fuzzing of every reader",
            "",
            f"{inputs:,} inputs, in {seconds:,.0f} seconds of the processor. {ours:,} were read or refused with an error of our own, "
            f"{inputs - ours:,} ended otherwise: see below.",
            "An input is a sound file of its format, made by `benchmarks/fuzzing/seeds.py` of invented words, and altered: bytes,",
            "words of the format, numbers, lines, parts of zips, values of JSON, cells of databases. It is made again from seed,",
            "reader and number. Each may take 2 seconds and 500 MB; what is read must lie within its text; an error names the file.",
            "`benchmarks/fuzzing/readers.py` lists the readers with their share of the inputs.",
            "",
            "    python benchmarks/fuzz.py --inputs 1000000 --seed 1 --out fuzz-crashers",
            "    python benchmarks/fuzz.py --page benchmarks/FUZZING.md fuzz-crashers/results.jsonl",
            "",
            "| reader | seed | inputs | read | refused | faults | ms each | slowest, s | memory, MB |",
            "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
            *table,
            "",
            "## Faults in these runs, all mended since",
            "",
            *told,
            "",
            "## What fuzzing found, and the tests that keep it mended",
            "",
            *(f"- {each}" for each in FOUND),
            "",
            machine(("secondcoder", "numpy", "openpyxl", "pyarrow", "PyYAML", "lxml", "pdfplumber", "starlette")),
            "",
        ]
    )


def write_page(results: Iterable[Path], out: Path) -> None:
    """The page of these files of results."""
    out.write_text(
        page(line for file in results for line in file.read_text(encoding="utf-8").splitlines()), encoding="utf-8"
    )
