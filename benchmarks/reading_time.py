"""Whether reading takes time in proportion to size: half a megabyte of anything, through every reader and detector.

    python benchmarks/reading_time.py [--only NAME] [--size 500000]

Each kind of text is read at a quarter of the size and at all of it. Processor time in proportion gives a ratio of 4, in proportion to
the square 16. What takes more than 7 times as long and over a microsecond a byte, or over 5 seconds in all, is named. Exit 1 where
there is any.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent / "tests"))

from secondcoder.codebook.yaml_file import load_codebook  # noqa: E402
from secondcoder.configuration import load_configuration  # noqa: E402
from secondcoder.errors import SecondcoderError  # noqa: E402
from secondcoder.exchange.codebooks.files import read_codebook  # noqa: E402
from secondcoder.exchange.import_result import ImportOptions  # noqa: E402
from secondcoder.exchange.importing import read_all  # noqa: E402

MOST_RATIO, LEAST, MOST_SECONDS = 7.0, 1e-6, 5
SPOKEN = "Well, we began in the spring and nobody knew what it was for."
UNITS = {
    "one word": "word ",
    "no blanks": "w",
    "blanks": " ",
    "tabs": "\t",
    "no-break spaces": "\xa0",
    "line ends": "\n",
    "carriage returns": "\r",
    "form feeds": "\f",
    "blank lines with blanks": "   \n",
    "colons": ":",
    "colons on lines": ":\n",
    "words with colons": "w: ",
    "labels in a line": "Ana: w ",
    "labels": "Ana: well then.\n",
    "unlike labels": "Speaker {n}: well then.\n",
    "unlike names": "Ana{n} Ash: well then.\n",
    "unlike names in capitals": "NAME{n}: well then.\n",
    "names in capitals": "ANA ASH BEN CAL\n",
    "unlike headings": "Ana Ash {n}\nWell then.\n\n",
    "unlike lines": "line {n}\n",
    "lines with times": "[00:{m:02}:{s:02}] Ana: well then.\n",
    "times": "00:00:01 ",
    "times without blanks": "00:01",
    "times on lines": "00:00:{s:02}\nAna\nWell.\n",
    "open brackets": "[",
    "open parentheses": "(",
    "brackets": "[x] ",
    "closing brackets": "]",
    "braces": "{{",
    "angles": "<",
    "tags": "<b>",
    "closing tags": "</b>",
    "comments": "<!--",
    "entities": "&amp;",
    "ampersands": "&",
    "asterisks": "*",
    "bold": "**a** ",
    "underscores": "_",
    "hashes": "#",
    "headings": "# a\n",
    "dashes": "-",
    "dashes on lines": "- a\n",
    "arrows": "-->",
    "pipes": "|",
    "pipes on lines": "| a | b |\n",
    "rules of pipes": "|---|---|\n",
    "commas": ",",
    "semicolons": ";",
    "quotation marks": '"',
    "apostrophes": "'",
    "quoted": '"a",',
    "backslashes": "\\",
    "escapes": "\\u00e9",
    "control words": "\\par ",
    "groups": "{{\\b a}} ",
    "digits": "1",
    "numbers": "{n} ",
    "numbers on lines": "{n}\n",
    "numbers with points": "{n}. a\n",
    "points": ".",
    "questions": "How was it? ",
    "accents": "é",
    "combining accents": "e\u0301",
    "emoji": "😀",
    "joiners": "\u200d",
    "marks of direction": "\u202e",
    "byte order marks": "\ufeff",
    "Chinese": "你好",
    "Arabic": "سلام ",
    "line separators": "\u2028",
    "next lines": "\x85",
    "speech": SPOKEN + " ",
    "cues": "{n}\n00:{m:02}:{s:02}.000 --> 00:{m:02}:{s:02}.900\n<v Ana{n}>Well.</v>\n\n",
    "captions": "{n}\n00:{m:02}:{s:02},000 --> 00:{m:02}:{s:02},900\nAna: Well.\n\n",
    "rows": "t1,{n},Ana,Well then {n}.,CO,Ada\n",
    "rows of many transcripts": "t{n},1,Ana,Well then.,CO,Ada\n",
    "rows of many coders": "t1,{n},Ana,Well then.,CO,Ada{n}\n",
    "rows of many codes": "t1,{n},Ana,Well then.,C{n},Ada\n",
    "rows of many speakers": "t1,{n},Ana{n},Well then.,CO,Ada\n",
    "objects": '{{"a": {n}}}\n',
    "lists": "[{n}], ",
    "codes": "- id: C{n}\n  name: Code {n}\n",
    "settings": "a{n} = 1\n",
}
HEADS = {
    ".txt": "I: How was it?\nR: ",
    ".md": "# Interview\n\n**I**: How was it?\n\n**R**: ",
    ".vtt": "WEBVTT\n\n00:00.000 --> 00:01.000\n<v Ana>Well.</v>\n\n",
    ".srt": "1\n00:00:00,000 --> 00:00:01,000\nAna: Well.\n\n",
    ".html": "<!DOCTYPE html><html><body><p>I: How?</p><p>R: ",
    ".rtf": "{\\rtf1\\ansi I: How?\\par R: ",
    ".csv": "transcript,order,speaker,text,codes,coder\nt0,0,Ana,Well.,CO,Ada\n",
    ".tsv": "transcript\torder\tspeaker\ttext\tcodes\tcoder\nt0\t0\tAna\tWell.\tCO\tAda\n",
    ".jsonl": '{"transcript": "t1", "order": 1, "text": "Well.", "codes": "CO", "coder": "Ada"}\n',
    ".json": '{"segments": [{"start": 0, "end": 1, "text": "',
    ".textgrid": 'File type = "ooTextFile"\nObject class = "TextGrid"\n\n0\n9\n<exists>\n1\n"IntervalTier"\n"Ana"\n0\n9\n1\n0\n9\n"',
    ".eaf": "<ANNOTATION_DOCUMENT>",
    ".yml": "format: secondcoder-codebook/1\nid: a\ntitle: a\ncodes:\n",
    ".toml": "[learning]\nseed = 1\n",
    "": "",
}
BARE = ".bare"
"""A text file that is nothing but the unit."""


def text_of(unit: str, size: int) -> str:
    """The unit again and again, numbered where it has a place for a number."""
    if "{" not in unit:
        return unit * (size // len(unit.encode()))
    if "{n" not in unit and "{s" not in unit:
        return unit.format() * (size // len(unit.format()))
    out, length, n = [], 0, 0
    while length < size:
        out.append(unit.format(n=n, m=n // 60 % 60, s=n % 60))
        length, n = length + len(out[-1]), n + 1
    return "".join(out)


def reader_of(suffix: str) -> Callable[[Path], object]:
    """What reads a file of this suffix."""
    if suffix == ".yml":
        return read_codebook
    if suffix == ".toml":
        return load_configuration
    book = load_codebook("npt-core")
    return lambda path: read_all([path], ImportOptions(add_codes=True, speakers=("none",)), book, {})


def seconds(read: Callable[[Path], object], path: Path) -> float:
    """The processor's time that a reading takes, in a process of its own; MOST_SECONDS and more where it was ended."""
    began = resource.getrusage(resource.RUSAGE_CHILDREN)
    sys.stdout.flush()
    process = os.fork()
    if process == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS + 1, MOST_SECONDS + 1))
        own = time.process_time()
        code = 0
        try:
            read(path)
        except SecondcoderError:
            pass
        except BaseException as error:
            print(f"{path.name}: {type(error).__name__}: {str(error)[:100]}", flush=True)
            code = 1
        (path.parent / "took").write_text(str(time.process_time() - own))
        os._exit(code)
    _, status = os.waitpid(process, 0)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    if os.WIFSIGNALED(status):
        return ended.ru_utime - began.ru_utime
    return float((path.parent / "took").read_text())


