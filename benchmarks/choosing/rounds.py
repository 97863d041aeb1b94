"""Rounds of choosing, coding and learning, played on a coded study, each kept on disk so that a stopped run goes on."""

from __future__ import annotations

import ast
import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import numpy as np
import secondcoder
from comparison.runs import RECIPE
from secondcoder.domain.arrays import Bools
from secondcoder.embedding import Embedder
from secondcoder.learning.assessment.metrics import LabelledPredictions, point_and_draws
from secondcoder.statistics.classification import average_precision

from choosing.learner import Learned, learn
from choosing.studies import Coded
from choosing.ways import WAYS, Known

ROUND = 25
FEWEST = 3
"""Marks on the judged passages from which a code has a figure."""
HERE = ("counted.py", "learner.py", "rounds.py", "studies.py", "ways.py")
CHOSEN_BY = ("suggestions/next_passages.py", "suggestions/next_to_code.py", "learning/description_ranker.py")


@dataclass(frozen=True)
class Point:
    """After some passages: their words and marks, how many codes are scored, and on transcripts that were never chosen from macro-AP,
    pooled kappa and suggestions per mark."""

    passages: int
    words: int
    marks: int
    scored: int
    macro_ap: float
    kappa: float
    per_mark: float


def play(study: Coded, way: str, seed: int, most: int, embedder: Embedder) -> list[Point]:
    """From nothing to `most` passages, in rounds of ROUND."""
    pool, judged = study.divided(seed)
    rng = np.random.default_rng([seed, 1])
    draws, names = rng.random(len(pool)), rng.permutation(np.unique(pool.transcripts))
    order = np.concatenate([np.flatnonzero(pool.transcripts == name) for name in names])
    coded = np.zeros(len(pool), dtype=bool)
    curve = list[Point]()
    while True:
        learned = learn(pool, np.flatnonzero(coded), embedder)
        curve.append(_point(pool, judged, coded, learned))
        if coded.sum() >= min(most, len(pool)):
            return curve
        coded = coded.copy()
        coded[WAYS[way](Known(pool, coded, learned, rng, order, draws), ROUND)] = True


def kept(folder: Path, study: Coded, way: str, seed: int, most: int, embedder: Embedder) -> list[Point]:
    """The same, from disk where it was played before with the same code."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{study.name}-{way.replace(' ', '_').replace(',', '')}-{seed}-{most}-{_digest()}.json"
    if not path.exists():
        path.write_text(json.dumps([asdict(point) for point in play(study, way, seed, most, embedder)]))
    return [Point(**point) for point in json.loads(path.read_text())]


def _point(pool: Coded, judged: Coded, coded: Bools, learned: Learned) -> Point:
    score, y = learned.scores(judged.features), judged.labels.y
    suggested = score >= learned.thresholds
    held = LabelledPredictions(score, suggested, y, judged.labels.known, judged.features.groups)
    with_figure = np.flatnonzero(y.sum(axis=0) >= FEWEST)
    return Point(
        int(coded.sum()),
        int(pool.words[coded].sum()),
        int(pool.labels.y[coded].sum()),
        int(learned.scored.sum()),
        float(np.mean([average_precision(score[:, j], y[:, j]) for j in with_figure])),
        float(point_and_draws(held, 1, 0)[0]["pooled_kappa"]),
        float(suggested.sum() / y.sum()),
    )


@cache
def _digest() -> str:
    room = Path(str(secondcoder.__file__)).parent
    digest = hashlib.sha256()
    for path in [*(Path(__file__).parent / name for name in HERE), *(room / name for name in (*RECIPE, *CHOSEN_BY))]:
        digest.update(_what_it_does(path).encode())
    return digest.hexdigest()[:12]


def _what_it_does(path: Path) -> str:
    """The module without comments, docstrings and layout: to word it otherwise makes nothing void."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [one for one in body if not _is_text(one)] or [ast.Pass()]  # type: ignore[attr-defined]
    return ast.unparse(tree)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
