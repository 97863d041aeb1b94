"""Names that differ in blanks and signs alone are kept apart and named: one coder must not agree with herself in silence."""

from __future__ import annotations

from pathlib import Path

import pytest
from secondcoder.exchange.alike_names import alike_notes
from secondcoder.exchange.importing import ImportOptions
from secondcoder.study.study import Study


@pytest.mark.parametrize("other", ["AnaK", "Ana.K", "Ana_K", "Ana K.", "Ana, K"])
@pytest.mark.parametrize("kind", ["coder", "code"])
def test_such_names_are_named(kind: str, other: str) -> None:
    (note,) = alike_notes(kind, ["Ana K", other, "Ben"])
    assert note.startswith(f"{kind}s that differ in blanks or signs alone")
    assert f"'{other}'" in note
    assert "Ben" not in note


@pytest.mark.parametrize(
    "pair", [("1-1", "11"), ("1.10", "110"), ("C+", "C-"), ("Ana", "Anna"), ("P1", "P2"), ("Ana", "ana")]
)
def test_names_that_are_two_are_not(pair: tuple[str, str]) -> None:
    assert alike_notes("coder", pair) == []


def test_what_the_study_has_is_named_beside_new_names_alone() -> None:
    assert alike_notes("code", [], ["Barriers", "Barriers."]) == []
    assert "'Barriers' and 'Barriers.'" in alike_notes("code", ["Barriers."], ["Barriers"])[0]


def test_an_import_says_so(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "study", "npt")
    (tmp_path / "t1.txt").write_text("I: How?\nP: We sat down there.\n")
    (tmp_path / "codes.csv").write_text("transcript,start,end,codes,coder\nt1,11,18,CO,Ana K\nt1,11,18,CO,AnaK\n")
    result = study.import_files([tmp_path / "t1.txt", tmp_path / "codes.csv"], ImportOptions())
    study.close()
    assert any("'Ana K' and 'AnaK'" in note for note in result.notes)
