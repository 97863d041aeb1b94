"""What the tests of forgetting share: a participant whose every trace is looked for in every byte of a study's folder."""

from __future__ import annotations

import io
import re
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from secondcoder.domain.records import Case, CellNote, ReviewAction
from secondcoder.exchange.importing import ImportOptions
from secondcoder.labels.new_decision import ActionRequest
from secondcoder.review.session import ReviewSession
from secondcoder.store.cell_notes import put_cell_note
from secondcoder.study.study import Study

from support.study_checks import write_csv

NAME = "Marigold Quince"
TALK = """INT: When did you first hear about the link worker?

Marigold: I did not understand at first what the zeppelin rota was for, somebody explained it over lunch.

INT: And who decided?

Marigold: Nobody agreed on the marmoset room, and we shared what we knew, together, in Plumbury.

INT: Was it worth it?

Marigold: The numbers were a benefit, said my quixotic neighbour, and it was worth the long wait.
"""
COPY = "the zeppelin rota was for, somebody explained it over lunch"


def study_with_her(study: Study, folder: Path) -> Study:
    """A trained study, with an interview of hers that it suggested on, that was decided on and coded with memos, and learned from;
    memos, notes and cases elsewhere that name or quote her."""
    folder.mkdir(exist_ok=True)
    (folder / "marigold_2.txt").write_text(TALK, encoding="utf-8")
    study.import_files([folder / "marigold_2.txt"], ImportOptions(participant=NAME, case="quince house", role="GP"))
    with study.store.transaction("Ana") as write:
        write.put_cases([Case("quince house", {"gatekeeper": NAME}), Case("Ash", {"contact": "ring Marigold"})])
    study.code()
    _review(study)
    codes = [
        (
            "marigold_2",
            "I did not understand at first what the zeppelin rota was for",
            "CO",
            "her sister runs the ocelot shop",
        ),
        ("marigold_2", "Nobody agreed on the marmoset room", "CA", "ask again about the toboggan"),
        ("marigold_2", "it was worth the long wait", "RM", ""),
        ("ash_gp", "I didn't really understand what it was, to be honest.", "CO", f"Like Marigold, who says {COPY}."),
    ]
    columns = ("transcript", "text", "codes", "memo")
    rows = [dict(zip(columns, row, strict=True)) | {"coder": "Ben"} for row in codes]
    study.import_files([write_csv(folder / "codes.csv", rows)])
    study.train()
    study.code()
    with study.store.transaction("Ana") as write:
        put_cell_note(
            write, CellNote("participant", NAME, "CO", summary="She had to ask for the zeppelin.", light="red")
        )
        put_cell_note(write, CellNote("case", "Ash", "CO", summary="Unlike Marigold they knew.", light="green"))
    return study


def _review(study: Study) -> None:
    """The first passage of each interview gets another code, with a memo on what she said."""
    review = ReviewSession(study)
    for name, interview in review.interviews.items():
        memo = "a toboggan" if name == "marigold_2" else "as before"
        asked = ActionRequest(ReviewAction.ADD, interview.passages[0].key, name, code="RM", memo=memo)
        review.decide("Ana", asked)


def needles(text: str = TALK) -> list[str]:
    """Every sentence, every rare word, her name, her label, and what memos and notes say of her."""
    said = [line.split(": ", 1)[1] for line in text.splitlines() if line.startswith("Marigold: ")]
    sentences = [part for line in said for part in re.split(r"(?<=[.,]) ", line) if len(part.split()) > 3]
    rare = ["zeppelin", "marmoset", "plumbury", "quixotic", "ocelot", "toboggan", "marigold", "quince"]
    return [*sentences, *rare, COPY]


def traces(folder: Path, words: Iterable[str]) -> list[tuple[str, str]]:
    """(file, word) wherever a word stands in a file's bytes, in its name, or in what a zip or an array in it holds unpacked."""
    wanted = [word.casefold() for word in words]
    return [
        (name, word)
        for name, content in _contents(folder)
        for word in wanted
        if any(word.encode(encoding) in content for encoding in ("utf-8", "utf-16-le", "utf-32-le"))
    ]


def _contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        yield f"{name} (its name)", name.casefold().encode()
        if path.is_file():
            yield from _unpacked(name, path.read_bytes())
    # Also as the database has it: a long value may lie in pieces on several pages.
    with sqlite3.connect(folder / "study.db") as connection:
        yield "study.db (rows)", "\n".join(connection.iterdump()).casefold().encode()


def _unpacked(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    yield name, content.lower()
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                yield from _unpacked(f"{name}/{member}", archive.read(member))
