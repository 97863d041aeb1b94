"""One name in several spellings, across files, tables and imports."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from secondcoder.errors import InputError
from secondcoder.exchange.importing import ImportOptions
from secondcoder.study.study import Study

TALK = "I: How did it start?\nR: With a phone call about {}.\nI: Who called?\nR: The manager.\n"
PAIRS = {
    "capitals": ("Joan Marsh", "JOAN marsh"),
    "composed": ("Zo\u00eb caf\u00e9", "Zoe\u0308 cafe\u0301"),
    "no-break space": ("Jo Marsh", "Jo\u00a0Marsh"),
    "outer blanks": ("Jo Marsh", "Jo Marsh\u2003"),
}


def put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


def units(path: Path, *rows: tuple[str, int, str, str, str]) -> Path:
    lines = (f"{name},{order},{text},{codes},{coder}" for name, order, text, codes, coder in rows)
    return put(path, "\n".join(("transcript,order,text,codes,coder", *lines, "")))


@pytest.mark.parametrize("pair", PAIRS)
def test_one_coder_in_a_table(empty_study: Study, tmp_path: Path, pair: str) -> None:
    first, second = PAIRS[pair]
    rows = [("t", n, f"Unit {n}.", "CO", (first, second)[n % 2]) for n in (2, 3, 4)]
    imported = empty_study.import_files([units(tmp_path / "a.csv", *rows)])
    assert {coding.coder for coding in imported.codings} == {first}
    told = [f"coder '{second}' is taken for '{first}'"] if pair == "capitals" else []
    assert imported.notes == told


@pytest.mark.parametrize("pair", PAIRS)
def test_one_coder_in_two_imports(empty_study: Study, tmp_path: Path, pair: str) -> None:
    first, second = PAIRS[pair]
    empty_study.import_files([units(tmp_path / "a.csv", ("t", 1, "One.", "CO", first))])
    empty_study.import_files([units(tmp_path / "b.csv", ("u", 1, "Two is more.", "CO", second))])
    empty_study.import_files(
        [units(tmp_path / "c.csv", ("v", 1, "Three it is.", "CO", ""))], ImportOptions(coder=second)
    )
    assert empty_study.corpus.coders == [first]


def test_two_people_whose_names_differ_in_capitals_are_asked_about(empty_study: Study, tmp_path: Path) -> None:
    table = units(tmp_path / "a.csv", ("t", 1, "One.", "CO", "Ana"), ("t", 1, "One.", "", "ana"))
    with pytest.raises(InputError) as caught:
        empty_study.import_files([table])
    assert "line 3: the same unit of 't' by Ana stands on line 2 already" in str(caught.value)
    assert "coder 'ana' is taken for 'Ana'" in str(caught.value)


@pytest.mark.parametrize("pair", PAIRS)
def test_a_table_finds_the_transcript_however_it_is_spelt(empty_study: Study, tmp_path: Path, pair: str) -> None:
    first, second = PAIRS[pair]
    empty_study.import_files([put(tmp_path / f"{second}.txt", TALK.format("it"))])
    span = f"transcript,start,end,text,codes,coder\n{first},3,6,How,CO,ana\n"
    imported = empty_study.import_files([put(tmp_path / "codes.csv", span)])
    (known,) = empty_study.corpus.by_id
    assert {coding.transcript for coding in imported.codings} == {known}
    with pytest.raises(InputError, match="is in the study already, with another text"):
        empty_study.import_files([units(tmp_path / "units.csv", (first, 1, "Something else.", "CO", "ana"))])


@pytest.mark.parametrize("pair", PAIRS)
def test_the_manifest_finds_the_file_and_one_case_is_one(empty_study: Study, tmp_path: Path, pair: str) -> None:
    first, second = PAIRS[pair]
    put(tmp_path / "in" / f"{second}.txt", TALK.format("it"))
    put(
        tmp_path / "in" / "other.txt", TALK.format("something else entirely, as it happens").replace("manager", "nurse")
    )
    put(tmp_path / "in" / "manifest.csv", f"file,case\n{first}.txt,{first}\nother.txt,{second}\n")
    imported = empty_study.import_files([tmp_path / "in"])
    assert len({transcript.case for transcript in imported.transcripts}) == len(imported.cases) == 1


def test_two_files_of_one_name_are_refused_and_both_named(empty_study: Study, tmp_path: Path) -> None:
    put(tmp_path / "in" / "Ash" / "GP1.txt", TALK.format("it"))
    put(tmp_path / "in" / "Beech" / "gp1.txt", TALK.format("something else"))
    with pytest.raises(InputError, match=r"give a transcript 'gp1' \(there 'GP1', which is the same name\)"):
        empty_study.import_files([tmp_path / "in"])


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_one_code_is_added_once(empty_study: Study, tmp_path: Path, form: str) -> None:
    code = unicodedata.normalize(form, "Kohärenz")
    rows = [
        ("t", 1, "One.", code, "ana"),
        ("t", 2, "Two.", "Koh\u00e4renz", "ana"),
        ("t", 3, "Three.", "KOHÄRENZ ", "ana"),
    ]
    imported = empty_study.import_files([units(tmp_path / "a.csv", *rows)], ImportOptions(add_codes=True))
    assert imported.added_codes == ["Koh\u00e4renz"]
    assert len(imported.codings) == 3


def test_one_speaker_in_two_forms(empty_study: Study, tmp_path: Path) -> None:
    turns = ["I: How?", "Jos\u00e9: So.", "I: Why?", "Jose\u0301: Because.", "I: Who?", "JOSÉ: Me."]
    transcript = empty_study.import_files([put(tmp_path / "a.txt", "\n".join(turns))]).transcripts[0]
    assert len({turn.speaker for turn in transcript.turns}) == 2


def test_spellings_that_a_study_has_stay_apart(empty_study: Study, tmp_path: Path) -> None:
    """An earlier version took them for two coders; what was said then is not changed now."""
    empty_study.import_files([units(tmp_path / "a.csv", ("t", 1, "One.", "CO", "Ana"))])
    from secondcoder.domain.records import Coding

    with empty_study.transaction() as write:
        write.add_codings([Coding("t", 0, 4, "CO", "ana")], empty_study.codebook_file)
    imported = empty_study.import_files([units(tmp_path / "b.csv", ("u", 1, "Two.", "CO", "ana"))])
    assert {coding.coder for coding in imported.codings} == {"ana"}
