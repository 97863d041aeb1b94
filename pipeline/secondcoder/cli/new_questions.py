"""The five questions of `secondcoder new`: each with a line that explains it, a usual answer, and a check at once."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from secondcoder.cli.common import person, say
from secondcoder.domain.shell_words import ON_WINDOWS
from secondcoder.errors import InputError, SecondcoderError

if TYPE_CHECKING:
    from secondcoder.learning.pipeline import Progress
    from secondcoder.study.study import Study

LIKELY = ("interviews", "transcripts")
"""Folders of these names are taken for the interviews' unless something else is said."""

Answers = Mapping[str, str]
"""By the name of the question, which is its option's name; as `check` gave them back."""


@dataclass(frozen=True)
class Question:
    """A question.

    Attributes:
        name: of its option.
        words: the question itself. hint: what else should be known, in a line.
        usual: the answer that Enter gives; "" where there is none.
        check: the answer as it is used from here on; SecondcoderError says what is wrong with it.
    """

    name: str
    words: str
    hint: str
    usual: Callable[[Answers], str]
    check: Callable[[str, Answers], str]


def _usual_interviews(answers: Answers) -> str:
    return next((name for name in LIKELY if Path(name).is_dir()), "")


def _interviews(written: str, answers: Answers) -> str:
    from secondcoder.exchange.find_files import find_files
    from secondcoder.exchange.registry import project_folders

    path = as_path(written)
    if not path.exists():
        raise InputError(f"There is nothing at {path.resolve()}.")
    found = find_files([path], project_folders())
    if found.faults:
        raise found.faults[0]
    if not found.files:
        raise InputError(f"No file to read lies in {path}. {' '.join(note.capitalize() + '.' for note in found.notes)}")
    return str(path)


def _codebook(written: str, answers: Answers) -> str:
    from secondcoder.codebook.shipped import SHIPPED
    from secondcoder.exchange.codebooks.files import read_codebook
    from secondcoder.study.create import NO_CODEBOOK

    if written in (*SHIPPED, NO_CODEBOOK):
        return written
    path = as_path(written)
    read_codebook(path if path.exists() else written)
    return str(path)


def codebook_lines() -> list[str]:
    """The codebooks to choose from, a line each."""
    from secondcoder.codebook.shipped import lines

    return [*lines().splitlines(), "none      no codes yet: you add them while you code, or they come with your tables"]


def _language(written: str, answers: Answers) -> str:
    from secondcoder.domain.languages import find_language

    return find_language(written).code


def create(folder: Path, answers: Answers, progress: Progress | None = None) -> Study:
    """A new study without interviews; SecondcoderError where it cannot be made."""
    from secondcoder.study.study import Study

    return Study.create(folder, answers["codebook"], progress, language=answers["language"])


def _coder(written: str, answers: Answers) -> str:
    from secondcoder.review.serving import check_names

    try:
        return check_names((written,))[0]
    except InputError as error:
        raise InputError(str(error).replace(" Nothing was started.", "")) from None


def _usual_folder(answers: Answers) -> str:
    base = f"{Path(answers['interviews']).resolve().stem}-study"
    names = (base, *(f"{base}-{number}" for number in range(2, 100)))
    return next((name for name in names if not Path(name).exists()), base)


def _folder(written: str, answers: Answers) -> str:
    from secondcoder.study.create import refuse_folder

    folder = as_path(written)
    refuse_folder(folder)
    interviews = Path(answers["interviews"]).resolve()
    if interviews.is_dir() and folder.resolve().is_relative_to(interviews):
        raise InputError(
            f"{folder} lies inside the folder of the interviews, and would be read with them. Name a folder beside it, such as "
            f"{interviews.parent / _usual_folder(answers)}."
        )
    return str(folder)


QUESTIONS = (
    Question(
        "interviews",
        "Where are the interviews?",
        "A folder or a file: Word, PDF, text, captions and more. They are only read; sub-folders become cases.",
        _usual_interviews,
        _interviews,
    ),
    Question(
        "codebook",
        "Which codebook?",
        "One that ships, or your own as a file (Excel, CSV, Word, YAML, REFI-QDA). It can be changed later.",
        lambda answers: "npt",
        _codebook,
    ),
    Question(
        "language",
        "Which language do people speak in the interviews?",
        "A name or a code, such as German or de. What is not there for a language is said when the study is made.",
        lambda answers: "en",
        _language,
    ),
    Question(
        "coder",
        "Who codes?",
        "Your name or initials: all that you code is saved under it. Colleagues can join later under theirs.",
        lambda answers: person(),
        _coder,
    ),
    Question(
        "study",
        "Where should the study lie?",
        "A new folder. It will hold copies of what was said: choose a place that is as safe as the interviews' own.",
        _usual_folder,
        _folder,
    ),
)


def ask(question: Question, number: int, answers: Answers, usual: str = "") -> str:
    """Put a question until its answer holds; click.Abort on Ctrl+C.

    Args:
        usual: what Enter answers here, in place of the question's own.
    """
    say(f"\n{number} of {len(QUESTIONS)}  {question.words}")
    for line in [question.hint, *(codebook_lines() if question.name == "codebook" else [])]:
        say(f"        {line}")
    while True:
        default = usual or question.usual(answers) or None
        written = str(click.prompt("       ", default=default, prompt_suffix=" > ", err=True)).strip()
        try:
            return question.check(written, answers)
        except SecondcoderError as error:
            say(f"        {error}")


def check_given(given: Mapping[str, Any]) -> dict[str, str]:
    """The answers that options gave, checked in the order of the questions; SecondcoderError for the first that does not hold."""
    answers: dict[str, str] = {}
    for question in QUESTIONS:
        # The last check looks at the first answer, which may still be asked for.
        if given[question.name] is not None and (question.name != "study" or "interviews" in answers):
            answers[question.name] = question.check(str(given[question.name]), answers)
    return answers


def as_path(written: str) -> Path:
    """A path as somebody typed it, or dragged it into the terminal, which puts quotation marks or backslashes around blanks."""
    plain = written.strip()
    if len(plain) > 1 and plain[0] == plain[-1] and plain[0] in "'\"":
        plain = plain[1:-1]
    path = Path(plain).expanduser()
    if not ON_WINDOWS and "\\" in plain and not path.exists():
        try:
            words = shlex.split(plain)
        except ValueError:
            return path
        return Path(words[0]).expanduser() if len(words) == 1 else path
    return path
