"""What a new researcher meets in the first hour: choices that are asked for, advice that can be copied, words that are explained."""

from __future__ import annotations

import io
import re
import runpy
import subprocess
import sys
from pathlib import Path

import click
import pandas as pd
import pytest
from docx import Document
from secondcoder.cli import common
from secondcoder.cli.glossary_command import glossary
from secondcoder.codebook.shipped import SHIPPED
from secondcoder.reports.page import Box, Points, Section, page
from secondcoder.study.study import Study
from support.places import ROOT


@pytest.mark.parametrize("further", [[], ["--codebook", ""]])
def test_init_without_a_codebook_is_refused_where_nobody_can_be_asked(run_cli, tmp_path: Path, further) -> None:
    code, out, said = run_cli("init", tmp_path / "new", *further)
    assert (code, out) == (2, "")
    assert f"--codebook {'|'.join(SHIPPED)}|FILE|none" in said
    assert not (tmp_path / "new").exists()


def test_init_asks_on_a_terminal(run_cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal("cfir\n"))
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    assert run_cli("init", tmp_path / "new")[0] == 0
    study = Study(tmp_path / "new")
    assert study.codebook.id == "cfir"
    study.close()


def test_an_empty_codebook_takes_the_codes_of_the_first_table(run_cli, tmp_path: Path) -> None:
    table = tmp_path / "codes.csv"
    table.write_text("transcript,order,speaker,text,codes,coder\nt,1,I,Why?,,\nt,2,R,Because.,ROOM,Ana\n", "utf-8")
    folder = tmp_path / "new"
    assert "0 codes" in run_cli("init", folder, "--codebook", "none")[2]
    code, _, said = run_cli("-C", folder, "train")
    assert (code, "no codes yet" in said or "nothing to learn" in said.casefold()) == (1, True)
    assert run_cli("-C", folder, "import", table, "--add-codes")[0] == 0
    study = Study(folder)
    assert study.codebook.ids == ("ROOM",)
    assert Study.check(folder) == []
    study.close()


def test_the_python_call_keeps_its_codebook(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "new")
    assert study.codebook.id == "npt"
    study.close()


@pytest.mark.parametrize(
    ("said", "copied"),
    [
        ("Next: secondcoder train", "Next: secondcoder -C 'my study' train"),
        ("`secondcoder models list` shows all", "`secondcoder -C 'my study' models list` shows all"),
        ("secondcoder init DIR makes one", "secondcoder init DIR makes one"),
        ("secondcoder -C other train", "secondcoder -C other train"),
        ("made by secondcoder and trained", "made by secondcoder and trained"),
        (
            "secondcoder code, then secondcoder review",
            "secondcoder -C 'my study' code, then secondcoder -C 'my study' review",
        ),
    ],
)
def test_advice_names_the_study_that_it_is_about(said: str, copied: str) -> None:
    context = click.Context(click.Command("x"))
    context.params["study"] = "my study"
    with context:
        assert common.advised(said) == copied
    context.params["study"] = "."
    with context:
        assert common.advised(said) == said
    assert common.advised(said) == said


def test_status_and_errors_can_be_copied(run_cli, coded_study: Study) -> None:
    assert (
        f"Next: learn the codes: secondcoder -C {coded_study.folder} train"
        in run_cli("-C", coded_study.folder, "status")[1]
    )
    code, _, said = run_cli("-C", coded_study.folder, "code")
    assert (code, f"secondcoder -C {coded_study.folder} train" in said) == (1, True)


def test_no_bar_lives_while_something_is_printed_or_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    from rich import progress

    live: list[bool] = []
    monkeypatch.setattr(progress.Progress, "start", lambda self: live.append(True))
    monkeypatch.setattr(progress.Progress, "stop", lambda self: live.append(False))
    with common.progress_bars() as tell:
        assert not any(live)
        tell("reading", 1, 3)
        assert live[-1]
        tell("embedding", 0, 9)
        tell("reading", 3, 3)
        assert live[-1]  # the other goes on
        tell("embedding", 9, 9)
        assert not live[-1]
        tell("reading", 1, 2)
        assert live[-1]
    assert not live[-1]


