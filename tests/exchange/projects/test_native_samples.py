"""The reference files of other programs beside the checkout: each comes in as it should, or is refused for the right reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from secondcoder.errors import CodebookError, InputError
from secondcoder.exchange.codebooks.files import read_codebook
from secondcoder.exchange.importing import ImportOptions, ImportResult
from secondcoder.exchange.registry import find_coded_format
from support.native_projects import new_study
from support.places import SHARED

SAMPLES = SHARED / "refi" / "samples"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"{SAMPLES} is not there"),
]


def imported(tmp_path: Path, *names: str, coder: str | None = None) -> ImportResult:
    return new_study(tmp_path).import_files(
        [SAMPLES / name for name in names], ImportOptions(add_codes=True, coder=coder)
    )


def expected(coder: str | None = None) -> set[tuple[str, int, int, str, str, str]]:
    """Transcript, span, code's name, coder and memo of the reference project; all by `coder` and without memos where one is given."""
    segments = json.loads((SAMPLES / "synthetic" / "expected.json").read_text(encoding="utf-8"))["segments"]
    return {
        (
            each["doc"].removesuffix(".txt"),
            each["start"],
            each["end"],
            code,
            coder or each["user"],
            "" if coder else each["memo"],
        )
        for each in segments
        for code in each["codes"]
    }


def came(result: ImportResult) -> set[tuple[str, int, int, str, str, str]]:
    return {(*each.place, result.book[each.code].name, each.coder, each.memo) for each in result.codings}


def test_qualcoder(tmp_path: Path) -> None:
    result = imported(tmp_path, "qualcoder/reference_v17.qda")
    texts = json.loads((SAMPLES / "synthetic" / "expected.json").read_text(encoding="utf-8"))["docs"]
    assert {f"{each.id}.txt": each.text for each in result.transcripts} == texts
    assert came(result) == expected()
    parents = {code.name: code.parent and result.book[code.parent].name for code in result.book.codes}
    assert parents == {"Barriers": None, "Noise": "Barriers", "Family": None, "Needs": "Family"}
    assert any("1 journal entry not taken" in note for note in result.notes)


def test_taguette_project(tmp_path: Path) -> None:
    result = imported(tmp_path, "taguette/taguette_project.sqlite3")
    assert came(result) == expected("admin")
    assert result.book["noise"].parent == "barriers"


@pytest.mark.parametrize("kind", ["csv", "xlsx", "html"])
def test_taguette_highlights(tmp_path: Path, kind: str) -> None:
    study = new_study(tmp_path)
    study.import_files([SAMPLES / "qualcoder"], ImportOptions(add_codes=True))
    result = study.import_files(
        [SAMPLES / f"taguette/taguette_highlights.{kind}"], ImportOptions(add_codes=True, coder="Bea")
    )
    names = {"Barriers.Noise": "Noise", "Family.Needs": "Needs"}
    assert {(*each[:3], names.get(each[3], each[3]), *each[4:]) for each in came(result)} == expected("Bea")


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("taguette_document1.html", "does not say where those that overlap end"),
        ("taguette_codebook.csv", "this reads like a codebook"),
        ("taguette_codebook.xlsx", "this reads like a codebook"),
    ],
)
def test_taguette_files_that_are_no_coded_data(tmp_path: Path, name: str, fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        imported(tmp_path, f"taguette/{name}")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_taguette_codebooks_are_codebooks(kind: str) -> None:
    book = read_codebook(SAMPLES / f"taguette/taguette_codebook.{kind}").book
    assert [code.name for code in book.codes] == ["interesting", "Barriers", "Barriers.Noise", "Family", "Family.Needs"]


def test_a_codebook_as_a_web_page_is_none() -> None:
    with pytest.raises(CodebookError):
        read_codebook(SAMPLES / "taguette/taguette_codebook.html")


def test_label_studio(tmp_path: Path) -> None:
    tasks = json.loads((SAMPLES / "labelstudio/ner_export.json").read_text(encoding="utf-8"))
    result = imported(tmp_path, "labelstudio/ner_export.json")
    quoted = [
        (f"task-{task['id']}", region["value"]["start"], region["value"]["text"], region["value"]["labels"][0])
        for task in tasks
        for annotation in task["annotations"]
        for region in annotation["result"]
    ]
    texts = {each.id: each.text for each in result.transcripts}
    assert len(quoted) == 115
    assert {
        (each.transcript, each.start, texts[each.transcript][slice(*each.span)], result.book[each.code].name)
        for each in result.codings
    } == {*quoted}
    assert {each.coder for each in result.codings} == {"user 2"}


REUTERS = {
    "JAPAN",
    "CHINA",
    "Nadim Ladki",
    "AL-AIN",
    "United Arab Emirates",
    "RUGBY UNION",
    "CUTTITTA",
    "ITALY",
    "ROME",
    "Italy",
    "Marcello Cuttitta",
}


@pytest.mark.parametrize(
    ("name", "transcripts", "words"),
    [
        ("example_sequence_labeling", 3, {"EU", "German", "Peter Blackburn", "Obama"}),
        ("example_relation_extraction", 1, {"Google", "September 4, 1998", "Larry Page", "Sergey Brin"}),
        (
            "transformer_labeling_v0",
            2,
            REUTERS,
        ),
        (
            "transformer_text_label",
            2,
            REUTERS,
        ),
    ],
)
def test_doccano(tmp_path: Path, name: str, transcripts: int, words: set[str]) -> None:
    result = imported(tmp_path, f"doccano/{name}.jsonl")
    texts = {each.id: each.text for each in result.transcripts}
    assert len(texts) == transcripts
    assert {texts[each.transcript][slice(*each.span)] for each in result.codings} == words


def test_each_file_is_known_by_its_content() -> None:
    found = {path.name: find_coded_format(path) for path in SAMPLES.glob("[dlqt][aoau][abcg]*/*")}
    names = {name: found[name] and found[name].name for name in found}  # type: ignore[union-attr]
    assert names["reference_v17.qda"] == "qualcoder"
    assert names["taguette_project.sqlite3"] == "taguette"
    assert names["ner_export.json"] == "label-studio"
    assert names["taguette_highlights.csv"] == "taguette-highlights"
