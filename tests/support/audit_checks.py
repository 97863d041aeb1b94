"""What the tests of the audit trail share: a study in which something of everything happened, and a forger's hands."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from secondcoder.audit import verify
from secondcoder.codebook.history import Kind, Step
from secondcoder.codebook.model import Code
from secondcoder.codebook.present import Assignment, key_of
from secondcoder.codebook.yaml_file import dump_codebook
from secondcoder.domain.records import Case, CellNote, Coding, CodingPass, ModelCoding, Origin
from secondcoder.review.session import ReviewSession
from secondcoder.store import open_store
from secondcoder.store.cell_notes import put_cell_note
from secondcoder.study.folder import CODEBOOK
from secondcoder.study.study import Study

from support.review_checks import small_study, word


def eventful(study: Study) -> Study:
    """Transcripts, cases, imported and reviewed codings, an undo, two models, two codebooks, suggestions made anew, a code split."""
    small_study(study)
    book = study.codebook
    with study.store.transaction("maria") as write:
        write.put_cases([Case("Ash", {"integration": "full"}), Case("Oak")])
        write.add_codings(
            [Coding("t1", 12, 40, "CO", "maria", memo="at once"), Coding("t2", 96, 157, "CA", "maria")], book
        )
        write.add_passes([CodingPass("t1", "maria", 0, 157, book.ids), CodingPass("t2", "maria", 0, 157, ("CO", "CA"))])
        write.add_model_codings(
            [ModelCoding("t1", "gpt", 12, 40, ("CO", "CA"), {"CO": 0.75}), ModelCoding("t2", "gpt", 96, 157, ("CO",))]
        )
        write.log("import", files=["talk.csv"])
    with study.store.transaction("jonas") as write:
        write.put_cases([Case("Ash", {"integration": "partial"})])
        first = put_cell_note(write, CellNote("case", "Ash", "CO", "early", "They all know.", "amber"))
        put_cell_note(write, CellNote("case", "Ash", "CO", "early", "Most know.", "amber"), [first.id])
        write.add_codebook(
            book.model_copy(
                update={
                    "version": "2.0",
                    "codes": (*book.codes, Code(id="NEW", name="new", family=book.codes[0].family)),
                }
            )
        )
        write.add_codings([Coding("t1", 12, 83, "CP", "consensus", Origin.ADJUDICATED)], book)
        write.replace_suggestions("m0001", ["t1"], study.store.suggestions("m0001")[1:4])
        write.add_model("m0002", "m0001", {"scored": ["CO"], "margin": 0.02}, in_use=False)
        write.use_model("m0002", "not worse")
        write.use_model("m0001", "taken back")
    review = ReviewSession(study)
    review.decide("ada", word(review, 1, "accept", suggested="CA", valence="mixed", memo="ok 😀"))
    review.decide("ada", word(review, 0, "reject", suggested="CP"))
    review.decide("ben", word(review, 3, "change", suggested="RM", code="CO"))
    review.decide("ada", word(review, 1, "undo"))
    split(study)
    return study


def split(study: Study) -> None:
    """A code is split, one of its codings is assigned, and somebody goes on coding."""
    book = study.codebook
    halves = [book["CO"].model_copy(update={"id": code, "name": code, "aliases": ()}) for code in ("CO1", "CO2")]
    # Without what they say to leave out, which names the code that is gone.
    rest = [code.model_copy(update={"excludes": ()}) for code in book.codes if code.id != "CO"]
    after = book.model_copy(update={"codes": (*halves, *rest)})
    with study.store.transaction("maria") as write:
        write.add_change(book, after, [Step(Kind.SPLIT, ("CO",), ("CO1", "CO2"))])
        key = key_of(Coding("t1", 12, 40, "CO", "maria"))
        write.add_assignments([Assignment(key, 0, ("CO1",), 1)], "split.xlsx")
    with study.store.transaction("maria") as write:
        write.add_codings([Coding("t2", 96, 157, "CO2", "maria")], after)
        write.add_passes([CodingPass("t2", "jonas", 0, 157, ("CO1", "CO2"))])
    (study.folder / CODEBOOK).write_text(dump_codebook(after), encoding="utf-8")


def tamper(folder: Path, *statements: str) -> None:
    """Run SQL on a study's file past the triggers and foreign keys, as one with the file in hand could."""
    connection = sqlite3.connect(folder / "study.db")
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def faults(folder: Path, noted: str | None = None) -> str:
    """All faults of a study's store, a line each."""
    store = open_store("sqlite:///study.db", folder)
    found = "\n".join(map(str, verify(store, noted).faults))
    store.close()
    return found
