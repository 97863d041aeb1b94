"""The notebooks: kept without outputs, of nothing but what they make or what ships, and run from the first cell to the last."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
LIMIT = 600
"""Seconds for a cell, on a machine that does other things as well."""


def cells(path: Path) -> list[dict[str, Any]]:
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def test_there_are_three() -> None:
    assert [path.stem for path in NOTEBOOKS] == [
        "a-codebook-of-your-own",
        "agreement-from-two-csvs",
        "the-whole-study",
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs_and_begins_by_saying_what_it_is(path: Path) -> None:
    kept = cells(path)
    assert kept[0]["cell_type"] == "markdown"
    assert kept[0]["source"][0].startswith("# ")
    code = [cell for cell in kept if cell["cell_type"] == "code"]
    assert [(cell["outputs"], cell["execution_count"]) for cell in code] == [([], None)] * len(code)
    # Only what a fresh kernel has: no magic, nothing of one machine, nothing from the network.
    text = "".join(line for cell in code for line in cell["source"])
    assert not re.search(r"^\s*[%!]|https?://|/home/|/Users/|[A-Z]:\\\\", text, re.MULTILINE)


def test_the_whole_study_has_ten_cells() -> None:
    whole = next(path for path in NOTEBOOKS if path.stem == "the-whole-study")
    assert sum(cell["cell_type"] == "code" for cell in cells(whole)) == 10


@pytest.mark.slow
@pytest.mark.minutes
@pytest.mark.model
@pytest.mark.filterwarnings("default")  # of the kernel's own libraries
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_in_a_fresh_kernel(path: Path, tmp_path: Path) -> None:
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    book = nbformat.read(path, as_version=4)
    where = {"metadata": {"path": str(tmp_path)}}  # as outside a checkout
    nbclient.NotebookClient(book, timeout=LIMIT, kernel_name="python3", resources=where).execute()
    last = [cell for cell in book.cells if cell.cell_type == "code"][-1]
    assert last.outputs
    assert not [out for cell in book.cells for out in cell.get("outputs", ()) if out.output_type == "error"]
