"""`secondcoder deidentify` as a person uses it: found, decided on a sheet, replaced; files; and how much is found."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document
from secondcoder.deidentification.finding import PERSON, PRACTICE, Finding
from secondcoder.deidentification.key_file import read_key, write_key
from secondcoder.study.study import Study
from support.deidentify_checks import files_with

Run = Callable[..., tuple[int, str, str]]
PASSPHRASE = "words that nobody would guess"
TALK = """I: How did it begin, Dr Whitlock?

Sarah Whitlock: Dr Okoro rang from Hawthorn Surgery. Jim was against it.

I: And who calls people?

Sarah Whitlock: Jim does. Dr Okoro's nurses help him.
"""
NAMES = {"Sarah Whitlock": PERSON, "Whitlock": PERSON, "Okoro": PERSON, "Hawthorn Surgery": PRACTICE, "Jim": PERSON}


class Named:
    """Finds these names as whole words; Jim is doubtful, and missed at his second place."""

    def __init__(self, *_listed: object, language: str = "en") -> None:
        pass

    def find_in_text(self, text: str) -> list[Finding]:
        found = []
        for name, kind in NAMES.items():
            at = text.find(name)
            while at >= 0:
                if not any(one.start <= at < one.end for one in found):
                    found.append(Finding(at, at + len(name), kind, 0.4 if name == "Jim" else 0.9, "test"))
                at = text.find(name, at + 1) if name != "Jim" else -1
        return sorted(found, key=lambda one: one.start)

    def find_all(self, transcripts: Any) -> dict[str, list[Finding]]:
        return {transcript.id: self.find_in_text(transcript.text) for transcript in transcripts}


@pytest.fixture
def folder(empty_study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for module in ("find", "found_words", "measure"):
        monkeypatch.setattr(f"secondcoder.study.deidentify.{module}.Finder", Named)
    (tmp_path / "whitlock-1.txt").write_text(TALK)
    (tmp_path / "passphrase").write_text(PASSPHRASE + "\n")
    empty_study.import_files([tmp_path / "whitlock-1.txt"])
    return empty_study.folder


def filled(path: Path, column: str, by_words: dict[str, str]) -> Path:
    """A review sheet in which somebody wrote something into a column of some rows."""
    book = openpyxl.load_workbook(path)
    rows = book.worksheets[0]
    heads = [cell.value for cell in rows[1]]
    for row in rows.iter_rows(min_row=2):
        words = row[heads.index("words")].value
        if words in by_words:
            row[heads.index(column)].value = by_words[words]
    book.save(path)
    return path


def find(folder: Path, run: Run, name: str = "names.xlsx") -> Path:
    sheet = folder.parent / name
    assert run("-C", folder, "deidentify", "--out", sheet)[0] == 0
    return sheet


def apply(folder: Path, run: Run, sheet: Path) -> tuple[int, str, str]:
    key, secret = folder.parent / "names.key", folder.parent / "passphrase"
    return run("-C", folder, "deidentify", "--apply", sheet, "--key", key, "--passphrase-file", secret, "--yes")


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_what_was_found_is_replaced_everywhere(folder: Path, run_cli: Run, suffix: str) -> None:
    sheet = find(folder, run_cli, f"names.{suffix}")
    assert files_with(folder, "Okoro")  # nothing is changed yet
    code, _, said = apply(folder, run_cli, sheet)
    assert (code, "every coding quotes what it quoted" in said) == (0, True)
    _, shown, _ = run_cli("-C", folder, "transcript", "list")
    assert "whitlock" not in shown.casefold()
    assert files_with(folder, "Okoro", "Whitlock", "whitlock-1", "Hawthorn Surgery") == {}
    assert run_cli("-C", folder, "check", "--audit")[0] == 0
    assert {"Okoro", "Sarah Whitlock"} <= {
        entry.original for entry in read_key(folder.parent / "names.key", PASSPHRASE)
    }


def test_the_sheet_decides(folder: Path, run_cli: Run) -> None:
    sheet = filled(find(folder, run_cli), "decision", {"Jim": "keep", "whitlock-1": "keep"})
    filled(sheet, "pseudonym", {"Okoro": "Dr A"})
    assert apply(folder, run_cli, sheet)[0] == 0
    _, shown, _ = run_cli("-C", folder, "transcript", "show", "whitlock-1")
    assert "Dr Dr A rang from [practice 1]. Jim was" in " ".join(shown.split())


def test_labels_of_speakers_read_as_they_stand_in_the_text(folder: Path, run_cli: Run) -> None:
    # What the finder leaves in a label, as of an interviewer, stays, though the name goes from the talk.
    interview = folder.parent / "b.txt"
    interview.write_text("Jim: Did Okoro call?\n\nOkoro: Dr Whitlock did.\n\nJim: And Jim?\n\nOkoro: No.\n")
    assert run_cli("-C", folder, "import", interview)[0] == 0
    sheet = filled(find(folder, run_cli), "decision", {"Jim": "keep"})
    assert apply(folder, run_cli, sheet)[0] == 0
    _, shown, _ = run_cli("-C", folder, "transcript", "list", "--json")
    (speakers,) = (each["speakers"] for each in json.loads(shown) if each["transcript"] == "b")
    _, talk, _ = run_cli("-C", folder, "transcript", "show", "b")
    assert speakers[0] == "Jim"
    assert "Okoro" not in speakers
    assert f"{speakers[1]}: Dr " in talk


def test_a_name_that_is_sure_has_one_pseudonym_and_a_doubtful_one_may_be_two_people(
    folder: Path, run_cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    interview = folder.parent / "b.txt"
    interview.write_text("I: So?\n\nR: Jim said no, and Dr Okoro too.\n")
    assert run_cli("-C", folder, "import", interview)[0] == 0
    sheet = find(folder, run_cli)
    book = openpyxl.load_workbook(sheet)
    rows = book.worksheets[0]
    heads = [cell.value for cell in rows[1]]
    at = [number for number in range(2, rows.max_row + 1) if rows.cell(number, heads.index("words") + 1).value == "Jim"]
    for number, name in zip(at, ("Beech", "Cedar"), strict=True):
        rows.cell(number, heads.index("pseudonym") + 1).value = name
    book.save(sheet)
    assert apply(folder, run_cli, sheet)[0] == 0
    assert {"Beech", "Cedar"} <= files_with(folder, "Beech", "Cedar").keys()


def test_doubtful_words_come_first_and_are_said(folder: Path, run_cli: Run) -> None:
    with find(folder, run_cli, "names.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert (rows[0]["words"], rows[0]["found"]) == ("Jim", "doubtful")
    assert "»Jim« was against it" in rows[0]["context"]
    assert {row["found"] for row in rows[1:]} == {"sure"}


@pytest.mark.parametrize(
    ("column", "wrong", "said"),
    [
        ("decision", {"Jim": "perhaps"}, "none of replace, keep"),
        ("decision", {"Jim": ""}, "no decision"),
        ("pseudonym", {"Jim": ""}, "no pseudonym for 'Jim'"),
        ("places", {"Jim": "{}"}, "places were changed"),
        ("words", {"Jim": "James"}, "words, kind or places were changed"),
    ],
)
def test_a_sheet_that_cannot_be_used_changes_nothing(
    folder: Path, run_cli: Run, column: str, wrong: dict[str, str], said: str
) -> None:
    sheet = filled(find(folder, run_cli), column, wrong)
    code, _, error = apply(folder, run_cli, sheet)
    assert (code, said in error) == (1, True), error
    assert files_with(folder, "Okoro")
    assert not (folder.parent / "names.key").exists()


def test_a_row_that_was_deleted_is_asked_about(folder: Path, run_cli: Run) -> None:
    sheet = find(folder, run_cli)
    book = openpyxl.load_workbook(sheet)
    book.worksheets[0].delete_rows(3)
    book.save(sheet)
    code, _, error = apply(folder, run_cli, sheet)
    assert (code, "is missing. To leave words as they are, choose 'keep'" in error) == (1, True)


def test_a_sheet_of_other_interviews_changes_nothing(folder: Path, run_cli: Run) -> None:
    sheet = find(folder, run_cli)
    assert apply(folder, run_cli, sheet)[0] == 0
    code, _, error = apply(folder, run_cli, sheet)
    assert (code, "Have it written anew. Nothing was changed." in error) == (1, True)


def test_pseudonyms_are_not_taken_for_names_later(folder: Path, run_cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert apply(folder, run_cli, find(folder, run_cli))[0] == 0
    _, shown, _ = run_cli("-C", folder, "transcript", "list", "--json")
    speaker = json.loads(shown)[0]["speakers"][1]
    monkeypatch.setitem(NAMES, speaker, PERSON)  # as after a title
    monkeypatch.delitem(NAMES, "Jim")
    code, _, error = run_cli("-C", folder, "deidentify", "--out", folder.parent / "again.xlsx")
    assert (code, "Give its key" in error) == (1, True)
    (folder.parent / "b.txt").write_text(f"I: Who?\n\nR: Dr {speaker} and Dr Okoro came.\n")
    assert run_cli("-C", folder, "import", folder.parent / "b.txt")[0] == 0
    options = ("--key", folder.parent / "names.key", "--passphrase-file", folder.parent / "passphrase")
    assert run_cli("-C", folder, "deidentify", *options, "--out", folder.parent / "again.csv")[0] == 0
    with (folder.parent / "again.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["words"]: row for row in csv.DictReader(file)}
    assert rows.keys() == {speaker, "Okoro"}  # the real one of the new interview
    assert rows[speaker]["where"] == rows["Okoro"]["where"] == "b"
    assert rows["Okoro"]["times"] in ("1", "1.0")


def test_what_names_people_is_not_written_into_the_study(folder: Path, run_cli: Run) -> None:
    for option in ("--out", "--sample"):
        code, _, error = run_cli("-C", folder, "deidentify", option, folder / "names.xlsx")
        assert (code, "Keep it outside" in error) == (1, True)
    sheet = find(folder, run_cli)
    code, _, error = run_cli("-C", folder, "deidentify", "--apply", sheet, "--key", folder / "names.key", "--yes")
    assert (code, "Keep it outside" in error) == (1, True)


def test_a_wrong_passphrase_changes_nothing(folder: Path, run_cli: Run) -> None:
    sheet = find(folder, run_cli)
    write_key(folder.parent / "names.key", [], "another one altogether")
    code, _, error = apply(folder, run_cli, sheet)
    assert (code, "the passphrase is wrong" in error) == (1, True)
    assert files_with(folder, "Okoro")


def test_files_become_text_files_that_an_import_reads(folder: Path, run_cli: Run, tmp_path: Path) -> None:
    files, out, key = tmp_path / "files", tmp_path / "out", tmp_path / "names.key"
    files.mkdir()
    document = Document()
    for line in filter(None, TALK.splitlines()):
        document.add_paragraph(line)
    document.save(str(files / "whitlock.docx"))
    cues = [("I", "Who was it?"), ("Sarah Whitlock", "Ask Okoro."), ("I", "Really?"), ("Sarah Whitlock", "Or Jim.")]
    lines = (f"00:0{at}.000 --> 00:0{at + 1}.000\n<v {who}>{words}</v>\n\n" for at, (who, words) in enumerate(cues))
    (files / "call.vtt").write_text(f"WEBVTT\n\n{''.join(lines)}")
    options = ("--key", key, "--passphrase-file", tmp_path / "passphrase")
    code, _, said = run_cli("deidentify", files, *options, "--out", out)
    assert (code, "Wrote 2 text files" in said) == (0, True), said
    assert files_with(out, "Sarah", "Whitlock", "Okoro", "Hawthorn Surgery") == {}
    code, _, error = run_cli("-C", folder, "import", out, "--interviewer", "I")
    assert code == 0, (said, error)
    _, shown, _ = run_cli("-C", folder, "transcript", "list")
    assert shown.count("I (I), ") == 3
    code, _, error = run_cli("deidentify", files, *options, "--out", out)
    assert (code, "is there already" in error) == (1, True)


def test_files_can_be_looked_at_first(folder: Path, run_cli: Run, tmp_path: Path) -> None:
    interview, sheet, out = tmp_path / "whitlock-1.txt", tmp_path / "found.xlsx", tmp_path / "out"
    assert run_cli("deidentify", interview, "--out", sheet)[0] == 0
    filled(sheet, "decision", {"Jim": "keep"})
    options = ("--key", tmp_path / "k.key", "--passphrase-file", tmp_path / "passphrase", "--apply", sheet)
    assert run_cli("deidentify", interview, *options, "--out", out)[0] == 0
    (text,) = (path.read_text() for path in out.iterdir())
    assert "Jim was against it" in text
    assert "Okoro" not in text


def test_recall_and_precision_are_those_of_the_sample(folder: Path, run_cli: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "sample.xlsx"
    assert run_cli("-C", folder, "deidentify", "--sample", sheet)[0] == 0
    book = openpyxl.load_workbook(sheet)
    rows = book.worksheets[0]
    heads = [cell.value for cell in rows[1]]
    noted = {"Whitlock": "Dr Whitlock", "rang": "dr okoro; Jim", "Jim does": "Jim; Dr Okoro's"}
    for row in rows.iter_rows(min_row=2):
        text = row[heads.index("text")].value
        row[heads.index("read")].value = "yes"
        row[heads.index("people")].value = next((words for key, words in noted.items() if key in text), None)
    book.save(sheet)
    code, table, said = run_cli("-C", folder, "deidentify", "--measure", sheet)
    cells = {line.split()[0]: line.split() for line in table.splitlines() if line.strip()}
    # Five noted; the second Jim is missed. Of five found, the practice was not noted.
    assert cells["all"][1:4] == ["5", "4", "80%"]
    assert cells["all"][-3:] == ["5", "4", "80%"]
    assert (code, "'Jim' (whitlock-1)" in said) == (0, True)
    assert "deidentification measured" in run_cli("-C", folder, "check", "--audit")[1]


def test_what_does_not_stand_in_a_passage_is_asked_about(folder: Path, run_cli: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "sample.csv"
    assert run_cli("-C", folder, "deidentify", "--sample", sheet)[0] == 0
    text = sheet.read_text(encoding="utf-8-sig")
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    code, _, error = run_cli("-C", folder, "deidentify", "--measure", sheet)
    assert (code, "no row was read" in error) == (1, True)
    with sheet.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows([{**rows[0], "people": "Dr Wentlock"}, *rows[1:]])
    code, _, error = run_cli("-C", folder, "deidentify", "--measure", sheet)
    assert (code, "'Dr Wentlock' does not stand in the passage" in error) == (1, True)
    assert text


def test_without_a_task_it_teaches(folder: Path, run_cli: Run) -> None:
    code, _, error = run_cli("-C", folder, "deidentify")
    assert code == 2
    assert "--apply" in error
