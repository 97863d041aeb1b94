"""What tests of de-identification share: invented interviews full of names, a finder that finds all that is marked in them, and a
search through every byte of a folder that owes nothing to secondcoder."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from secondcoder.deidentification.finding import Finding, apart
from secondcoder.domain.records import Transcript

MARKED = Path(__file__).parents[2] / "benchmarks" / "deidentified_talk"
_MARK = re.compile(r"\{([^|{}]+)\|([^{}]+)\}")
INTERVIEWS = 10


def marked_sentences() -> list[str]:
    """The invented sentences of the benchmark, with their marks."""
    lines = [
        line for name in ("building", "unseen") for line in (MARKED / f"{name}.txt").read_text("utf-8").splitlines()
    ]
    return [line for line in lines if line.strip() and not line.startswith("#")]


def marked_words() -> dict[str, str]:
    """Identifying words of the sentences -> their kind."""
    found = [match for line in marked_sentences() for match in _MARK.findall(line)]
    return {words: kind for words, kind in found if kind != "none"}


def plain(sentence: str) -> str:
    """A sentence as it is said."""
    return _MARK.sub(r"\1", sentence)


class MarkedWords:
    """Finds every word that is marked somewhere, wherever it stands; in place of the finder, whose own figures are a benchmark's."""

    def __init__(self, *_listed: object, language: str = "en") -> None:
        self._kinds = marked_words()
        words = sorted(self._kinds, key=len, reverse=True)
        self._pattern = re.compile(r"(?<!\w)(" + "|".join(map(re.escape, words)) + r")(?!\w)")

    def find_in_text(self, text: str) -> list[Finding]:
        return apart(
            Finding(match.start(), match.end(), self._kinds[match[0]], 1.0, "marked")
            for match in self._pattern.finditer(text)
        )

    def find_all(self, transcripts: Sequence[Transcript]) -> dict[str, list[Finding]]:
        return {transcript.id: self.find_in_text(transcript.text) for transcript in transcripts}


def write_interviews(folder: Path) -> list[Path]:
    """Ten interviews of twenty sentences each; the participant of the first one is named in its labels and in its file's name."""
    sentences = [plain(each) for each in marked_sentences()]
    paths = []
    for number in range(INTERVIEWS):
        name, speaker = ("siobhan-gallagher", "Siobhan Gallagher") if number == 0 else (f"gp{number}", "GP")
        turns = (f"Interviewer: And then?\n\n{speaker}: {said}\n\n" for said in sentences[number::INTERVIEWS])
        path = folder / f"{name}.txt"
        path.write_text("".join(turns), encoding="utf-8")
        paths.append(path)
    return paths


def files_with(folder: Path, *words: str) -> dict[str, list[str]]:
    """Of some words, those that stand in a file as whole words, with the files: in any encoding, inside zips, as JSON escapes them."""
    contents = [(path.relative_to(folder).as_posix(), each) for path in _files(folder) for each in _contents(path)]
    found: dict[str, list[str]] = {}
    for word in words:
        forms = {word.encode(), word.encode("utf-16-le"), word.encode("utf-16-be"), json.dumps(word)[1:-1].encode()}
        pattern = re.compile(rb"(?<![A-Za-z0-9])(" + b"|".join(map(re.escape, forms)) + rb")(?![A-Za-z0-9])")
        held = {name for name, content in contents if pattern.search(content)}
        held |= {name for name, _ in contents if word.casefold() in name.casefold()}
        if held:
            found[word] = sorted(held)
    return found


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _contents(path: Path) -> Iterator[bytes]:
    content = path.read_bytes()
    yield content
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield from (archive.read(member) for member in archive.infolist())
