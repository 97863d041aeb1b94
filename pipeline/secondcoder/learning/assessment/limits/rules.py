"""What limits each code, as far as a study's own codings can say: what would help its suggestions most, and two passages that show it.

The first that applies of

- a merged code: where people gave one of two codes each, they often gave different ones (fewer than `TOLD_BY_PEOPLE` the same, by the
  upper limit), and the model is not seen to tell the passages of both apart, by the lower limit;
- a sharper definition: two people agree on the code less than `ALIKE`, by the upper limit;
- context, of codes with `FEW` passages or more: a ranker that hears the question alone, or the passage before or after, finds the
  code, and better than one that hears the passage itself, by the lower limits;
- nothing: the model agrees with people as they do with each other or, where no two looked at the same, reaches `READY`, by the
  lower limit;
- more examples: fewer than `FEW` passages have it, or fewer than `MANY` and two people, who read it alike, agree with each other
  better than the model with them;
- cannot be said: the study is too small for any of this, or nothing of it holds.

How often these statements are true of studies that were spoilt in one known way: benchmarks/CODE_LIMITS.md.
"""

from __future__ import annotations

import numpy as np

from secondcoder.domain.arrays import Rows
from secondcoder.domain.wording import counted
from secondcoder.learning.assessment.limits.context import Heard
from secondcoder.learning.assessment.limits.evidence import Evidence
from secondcoder.learning.assessment.limits.limit import CodeLimit, Limit, ShownPassage
from secondcoder.learning.assessment.limits.people import Confusion, Reading
from secondcoder.learning.assessment.readiness import READY
from secondcoder.statistics.cluster_bootstrap import LEAST_CLUSTERS
from secondcoder.statistics.proportions import Proportion
from secondcoder.statistics.roc_area import Bounds

ALIKE = 0.6
"""Kappa of two people from which a code is read alike, "substantial" agreement (Landis & Koch 1977, doi:10.2307/2529310)."""
APART = 0.7
"""Area under the ROC curve from which the model tells the passages of two codes apart."""
TOLD_BY_PEOPLE = 0.8
"""Share of passages with one of two codes each to which two people gave the same, from which people tell the codes apart."""
BOTH_GAVE = 6
"""Passages to which each gave one of both from which people are heard on whether they tell the codes apart."""
FOUND = 0.5
"""Area under the ROC curve from which a context finds a code: better than chance."""
GAIN = 0.05
"""Area under the ROC curve by which context tells a code better than the passage itself."""
AS_GOOD = 0.1
"""Kappa by which the model may fall short of people and still agree as they do."""
FEW = 20
"""Passages with the code below which more of them are what is missing."""
MANY = 160
"""Passages up to which twice as many were seen to raise nearly every code's average precision (benchmarks/CODE_LIMITS.md)."""
NOT_BESIDE = "no two people looked for it on the same passages, so how alike it is read cannot be said"


def limit_of(evidence: Evidence, j: int) -> CodeLimit:
    """Of the scored code in column j: the first rule that applies."""
    of_few = (_merge, _definition, _nothing, _examples)
    rules = of_few if len(_given(evidence, j)) < FEW else (_merge, _definition, _context, _nothing, _examples)
    found = (rule(evidence, j) for rule in rules)
    return next((limit for limit in found if limit), _unknown(evidence, j))


def limit_of_few(code: str, n: int) -> CodeLimit:
    """Of a code with too few examples to be scored."""
    return CodeLimit(code, Limit.EXAMPLES, f"{counted(n, 'example')}: too few to be scored.")


def _merge(evidence: Evidence, j: int) -> CodeLimit | None:
    """The code that people tell apart worst, of those that they confuse and the model does not tell apart."""
    mine = [confusion for confusion in evidence.confused if j in confusion.codes and _is_confused(confusion)]
    if not mine:
        return None
    worst = min(mine, key=lambda confusion: confusion.same / (confusion.same + confusion.crossed))
    other = worst.codes[0] if worst.codes[1] == j else worst.codes[1]
    name, given = evidence.codes[other], worst.same + worst.crossed
    reason = (
        f"Of {counted(given, 'passage')} to which two people gave one of it and {name} each, {worst.same} got the same one from both; "
        f"the model is not seen to tell them apart either (area under the curve {_bounded(worst.apart)})."
    )
    return CodeLimit(evidence.codes[j], Limit.MERGE, reason, name, _passages_of_both(evidence, j, other))


