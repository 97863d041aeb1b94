"""The cases beside the checkout, by their right outcomes; skipped where they are absent."""

from __future__ import annotations

import subprocess
import sys

import pytest
from support.places import BENCHMARKS, SHARED

FOLDER = SHARED / "cases"


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.minutes
@pytest.mark.skipif(not FOLDER.is_dir(), reason="the cases do not lie beside this checkout")
def test_every_case_comes_out_right():
    """As a user would run it: `python benchmarks/cases.py` prints a line each."""
    done = subprocess.run([sys.executable, BENCHMARKS / "cases.py"], capture_output=True, encoding="utf-8", check=False)
    wrong = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("wrong")]
    assert "right" in done.stdout, done.stderr
    assert not wrong, done.stdout
