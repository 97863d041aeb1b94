"""The words of a PDF, line by line, read in a process of its own: whatever a hostile file does there, it ends.

    python -P -m secondcoder.transcripts.documents.pdf_lines FILE

prints one JSON object a page. A page that takes too long, or more memory than a transcript needs, ends that process alone.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from threading import Timer
from typing import Any

from secondcoder.errors import ReadError
from secondcoder.network.guard import refuse_connections

MOST_PAGES = 500
# Of computing: at first, and more for each page. A page of talk takes a fifth of a second, one of ruled tables four on a slow machine.
SECONDS, SECONDS_A_PAGE = 9, 5
MOST_SECONDS = 30  # to wait for a page on a busy machine, or where computing cannot be limited
MEMORY = 450 * 2**20
_KILLED = (9, 24)  # the signals KILL, and XCPU where the time of computing is used up
SAME_LINE = 3  # points between the tops of words
BLANK = 0.2  # of a letter's size: the least distance between words
AGAIN = "Take the file that it was made from, or open it in Word and save it as .docx. Nothing was imported."
FAULTS = {
    "password": f"protected by a password. {AGAIN}",
    "pages": f"over {MOST_PAGES} pages, which no transcript has. Nothing was imported.",
    "damaged": f"the PDF is damaged or cut off. {AGAIN}",
    "slow": f"reading a page of the PDF takes longer than that of any transcript. {AGAIN}",
    "memory": f"reading the PDF takes more memory than a transcript needs. {AGAIN}",
}


@dataclass(frozen=True, slots=True)
class PdfWord:
    """A word, where it stands from left to right in points, and whether it is bold."""

    start: float
    end: float
    text: str
    bold: bool


@dataclass(frozen=True, slots=True)
class PdfLine:
    """A line: its words, its top from the page's top in points, and its page, from 1."""

    words: Sequence[PdfWord]
    top: float
    page: int
    size: float  # of its letters
    numbered: bool = False  # with a paragraph's number beside it, which is no longer among the words

    @property
    def text(self) -> str:
        """The words, a blank between them."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class PdfPage:
    """A page: its lines in order, how many pictures it has, and how many letters stand across it, which are not read."""

    lines: Sequence[PdfLine]
    pictures: int
    across: int


def pages_of(path: Path) -> Iterator[PdfPage]:
    """The pages of a PDF, one after another as they are read.

    Raises:
        ReadError: it has a password, is damaged, or takes more pages, time or memory than a transcript does.
    """
    command = [sys.executable, "-P", "-m", __name__, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:  # noqa: S603 - this module
        try:
            number = 0
            while line := _next_line(child):
                page, number = json.loads(line), number + 1
                if fault := page.get("fault"):
                    raise ReadError(f"{path.name}: {FAULTS[fault]}")
                yield _page(page, number)
            if child.wait():
                raise ReadError(f"{path.name}: {FAULTS['slow' if -child.returncode in _KILLED else 'memory']}")
        finally:
            child.kill()


def _next_line(child: subprocess.Popen[bytes]) -> bytes:
    timer = Timer(MOST_SECONDS, child.kill)
    timer.start()
    line = child.stdout.readline() if child.stdout else b""
    timer.cancel()
    return line


def _page(page: Mapping[str, Any], number: int) -> PdfPage:
    lines = [
        PdfLine([PdfWord(*word) for word in line["words"]], line["top"], number, line["size"]) for line in page["lines"]
    ]
    return PdfPage(lines, page["pictures"], page["across"])


def _print_pages(path: str) -> None:
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfminer.pdfpage import PDFPage
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        with pdfplumber.open(path) as pdf:
            # The tree of pages, before anything is made of it.
            if sum(1 for _ in islice(PDFPage.create_pages(pdf.doc), MOST_PAGES + 1)) > MOST_PAGES:
                raise _TooManyError
            for number, page in enumerate(pdf.pages):
                _limit("RLIMIT_CPU", SECONDS + number * SECONDS_A_PAGE)
                _say(_lines(page))
                page.close()
    except _TooManyError:
        _say({"fault": "pages"})
    except MemoryError:
        _say({"fault": "memory"})
    except PdfminerException as error:
        cause = error.args[0] if error.args else error
        kinds = {PDFPasswordIncorrect: "password", MemoryError: "memory"}
        _say({"fault": kinds.get(type(cause), "damaged")})
    except Exception:  # whatever a damaged file does to the library
        _say({"fault": "damaged"})


class _TooManyError(Exception):
    pass


def _lines(page: Any) -> dict[str, Any]:
    from pdfplumber.utils import cluster_objects, extract_words

    shown = [char for char in page.chars if _is_shown(char, page.bbox)]
    letters = [char for char in shown if char["upright"]]
    words = extract_words(_once(letters), x_tolerance_ratio=BLANK, return_chars=True)
    lines = [sorted(line, key=lambda word: word["x0"]) for line in cluster_objects(words, "top", SAME_LINE)]
    return {
        "lines": [
            {
                "words": [_word(word) for word in line],
                "top": line[0]["top"],
                "size": max(word["bottom"] - word["top"] for word in line),
            }
            for line in lines
        ],
        "pictures": len(page.images),
        "across": len(shown) - len(letters),
    }


def _is_shown(char: Mapping[str, Any], page: Sequence[float]) -> bool:
    """Whether a letter's middle is on the page: programs print a long text anew on each page, as far as it shows."""
    left, top, right, bottom = page
    return bool(left <= (char["x0"] + char["x1"]) / 2 <= right and top <= (char["top"] + char["bottom"]) / 2 < bottom)


def _once(letters: Sequence[Any]) -> Iterable[Any]:
    """Letters that are printed twice in one place, to look bold, once."""
    return {(each["text"], round(each["x0"]), round(each["top"])): each for each in letters}.values()


def _word(word: Mapping[str, Any]) -> tuple[float, float, str, bool]:
    font = word["chars"][0]["fontname"].lower()
    return round(word["x0"], 1), round(word["x1"], 1), word["text"], "bold" in font or "black" in font


def _say(page: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(page) + "\n")
    sys.stdout.flush()


def _limit(what: str, most: int) -> None:
    """Limit this process, where the system can (Windows cannot)."""
    with suppress(ImportError, ValueError, OSError):  # a limit that is lower already stays
        import resource

        kind = getattr(resource, what)
        resource.setrlimit(kind, (most, resource.getrlimit(kind)[1]))


if __name__ == "__main__":
    refuse_connections()
    _limit("RLIMIT_AS", MEMORY)
    _limit("RLIMIT_CPU", SECONDS)
    _print_pages(sys.argv[1])
