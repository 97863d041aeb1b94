"""Coders whose names look like formulas, handles, numbers or markup come back from every export as the same people."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from secondcoder.domain.names import name
from secondcoder.domain.records import Coding, CodingPass
from secondcoder.errors import InputError
from secondcoder.exchange.importing import ImportOptions
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from support.review_checks import talk
from support.study_checks import CHEAP

CODERS = (
    *(
        "@ana",
        "=1+1",
        "+44 ana",
        "-ana",
        "'=x",
        "''@ana",
        "a\"b'c",
        "😀 ana",
        "NULL",
        "nan",
        "1e5",
        "007",
        "TRUE",
        "#REF!",
    ),
    *(
        "ana;bea",
        "ana|bea",
        "ana, bea",
        "ana/bea",
        "ana: x",
        "#ana",
        "%ana",
        "A&B",
        "<b>ana</b>",
        "_x000C_ana",
        "a" * 300,
    ),
)
FORMS = {
    "csv": None,
    "xlsx": None,
    "parquet": None,
    "jsonl": None,
    "qdpx": None,
    "json": "label-studio",
    "jsonld": "web-annotation",
}


def made(folder: Path) -> Study:
    Study.create(folder, "npt-core").close()
    (folder / CONFIGURATION).write_text(CHEAP, encoding="utf-8")
    return Study(folder)


def marks(study: Study) -> Counter[tuple[object, ...]]:
    codings = [(c.coder, c.transcript, c.span, c.code, c.memo) for c in study.store.codings()]
    return Counter([*codings, *((p.coder, p.transcript, p.span) for p in study.store.passes())])


@pytest.fixture
def hostile(tmp_path: Path) -> Study:
    """Every one of them coded one interview and looked through it."""
    study, transcript = made(tmp_path / "study"), talk("t1")
    spans = [turn.span for turn in transcript.turns[1::2]]
    with study.store.transaction("test") as write:
        write.add_codebook(study.codebook)
        write.add_transcripts([transcript])
        for coder in CODERS:
            write.add_codings(
                [Coding("t1", *spans[0], "CO", coder, memo=coder), Coding("t1", *spans[2], "CA", coder)], study.codebook
            )
            write.add_passes([CodingPass("t1", coder, 0, len(transcript.text), study.codebook.ids)])
    return study


def test_the_names_are_in_the_form_that_names_have_in_a_study() -> None:
    assert [name(coder) for coder in CODERS] == list(CODERS)


@pytest.mark.parametrize("suffix", FORMS)
def test_they_come_back_into_another_study_and_into_their_own(suffix: str, hostile: Study, tmp_path: Path) -> None:
    path, before = tmp_path / f"out.{suffix}", marks(hostile)
    hostile.export(path, FORMS[suffix])
    with closing(made(tmp_path / "other")) as other, closing(hostile):
        if suffix not in ("qdpx", "json"):  # which carry the interviews
            with other.store.transaction("test") as write:
                write.add_transcripts([talk("t1")])
        other.import_files([path], ImportOptions())
        assert {coder for coder, *_ in marks(other)} == set(CODERS)
        assert {mark for mark in before if len(mark) == 5} == {mark for mark in marks(other) if len(mark) == 5}
        hostile.import_files([path], ImportOptions())
        assert set(marks(hostile)) == set(before)


def test_a_talk_longer_than_a_cell_is_refused_or_comes_back(tmp_path: Path) -> None:
    long = talk("t1", ("It went on. " * 4000,))
    for suffix, form in FORMS.items():
        with closing(made(tmp_path / f"from-{suffix}")) as study:
            with study.store.transaction("test") as write:
                write.add_codebook(study.codebook)
                write.add_transcripts([long])
                write.add_codings([Coding("t1", *long.turns[1].span, "CO", "@ana")], study.codebook)
            path = tmp_path / f"long.{suffix}"
            if suffix == "xlsx":
                with pytest.raises(InputError, match="a cell of a workbook holds 32,767"):
                    study.export(path, form)
                assert not path.exists()
                continue
            study.export(path, form)
            study.import_files([path], ImportOptions())
            assert [coding.span for coding in study.store.codings()] == [long.turns[1].span]
