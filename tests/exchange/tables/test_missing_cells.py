"""NA and its like are empty and said so; codes divided by something else are told how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
import pytest
from secondcoder.codebook.yaml_file import load_codebook, parse_codebook
from secondcoder.errors import InputError, TableError
from secondcoder.exchange.importing import ImportOptions, read_all
from secondcoder.exchange.manifest import read_manifest
from secondcoder.exchange.registry import CodedData, ImportContext
from secondcoder.exchange.tables import coded_table
from secondcoder.exchange.tables.missing_cells import WORDS
from secondcoder.reports.tables import write_table
from support.study_checks import write_csv

BOOK = load_codebook("npt-core")
ROW = {"transcript": "t1", "order": 1, "speaker": "A", "text": "Right.", "codes": "CO", "coder": "Ada", "case": "Ash"}
WITH_NA = parse_codebook(
    "format: secondcoder-codebook/1\nid: b\ntitle: B\ncodes:\n  - {id: NA, name: Not Applicable}\n", "b.yml"
)


def saved(path: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    """As another program saves it, without the apostrophes of secondcoder's own tables."""
    frame = pd.DataFrame(rows)
    if path.suffix == ".csv":
        return write_csv(path, rows)
    if path.suffix == ".xlsx":
        frame.to_excel(path, index=False)
    else:
        write_table(frame, path)
    return path


def read(path: Path) -> CodedData:
    return coded_table.read(path, ImportContext(BOOK))


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet", ".jsonl"])
@pytest.mark.parametrize("word", ["NA", "#N/A", "NULL", "nan", "n/a", "None", "<NA>", "NaT", "#NV"])
def test_a_word_for_nothing_is_an_empty_cell_and_said(tmp_path: Path, suffix: str, word: str) -> None:
    rows = [
        {**ROW, "case": word, "codes": word}, {**ROW, "order": 2, "case": word, "codes": word, "coder": word},
        {**ROW, "order": 3, "case": word},
    ]  # fmt: skip
    data = read(saved(tmp_path / f"t{suffix}", rows))
    assert [(coding.code, coding.coder) for coding in data.codings] == [("CO", "Ada")]
    # The row without a coder was looked at by nobody.
    assert [(each.coder, each.end - each.start) for each in data.passes] == [("Ada", 6), ("Ada", 6)]
    assert (data.transcripts[0].case, data.cases) == (None, [])
    assert f"taken as empty cells: '{word}' in codes (2), '{word}' in case (3), '{word}' in coder (1)." in " ".join(
        data.notes
    )


def test_every_word_is_told_by_one_rule(tmp_path: Path) -> None:
    for word in WORDS:
        assert read(saved(tmp_path / "t.csv", [{**ROW, "codes": word}])).codings == []
    for name in ("Nan", "Null", "Na", "none", "NAN A"):
        data = read(saved(tmp_path / "t.csv", [{**ROW, "coder": name}]))
        assert [coding.coder for coding in data.codings] == [name]
        assert data.notes == []


def test_what_a_person_said_stays_and_is_named(tmp_path: Path) -> None:
    data = read(saved(tmp_path / "t.csv", [{**ROW, "text": "NA"}]))
    assert data.transcripts[0].text == "A: NA"
    assert "the text of 1 unit reads like an empty cell (line 2" in data.notes[0]


def test_a_code_of_that_name_is_a_code_and_said(tmp_path: Path) -> None:
    path = saved(tmp_path / "t.csv", [{**ROW, "codes": "NA", "coder": "NA"}, {**ROW, "order": 2, "codes": "NA"}])
    with pytest.raises(TableError, match=r"line 2: codes, but no coder"):
        coded_table.read(path, ImportContext(WITH_NA))
    data = coded_table.read(path, ImportContext(WITH_NA, coder="Bea"))
    assert [(coding.code, coding.coder) for coding in data.codings] == [("NA", "Bea"), ("NA", "Ada")]
    assert any("'NA' in codes is read as the code of that name" in note for note in data.notes)
    guarded = saved(tmp_path / "t.csv", [{**ROW, "coder": "'NA"}])
    assert [coding.coder for coding in read(guarded).codings] == ["NA"]


