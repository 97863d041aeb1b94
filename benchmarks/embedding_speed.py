"""What computes vectors fastest, and what that costs in quality: runtimes and precisions in one run; writes EMBEDDING_SPEED.md.

    python benchmarks/embedding_speed.py --data ../shared/data [--quick]

Real interview segments. Each way is timed in turn with SentenceTransformer.encode at its defaults, in one process and thread; times
are CPU seconds, since a busy machine stretches all others.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before anything that reads it

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import numpy as np
import pandas as pd
from asked import asking, tell
from comparison.sets import FOLDS, load_set, there
from encoders import held_back
from machine import LIBRARIES, machine
from secondcoder.configuration import EmbeddingSettings, load_configuration
from secondcoder.domain.arrays import Vectors
from secondcoder.embedding import Embedder, open_embedder
from secondcoder.embedding.folder_embedder import model_folder
from secondcoder.embedding.openvino_runtime import chosen_precision
from secondcoder.embedding.sentence_transformer import load_with_torch
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.assessment.metrics import point_and_draws
from secondcoder.learning.assessment.splits import group_folds, train_and_test
from secondcoder.learning.stacked_kernels.classifier import StackedKernelClassifier
from secondcoder.network.telemetry_off import quiet_libraries

SPOKEN, SETS = "ohd_long1960s", ("nhs_fft", "ohd_long1960s")
WAYS = (("torch", "fp32"), ("openvino", "fp32"), ("openvino", "int8"), ("openvino", "bf16"))
PAIRS = ((("openvino", "bf16"), ("openvino", "fp32")), (("torch", "fp32"), ("openvino", "fp32")))
ASKED_FOR = "int8"
"""Never chosen by "auto", so that its quality in learning is not measured."""
KEPT = Path(tempfile.gettempdir()) / "secondcoder-embedding-speed"
START = """
from pathlib import Path
from time import process_time
from secondcoder.configuration import load_configuration
from secondcoder.embedding import open_embedder
settings = load_configuration().embedding.model_copy(update={"runtime": RUNTIME, "precision": PRECISION})
open_embedder(settings).embed(["We had no computer."])
most = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
print(process_time(), int(most[0].split()[1]) / 1024)
"""


def _settings(runtime: str, precision: str) -> EmbeddingSettings:
    return load_configuration().embedding.model_copy(update={"runtime": runtime, "precision": precision})


def _cpu(work: Callable[[], Any]) -> float:
    before = process_time()
    work()
    return process_time() - before


def ratios(library: Any, embedders: Sequence[Embedder], texts: Sequence[str], rounds: int) -> tuple[float, list[float]]:
    """CPU seconds of the library for all texts, and how many times as fast each embedder is: medians of rounds in turn."""
    library.encode(list(texts[:32]))
    for embedder in embedders:
        embedder.embed(texts[:32])
    seconds, found = [], []
    for _ in range(rounds):
        standard = _cpu(lambda: library.encode(list(texts)))
        seconds.append(standard)
        found.append([standard / _cpu(lambda one=embedder: one.embed(texts)) for embedder in embedders])
    return median(seconds), np.median(found, axis=0).tolist()


def cosines(embedder: Embedder, expected: Vectors, texts: Sequence[str]) -> tuple[float, float]:
    """Mean and least of the cosines with the vectors expected."""
    cosine = (embedder.embed(texts) * expected).sum(axis=1)
    return float(cosine.mean()), float(cosine.min())


def start(runtime: str, precision: str) -> tuple[float, float]:
    """CPU seconds and megabytes of a process that embeds one sentence, its model converted before."""
    script = START.replace("RUNTIME", repr(runtime)).replace("PRECISION", repr(precision))
    said = subprocess.run([sys.executable, "-W", "ignore", "-c", script], capture_output=True, text=True, check=True)
    seconds, megabytes = said.stdout.split()[-2:]
    return float(seconds), float(megabytes)


def macro_f1(data: Path, name: str, way: tuple[str, str], embedder: Embedder, seeds: int, quick: bool) -> float:
    """Of the shipped learner by nested cross-validation, the mean of some divisions; kept, so that a stopped run goes on."""
    KEPT.mkdir(parents=True, exist_ok=True)
    file = KEPT / f"{name}-{'-'.join(way)}-{seeds}-{quick}.json"
    if not file.is_file():
        tell(f"{name} by {way}")
        one = load_set(data, name, embedder, quick)
        runs = [held_back(one, seed) for seed in range(seeds)]
        file.write_text(json.dumps(float(np.mean([point_and_draws(run, 2, 1)[0]["macro_f1"] for run in runs]))))
    return float(json.loads(file.read_text()))


def apart(data: Path, name: str, first: Embedder, second: Embedder, quick: bool) -> tuple[float, float, float, float]:
    """A model learned from the first embedder's vectors, asked with those of either about one held-out fold: mean, 99th percentile and
    largest difference of a probability, and how many suggestions come or go for each of the first's."""
    one, other = (load_set(data, name, embedder, quick) for embedder in (first, second))
    train, test = next(iter(train_and_test(group_folds(one.features.groups, FOLDS, 0))))
    labels = LabelMatrix(one.codes, one.y, one.known).take(train)
    model = StackedKernelClassifier(FOLDS, 0).fit(one.features.take(train), labels, one.code_embeddings)
    here, there_ = (model.predict_proba(each.features.take(test)) for each in (one, other))
    differ = np.abs(here - there_)
    suggested, now = here >= model.thresholds_, there_ >= model.thresholds_
    return (
        float(differ.mean()),
        float(np.quantile(differ, 0.99)),
        float(differ.max()),
        float((suggested != now).sum() / max(suggested.sum(), 1)),
    )


