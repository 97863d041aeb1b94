"""What a fit of the classifier costs as studies grow, and how near landmarks come to the exact kernel; writes LEARNING_GROWTH.md.

    python benchmarks/learning_growth.py --data ../shared/data [--quick]

What is measured is kept in the cache, so that a run that was stopped goes on. A set that is not there is skipped with a message.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, NamedTuple

import numpy as np
from asked import asking, tell
from comparison.one_a_code import macro_ap
from comparison.sets import FOLDS, SEED, cached_embedder, load_set, there
from machine import machine
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning import stacked_kernels
from secondcoder.learning.cross_validation import cross_validate
from secondcoder.learning.stacked_kernels import landmarks
from secondcoder.learning.stacked_kernels.classifier import StackedKernelClassifier
from simulated.large_talk import large_study

SIZES, CODES = (1000, 5000, 20_000, 60_000), 40
SETS = ("pdpilot_interviews", "ohd_long1960s", "nhs_fft")
DRAWN = 7500
"""Segments of the simulated study on which both ways are tried; a fifth of its transcripts are held out."""


class Way(NamedTuple):
    """Landmarks, none for the exact kernel, and the share of them chosen whatever their codes."""

    number: int = 0
    spread: float = landmarks.SPREAD

    def __str__(self) -> str:
        chosen = ", all chosen evenly" if self.spread == 1 else ""
        return f"{self.number:,}{chosen}" if self.number else "all segments: exact"


EXACT = Way()
TRIED = {
    "pdpilot_interviews": (EXACT, Way(100), Way(200)),
    "ohd_long1960s": (EXACT, Way(250), Way(500), Way(250, 1.0), Way(500, 1.0)),
    "nhs_fft": (EXACT, Way(2000), Way(2500)),
    "simulated": (EXACT, Way(1000), Way(2500), Way(2500, 1.0)),
}
Figures = dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse, measure, write."""
    if arguments is None and sys.argv[1:2] == ["fit"]:
        print(json.dumps(fit(int(sys.argv[2]))))
        return 0
    given = asking(__doc__, "LEARNING_GROWTH.md", "two small sizes and sets").parse_args(arguments)
    given.cache.mkdir(parents=True, exist_ok=True)
    kept = Kept(given.cache)
    sizes, sets = (SIZES[:2], SETS[:1]) if given.quick else (SIZES, SETS)
    cost = {n: kept.figures(f"fit{n}", partial(_in_a_process, n)) for n in sizes}
    near = {
        name: [*_near(kept, name, partial(on_set, given.data, given.cache, name))] for name in there(given.data, sets)
    }
    if not given.quick:
        near["simulated"] = [*_near(kept, "simulated", simulated)]
    given.out.write_text("\n".join(report(cost, near)) + "\n", encoding="utf-8")
    tell(f"written: {given.out}")
    return 0


def _near(kept: Kept, name: str, measure: Callable[[Way], Figures]) -> Iterator[tuple[Way, Figures]]:
    """What each way reaches on a set, the exact kernel first."""
    for way in TRIED[name]:
        yield way, kept.figures(f"{name}-{way}", partial(measure, way))


class Kept:
    """Figures that were measured with the code as it is."""

    def __init__(self, cache: Path) -> None:
        sources = [Path(__file__), *sorted(Path(str(stacked_kernels.__file__)).parent.glob("*.py"))]
        digest = sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]
        self._path = cache / f"learning-growth-{digest}.json"
        self._figures: dict[str, Figures] = json.loads(self._path.read_text()) if self._path.is_file() else {}

    def figures(self, name: str, measure: Callable[[], Figures]) -> Figures:
        """Those of this name, measured if they are not there."""
        if name not in self._figures:
            tell(f"measuring {name}")
            self._figures[name] = measure()
            self._path.write_text(json.dumps(self._figures))
        return self._figures[name]


def _in_a_process(n: int) -> Figures:
    """Of its own, so that its peak of memory is that of one fit."""
    done = subprocess.run([sys.executable, __file__, "fit", str(n)], check=True, capture_output=True, text=True)
    figures: Figures = json.loads(done.stdout)
    return figures


