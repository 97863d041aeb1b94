"""How `train`, `evaluate` and `agree` grow with the number of coded segments, part by part.

    OMP_NUM_THREADS=1 python benchmarks/training_growth.py [--sizes 1000 5000 ...] [--classifier stacked-kernels]

Each size is measured in a process of its own, on an invented study of 40 codes. With `--classifier linear` the classifier costs next
to nothing, and what remains is everything around it.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from growing.large_study import CODES, made_study
from growing.linear import LinearClassifier
from growing.parts import Parts, highest_memory
from secondcoder.domain import plugins
from secondcoder.learning.classifier import SHIPPED
from secondcoder.study.study import Study

SIZES = (1_000, 5_000, 20_000, 60_000)
LINEAR = "linear"
TRAIN, ASSESS = "secondcoder.training.train", "secondcoder.learning.assessment.assess"
MODEL, EVALUATE = "secondcoder.learning.model", "secondcoder.learning.assessment.evaluate"
KERNELS = "secondcoder.learning.stacked_kernels.classifier:StackedKernelClassifier"
DATA = "secondcoder.learning.training_data"
PARTS = {
    "the classifier": [
        *(f"growing.linear:LinearClassifier.{verb}" for verb in ("fit", "predict_proba")),
        *(f"{KERNELS}.{verb}" for verb in ("fit", "predict_proba")),
    ],
    "thresholds for the purpose": [
        f"{place}:purpose_thresholds"
        for place in ("secondcoder.learning.classifier", "secondcoder.learning.coder_offsets")
    ],
    "keys of what is kept": ["secondcoder.learning.kept_results:content_key"],
    "segments and features": [
        "secondcoder.learning.pipeline:Pipeline.segments",
        "secondcoder.learning.pipeline:Pipeline.features",
    ],
    "label matrix, weights, valences": [
        f"{DATA}:{name}"
        for name in ("label_matrix", "weighted_labels", "suggestion_reliance", "valences_of", "current_codings")
    ],
    "coded by hand": [
        f"{place}:by_hand" for place in (TRAIN, "secondcoder.training.valence", "secondcoder.training.evaluate")
    ],
    "each coder's own marks": [
        "secondcoder.training.evaluate:marks_of_coders",
        "secondcoder.training.code_limits:marks_of_coders",
    ],
    "description vectors, quotations": [f"{MODEL}:code_vectors", "secondcoder.training.evaluate:code_vectors"],
    "cross-validation, the rest": [f"{MODEL}:cross_validate", f"{EVALUATE}:cross_validate"],
    "coder offsets": [f"{MODEL}:coder_offsets"],
    "ranker": [f"{MODEL}:DescriptionRanker.fit"],
    "drift reference": [f"{TRAIN}:with_reference"],
    "figures with intervals": [f"{ASSESS}:estimate", f"{EVALUATE}:estimate"],
    "reliability": [f"{ASSESS}:reliability", f"{EVALUATE}:calibration_errors"],
    "permutation test": [f"{ASSESS}:permutation_p_values"],
    "readiness": [f"{ASSESS}:readiness_of_codes"],
    "recall plans": [f"{ASSESS}:recall_plan"],
    "learning curve, the rest": [f"{ASSESS}:learning_curve"],
    "valence": [f"{place}:assess_valence_of" for place in (TRAIN, "secondcoder.training.evaluate")]
    + [f"{TRAIN}:with_valence"],
    "errors by who speaks": [f"{TRAIN}:of_predictions", "secondcoder.training.evaluate:of_evaluation"],
    "what limits each code": ["secondcoder.training.evaluate:code_limits"],
    "hash of the training data": [f"{TRAIN}:training_hash"],
    "codings outside of segments": [f"{TRAIN}:_unplaced"],
    "version written": [f"{TRAIN}:save_version"],
    "agreement": ["secondcoder.agreement.study_report:agree"],
}
VERBS = ("train", "evaluate", "agree")


def main() -> None:
    """Measure the sizes and print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    asked.add_argument("--classifier", default=SHIPPED, choices=(SHIPPED, LINEAR))
    asked.add_argument("--verbs", nargs="+", default=VERBS)
    asked.add_argument("--here", type=Path, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.here:
        print(json.dumps(measured(given.here, given.classifier, given.verbs)))
        return
    with TemporaryDirectory() as folder:
        results = {size: _apart(Path(folder), size, given) for size in given.sizes}
    for verb in given.verbs:
        print("\n".join(table(verb, {size: result[verb] for size, result in results.items()})), end="\n\n")


def _apart(folder: Path, size: int, given: argparse.Namespace) -> dict[str, Any]:
    """`measured`, in a process of its own."""
    place = folder / str(size)
    place.mkdir()
    made_study(place, size, given.classifier).close()
    command = [
        sys.executable,
        __file__,
        "--here",
        str(place / "study"),
        "--classifier",
        given.classifier,
        "--verbs",
        *given.verbs,
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def measured(folder: Path, classifier: str, verbs: list[str]) -> dict[str, Any]:
    """Verb -> seconds of each part and in all, and the highest memory so far in MB."""
    results = {}
    with patch("secondcoder.learning.classifier.find_part", _found):
        study = Study(folder)
        for verb in verbs:
            parts = Parts()
            with parts.counting(PARTS), parts.part("everything else"):
                getattr(study, verb)()
            results[verb] = {"seconds": parts.seconds, "grown": parts.grown, "memory": highest_memory()}
    return results


def _found(name: str, *where: str) -> Any:
    return LinearClassifier if name == LINEAR else plugins.find_part(name, *where)


def table(verb: str, results: dict[int, dict[str, Any]]) -> list[str]:
    """Markdown: seconds of the processor by part and size, the exponent of growth between the two largest, and memory."""
    sizes = [*results]
    rows = [
        [f"{verb}, seconds", *(f"{size:,} segments" for size in sizes), "exponent"],
        ["---"] * (len(sizes) + 2),
    ]
    for name in (*PARTS, "everything else"):
        seconds = [results[size]["seconds"].get(name, 0.0) for size in sizes]
        if max(seconds) >= 0.05:
            rows.append([name, *(f"{one:.2f}" for one in seconds), _exponent(sizes, seconds)])
    classifier = [results[size]["seconds"].get("the classifier", 0.0) for size in sizes]
    whole = [sum(results[size]["seconds"].values()) for size in sizes]
    around = [all_ - own for all_, own in zip(whole, classifier, strict=True)]
    rows += [
        [what, *(f"{one:.1f}" for one in seconds), _exponent(sizes, seconds)]
        for what, seconds in (("in all", whole), ("without the classifier", around))
    ]
    rows.append(["highest memory so far, MB", *(f"{results[size]['memory']:,.0f}" for size in sizes), ""])
    return [f"{CODES} codes", "", *(f"| {' | '.join(row)} |" for row in rows)]


def _exponent(sizes: list[int], seconds: list[float]) -> str:
    if len(sizes) < 2 or min(seconds[-2:]) < 0.05:
        return ""
    return f"{math.log(seconds[-1] / seconds[-2]) / math.log(sizes[-1] / sizes[-2]):.2f}"


if __name__ == "__main__":
    main()