def flops_a_token() -> float:
    """Of the weights' products alone, twice their number in the layers: attention's own come to a few per cent at these lengths."""
    from safetensors import safe_open

    with safe_open(model_folder("minilm").weights, "numpy") as weights:
        shapes = {name: weights.get_slice(name).get_shape() for name in weights.keys()}  # noqa: SIM118
    return 2.0 * sum(np.prod(shape) for name, shape in shapes.items() if "encoder.layer" in name and len(shape) == 2)


def peak(precision: str) -> float:
    """GFLOP a CPU second of a product of two large matrices, the quickest of several, by torch."""
    import torch

    n = 1536
    if precision == "int8":
        left, right = torch.randint(-9, 9, (n, n), dtype=torch.int8), torch.randint(-9, 9, (n, n), dtype=torch.int8)
        work = lambda: torch._int_mm(left, right)  # noqa: E731
    else:
        kind = {"fp32": torch.float32, "bf16": torch.bfloat16}[precision]
        one = torch.ones(n, n, dtype=kind)
        work = lambda: one @ one  # noqa: E731
    torch.set_num_threads(1)
    work()
    return 2 * n**3 / min(_cpu(work) for _ in range(8)) / 1e9


def report(data: Path, quick: bool) -> Iterator[str]:
    """The page's lines."""
    count, rounds, seeds = (128, 3, 1) if quick else (600, 5, 1)
    units = pd.read_parquet(data / SPOKEN / "units.parquet")["text"].str.strip()
    texts = units[units != ""].sample(count, random_state=1).tolist()
    library = load_with_torch(model_folder("minilm"))
    ways = [way for way in WAYS if way[1] != "bf16" or chosen_precision("auto") == "bf16"]
    embedders = [open_embedder(_settings(*way)) for way in ways]
    expected = embedders[0].embed(texts)  # not the library's own, which leaves off what is beyond the window
    tell("speed")
    seconds, times = ratios(library, embedders, texts, rounds)
    near = [cosines(embedder, expected, texts) for embedder in embedders]
    starts = [start(*way) for way in ways]
    for figures in zip(ways, times, near, starts, strict=True):
        tell(f"{figures}")
    sets = there(data, SETS)
    scores = {}
    for name in sets:
        for way, embedder in zip(ways, embedders, strict=True):
            if way[1] == ASKED_FOR:
                continue
            scores[name, way] = macro_f1(data, name, way, embedder, seeds, quick)
    tokens = sum(len(of) for of in library.tokenizer(texts, truncation=True, max_length=256)["input_ids"])
    yield from _page(ways, times, near, starts, sets, scores, quick)
    yield from _apart(data, sets, dict(zip(ways, embedders, strict=True)), quick)
    yield from _limit(ways, times, tokens, seconds, len(texts))


