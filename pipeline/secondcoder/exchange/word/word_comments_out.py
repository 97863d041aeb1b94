"""Transcripts as Word documents, one each: with codings or suggestions as comments in the margin, or unmarked for coding by hand.

`coded_word.read` reads a document back to the same text and codings. What is not the transcript's (title, times, labels that its
text lacks, the codebook) has styles of its own (`word_styles.ASIDE`), by which the reader leaves it out. The documents are open
for comments alone, since a changed text would move the places; Word's "Stop Protection" lifts that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from secondcoder.codebook.model import Codebook
from secondcoder.domain.grouping import group_by
from secondcoder.domain.names import folded, free_name
from secondcoder.domain.records import Coding, Span, Suggestion, Transcript
from secondcoder.domain.wording import counted, listed, percent
from secondcoder.errors import InputError
from secondcoder.exchange.registry import CodedData
from secondcoder.exchange.word.comment_text import text_of, written_name
from secondcoder.exchange.word.word_pages import Page
from secondcoder.reports.whole_file import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable

OURS = "secondcoder "
"""How the authors of comments begin that are suggestions."""
_NO_FILE_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


def write(data: CodedData, book: Codebook, path: Path) -> None:
    """The transcripts with codings or suggestions; to one .docx, or several to a folder.

    Raises:
        InputError: nothing is coded, or several transcripts are for one document.
    """
    codings = group_by(data.codings, lambda coding: coding.transcript)
    suggestions = group_by(data.suggestions, lambda suggestion: suggestion.transcript)
    marked = [each for each in data.transcripts if each.id in codings or each.id in suggestions]
    if not marked:
        raise InputError(
            "Nothing is coded, so that no comment could be written. For copies without marks: --format word-unmarked."
        )

    def document(transcript: Transcript) -> bytes:
        comments = _of_codings(codings.get(transcript.id, ()), book)
        comments += [_of_suggestion(each, transcript, book) for each in suggestions.get(transcript.id, ())]
        coders = sorted({author for _, author, _ in comments})
        page = Page(transcript, book.language)
        page.head(f"{counted(len(comments), 'comment')} in the margin, by {listed(coders)}.")
        page.transcript(comments)
        return page.content()

    _write_documents(marked, document, path)


def write_unmarked(data: CodedData, book: Codebook, path: Path) -> None:
    """All transcripts without marks, the codebook behind each; to one .docx, or several to a folder."""

    def document(transcript: Transcript) -> bytes:
        page = Page(transcript, book.language)
        page.head(
            "To code: mark a passage, choose Review > New Comment, and write the code; several codes are divided by a semicolon. "
            "The text is locked, so that every passage is found again. The codebook is at the end."
        )
        page.transcript(())
        page.codebook(book)
        return page.content()

    _write_documents(data.transcripts, document, path)


def _of_codings(codings: Iterable[Coding], book: Codebook) -> list[tuple[Span, str, str]]:
    """Passage, author and text of a comment for all codes that a coder gave a passage with one memo."""
    order = {code: at for at, code in enumerate(book.ids)}
    ordered = sorted(codings, key=lambda each: (each.start, -each.end, each.coder, order.get(each.code, len(order))))
    alike = group_by(ordered, lambda each: (each.span, each.coder, each.origin, each.valence, each.memo))
    return [(key[0], key[1], text_of(of_passage, book)) for key, of_passage in alike.items()]


def _of_suggestion(suggestion: Suggestion, transcript: Transcript, book: Codebook) -> tuple[Span, str, str]:
    name = written_name(suggestion.code, book)
    how_sure = (
        f"probability {percent(suggestion.score)}"
        if suggestion.calibrated
        else f"rank {suggestion.score:.2f}, not a probability"
    )
    lines = [f"{name}: {how_sure}"]
    if suggestion.carrying:
        lines.append(f"Carried by: {' '.join(transcript.text[slice(*suggestion.carrying[0])].split())}")
    return suggestion.span, f"{OURS}{suggestion.model}", "\n".join(lines)


def _write_documents(transcripts: Sequence[Transcript], document: Callable[[Transcript], bytes], path: Path) -> None:
    if path.suffix.lower() != ".docx":
        contents = {path / file: document(each) for file, each in _files(transcripts).items()}
    elif len(transcripts) == 1:
        contents = {path: document(transcripts[0])}
    else:
        raise InputError(
            f"{counted(len(transcripts), 'transcript')}, and a Word document holds one. Name a folder for them: --out FOLDER. "
            "Nothing was written."
        )
    for file, content in contents.items():
        write_whole(file, content)


def _files(transcripts: Sequence[Transcript]) -> Mapping[str, Transcript]:
    """Transcripts by the names of their files, which are alike on no system."""
    files: dict[str, Transcript] = {}
    taken: set[str] = set()
    for transcript in transcripts:
        stem = _NO_FILE_NAME.sub("_", transcript.id).rstrip(". ") or "transcript"
        name = free_name([stem], taken, "{} {}")
        taken.add(folded(name))
        files[f"{name}.docx"] = transcript
    return files
