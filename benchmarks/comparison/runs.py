"""Cross-validated runs, fold by fold, each kept in a file so that a stopped run goes on."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import secondcoder
from secondcoder.domain.arrays import Bools, Floats, Rows
from secondcoder.learning.assessment.metrics import LabelledPredictions
from secondcoder.learning.assessment.splits import train_and_test

from comparison import one_a_code
from comparison.method import Answer, Method
from comparison.one_a_code import macro_ap
from comparison.sets import SEED, BenchmarkSet

Tell = Callable[[str], None]
RECIPE = (
    "learning/stacked_kernels/__init__.py",
    "learning/stacked_kernels/calibration.py",
    "learning/stacked_kernels/classifier.py",
    "learning/stacked_kernels/kernel_ridge.py",
    "learning/stacked_kernels/kernels.py",
    "learning/stacked_kernels/landmark_ridge.py",
    "learning/stacked_kernels/landmarks.py",
    "learning/stacked_kernels/parent_codes.py",
    "learning/stacked_kernels/scorer_evidence.py",
    "learning/stacked_kernels/stacker.py",
    "learning/stacked_kernels/ngrams.py",
    "learning/stacked_kernels/terms.py",
    "learning/assessment/purposes.py",
    "learning/assessment/splits.py",
    "learning/assessment/thresholds.py",
    "learning/code_tree.py",
    "learning/features.py",
    "labels/label_matrix.py",
    "labels/model_coders.py",
    "labels/suggestion_reliance.py",
    "statistics/classification.py",
    "domain/arrays.py",
    "scoring/answers.py",
)
"""Modules that decide what secondcoder says; a change in one makes its kept answers void."""


@dataclass(frozen=True)
class Run:
    """A method on a set: what it said of every unit when its document was held back, and mean training seconds a fold."""

    held: LabelledPredictions
    seconds: float


@dataclass(frozen=True)
class Curve:
    """A method at one training size: macro figures of each fold, and the mean number of coded units it was trained on."""

    size: int | None
    coded: float
    ap: Floats
    f1: Floats


class NotKeptError(Exception):
    """An answer that is not on disk, where only finished ones were asked for."""


class Keeper:
    """Answers on disk, by set, method, part and a digest of the data and of the code that made them.

    With `kept_only` nothing is learned: an answer that is not there raises NotKeptError.
    """

    def __init__(self, folder: Path, tell: Tell, kept_only: bool = False) -> None:
        self._folder, self._tell, self.kept_only = folder, tell, kept_only
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")

    def answer(self, data: BenchmarkSet, name: str, method: Method, part: str, rows: Rows, rest: Rows) -> Answer:
        """What the method says of units `rest` after training on `rows`."""
        path = self._folder / f"{data.name}-{name}-{part}-{_digest(data, method, rows, rest)}.npz"
        if not path.exists():
            if self.kept_only:
                raise NotKeptError(path.name)
            self._tell(f"{data.name}: {method.label}, {part}")
            features = data.features
            made = method.run(features.take(rows), data.y[rows], features.take(rest), data.code_embeddings)
            unfinished = path.with_suffix(".part.npz")
            np.savez_compressed(unfinished, score=made.score, suggested=made.suggested, seconds=made.seconds)
            unfinished.replace(path)
        with np.load(path) as kept:
            return Answer(kept["score"], kept["suggested"], float(kept["seconds"]))


def cross_validate(keeper: Keeper, data: BenchmarkSet, name: str, method: Method) -> Run:
    """Every fold held back once."""
    score, suggested, seconds = np.zeros(data.y.shape), np.zeros(data.y.shape, dtype=bool), []
    for number, (rows, rest) in enumerate(train_and_test(data.fold)):
        answer = keeper.answer(data, name, method, f"fold{number}", rows, rest)
        score[rest], suggested[rest] = answer.score, answer.suggested
        seconds.append(answer.seconds)
    held = LabelledPredictions(score, suggested, data.y, data.known, data.features.groups)
    return Run(held, float(np.mean(seconds)))


def learning_curve(
    keeper: Keeper, data: BenchmarkSet, name: str, method: Method, sizes: Sequence[int | None]
) -> list[Curve]:
    """The method trained on ever more documents; None stands for all of them.

    Sizes beyond a training part are left out, and those that are not finished where only finished answers are asked for.
    """
    curve = []
    for size in sizes:
        parts = list(train_and_test(data.fold))
        if size is not None and any(data.y[rows].any(axis=1).sum() <= size for rows, _ in parts):
            continue
        with suppress(NotKeptError):
            points = [_point(keeper, data, name, method, size, fold) for fold in range(len(parts))]
            coded, ap, f1 = zip(*points, strict=True)
            curve.append(Curve(size, float(np.mean(coded)), np.array(ap), np.array(f1)))
    return curve


def _point(
    keeper: Keeper, data: BenchmarkSet, name: str, method: Method, size: int | None, fold: int
) -> tuple[int, float, float]:
    rows, rest = list(train_and_test(data.fold))[fold]
    few = rows if size is None else first_documents(data, rows, size, fold)
    part = f"fold{fold}" if size is None else f"first{size}-fold{fold}"
    answer = keeper.answer(data, name, method, part, few, rest)
    y = data.y[rest]
    return int(data.y[few].any(axis=1).sum()), macro_ap(answer.score, y), mean_f1(answer.suggested, y)


def first_documents(data: BenchmarkSet, rows: Rows, size: int, seed: int) -> Rows:
    """Training rows of whole documents, in a seeded order, until `size` coded units are reached; two documents at least."""
    groups = np.asarray(data.features.groups)[rows]
    names = np.random.default_rng(SEED + seed).permutation(np.unique(groups))
    coded = dict.fromkeys(names.tolist(), 0)
    has_codes = np.asarray(data.y[rows].any(axis=1)).tolist()
    for name, has_code in zip(groups.tolist(), has_codes, strict=True):
        coded[name] += has_code
    so_far = np.cumsum([coded[name] for name in names.tolist()])
    chosen = names[: max(2, int(np.searchsorted(so_far, size)) + 1)]
    return rows[np.isin(groups, chosen)]


def mean_f1(suggested: Bools, y: Bools) -> float:
    """Mean F1 over the codes that these units have."""
    both, either = (suggested & y).sum(axis=0), suggested.sum(axis=0) + y.sum(axis=0)
    return float(np.mean((2 * both / np.maximum(either, 1))[y.any(axis=0)]))


def _digest(data: BenchmarkSet, method: Method, rows: Rows, rest: Rows) -> str:
    features = data.features
    words = (*features.texts, *features.groups, *features.question_types)
    digest = hashlib.sha256("\0".join(words).encode("utf-8", "surrogatepass"))
    arrays = (data.y, features.vectors, features.questions, features.previous, data.code_embeddings, rows, rest)
    for array in arrays:
        digest.update(np.ascontiguousarray(array).tobytes())
    for path in code_behind(method):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def code_behind(method: Method) -> list[Path]:
    """The files that decide what a method says; one that is missing is an error when it is read."""
    room = Path(str(secondcoder.__file__)).parent
    learner = [room / path for path in RECIPE] if method.run.__name__.startswith("secondcoder") else []
    return [Path(inspect.getfile(method.run)), Path(one_a_code.__file__), *learner]
