"""What suggestions are for: a study's purpose (`learning.purpose`) decides from which probability a passage is suggested.

Every figure of suggestions against codes rests on thresholds, so whoever shows one says the purpose's sentence, which stands here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from secondcoder.domain.arrays import Floats
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.assessment.thresholds import f1_thresholds, kappa_thresholds, with_parents

AS_PEOPLE_CODE, BALANCED, FIND_NEARLY_ALL = "as people code", "balanced", "find nearly all"
HOW = {
    AS_PEOPLE_CODE: "thresholds are chosen for agreement with people, kappa, with about as many suggestions as people mark and, of "
    "each code, at most half as many again; they are steadied over transcripts and by a threshold common to all codes",
    BALANCED: "each code's threshold is chosen for F1, with at most twice as many suggestions as people mark",
    FIND_NEARLY_ALL: "passages are listed down to the probability that finds the share of marks asked for, however many that takes",
}
"""How each purpose puts its thresholds: MOST_FOR_KAPPA and MOST_FOR_F1 in words."""


def purpose_thresholds(purpose: str, probability: Floats, labels: LabelMatrix, groups: Sequence[str]) -> Floats:
    """(k,) thresholds for AS_PEOPLE_CODE or BALANCED, no code's below that of the construct that it counts for.

    Args:
        probability: (n, k), out of fold.
        labels: of the n segments. groups: n names of what is held out whole.
    """
    Y, known, weight = labels.target, labels.known, labels.weight
    if purpose == BALANCED:
        chosen = f1_thresholds(probability, Y, known, weight)
    else:
        chosen = kappa_thresholds(probability, Y, known, groups, weight)
    return with_parents(chosen, labels.parents, (Y * known).sum(axis=0))


def purpose_in_words(purpose: str) -> str:
    """The sentence that stands beside figures of suggestions, suggestions and thresholds."""
    return f"The purpose of the suggestions is '{purpose}': {HOW[purpose]}."


def purpose_of(manifest: Mapping[str, Any]) -> str:
    """A model version's; those from before it could be chosen were balanced."""
    return str(manifest.get("recipe", {}).get("learning", {}).get("purpose", BALANCED))
