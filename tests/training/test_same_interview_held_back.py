"""An interview that stands in a study twice is held out as a whole: figures are not better for it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from secondcoder.exchange.importing import ImportOptions
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from support.study_checks import CHEAP, write_csv

INTERVIEWS, UNITS = 6, 30


def _table(path: Path, suffix: str) -> Path:
    """Interviews whose codes were thrown with dice, so that nobody can learn them but by having seen the interview."""
    rng = np.random.default_rng(5)
    rows = [
        {
            "transcript": f"t{number}{suffix}",
            "participant": f"P{number // 2}",
            "order": at,
            "text": " ".join(f"w{word}" for word in rng.integers(0, 300, 8)),
            "codes": "A" if rng.random() < 0.35 else "",
            "coder": f"anna{suffix}",
        }
        for number in range(INTERVIEWS)
        for at in range(UNITS)
    ]
    return write_csv(path, rows)


@pytest.fixture
def twice(tmp_path: Path) -> Study:
    book = tmp_path / "book.yml"
    book.write_text("id: b\ntitle: B\ncodes:\n  - {id: A, name: Told}\n", encoding="utf-8")
    Study.create(tmp_path / "study", book).close()
    (tmp_path / "study" / CONFIGURATION).write_text(
        f"{CHEAP}[learning]\nfolds = 3\nbootstrap = 100\n", encoding="utf-8"
    )
    study = Study(tmp_path / "study")
    study.import_files([_table(tmp_path / "one.csv", "")])
    study.import_files([_table(tmp_path / "two.csv", "_again")], ImportOptions(same_interview="keep"))
    return study


def test_codes_that_nobody_can_learn_are_not_learned_from_a_copy(twice: Study) -> None:
    for by in ("transcript", "participant"):
        assert abs(twice.evaluate(by).to_json()["pooled_kappa"]) < 0.25
    verdicts = twice.train()["verdicts"]
    assert verdicts["A"]["verdict"] != "ready"


def test_groups_of_the_features_are_those_asked_for(twice: Study) -> None:
    transcripts = twice.corpus.transcripts
    for by, groups in (("transcript", INTERVIEWS), (None, INTERVIEWS // 2), ("participant", INTERVIEWS // 2)):
        data = twice.workspace().training_data(transcripts, by)
        named = dict(zip(data.transcripts, data.features.groups, strict=True))
        assert len(set(named.values())) == groups
        assert all(named[f"t{number}"] == named[f"t{number}_again"] for number in range(INTERVIEWS))
    assert twice.evaluate().grouped_by == "participant"


def test_where_no_participant_is_known_nothing_speaks_of_participants(coded_study: Study) -> None:
    assert coded_study.configuration.learning.group == "participant"
    corpus = coded_study.corpus
    assert corpus.grouping("participant") == "transcript"
    assert corpus.grouping("case") == "case"
    assert corpus.groups("participant") == corpus.groups("transcript")
    assert coded_study.evaluate().grouped_by == "transcript"
