"""What the embedder brings on talk that is not English, on two invented studies; writes the table of docs/languages.md.

    python benchmarks/languages.py [--model FOLDER ...] [--quick]

A multilingual model is measured beside the others by --model; none comes in a package that could be depended upon.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from asked import HERE, tell
from encoders import Figures, figures
from intervals import documents, in_words, interval, paired
from machine import machine
from secondcoder.domain.arrays import Floats
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.assessment.metrics import LabelledPredictions
from secondcoder.learning.codebook_texts import code_vectors
from secondcoder.learning.cross_validation import cross_validate
from secondcoder.learning.training_data import TrainingData
from secondcoder.network.telemetry_off import quiet_libraries
from secondcoder.study.study import Study

CORPORA = HERE.parent / "corpora"
STUDIES = {"German": ("de", CORPORA / "german"), "French": ("fr", CORPORA / "french")}
FOLDS, CODES = 5, ("CO", "CP", "CA", "RM")
SILENT = "none: n-grams of words and characters alone"
BEGIN, END = "<!-- figures, by benchmarks/languages.py -->", "<!-- end of the figures -->"


@dataclass(frozen=True)
class Talk:
    """A study's coded segments by one embedder, with the vectors of the codes' English texts, (codes, d)."""

    data: TrainingData
    codes: Floats


def talk(folder: Path, language: str, files: Path, model: str) -> Talk:
    """The study made anew with that embedder; `SILENT` is MiniLM with every vector alike."""
    study = Study.create(folder, "npt-core", language=language)
    settings = study.folder / "secondcoder.toml"
    name = "minilm" if model == SILENT else model
    settings.write_text(settings.read_text().replace('model = "minilm"', f'model = "{name}"', 1))
    study.close()
    study = Study(folder)
    study.import_files([files])
    workspace = study.workspace()
    coded = [
        each for each in workspace.corpus.transcripts if each.id in {one.transcript for one in workspace.corpus.codings}
    ]
    data = workspace.training_data(coded)
    vectors = code_vectors([workspace.codebook[code] for code in CODES], workspace.embedder, data.segments)
    study.close()
    return _silenced(data, vectors) if model == SILENT else Talk(data, vectors)


def _silenced(data: TrainingData, codes: Floats) -> Talk:
    alike = np.zeros_like(data.features.vectors)
    alike[:, 0] = 1
    features = replace(data.features, vectors=alike, questions=np.zeros_like(alike))
    same = np.zeros_like(codes)
    same[:, 0] = 1
    return Talk(replace(data, features=features), same)


def held_back(of: Talk, seed: int) -> LabelledPredictions:
    """Nested cross-validation of the shipped learner, by interview."""
    labels, features = of.data.labels, of.data.features
    columns = [labels.codes.index(code) for code in CODES]
    few = LabelMatrix(CODES, labels.y[:, columns], labels.known[:, columns])
    made = cross_validate(features, few, of.codes, folds=FOLDS, seed=seed)
    return LabelledPredictions(made.probability, made.suggested, few.y, few.known, features.groups)


def report(models: Sequence[str], quick: bool) -> Iterator[str]:
    """The lines between the marks."""
    seeds, rounds = (1, 20) if quick else (5, 500)
    yield (
        f"Measured by `benchmarks/languages.py`. {machine()} Macro average precision over {', '.join(CODES)}, {FOLDS} folds by "
        f"interview, mean of {seeds} divisions, with its 95 % interval (whole interviews drawn again); in brackets the "
        "difference from `minilm`. A random order has the codes' share of the segments, averaged."
    )
    yield ""
    yield f"| embedder | {' | '.join(STUDIES)} |"
    yield f"|---|{'---|' * len(STUDIES)}"
    standard: dict[str, Figures] = {}
    chance: list[str] = []
    for model in models:
        cells = []
        for name, (language, files) in STUDIES.items():
            tell(f"{name}: {model}")
            with tempfile.TemporaryDirectory() as folder:
                of = talk(Path(folder) / "study", language, files, model)
            runs = [held_back(of, seed) for seed in range(seeds)]
            precision, _ = figures(runs, rounds)
            low, high = interval(precision[0], precision[1], *documents(runs[0]), left_out=precision[2])
            beside = in_words(paired(precision, standard.setdefault(name, precision), *documents(runs[0])))
            cells.append(
                f"{precision[0]:.2f} ({low:.2f} to {high:.2f})" + ("" if model == models[0] else f" [{beside}]")
            )
            if model == models[0]:
                chance.append(
                    f"{runs[0].y.mean():.2f}, {len(runs[0].y)} segments of {len(set(runs[0].clusters))} interviews"
                )
        yield f"| {model if model == SILENT else f'`{model}`'} | {' | '.join(cells)} |"
    yield f"| a random order | {' | '.join(chance)} |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse, measure, write between the marks of the page."""
    quiet_libraries()
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--model", action="append", default=[], help="a sentence-transformers folder, or a fetched model"
    )
    parser.add_argument("--quick", action="store_true", help="one division, few resamplings, to see that it works")
    parser.add_argument("--out", type=Path, default=HERE / "../docs/languages.md", help="the page")
    given = parser.parse_args(arguments)
    before, _, rest = given.out.read_text(encoding="utf-8").partition(BEGIN)
    lines = [*report(["minilm", SILENT, "words", *given.model], given.quick)]
    given.out.write_text("\n".join([before + BEGIN, "", *lines, "", END + rest.partition(END)[2]]), encoding="utf-8")
    tell(f"written: {given.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
