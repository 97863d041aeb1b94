"""Bad input gets one clear error, exit 1, and changes nothing: neither the store nor any file of the study."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pandas as pd
import pytest
from secondcoder.study.study import Study
from support.study_checks import TALK, everything, talk_rows, write_csv

ROW = {"transcript": "t1", "order": 1, "text": "Right.", "codes": "CO", "coder": "anna"}


@pytest.fixture
def refused(coded_study: Study, run_cli) -> Callable[..., str]:
    """Runs a command in a coded study that must refuse and change nothing; gives the message."""

    def call(*arguments: object) -> str:
        before = everything(coded_study.folder)
        code, out, said = run_cli("-C", coded_study.folder, *arguments)
        assert (code, out) == (1, "")
        assert said.startswith("secondcoder: ")
        assert "Traceback" not in said
        assert everything(coded_study.folder) == before
        return said.removeprefix("secondcoder: ").rstrip("\n")

    return call


def word(folder: Path) -> bytes:
    document = docx.Document()
    document.add_paragraph("I: How was it?")
    document.add_paragraph("R: It was fine.")
    document.save(str(folder / "w.docx"))
    return (folder / "w.docx").read_bytes()


def workbook(folder: Path) -> bytes:
    pd.DataFrame([ROW] * 300).assign(order=range(300)).to_excel(folder / "w.xlsx", index=False)
    return (folder / "w.xlsx").read_bytes()


def wide_workbook(folder: Path) -> bytes:
    pd.DataFrame([[*ROW, None], [*ROW.values(), "stray"]]).to_excel(folder / "x.xlsx", index=False, header=False)
    return (folder / "x.xlsx").read_bytes()


def damaged(package: bytes) -> bytes:
    """A zip whose parts say other than their checksums."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    return out.getvalue().replace(b"<row", b"<rwo").replace(b"<w:p>", b"<w:q>")


FILES = {
    "empty.txt": (lambda _: b"", "empty.txt: the file is empty."),
    "empty.csv": (lambda _: b"", "empty.csv is empty."),
    "blank.docx": (lambda _: b" \n", "blank.docx: the file is empty."),
    "no_word.docx": (lambda _: b"I: Hello?", "no_word.docx: not a Word document"),
    "cut.docx": (lambda folder: word(folder)[:-300], "cut.docx: the file is cut off or damaged"),
    "hurt.docx": (lambda folder: damaged(word(folder)), "hurt.docx: "),
    "cut.xlsx": (lambda folder: workbook(folder)[:-300], "cut.xlsx is not an Excel workbook, or is cut off"),
    "hurt.xlsx": (lambda folder: damaged(workbook(folder)), "hurt.xlsx is not an Excel workbook, or is cut off"),
    "no_book.xlsx": (lambda _: b"a,b\n1,2\n", "no_book.xlsx is not an Excel workbook"),
    "cut.parquet": (lambda _: b"PAR1 and no more", "cut.parquet is not a Parquet file, or is cut off"),
    "broken.txt": (lambda _: "I: Où? É.\nR: Là, é.\n".encode() + b"\xff\xe9", "broken.txt line 3: UTF-8 with damaged"),
    "binary.txt": (lambda _: bytes(range(256)), "binary.txt: control characters"),
    "binary.csv": (lambda _: bytes(range(256)), "binary.csv: control characters"),
    "half.txt": (lambda _: b"\xff\xfeI\x00:\x00 \x00a", "half.txt: begins as UTF-16 and breaks off"),
    "quote.csv": (lambda _: b'transcript,text,codes\nt1,"open,CO\n', "quote.csv line 2: not valid CSV"),
    "wide.csv": (lambda _: b"transcript,text,codes\nt1,a,CO,x\n", "wide.csv line 2: 4 cells, but the header has 3"),
    "wide.xlsx": (wide_workbook, "wide.xlsx row 2: 6 cells, but the header has 5 columns"),
    "bare.csv": (lambda _: b"transcript,text,codes\n", "bare.csv has no rows."),
    "twice.csv": (lambda _: b"text,text,codes\na,b,c\n", "twice.csv line 1: column 'text' stands twice."),
    "short.csv": (lambda _: b"transcript,txt,codes\nt1,a,CO\n", "column 'text' is missing. Did you mean 'txt'?"),
    "photo.jpg": (lambda _: b"\xff\xd8\xff\xe0 a picture", "photo.jpg: a picture. Type its text"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_used_is_refused(name: str, refused, tmp_path: Path) -> None:
    content, message = FILES[name]
    (tmp_path / name).write_bytes(content(tmp_path))
    said = refused("import", tmp_path / name)
    assert message in said
    assert said.endswith("Nothing was imported.")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"text": ""}, "codes.csv line 2: the row has no text. Nothing was imported."),
        (
            {"codes": "Coherance"},
            "code 'Coherance' is not in the codebook. Did you mean 'Coherence'? Nothing was imported.",
        ),
        ({"transcript": "ash_gp"}, "codes.csv line 2: transcript 'ash_gp' is in the study already, with another text,"),
        ({"coder": ""}, "codes.csv line 2: codes, but no coder."),
    ],
)
def test_a_bad_row_is_refused(changes: dict[str, str], message: str, refused, tmp_path: Path) -> None:
    assert message in refused("import", write_csv(tmp_path / "codes.csv", [{**ROW, **changes}]))


