"""The codebook clinic as a page, a Word document, Markdown or a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from secondcoder.agreement.codebook_clinic import ClinicCode, ClinicPassage
from secondcoder.domain.wording import counted, listed
from secondcoder.errors import InputError, did_you_mean
from secondcoder.reports import page as pages
from secondcoder.reports.page import Block, Section
from secondcoder.reports.tables import is_page, write_table
from secondcoder.reports.whole_file import write_whole
from secondcoder.reports.word import plain_markdown, word_document

if TYPE_CHECKING:
    import pandas as pd

SUFFIXES = (".html", ".docx", ".md", ".xlsx", ".csv", ".parquet", ".jsonl")
TITLE = "Codebook clinic"
ABOUT = (
    "Codes on which two people part, each with the fewest passages that separate their readings: talk about these, and say in the "
    "definition what you agree on. Some of it may be slips. The model had not seen the interview of which it speaks."
)
NOBODY = (
    "There is no code on which two people part on two passages or more that are not settled. Where nobody coded what another did: "
    "secondcoder sheet make second.xlsx --twice 20 --coder NAME"
)


def check_out(path: Path) -> None:
    """InputError for a file that `write_clinic` would refuse."""
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(
            f"{path.name}: the clinic is written as {listed(SUFFIXES)}, by suffix.{did_you_mean(path.suffix.lower(), SUFFIXES)} "
            "Nothing was written."
        )


def write_clinic(clinic: Sequence[ClinicCode], path: Path) -> None:
    """Write a page, a document or a table, by suffix, whole or not at all."""
    check_out(path)
    if is_page(path):
        write_whole(path, clinic_page(clinic).encode())
    elif path.suffix.lower() == ".docx":
        write_whole(path, word_document(clinic_markdown(clinic)))
    elif path.suffix.lower() == ".md":
        write_whole(path, clinic_markdown(clinic).encode())
    else:
        write_table(clinic_table(clinic), path, "clinic")


def clinic_page(clinic: Sequence[ClinicCode]) -> str:
    """A self-contained page, a section a code."""
    sections = [Section(_title(code), list(_blocks(code))) for code in clinic]
    return pages.page(TITLE, sections or [Section("", [NOBODY])], ABOUT)


def _blocks(code: ClinicCode) -> Iterator[Block]:
    yield from _about(code)
    for number, passage in enumerate(code.passages, 1):
        words = passage.words
        where = f"{words.transcript}, {words.whole[0]}–{words.whole[1]}"
        yield pages.Passage(
            f"Passage {number}",
            who_said(passage),
            where,
            words.question,
            [(words.text, False)],
            " ".join(_says(passage)),
        )


def clinic_markdown(clinic: Sequence[ClinicCode]) -> str:
    """The same as Markdown."""
    return "\n".join(_lines(clinic)) + "\n"


def _lines(clinic: Sequence[ClinicCode]) -> Iterator[str]:
    yield from (f"# {TITLE}", "", ABOUT if clinic else NOBODY)
    for code in clinic:
        yield from ("", f"## {plain_markdown(_title(code))}")
        for line in _about(code):
            yield from ("", plain_markdown(line))
        for number, passage in enumerate(code.passages, 1):
            words = passage.words
            yield from ("", f"### Passage {number}: {plain_markdown(who_said(passage))}", "")
            if words.question:
                yield from (f"Question: {plain_markdown(' '.join(words.question.split()))}", "")
            yield f"> {plain_markdown(' '.join(words.text.split()))}"
            yield from (f"> — {plain_markdown(words.transcript)}, {words.whole[0]}–{words.whole[1]}", "")
            yield from (f"- {plain_markdown(line)}" for line in _says(passage))


def clinic_table(clinic: Sequence[ClinicCode]) -> pd.DataFrame:
    """One row a passage."""
    import pandas as pd

    rows = [
        {
            "code": code.code,
            "limit": str(code.limit.limit) if code.limit else "",
            "parted": code.parted,
            "given": code.given,
            "transcript": words.transcript,
            "start": words.whole[0],
            "end": words.whole[1],
            "question": words.question,
            "text": words.text,
            "gave": passage.gave,
            "did_not": passage.left,
            "codes": _codes(passage),
            "memos": _memos(passage),
            "probability": round(passage.probability, 4),
            "suggested": passage.suggested,
            "nearest": passage.nearest.text if passage.nearest else "",
            "stands_for": passage.stands_for,
        }
        for code in clinic
        for passage in code.passages
        for words in (passage.words,)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


WHERE = ("code", "limit", "parted", "given", "transcript", "start", "end", "question", "text")
SAID = ("gave", "did_not", "codes", "memos", "probability", "suggested", "nearest", "stands_for")
COLUMNS = [*WHERE, *SAID]


def _title(code: ClinicCode) -> str:
    return f"{code.code} {code.name}" if code.name != code.code else code.code


def _about(code: ClinicCode) -> Iterator[str]:
    if code.definition:
        yield f"Definition: {code.definition}"
    yield (
        f"{listed(code.coders)} looked at the same passages and part on {code.parted} of {code.given} to which one of them gave it; "
        f"{counted(len(code.passages), 'passage separates', 'passages separate')} their readings."
    )
    if code.limit:
        yield f"What would help the model most: {code.limit.verdict}"


def who_said(passage: ClinicPassage) -> str:
    """'IH gave it, MB did not'."""
    return f"{passage.gave} gave it, {passage.left} did not"


def _says(passage: ClinicPassage) -> Iterator[str]:
    """What each said, what the model said, and why."""
    if codes := _codes(passage):
        yield f"All codes given here: {codes}."
    if memos := _memos(passage):
        yield f"Memos: {memos}."
    would = "suggests it" if passage.suggested else "does not suggest it"
    readings = listed([f"{score:.2f} from {coder}'s codings alone" for coder, score in passage.readings.items()])
    yield f"The model {would} (probability {passage.probability:.2f}); a simple ranker says {readings}."
    if passage.nearest:
        yield f"Nearest passage with the code elsewhere ({passage.nearest.transcript}): “{passage.nearest.text}”"
    if passage.stands_for > 1:
        yield f"It stands for {passage.stands_for} passages on which they part this way."


def _codes(passage: ClinicPassage) -> str:
    return "; ".join(f"{coder}: {', '.join(codes) or 'no code'}" for coder, codes in passage.words.codes.items())


def _memos(passage: ClinicPassage) -> str:
    return "; ".join(f"{coder}: “{' '.join(memo.split())}”" for coder, memo in passage.words.memos.items())
