"""Model-human agreement beside human-human agreement, on the segments of the demonstration study that two coders coded apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from drifts.talk import Talk, demonstration
from secondcoder.domain.arrays import Bools, Floats, Rows
from secondcoder.embedding import Embedder
from secondcoder.learning.assessment.metrics import LabelledPredictions, estimate
from secondcoder.learning.assessment.splits import group_folds

from comparison.method import Answer, Method
from comparison.methods import METHODS, OWN
from comparison.own import secondcoder_with
from comparison.peers import vectors_logistic
from comparison.plain_baseline import plain_baseline_capped
from comparison.runs import Keeper, cross_validate
from comparison.sets import FOLDS, SEED, BenchmarkFeatures, BenchmarkSet, with_types
from comparison.tables import number, table, with_ends

CODERS = ("IH", "MB")
NAME = "demonstration"


@dataclass(frozen=True)
class TwoCoders:
    """Pooled kappas on the segments that both coders looked at, by level of the codes: "constructs", "sub-constructs".

    Attributes:
        segments, transcripts: how many both looked at.
        human: level -> kappa of the coders with its interval, (3,).
        model: method -> level -> (seeds, 2) kappas with each coder.
        suggested: method -> (seeds,) suggestions for each mark of a coder, mean of both.
    """

    segments: int
    transcripts: int
    human: Mapping[str, Floats]
    model: Mapping[str, Mapping[str, Floats]]
    suggested: Mapping[str, Floats]


def measure_two_coders(embedder: Embedder, keeper: Keeper, seeds: Sequence[int], rounds: int) -> TwoCoders:
    """Of models that learned from both coders' marks together and scored each transcript while it was held back."""
    talk, *alone = (demonstration(embedder, coder) for coder in ("", *CODERS))
    coded = np.flatnonzero(talk.labels.coded_rows)
    data = _as_set(talk, coded)
    both = np.logical_and.reduce([one.labels.known[coded] for one in alone])
    marks = [one.labels.y[coded] & both for one in alone]
    rows = both.any(axis=1)
    groups = np.asarray(data.features.groups)[rows]
    levels = _levels(talk.labels.parents)

    def kappa(first: Bools, second: Bools, at: Rows) -> Floats:
        place = np.ix_(rows, at)
        held = LabelledPredictions(
            second[place].astype(float), second[place], first[place], both[place], groups.tolist()
        )
        found = estimate(held, rounds, SEED)
        return np.array([found.point["pooled_kappa"], *found.interval["pooled_kappa"]])

    model: dict[str, dict[str, Floats]] = {}
    suggested: dict[str, Floats] = {}
    for method, runs in _methods(talk.labels.parents, seeds).items():
        said = [
            cross_validate(keeper, data, name, Method(method, run)).held.suggested & both for name, run in runs.items()
        ]
        model[method] = {
            level: np.array([[kappa(coder, one, at)[0] for coder in marks] for one in said])
            for level, at in levels.items()
        }
        suggested[method] = np.array([one.sum() / np.mean([coder.sum() for coder in marks]) for one in said])
    human = {level: kappa(*marks, at) for level, at in levels.items()}
    return TwoCoders(int(rows.sum()), len(set(groups.tolist())), human, model, suggested)


def _as_set(talk: Talk, coded: Rows) -> BenchmarkSet:
    features: BenchmarkFeatures = with_types(talk.features.take(coded), [""] * len(coded))
    fold = group_folds(features.groups, FOLDS, SEED)
    return BenchmarkSet(NAME, "", talk.labels.codes, features, talk.labels.y[coded], talk.code_embeddings, fold)


def _levels(parents: Rows) -> dict[str, Rows]:
    return {"constructs": np.flatnonzero(parents < 0), "sub-constructs": np.flatnonzero(parents >= 0)}


def _methods(parents: Rows, seeds: Sequence[int]) -> dict[str, dict[str, Callable[..., Answer]]]:
    """Method -> name in the cache -> what is run."""
    return {
        "vectors_logistic": {"vectors_logistic": vectors_logistic},
        "plain_baseline_capped": {"plain_baseline_capped": plain_baseline_capped},
        OWN: {f"{OWN}-seed{seed}": secondcoder_with(seed, parents) for seed in seeds},
    }


def two_coders_section(found: TwoCoders) -> Iterator[str]:
    """The section of the page."""
    yield "## Model and human beside human and human"
    yield ""
    yield (
        f"The demonstration study, whose interviews are invented and whose two coders, {' and '.join(CODERS)}, are **parts "
        "played by a language model**: this shows how the comparison reads, and says nothing of people. Pooled kappa on the "
        f"{found.segments} segments of {found.transcripts} interviews that both coded apart. The models learned from the marks of "
        "both on other interviews; (d) alone heard the codebook. Of (d) the mean over inner seeds, with their standard deviation."
    )
    yield ""
    heads = [f"{level}, with {coder}" for level in found.human for coder in CODERS]
    human = (cell for kappa in found.human.values() for cell in (with_ends(kappa[0], kappa[1:]), "the same"))
    rows = [("each coder with the other", "", *human)]
    for name, of_level in found.model.items():
        cells = (_with_spread(column) for kappas in of_level.values() for column in kappas.T)
        rows.append((METHODS[name].label, f"{found.suggested[name].mean():.2f}", *cells))
    yield from table(("", "suggestions for each mark", *heads), rows)


def _with_spread(values: Floats) -> str:
    spread = f" (sd {number(float(values.std(ddof=1)))})" if len(values) > 1 else ""
    return number(float(values.mean())) + spread
