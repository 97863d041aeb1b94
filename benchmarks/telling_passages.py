"""Do the passages that are shown of a cell tell more of it than the first ones? Writes TELLING_PASSAGES.md beside this file.

    OMP_NUM_THREADS=1 python benchmarks/telling_passages.py [--out FILE]

On the demonstration study, as its coders left it. Passages are chosen by their words; likeness is measured by the shipped language
model.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
from machine import machine
from scipy.sparse import csr_matrix
from secondcoder.charting import telling_passages as by_words
from secondcoder.charting.chart_data import ChartData, chart_data
from secondcoder.charting.telling_passages import MOST, SIDES, telling_passages
from secondcoder.domain.arrays import Vectors
from secondcoder.study.study import Study

HERE = Path(__file__).parent
FEWEST = MOST + 1
"""In a cell with fewer passages nothing is chosen."""
DRAWS = 50
MEASURES = (
    "first like the cell",
    "all like the cell",
    "like each other",
    "people heard",
    "both sides heard",
    "characters",
)
Choice = Callable[[ChartData], pd.DataFrame]
EXPLAINED = """\
{cells} cells of case and code with {fewest} passages or more; {most} are chosen of each. *Like the cell*: mean cosine with the other
passages of the cell, of the first passage chosen and of all; *like each other*: mean cosine of those chosen, less is better. *People
heard*: of as many as could be; *both sides heard*: of "promotes" and "inhibits", where they occur. Cosines are those of the shipped
language model, which the choice by words does not know. Random: mean of {draws} draws."""
READ = """\
The first passage is nearer to the rest of its cell than one drawn at random. The further ones are no nearer than random ones, since
they come from another side or another person, and repeat each other a little less. Vectors of the language model would choose a first
passage that is nearer still, as these very vectors measure it; the rest is alike, and words do without the model. These are means over
one invented study, without intervals, and likeness stands in for what a reader would say: nobody was asked which passages tell
most."""


def demonstration() -> tuple[ChartData, Vectors]:
    """The charts of the study that ships, and a vector of each counted passage, (n, d)."""
    shipped = resources.files("secondcoder.corpora").joinpath("demo")
    with tempfile.TemporaryDirectory() as folder, resources.as_file(shipped) as corpus:
        study = Study.create(Path(folder) / "study", "npt")
        study.import_files([corpus])
        data = chart_data(study.workspace())
        vectors = study.workspace().embedder.embed(list(data.counted["text"]))
        study.close()
    return data, vectors


def by_cell(data: ChartData) -> pd.DataFrame:
    """The counted passages with their row in `vectors`, the row of the matrix and who speaks."""
    talks = data.transcripts.set_index("transcript")
    about = {name: data.counted["transcript"].map(talks[name]) for name in ("case", "participant")}
    return data.counted.assign(at=np.arange(len(data.counted)), row=about["case"], who=about["participant"])


def figures(data: ChartData, vectors: Vectors, chosen: pd.DataFrame) -> tuple[np.ndarray[Any, Any], int]:
    """MEASURES of a choice, means over cells; how many cells."""
    cells = {cell: there for cell, there in by_cell(data).groupby(["row", "code"]) if len(there) >= FEWEST}
    picked = {cell: list(there["passage"]) for cell, there in chosen.groupby(["row", "code"]) if cell in cells}
    measured = [_of_cell(there, vectors, picked[cell]) for cell, there in cells.items()]
    return np.nanmean(np.array(measured), axis=0), len(cells)


def _of_cell(there: pd.DataFrame, vectors: Vectors, picked: list[int]) -> tuple[float, ...]:
    alike = vectors[there["at"]] @ vectors[there["at"]].T
    at = [list(there["passage"]).index(passage) for passage in picked]
    cell = (alike[at].sum(axis=1) - 1) / (len(there) - 1)
    among = (alike[np.ix_(at, at)].sum() - len(at)) / (len(at) * (len(at) - 1))
    shown, sides = there.iloc[at], set(there["valence"]) & set(SIDES)
    people = shown["who"].nunique() / min(len(at), there["who"].nunique())
    heard = len(set(shown["valence"]) & sides) / len(sides) if sides else np.nan
    return cell[0], cell.mean(), among, people, heard, shown["text"].str.len().mean()


def report(data: ChartData, vectors: Vectors) -> Iterator[str]:
    """All lines of TELLING_PASSAGES.md."""

    def by_vectors(_: ChartData, part: ChartData) -> Any:
        return csr_matrix(vectors[np.isin(data.counted["passage"], part.counted["passage"])])

    def drawn(seed: int) -> pd.DataFrame:
        return by_cell(data).sample(frac=1, random_state=seed).groupby(["row", "code"]).head(MOST)

    chosen, cells = figures(data, vectors, telling_passages(data, "case"))
    with patch.object(by_words, "_vectors", by_vectors):
        of_vectors = figures(data, vectors, telling_passages(data, "case"))[0]
    rows = {
        "chosen, by words (what is shown)": chosen,
        "chosen, by the language model's vectors": of_vectors,
        f"the first {MOST}": figures(data, vectors, by_cell(data).groupby(["row", "code"]).head(MOST))[0],
        f"random {MOST}": np.mean([figures(data, vectors, drawn(seed))[0] for seed in range(DRAWS)], axis=0),
    }
    yield from ["# Do the passages shown of a cell tell most of it?", ""]
    yield from [f"Written by `benchmarks/telling_passages.py`. {machine()}", ""]
    yield from [EXPLAINED.format(cells=cells, fewest=FEWEST, most=MOST, draws=DRAWS), ""]
    yield from [f"| | {' | '.join(MEASURES)} |", f"|---|{'---|' * len(MEASURES)}"]
    for name, row in rows.items():
        shares = [f"{value:.0%}" for value in row[3:5]]
        yield f"| {name} | {' | '.join([*(f'{value:.3f}' for value in row[:3]), *shares, f'{row[5]:.0f}'])} |"
    yield from ["", READ]


def main() -> None:
    """The report."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, default=HERE / "TELLING_PASSAGES.md", help="the report")
    out = parser.parse_args().out
    out.write_text("\n".join(report(*demonstration())) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
