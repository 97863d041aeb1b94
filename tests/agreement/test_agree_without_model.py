"""Two coders are compared although the model cannot be measured yet."""

from __future__ import annotations

from pathlib import Path

import pytest
from secondcoder.agreement.study_report import Question
from secondcoder.errors import InputError
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from support.study_checks import CHEAP, CODED, talk_rows, write_csv


def test_two_transcripts_make_agreement_of_people_and_say_why_the_model_is_missing(tmp_path: Path):
    Study.create(tmp_path / "study", "npt-core").close()
    (tmp_path / "study" / CONFIGURATION).write_text(CHEAP, encoding="utf-8")
    study = Study(tmp_path / "study")
    rows = [row for row in talk_rows() if row["transcript"] in CODED[:2]]
    coders = sorted({row["coder"] for row in rows if row["coder"]})
    doubled = [
        row | {"coder": coder} for coder in (coders[0], "zoe") for row in rows if row["coder"] in ("", coders[0])
    ]
    study.import_files([write_csv(tmp_path / "talk.csv", [dict(row) for row in doubled])])
    report = study.agree()
    assert {name for pair in report.to_json()["pairs"] for name in pair["coders"]} == {coders[0], "zoe"}
    assert any(note.startswith("Without the model:") for note in report.notes)
    with pytest.raises(InputError):
        study.agree(Question(between=(coders[0], "secondcoder")))