def slow(size: int, only: str, folder: Path) -> Iterator[str]:
    """What takes more than its size gives reason for."""
    for suffix, head in HEADS.items():
        read = reader_of(suffix)
        for name, unit in UNITS.items():
            if only not in f"{name} {suffix or BARE}":
                continue
            path = folder / f"t{suffix or '.txt'}"
            took = []
            for part in (size // 4, size):
                path.write_text(head + text_of(unit, part), encoding="utf-8")
                took.append(seconds(read, path))
            ratio = took[1] / max(took[0], 0.02)
            if (ratio > MOST_RATIO and took[1] > LEAST * size) or took[1] > MOST_SECONDS:
                yield f"{suffix or BARE:10} {name:26} {took[0]:6.2f} s -> {took[1]:6.2f} s"


def main() -> None:
    """A line for each that is slow."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="")
    parser.add_argument("--size", type=int, default=500_000, help="bytes")
    given = parser.parse_args()
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        warm = Path(folder, "w.txt")
        warm.write_text("I: a?\nR: b.\n" + "é" * 9, encoding="utf-8")
        for suffix in HEADS:
            try:
                reader_of(suffix)(warm)
            except SecondcoderError:
                continue
        for line in slow(given.size, given.only, Path(folder)):
            print(line, flush=True)
            count += 1
    print(f"{count} slow.")
    sys.exit(count > 0)


if __name__ == "__main__":
    main()