def _is_confused(confusion: Confusion) -> bool:
    given = Proportion(confusion.same, confusion.same + confusion.crossed)
    told = given.of < BOTH_GAVE or given.interval is None or given.interval[1] >= TOLD_BY_PEOPLE
    return not (told or confusion.apart.low > APART)


def _definition(evidence: Evidence, j: int) -> CodeLimit | None:
    reading = evidence.readings[j]
    if reading is None or not reading.people.high < ALIKE:
        return None
    reason = f"People agree with kappa {_bounded(reading.people)} on {_looked(reading)}; the model with them {_number(reading.model)}."
    return CodeLimit(evidence.codes[j], Limit.DEFINITION, reason, passages=_parted(evidence, j))


def _context(evidence: Evidence, j: int) -> CodeLimit | None:
    """What tells the code best, where that is more than the passage itself."""
    contexts = evidence.contexts.items()
    better = {name: heard.better[j].low for name, heard in contexts if heard.area[j].low > FOUND}
    name = max(better, key=lambda name: np.nan_to_num(better[name], nan=-1), default="")
    if not name or not better[name] > GAIN:
        return None
    heard = evidence.contexts[name]
    reason = (
        f"A simple ranker finds it better by {name} alone (area under the curve {_bounded(heard.area[j])}) than by the passage itself "
        f"({heard.area[j].value - heard.better[j].value:.2f})."
    )
    return CodeLimit(evidence.codes[j], Limit.CONTEXT, reason, passages=_risen(evidence, heard, j, name))


def _nothing(evidence: Evidence, j: int) -> CodeLimit | None:
    reading = evidence.readings[j]
    # A code that is told without a fault has no interval, since nothing varies.
    groups = len(np.unique(evidence.judged.cluster[_given(evidence, j)]))
    ready = evidence.interval[0, j] >= READY or (evidence.precision[j] == 1 and groups >= LEAST_CLUSTERS)
    if not (ready if reading is None else reading.shortfall.high < AS_GOOD):
        return None
    alike = reading and f"kappa {_number(reading.model)} and {_number(reading.people.value)}, on {_looked(reading)}"
    reason = (
        f"The model agrees with people as they do with each other: {alike}."
        if alike
        else f"Average precision {_precision(evidence, j)}; {NOT_BESIDE}."
    )
    return CodeLimit(evidence.codes[j], Limit.NOTHING, reason, passages=_found(evidence, j))


def _examples(evidence: Evidence, j: int) -> CodeLimit | None:
    """Few examples, or people who read the code alike and agree better with each other than the model with them."""
    rows, reading = _given(evidence, j), evidence.readings[j]
    behind = reading is not None and reading.people.value >= ALIKE and reading.shortfall.low > 0
    if len(rows) >= FEW and not (behind and len(rows) < MANY):
        return None
    reason = f"{_figures(evidence, j)}{f'; {_people(reading)}' if behind and reading else ''}."
    return CodeLimit(evidence.codes[j], Limit.EXAMPLES, reason, passages=_missed(evidence, j))


def _unknown(evidence: Evidence, j: int) -> CodeLimit:
    reading = evidence.readings[j]
    reason = f"{_figures(evidence, j)}; {_people(reading) if reading else NOT_BESIDE}."
    return CodeLimit(evidence.codes[j], Limit.UNKNOWN, reason, passages=_missed(evidence, j))


def _figures(evidence: Evidence, j: int) -> str:
    rows = _given(evidence, j)
    transcripts = {evidence.segments[row].transcript for row in rows.tolist()}
    examples = f"{counted(len(rows), 'example')} in {counted(len(transcripts), 'transcript')}"
    return f"{examples}; average precision {_precision(evidence, j)}"


def _people(reading: Reading) -> str:
    return f"people agree with kappa {_bounded(reading.people)} on {_looked(reading)}, the model with them {_number(reading.model)}"


def _given(evidence: Evidence, j: int) -> Rows:
    return np.flatnonzero(evidence.judged.y[:, j] & evidence.judged.known[:, j])


def _looked(reading: Reading) -> str:
    return f"{counted(reading.passages, 'passage')} of {counted(reading.transcripts, 'transcript')}"


