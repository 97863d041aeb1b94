"""The same codings, given in the browser, by sheet, offsets or quotations, are the same study: rows, labels, model and figures."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from secondcoder.review.session import ReviewSession
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from support.coding_checks import Coder, fresh_study
from support.sheet_checks import fill, sheet_rows, write_rows
from support.study_checks import CHEAP, CODED, dump, talk_rows, write_csv

CODERS = ("anna", "ben")
Row = dict[str, Any]
Rows = list[Row]
MARKS = ("codings", "coding_passes")


@dataclass(frozen=True)
class Said:
    """What one coder said of one unit; `codes` is empty where they found nothing."""

    transcript: str
    text: str
    codes: str
    coder: str
    valence: str = ""
    memo: str = ""


SAID = [
    Said(row["transcript"], row["text"], row["codes"], row["coder"])
    if not row["codes"]
    else Said(
        row["transcript"],
        row["text"],
        row["codes"],
        row["coder"],
        ("", "promotes", "mixed")[at % 3],
        "why" * (at % 4 == 0),
    )
    for at, row in enumerate(talk_rows())
    if row["transcript"] in CODED and row["role"] != "interviewer" and row["coder"]
]


def interviews(folder: Path) -> list[Path]:
    """A plain text of each transcript."""
    folder.mkdir()
    for name in CODED:
        turns = dict.fromkeys((row["speaker"], row["text"]) for row in talk_rows() if row["transcript"] == name)
        text = "\n".join(f"{speaker}: {said}" for speaker, said in turns)
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return sorted(folder.iterdir())


def by_sheet(study: Study, folder: Path, blanks: bool) -> Iterator[Path]:
    """A sheet a coder; without blank rows, every transcript that the coder read says `whole` once."""
    for coder in CODERS:
        said = {(each.transcript, each.text): each for each in SAID if each.coder == coder}

        def coded(row: dict[str, Any], said: dict[tuple[str, str], Said] = said) -> dict[str, Any]:
            given = said.get((row["transcript"], row["text"]))
            first, *more = (given.codes if given else "").split("|")
            cells = {"read": "yes" if given and not first else "", "code 1": first, "code 2": "|".join(more)}
            return cells | ({"valence": given.valence, "memo": given.memo} if given else {})

        study.write_coding_sheet(sheet := folder / f"{coder}.xlsx", coder=coder)
        fill(sheet, coded)
        if not blanks:
            kept = [row for row in sheet_rows(sheet) if row["code 1"]]
            first = {row["transcript"]: row for row in reversed(kept)}
            write_rows(sheet, [row | ({"read": "whole"} if first[row["transcript"]] is row else {}) for row in kept])
        yield sheet


def by_table(study: Study, folder: Path, offsets: bool) -> Iterator[Path]:
    """A table of spans, or one of quotations alone in any order."""
    rows: Rows = []
    for each in SAID:
        row: dict[str, Any] = asdict(each)
        start = study.corpus.by_id[each.transcript].text.index(each.text)
        rows.append(row | ({"start": start, "end": start + len(each.text)} if offsets else {}))
    random.Random(5).shuffle(rows)
    yield write_csv(folder / "codes.csv", rows)


def by_browser(study: Study, rows: Rows) -> None:
    """Each row coded over HTTP, in an order of its own: wrong codes mended, strays removed or undone, readings first or last."""
    rng, review = random.Random(7), ReviewSession(study)
    coders = {name: Coder(review, name) for name in CODERS}
    todo: list[Callable[[], object]] = []
    for row in rows:
        coder, where = coders[row["coder"]], row["transcript"]
        words = {"start": row["start"], "end": row["end"]}

        def code(row: Row = row, coder: Coder = coder, where: str = where, words: Row = words) -> None:
            first = rng.choice(["F5", row["codes"]])
            asked = coder.ask("code", where, code=first, **words | {"start": max(0, row["start"] - 2)})
            if asked.status_code != 200:  # the coder's own stray on the same words: then at once as it is to be
                asked = coder.ask("code", where, code=row["codes"], **words)
            key = asked.json()["keys"][0]
            coder.ask("change", where, key=key, code=row["codes"], valence=row["valence"], memo=row["memo"], **words)

        def stray(coder: Coder = coder, where: str = where) -> None:
            key = coder.code("F4", 3, 9, where)
            coder.do(*rng.choice([("remove", where), ("undo", where)]), key=key)

        todo += [code, stray] if rng.random() < 0.3 else [code]
        if row["read"]:
            todo.append(lambda coder=coder, where=where: coder.do("read", where))
    rng.shuffle(todo)
    for step in todo:
        step()


def by_hand(study: Study, folder: Path) -> Iterator[Path]:
    """In the browser, code by code; every transcript that a coder read is said to be read once. No file is left to import."""
    rows, texts = Rows(), study.corpus.by_id
    for each in SAID:
        start = texts[each.transcript].text.index(each.text)
        place = {"start": start, "end": start + len(each.text), "read": ""}
        rows += [asdict(each) | place | {"codes": code} for code in each.codes.split("|") if code]
    for first in {(row["transcript"], row["coder"]): row for row in rows}.values():
        first["read"] = "whole"
    by_browser(study, rows)
    yield from ()


WAYS: dict[str, Callable[[Study, Path], Iterator[Path]]] = {
    "sheet with blanks": lambda study, folder: by_sheet(study, folder, True),
    "sheet without blanks": lambda study, folder: by_sheet(study, folder, False),
    "offsets": lambda study, folder: by_table(study, folder, True),
    "quotes": lambda study, folder: by_table(study, folder, False),
    "browser": by_hand,
}


@pytest.fixture
def studies(tmp_path: Path) -> Iterator[dict[str, Study]]:
    files, made = interviews(tmp_path / "talk"), dict[str, Study]()
    for way, code in WAYS.items():
        folder = tmp_path / way
        Study.create(folder, "npt-core").close()
        (folder / CONFIGURATION).write_text(CHEAP, encoding="utf-8")
        study = made[way] = Study(folder)
        study.import_files(files)
        if tables := [*code(study, folder)]:
            study.import_files(tables)
    yield made
    for study in made.values():
        study.close()


def labels(study: Study) -> tuple[list[Any], ...]:
    """Segments with their labels and masks, for each coder alone and for all."""
    data = study.workspace().training_data(study.corpus.transcripts)
    return data.labels.y.tolist(), data.labels.known.tolist(), [segment.place for segment in data.segments]


def test_all_ways_end_in_the_same_rows_and_labels(studies: dict[str, Study]) -> None:
    first = studies["sheet with blanks"]
    assert len(first.corpus.codings) == sum(len(each.codes.split("|")) for each in SAID if each.codes)
    assert np.sum(labels(first)[1]) > 0
    for way, study in studies.items():
        assert study.corpus.codings == first.corpus.codings, way
        assert labels(study) == labels(first), way
    for way in ("offsets", "quotes"):
        assert studies[way].corpus.passes == first.corpus.passes
    whole = {(each.transcript, each.coder, each.start) for each in studies["sheet without blanks"].corpus.passes}
    assert whole == {(each.transcript, each.coder, 0) for each in SAID}
    assert stored(studies["browser"]) == stored(studies["sheet without blanks"])
    assert studies["browser"].check_audit().faults == ()


def stored(study: Study) -> dict[str, Rows]:
    """Codings and passes as they stand in the database, but for the number of each row, which means nothing."""
    tables = dump(study.folder)
    return {name: sorted((row[1:] for row in tables[name]), key=repr) for name in MARKS}


def test_words_within_units_come_to_the_same_rows_by_offsets_and_in_the_browser(
    coded_study: Study, empty_study: Study, open_copy: Callable[[Path], Study], tmp_path: Path
) -> None:
    """Where not all is said to be read, so that a coding's look is its own words."""
    studies = open_copy(empty_study.folder), empty_study
    table, browser = (fresh_study(study, *coded_study.corpus.transcripts) for study in studies)
    rows = within_units(coded_study)
    table.import_files([write_csv(tmp_path / "offsets.csv", rows)])
    by_browser(browser, rows)
    assert stored(browser) == stored(table)
    assert labels(browser) == labels(table)
    assert len(stored(table)["codings"]) > 30
    assert browser.check_audit().faults == ()


