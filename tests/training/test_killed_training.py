"""Training killed at random moments leaves a study that works; `benchmarks/kill_training.py` does it a hundred times."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path

import pytest
from support.places import BENCHMARKS


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="kills forked processes")
def test_a_study_survives_kills(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    killing = import_module("kill_training")
    states = killing.kill_many(killing.make_study(tmp_path / "study"), "train", kills=4, seed=2)
    assert states.total() == 4
