"""What was found about new transcripts, in the words of the field."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from secondcoder.domain.arrays import Floats
from secondcoder.drift.judging import Difference, Finding
from secondcoder.drift.measures import FEWEST, FEWEST_SEGMENTS, Measure, Measured, has_cases
from secondcoder.learning.reference import Reference

TELLING = 3
COMPARED = "meaning, words, length of answers, speakers"


def too_few(model: str, seen: Reference | None) -> str:
    """Why nothing can be said, or ''."""
    if seen is None:
        return (
            f"{model} keeps nothing to compare new transcripts with: it was trained by an earlier secondcoder. "
            "Whether they are like those it learned from was not judged. Train again: secondcoder train"
        )
    if len(seen) < FEWEST:
        return (
            f"{model} learned from {_transcripts(len(seen))}, too few to know what is usual among them ({FEWEST} are needed). "
            "Whether new ones are like them was not judged."
        )
    return ""


def not_compared(one: Measured) -> str:
    """Why a transcript has no figures, or ''."""
    if one.values:
        return ""
    if not one.segments:
        return f"{one.transcript} holds no answer of a participant, so there is nothing to suggest or to compare."
    passages = "1 passage" if one.segments == 1 else f"{one.segments} passages"
    return f"{one.transcript} is too short to be compared: {passages}, of {FEWEST_SEGMENTS} needed."


def finding_words(finding: Finding, model: str, seen: Reference, codes: Sequence[str], rates: Floats) -> str:
    """What is different, and what to do. `rates` (g, k) are those of the finding's transcripts."""
    parts = "; ".join(_difference(one, codes, rates, seen) for one in finding.differs)
    return f"{_name(finding)} differs from the {_transcripts(len(seen))} that {model} learned from: {parts}. {_advice(finding)}"


def notes(measured: Sequence[Measured], model: str, seen: Reference) -> list[str]:
    """Facts that need no statistics: roles and waves that training lacked, and cases too few to tell how far cases differ."""
    found = []
    for what, known in (("role", seen.roles), ("wave", seen.waves)):
        named = sorted(set(known.tolist()) - {""})
        fresh = sorted({getattr(one, what) for one in measured} - {"", *named})
        if named and fresh:
            found.append(f"New to {model}: {what} {', '.join(fresh)} (it learned from {', '.join(named)}).")
    cases = set(seen.cases.tolist()) - {""}
    if cases and not has_cases(seen) and {one.case for one in measured} - {"", *cases}:
        few = "one case" if len(cases) == 1 else f"{len(cases)} cases"
        found.append(
            f"{model} learned from {few}, so how far cases differ is not known; a new case may be said to differ more often than set."
        )
    return found


def summary(judged: int, found: int, model: str, seen: Reference, false_alarms: float) -> str:
    """One sentence on how many were compared, and how often an alarm means nothing."""
    what = COMPARED + (", code rates" if seen.rates.shape[1] else "")
    compared = f"{_transcripts(judged)} compared with the {len(seen)} that {model} learned from ({what})"
    if not judged:
        return ""
    if not found:
        return f"{compared}: none differs beyond what is usual among those."
    often = f"1 in {round(1 / false_alarms)}" if false_alarms <= 1 / 3 else f"{false_alarms:.0%}"
    return f"{compared}. Of transcripts that are like those, up to {often} is said to differ all the same."


def _transcripts(n: int) -> str:
    return "1 transcript" if n == 1 else f"{n} transcripts"


def _name(finding: Finding) -> str:
    if finding.what == "transcript":
        return f"Transcript {finding.name}"
    return f"{finding.what.capitalize()} {finding.name} ({_transcripts(len(finding.transcripts))}: {', '.join(finding.transcripts)})"


def _advice(finding: Finding) -> str:
    if finding.what == "transcript":
        return "Treat its suggestions with care, and code it by hand first."
    return "Treat its suggestions with care, and code one of these transcripts by hand first."


def _difference(one: Difference, codes: Sequence[str], rates: Floats, seen: Reference) -> str:
    value, low, high = one.value, one.low, one.high
    match one.measure:
        case Measure.MEANING:
            what = "what is talked about lies further from theirs than theirs from each other"
            return f"{what} (distance {value:.2f}; usual: {low:.2f} to {high:.2f})"
        case Measure.WORDS:
            return f"words unseen in training {_percent(value)} (usual: {_between(low, high)})"
        case Measure.ANSWERS:
            return f"a typical answer has {value:.0f} words (usual: {low:.0f} to {high:.0f})"
        case Measure.SPEAKERS:
            return f"the interviewer speaks {_percent(value)} of the words (usual: {_between(low, high)})"
        case Measure.CODES:
            return f"the codes to expect in 100 passages differ, most of all {_telling_codes(codes, rates, seen)}"


def _telling_codes(codes: Sequence[str], rates: Floats, seen: Reference) -> str:
    """The codes whose expected numbers are furthest from what is usual, per 100 passages."""
    known = seen.rates[~np.isnan(seen.rates).any(axis=1)]
    mean, low, high = rates.mean(axis=0), known.min(axis=0), known.max(axis=0)
    order = np.argsort(-np.abs(np.sqrt(mean) - np.sqrt(known.mean(axis=0))), kind="stable")[:TELLING]
    told = [f"{codes[j]} {100 * mean[j]:.0f} (usual: {100 * low[j]:.0f} to {100 * high[j]:.0f})" for j in order]
    return ", ".join(told)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.1 else f"{100 * share:.1f} %"


def _between(low: float, high: float) -> str:
    digits = 0 if low >= 0.1 else 1
    return f"{100 * low:.{digits}f} to {100 * high:.{digits}f} %"
