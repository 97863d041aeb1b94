"""Where things lie."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
BENCHMARKS = ROOT / "benchmarks"
SHARED = ROOT.parent / "shared"
SHEETS_OF_0_1_0 = Path(__file__).parent / "sheets_of_0_1_0"
"""Sheets to be filled that version 0.1.0 wrote from the tests' own studies."""