def fit(n: int) -> Figures:
    """Seconds and megabytes of one fit on a simulated study."""
    features, labels, described = large_study(n, CODES)
    before, cpu, wall = _peak(), process_time(), perf_counter()
    StackedKernelClassifier(FOLDS, SEED).fit(features, labels, described)
    return {"cpu": process_time() - cpu, "wall": perf_counter() - wall, "before": before, "peak": _peak()}


def _peak() -> float:
    """Megabytes of memory that this process held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def on_set(data: Path, cache: Path, name: str, way: Way) -> Figures:
    """Macro average precision in nested cross-validation."""
    given = load_set(data, name, cached_embedder(cache))
    labels = LabelMatrix(given.codes, given.y, given.known)
    with learning_from(way):
        nested = cross_validate(given.features, labels, given.code_embeddings, folds=FOLDS, seed=SEED)
    return {"macro_ap": macro_ap(nested.probability, given.y), "rows": len(given.y) * (FOLDS - 1) // FOLDS}


def simulated(way: Way) -> Figures:
    """Macro average precision on held-out transcripts of a simulated study."""
    features, labels, described = large_study(DRAWN, CODES, seed=1)
    train = np.arange(DRAWN * (FOLDS - 1) // FOLDS)
    test = np.arange(len(train), DRAWN)
    with learning_from(way):
        model = StackedKernelClassifier(FOLDS, SEED).fit(features.take(train), labels.take(train), described)
    return {"macro_ap": macro_ap(model.predict_proba(features.take(test)), labels.y[test]), "rows": len(train)}


@contextmanager
def learning_from(way: Way) -> Iterator[None]:
    """Within it, classifiers learn in this way whatever the size of the study."""
    names = ("MOST_EXACT", "LANDMARKS", "SPREAD")
    before = [getattr(landmarks, name) for name in names]
    _set(names, (10**9 if way == EXACT else 0, *way))
    try:
        yield
    finally:
        _set(names, before)


def _set(names: Sequence[str], values: Sequence[float]) -> None:
    for name, value in zip(names, values, strict=True):
        setattr(landmarks, name, value)


def report(cost: Mapping[int, Figures], near: Mapping[str, Sequence[tuple[Way, Figures]]]) -> Iterator[str]:
    """The page."""
    yield "# How learning grows"
    yield ""
    yield (
        f"One fit of the classifier on simulated talk with {CODES} codes, transcripts of 200 segments, a process for each size. Up to "
        f"{landmarks.MOST_EXACT:,} coded segments the kernel ridge is exact; beyond, it learns from {landmarks.LANDMARKS:,} landmarks."
    )
    yield ""
    yield "| segments | processor seconds | seconds | seconds for 1,000 segments | peak memory, MB | of it before the fit |"
    yield "|---:|---:|---:|---:|---:|---:|"
    for n, of in cost.items():
        each = of["cpu"] / n * 1000
        yield f"| {n:,} | {of['cpu']:.0f} | {of['wall']:.0f} | {each:.2f} | {of['peak']:,.0f} | {of['before']:,.0f} |"
    yield ""
    yield from _growth(cost)
    yield ""
    yield "## Landmarks against the exact kernel"
    yield ""
    yield (
        "Macro average precision; on real sets in nested cross-validation with the line forced down, on the simulated study on its "
        "last fifth of transcripts. Of each code about equally many segments are landmarks, and a quarter of all are chosen evenly."
    )
    yield ""
    yield "| set | segments learned from | landmarks | macro average precision | difference |"
    yield "|---|---:|---:|---:|---:|"
    for name, of in near.items():
        exact = dict(of)[EXACT]["macro_ap"]
        for way, figures in of:
            difference = "" if way == EXACT else f"{figures['macro_ap'] - exact:+.4f}"
            yield f"| {name} | {figures['rows']:,} | {way} | {figures['macro_ap']:.4f} | {difference} |"
    yield ""
    yield machine(("secondcoder", "numpy", "scipy", "scikit-learn"))


def _growth(cost: Mapping[int, Figures]) -> Iterator[str]:
    """The exponent of growth from each size to the next."""
    sizes = [*cost]
    for small, large in zip(sizes, sizes[1:], strict=False):
        power = np.log(cost[large]["cpu"] / cost[small]["cpu"]) / np.log(large / small)
        yield f"From {small:,} to {large:,} segments processor time grows as n^{power:.2f}."


if __name__ == "__main__":
    sys.exit(main())