def within_units(coded: Study) -> Rows:
    """The shared table's codings, each without its first and last letters; every other interview is read whole."""
    corpus = coded.corpus
    rows: Rows = [
        {
            "transcript": coding.transcript, "start": coding.start + 2, "end": coding.end - at % 3, "codes": coding.code,
            "text": corpus.by_id[coding.transcript].text[coding.start + 2 : coding.end - at % 3], "coder": coding.coder,
            "valence": ("", "promotes", "mixed")[at % 3], "memo": "" if at % 4 else f"memo {at}", "read": "",
        }
        for at, coding in enumerate(corpus.codings)
    ]  # fmt: skip
    first = {(row["transcript"], row["coder"]): row for row in reversed(rows)}
    for key in sorted(first)[::2]:
        first[key]["read"] = "whole"
    return rows


def test_silence_without_blank_rows_is_no_look(studies: dict[str, Study], tmp_path: Path) -> None:
    """Without `read`, the rows that are left are looks at themselves alone: the labels are other ones."""
    folder = tmp_path / "silent"
    Study.create(folder, "npt-core").close()
    study = Study(folder)
    study.import_files(sorted((tmp_path / "talk").iterdir()))
    rows = [asdict(each) for each in SAID if each.codes]
    study.import_files([write_csv(folder / "codes.csv", rows)])
    spans = {(coding.transcript, coding.coder, coding.span) for coding in study.corpus.codings}
    covered = {(each.transcript, each.coder, each.span) for each in study.corpus.passes}
    for transcript, coder, (start, end) in covered:
        own = [span for name, who, span in spans if (name, who) == (transcript, coder) and start <= span[0] < end]
        text = study.corpus.by_id[transcript].text
        # Nothing but coded text and labels lies in a look.
        assert end == max(span[1] for span in own)
        assert sum(b - a for a, b in own) >= (end - start) - len(own) * len("\nReceptionist: "), text[start:end]
    study.close()


@pytest.mark.slow
def test_all_ways_end_in_the_same_model_and_figures(studies: dict[str, Study]) -> None:
    outcomes = {}
    for way, study in studies.items():
        version = study.train()["version"]
        files = sorted(
            path
            for path in (study.folder / "models" / version).iterdir()
            if path.suffix not in (".json", ".html", ".md")
        )
        hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
        assert "arrays.npz" in hashes
        outcomes[way] = hashes, study.evaluate()
    first = outcomes["sheet with blanks"]
    for way, (hashes, evaluation) in outcomes.items():
        assert hashes == first[0], way
        assert repr(evaluation) == repr(first[1]), way
