"""`secondcoder pack` as people use it: what is printed and asked, in the study and far away."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from secondcoder.domain.records import Coding
from secondcoder.study.study import Study

Run = Callable[..., tuple[int, str, str]]
ARCHIVE = Path(__file__).parents[1] / "support" / "study-0.1.0.zip"


def test_the_way_of_a_pack(coded_study: Study, run_cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    team = coded_study.folder
    _, _, told = run_cli("-C", team, "pack", "make", "--coder", "Anja")
    assert "Wrote anja.secondcoder-pack for Anja: 7 transcripts, 9 codes, 0 codings by Anja" in told
    assert "has coded nothing here so far. Did you mean 'anna'?" in told
    assert "Anja opens it with: secondcoder pack open anja.secondcoder-pack DIR" in told
    _, _, told = run_cli("-C", team, "pack", "make", "--coder", "Anna")
    assert "Wrote anna.secondcoder-pack for anna" in told
    code, _, told = run_cli("pack", "open", "anna.secondcoder-pack", "far away")
    assert code == 0
    assert "Code in the browser: secondcoder -C 'far away' open" in told
    copy = Study.open(tmp_path / "far away")
    first = copy.corpus.codings[0]
    with copy.store.transaction("anna") as write:
        write.withdraw([(first, 0)], [])
        write.add_codings([Coding("elder_gp", 10, 40, "CO", coder) for coder in ("anna", "Zoe")], copy.codebook)
    copy.close()
    assert (
        "write what goes back to the study: secondcoder -C 'far away' pack make"
        in run_cli("-C", "far away", "status")[1]
    )
    _, _, told = run_cli("-C", "far away", "pack", "make")
    assert "Also coded here, and not in it: Zoe" in told
    assert "Send it back. There: secondcoder" in told
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    code, _, told = run_cli("-C", team, "pack", "merge", "anna-coded.secondcoder-pack")
    assert code == 1
    assert "anna, on 2 transcripts. New: 1 coding and 0 coding passes. Withdrawn: 1 coding and 0 coding passes." in told
    assert "Not confirmed (in a script, use --yes). Nothing was merged." in told
    assert first in coded_study.corpus.codings
    assert run_cli("-C", team, "pack", "merge", "anna-coded.secondcoder-pack", "--yes")[0] == 0
    assert first not in coded_study.corpus.codings
    code, _, told = run_cli("-C", team, "pack", "merge", "anna-coded.secondcoder-pack")
    assert code == 0
    assert "There is nothing new in anna-coded.secondcoder-pack. Nothing was merged." in told
    run_cli("-C", "far away", "pack", "make")
    assert (tmp_path / "anna-coded-2.secondcoder-pack").is_file()


def test_a_study_of_0_1_0_makes_and_merges_packs(run_cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with zipfile.ZipFile(ARCHIVE) as archive:
        archive.extractall(tmp_path)
    study = Study.open("study")
    coder = study.corpus.coders[0]
    study.close()
    assert run_cli("-C", "study", "pack", "make", "--coder", coder, "--out", "a.secondcoder-pack")[0] == 0
    assert run_cli("pack", "open", "a.secondcoder-pack", "copy")[0] == 0
    assert run_cli("-C", "copy", "pack", "make", "--out", "b.secondcoder-pack")[0] == 0
    assert "There is nothing new" in run_cli("-C", "study", "pack", "merge", "b.secondcoder-pack")[2]
    study = Study.open("study")
    assert study.check_audit().faults == ()
    study.close()