def test_an_unknown_code_gets_its_line_and_the_nearest_code(refused, coded_study: Study, tmp_path: Path) -> None:
    coded_study.codebook_import("npt")
    rows = [{**ROW, "order": order, "codes": "CP.ENROL" if order == 13 else "CP.ENR"} for order in range(1, 14)]
    assert refused("import", write_csv(tmp_path / "codes.csv", rows)) == (
        "codes.csv line 14: code 'CP.ENROL' is not in the codebook. Did you mean 'CP.ENR'? Nothing was imported.\n"
        "To add the codes that the codebook lacks: --add-codes"
    )


def test_all_bad_rows_are_shown_together(refused, tmp_path: Path) -> None:
    bad = [{"text": ""}, {"codes": "XX"}, {"order": "x"}, {}, {}]
    rows = [{**ROW, "order": order, **change} for order, change in enumerate(bad, start=1)]
    said = refused("import", write_csv(tmp_path / "codes.csv", [*rows, rows[-1]]))
    assert said.splitlines()[0] == "codes.csv: 4 faults."
    assert all(f"line {line}: " in said for line in (2, 3, 4, 7))


def test_many_bad_rows_do_not_fill_the_screen(refused, tmp_path: Path) -> None:
    rows = [{**ROW, "order": order, "text": ""} for order in range(500)]
    said = refused("import", write_csv(tmp_path / "codes.csv", rows))
    assert len(said.splitlines()) < 30
    assert "497 more" in said


def test_a_good_file_beside_a_bad_one_does_not_land(refused, tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("I: How?\nR: Well.\n")
    (tmp_path / "bad.txt").write_bytes(b"")
    assert "bad.txt" in refused("import", tmp_path / "good.txt", tmp_path / "bad.txt")


@pytest.mark.parametrize("command", [("status",), ("import", TALK), ("train",), ("evaluate",), ("codebook", "show")])
def test_every_command_refuses_what_is_no_study(command: tuple[object, ...], run_cli, tmp_path: Path) -> None:
    code, out, said = run_cli("-C", tmp_path, *command)
    assert (code, out) == (1, "")
    assert "is not a study" in said
    assert "secondcoder init" in said
    assert list(tmp_path.iterdir()) == []


def test_a_model_of_another_codebook_is_refused(trained_study: Study, run_cli) -> None:
    trained_study.codebook_import("npt")
    before = everything(trained_study.folder)
    code, out, said = run_cli("-C", trained_study.folder, "code")
    assert (code, out) == (1, "")
    assert "Model m0001 was trained with codebook 'npt-core' version 1.1, which differs" in said
    assert f"secondcoder -C {trained_study.folder} retrain" in said
    assert everything(trained_study.folder) == before


def test_coding_without_a_model_imports_nothing(refused, tmp_path: Path) -> None:
    (tmp_path / "new.txt").write_text("I: How?\nR: Well.\n")
    assert "There is no model yet" in refused("code", tmp_path / "new.txt")


def test_a_suffix_that_cannot_be_written_is_refused_before_any_work(
    trained_study: Study, run_cli, tmp_path: Path
) -> None:
    before = everything(trained_study.folder)
    code, _, said = run_cli("-C", trained_study.folder, "code", "--out", tmp_path / "out.xls")
    assert code == 1
    assert "Did you mean '.xlsx'?" in said
    assert everything(trained_study.folder) == before


def test_a_codebook_that_would_orphan_codings_is_refused(refused) -> None:
    said = refused("codebook", "import", "cfir")
    assert "is not in the new codebook" in said
    assert said.endswith("The codebook was not changed.")


def test_a_missing_file_is_refused(refused, tmp_path: Path) -> None:
    assert refused("import", tmp_path / "nowhere.txt").endswith("nowhere.txt does not exist. Nothing was imported.")


def test_the_installed_command_ends_with_one_message_and_exit_1(coded_study: Study, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "codes.csv", [{**row, "text": ""} for row in talk_rows()[:2]])
    before = everything(coded_study.folder)
    script = "import sys; from secondcoder.cli import main; sys.argv[0] = 'secondcoder'; main()"
    done = subprocess.run(
        [sys.executable, "-c", script, "-C", str(coded_study.folder), "import", str(path)],
        capture_output=True, text=True, env={**os.environ, "PYTHONIOENCODING": "utf-8"}, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [
        "secondcoder: codes.csv: 2 faults.",
        "  line 2: the row has no text.",
        "  line 3: the row has no text.",
        "Nothing was imported.",
    ]
    assert everything(coded_study.folder) == before
