"""The same codings, given by sheet, by offsets or by quotations, are the same study: rows, labels, model and figures."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from support.sheet_checks import fill, sheet_rows, write_rows
from support.study_checks import CHEAP, CODED, talk_rows, write_csv

CODERS = ("anna", "ben")
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Said:
    """What one coder said of one unit; `codes` is empty where they found nothing."""

    transcript: str
    text: str
    codes: str
    coder: str


SAID = [
    Said(row["transcript"], row["text"], row["codes"], row["coder"])
    for row in talk_rows()
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
        codes = {(each.transcript, each.text): each.codes for each in SAID if each.coder == coder}

        def coded(row: dict[str, Any], codes: dict[tuple[str, str], str] = codes) -> dict[str, Any]:
            given = codes.get((row["transcript"], row["text"]))
            first, *more = (given or "").split("|")
            return {"read": "" if given is None or first else "yes", "code 1": first, "code 2": "|".join(more)}

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
        row = {"transcript": each.transcript, "text": each.text, "codes": each.codes, "coder": each.coder}
        start = study.corpus.by_id[each.transcript].text.index(each.text)
        rows.append(row | ({"start": start, "end": start + len(each.text)} if offsets else {}))
    random.Random(5).shuffle(rows)
    yield write_csv(folder / "codes.csv", rows)


WAYS: dict[str, Callable[[Study, Path], Iterator[Path]]] = {
    "sheet with blanks": lambda study, folder: by_sheet(study, folder, True),
    "sheet without blanks": lambda study, folder: by_sheet(study, folder, False),
    "offsets": lambda study, folder: by_table(study, folder, True),
    "quotes": lambda study, folder: by_table(study, folder, False),
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
        study.import_files([*code(study, folder)])
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
        assert hashes
        outcomes[way] = hashes, study.evaluate()
    first = outcomes["sheet with blanks"]
    for way, (hashes, evaluation) in outcomes.items():
        assert hashes == first[0], way
        assert repr(evaluation) == repr(first[1]), way