def _page(ways, times, near, starts, sets, scores, quick) -> Iterator[str]:  # type: ignore[no-untyped-def]
    yield "# How fast texts become vectors"
    yield ""
    yield (
        f"Measured by `benchmarks/embedding_speed.py{' --quick' if quick else ''}`. {machine((*LIBRARIES, 'openvino'))} One thread. "
        "Times as fast as `SentenceTransformer.encode` at its defaults (fp32, batches of 32), in CPU seconds, tokenising included, "
        f"on segments of {SPOKEN}; cosine with the vectors of torch; macro-F1 of the shipped learner, {FOLDS} folds, its difference "
        "from torch; a process that embeds one sentence: CPU seconds and memory."
    )
    yield ""
    yield f"| runtime | times as fast | cosine: mean, least | {' | '.join(f'macro-F1, {name}' for name in sets)} | start | memory |"
    yield f"|---|---|---|{'---|' * len(sets)}---|---|"
    for way, ratio, (mean, least), (seconds, megabytes) in zip(ways, times, near, starts, strict=True):
        quality = [_quality(scores.get((name, way)), scores[name, ways[0]]) for name in sets]
        cells = [f"{ratio:.2f}", f"{mean:.5f}, {least:.5f}", *quality, f"{seconds:.1f} s", f"{megabytes:.0f} MB"]
        yield f"| {way[0]} {way[1]} | {' | '.join(cells)} |"
    yield ""


def _apart(data: Path, sets: Sequence[str], embedders: dict[tuple[str, str], Embedder], quick: bool) -> Iterator[str]:
    yield "## A model asked with vectors that were computed otherwise"
    yield ""
    yield (
        "The model learned from the first way's vectors; about one held-out fold it is asked with those of either. "
        "How far a probability moves, and how many suggestions come or go, of a hundred."
    )
    yield ""
    yield "| set | learned from | asked with | mean | 99 % below | largest | suggestions that change, of 100 |"
    yield "|---|---|---|---|---|---|---|"
    for name in sets:
        for first, second in PAIRS:
            if {first, second} <= embedders.keys():
                tell(f"{name}, {first} and {second}")
                mean, most, largest, changed = apart(data, name, embedders[first], embedders[second], quick)
                cells = f"{mean:.5f} | {most:.4f} | {largest:.4f} | {100 * changed:.1f}"
                yield f"| {name} | {' '.join(first)} | {' '.join(second)} | {cells} |"
    yield ""


def _quality(score: float | None, by_torch: float) -> str:
    return "not measured" if score is None else f"{score:.4f} ({score - by_torch:+.4f})"


def _limit(ways, times, tokens, seconds, texts) -> Iterator[str]:  # type: ignore[no-untyped-def]
    each = flops_a_token()
    yield "## The limit"
    yield ""
    yield (
        f"A token costs {each / 1e6:.1f} MFLOP in the products of its weights alone; a segment here has {tokens / texts:.1f} tokens. "
        "What this processor's single thread reaches on a product of large matrices, by torch, and the share of it that each way "
        "reaches, all else (attention, padding, tokenising) counted as loss:"
    )
    yield ""
    yield "| runtime | GFLOP a second | of the processor's | share |"
    yield "|---|---|---|---|"
    for (runtime, precision), ratio in zip(ways, times, strict=True):
        most, reached = peak(precision), tokens * each / 1e9 / (seconds / ratio)
        yield f"| {runtime} {precision} | {reached:.0f} | {most:.0f} | {reached / most:.0%} |"
    yield ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse, measure, write."""
    quiet_libraries()
    given = asking(__doc__, "EMBEDDING_SPEED.md", "few segments, small sets, one division").parse_args(arguments)
    if not there(given.data, [SPOKEN]):
        return 0
    given.out.write_text("\n".join(report(given.data, given.quick)), encoding="utf-8")
    tell(f"written: {given.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