def _precision(evidence: Evidence, j: int) -> str:
    low, high = evidence.interval[:, j]
    ends = f" ({low:.2f}–{high:.2f})" if np.isfinite(low) else ""
    return f"{_number(evidence.precision[j])}{ends}"


def _bounded(bounds: Bounds) -> str:
    return _number(bounds.value) + (f" ({bounds.low:.2f}–{bounds.high:.2f})" if np.isfinite(bounds.low) else "")


def _number(value: float) -> str:
    return "undefined" if np.isnan(value) else f"{value:.2f}"


def _shown(evidence: Evidence, rows: Rows, says: list[str]) -> tuple[ShownPassage, ...]:
    return tuple(ShownPassage(evidence.segments[row], shows) for row, shows in zip(rows.tolist(), says, strict=True))


def _missed(evidence: Evidence, j: int) -> tuple[ShownPassage, ...]:
    """The two passages with the code that the model thinks least likely."""
    rows = _given(evidence, j)
    return _by_probability(evidence, rows[np.argsort(evidence.judged.probability[rows, j], kind="stable")][:2], j)


def _found(evidence: Evidence, j: int) -> tuple[ShownPassage, ...]:
    """The two that it thinks likeliest."""
    rows = _given(evidence, j)
    return _by_probability(evidence, rows[np.argsort(-evidence.judged.probability[rows, j], kind="stable")][:2], j)


def _by_probability(evidence: Evidence, rows: Rows, j: int) -> tuple[ShownPassage, ...]:
    return _shown(evidence, rows, [f"coded; probability {evidence.judged.probability[row, j]:.2f}" for row in rows])


def _parted(evidence: Evidence, j: int) -> tuple[ShownPassage, ...]:
    """One passage that each of two people alone gave the code, the likeliest; two of one where the other gave none alone."""
    found: list[tuple[int, int, str]] = []
    coders, probability = evidence.coders, evidence.judged.probability[:, j]
    for gave, left in coders.ordered_pairs:
        rows = np.flatnonzero(coders.parted(gave, left)[:, j])
        best = rows[np.argsort(-probability[rows], kind="stable")][:2].tolist()
        says = f"{coders.coders[gave]} gave it, {coders.coders[left]} did not; the model's probability"
        found += [(at, row, f"{says} {probability[row]:.2f}") for at, row in enumerate(best)]
    chosen = sorted(found)[:2]
    return _shown(evidence, np.array([row for _, row, _ in chosen], dtype=np.intp), [says for *_, says in chosen])


def _passages_of_both(evidence: Evidence, j: int, other: int) -> tuple[ShownPassage, ...]:
    """Of each code alone, the passage that the model takes most for the other's."""
    judged, codes, rows, says = evidence.judged, evidence.codes, list[int](), list[str]()
    for a, b in ((j, other), (other, j)):
        only = np.flatnonzero((judged.y[:, a] & ~judged.y[:, b]) & judged.known[:, a] & judged.known[:, b])
        rather = judged.log_odds[only, b] - judged.log_odds[only, a]
        for row in only[np.argsort(-rather, kind="stable")][:1].tolist():
            probable = " and ".join(f"{judged.probability[row, at]:.2f}" for at in (a, b))
            rows.append(row)
            says.append(f"coded {codes[a]}, not {codes[b]}; the model's probabilities {probable}")
    return _shown(evidence, np.array(rows, dtype=np.intp), says)


def _risen(evidence: Evidence, heard: Heard, j: int, name: str) -> tuple[ShownPassage, ...]:
    """The two passages with the code that the context ranks highest above where they stand by themselves."""
    was_heard = ~np.isnan(evidence.own[:, j])
    rows, known = _given(evidence, j), evidence.judged.known[:, j] & was_heard
    rows = rows[was_heard[rows]]
    ranks = [
        1 + np.searchsorted(np.sort(-scores[known, j]), -scores[rows, j]) for scores in (evidence.own, heard.scores)
    ]
    best = np.argsort(ranks[1] - ranks[0], kind="stable")[:2]
    says = [f"rank {ranks[0][at]} of {known.sum()} by itself, {ranks[1][at]} by {name}" for at in best.tolist()]
    return _shown(evidence, rows[best], says)