@pytest.mark.parametrize("column", ["transcript", "codes", "coder", "text", "speaker"])
@pytest.mark.parametrize("error", ["#NAME?", "#REF!", "#VALUE!"])
def test_a_formula_that_failed_is_refused(tmp_path: Path, column: str, error: str) -> None:
    for suffix in (".csv", ".jsonl", ".parquet"):
        path = saved(tmp_path / f"t{suffix}", [{**ROW, column: error}])
        with pytest.raises(TableError, match=f"column '{column}' holds the error '{error[:5]}"):
            read(path)


def test_added_codes_are_never_words_for_nothing(tmp_path: Path) -> None:
    path = saved(tmp_path / "t.csv", [{**ROW, "codes": "NA"}, {**ROW, "order": 2, "codes": "Stress"}])
    result = read_all([path], ImportOptions(add_codes=True), BOOK, {})
    assert result.added_codes == ["Stress"]


def test_a_manifest_without_a_case_has_none(tmp_path: Path) -> None:
    manifest = read_manifest(write_csv(tmp_path / "manifest.csv", [{"file": "a.txt", "case": "NA", "wave": "early"}]))
    assert manifest.about(Path("a.txt")) == {"file": "a.txt", "case": "", "wave": "early"}
    assert "manifest.csv: taken as empty cells: 'NA' in case (1)" in manifest.notes[0]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".jsonl"])
@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("CO; CA", "CO|CA"), ("CO,CA", "CO|CA"), ("CO\nCA", "CO|CA"), ("Coherence / CA", "Coherence|CA"), ("CO CA", "CO|CA"),
        ("co and ca", "co|ca"), ("CO;Stress", "CO|Stress"), ("CO;CA,RM", "CO|CA|RM"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("add_codes", [False, True])
def test_codes_divided_by_something_else_are_told_how(
    tmp_path: Path, suffix: str, written: str, meant: str, add_codes: bool
) -> None:
    path = saved(
        tmp_path / f"t{suffix}", [{**ROW, "codes": written}, {**ROW, "order": 2, "codes": "Stress"}][: 1 + add_codes]
    )
    with pytest.raises(InputError) as caught:
        read_all([path], ImportOptions(add_codes=add_codes), BOOK, {})
    assert f"is not one code. Divide codes with |: {meant}" in str(caught.value)


def test_new_codes_that_look_like_several_are_not_added(tmp_path: Path) -> None:
    for written in ("trust; anger", "trust\nanger", "trust, anger"):
        path = saved(tmp_path / "t.csv", [{**ROW, "codes": written}, {**ROW, "order": 2, "codes": "anger"}])
        with pytest.raises(
            InputError,
            match=r"If it is several codes, divide them with \|: trust\|anger|Divide codes with \|: trust\|anger",
        ):
            read_all([path], ImportOptions(add_codes=True), BOOK, {})


def test_names_that_hold_a_divider_can_be_added_or_found(tmp_path: Path) -> None:
    names = ["Roles, responsibilities", "Home/work", "Coherence of plans", "A & E"]
    path = saved(tmp_path / "t.csv", [{**ROW, "codes": "|".join(names)}])
    assert read_all([path], ImportOptions(add_codes=True), BOOK, {}).added_codes == names
    odd = parse_codebook(
        "format: secondcoder-codebook/1\nid: b\ntitle: B\ncodes:\n  - {id: 'CO; CA', name: both}\n  - {id: CO, name: one}\n",
        "b",
    )
    data = coded_table.read(saved(tmp_path / "t.csv", [{**ROW, "codes": "CO; CA|CO"}]), ImportContext(odd))
    assert [coding.code for coding in data.codings] == ["CO; CA", "CO"]