def test_it_runs_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "secondcoder", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("secondcoder")


def test_the_glossary_that_ships_is_the_documents(run_cli) -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    assert text == (ROOT / "configs" / "glossary.md").read_text(encoding="utf-8")
    assert len(glossary()) == text.count("\n| **") > 40
    for word in ("average precision", "out of fold", "pooled kappa"):
        code, out, _ = run_cli("glossary", word.upper())
        assert (code, out.splitlines()[0]) == (0, word)
    code, _, said = run_cli("glossary", "prevalance")
    assert (code, "Did you mean 'prevalence'?" in said) == (1, True)


def test_backticks_become_code_on_a_page_and_nothing_else_does() -> None:
    texts = ("call `secondcoder evaluate`", "a <b> & `<i>`", "one ` alone")
    made = page("T", [Section("S", [*texts, Points(texts), Box("note", texts)])])
    body = made[made.index("<main") :]
    assert body.count("<code>secondcoder evaluate</code>") == 3
    assert body.count("a &lt;b&gt; &amp; <code>&lt;i&gt;</code>") == 3
    assert "<b>" not in body
    assert body.count("one ` alone") == 3


@pytest.mark.parametrize("suffix", [".html", ".csv", ".xlsx"])
def test_evaluate_writes_its_figures(run_cli, coded_study: Study, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"figures{suffix}"
    code, printed, said = run_cli("-C", coded_study.folder, "evaluate", "--out", out)
    assert (code, f"Wrote {out}" in said) == (0, True)
    shown = re.findall(r"^ ([A-Z][\w.]*) +\d", printed, re.MULTILINE)
    if suffix == ".html":
        text = out.read_text(encoding="utf-8")
        assert all(f">{code}</th>" in text for code in shown)
    else:
        table = pd.read_csv(out) if suffix == ".csv" else pd.read_excel(out)
        assert table["code"].tolist() == shown
        assert {"precision", "precision_low", "precision_high", "kappa"} <= set(table)


def test_evaluate_refuses_a_file_that_it_cannot_write_before_it_computes(run_cli, coded_study: Study) -> None:
    assert run_cli("-C", coded_study.folder, "evaluate", "--out", "figures.doc")[0] == 1


def test_the_methods_section_comes_for_word_too(run_cli, coded_study: Study, tmp_path: Path) -> None:
    for name in ("methods.md", "methods.docx"):
        assert run_cli("-C", coded_study.folder, "export", "--methods", tmp_path / name)[0] == 0
    document = Document(str(tmp_path / "methods.docx"))
    words = [paragraph.text for paragraph in document.paragraphs]
    words += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    markdown = re.sub(
        r"\\(?=\|)|^#+ |^- |^\|[-:| ]+\|$", "", (tmp_path / "methods.md").read_text("utf-8"), flags=re.MULTILINE
    )
    assert sorted(" ".join(words).split()) == sorted(word for word in markdown.split() if word != "|")
    assert {"Heading 1", "Heading 2", "List Bullet"} <= {paragraph.style.name for paragraph in document.paragraphs}
    code, _, said = run_cli("-C", coded_study.folder, "export", "--methods", tmp_path / "methods.pdf")
    assert (code, "methods.docx" in said) == (1, True)


def test_an_older_python_is_told_what_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 13))
    with pytest.raises(SystemExit, match=r"needs Python 3.11 or newer; this is Python 3.10"):
        runpy.run_path(str(ROOT / "setup.py"))


def test_codes_with_one_reason_stand_in_one_line(run_cli, coded_study: Study) -> None:
    printed = run_cli("-C", coded_study.folder, "train")[1]
    reasons = re.findall(r"^  [^:]+: (.+)$", printed, re.MULTILINE)
    assert len(reasons) == len(set(reasons))
    assert "1 transcripts" not in printed
