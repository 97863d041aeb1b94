"""The drift comparison in sentences. They are stored with the comparison, so that `status` repeats them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from secondcoder.domain.arrays import Floats
from secondcoder.domain.wording import counted
from secondcoder.drift.measures import FEWEST, FEWEST_SEGMENTS, Measure, TranscriptFigures, has_cases
from secondcoder.drift.significance import Difference, Finding, Undecided
from secondcoder.learning.reference import Reference

MOST_CODES = 3
COMPARED = "meaning, words, length of answers, speakers"


def too_few(model: str, reference: Reference | None) -> str:
    """Why nothing can be compared, or ''."""
    if reference is None:
        return (
            f"{model} keeps nothing to compare new transcripts with: it was trained by an earlier secondcoder. "
            "Whether they are like those it learned from was not judged. Train again: secondcoder train"
        )
    if len(reference) < FEWEST:
        trained = counted(len(reference), "transcript")
        return (
            f"{model} learned from {trained}, too few to know what is usual among them ({FEWEST} are needed). "
            "Whether new ones are like them was not judged."
        )
    return ""


def not_compared(figures: TranscriptFigures) -> str:
    """Why a transcript has no figures, or ''."""
    if figures.values:
        return ""
    if not figures.segments:
        return f"{figures.transcript} holds no answer of a participant, so there is nothing to suggest or to compare."
    passages = counted(figures.segments, "passage")
    return f"{figures.transcript} is too short to be compared: {passages}, of {FEWEST_SEGMENTS} needed."


def finding_words(finding: Finding, model: str, reference: Reference, codes: Sequence[str], rates: Floats) -> str:
    """What differs, and what to do. `rates` (g, k) are those of the finding's transcripts."""
    parts = "; ".join(_difference(part, codes, rates, reference) for part in finding.differs)
    trained = counted(len(reference), "transcript")
    return f"{_name(finding)} differs from the {trained} that {model} learned from: {parts}. {_advice(finding)}"


def undecided_words(
    finding: Finding, why: Undecided, model: str, reference: Reference, codes: Sequence[str], rates: Floats
) -> str:
    """That nothing can be claimed, and in what the group is further out than any that the model learned from; '' if in nothing."""
    if not why.furthest:
        return ""
    parts = "; ".join(_difference(part, codes, rates, reference) for part in why.furthest)
    trained, units = counted(len(reference), "transcript"), counted(why.units, why.unit)
    return (
        f"{_name(finding)} lies further out than any of the {trained} that {model} learned from: {parts}. "
        f"Whether that is more than chance cannot be said with {units} (it takes {why.needed}): {often(why.chance)} would be the "
        f"furthest out anyway. {_advice(finding)}"
    )


def often(share: float) -> str:
    """'1 in 20'; a percentage where that would be too coarse."""
    return f"1 in {round(1 / share)}" if share <= 1 / 3 else f"{share:.0%}"


def notes(coded: Sequence[TranscriptFigures], model: str, reference: Reference) -> list[str]:
    """Facts that need no statistics: roles and waves that training lacked, and cases too few to tell how far cases differ."""
    lines = []
    for what, known in (("role", reference.roles), ("wave", reference.waves)):
        named = sorted(set(known.tolist()) - {""})
        fresh = sorted({getattr(figures, what) for figures in coded} - {"", *named})
        if named and fresh:
            lines.append(f"New to {model}: {what} {', '.join(fresh)} (it learned from {', '.join(named)}).")
    cases = set(reference.cases.tolist()) - {""}
    if cases and not has_cases(reference) and {figures.case for figures in coded} - {"", *cases}:
        few = "one case" if len(cases) == 1 else f"{len(cases)} cases"
        lines.append(
            f"{model} learned from {few}, so how far cases differ is not known, nor whether a new one differs."
        )
    return lines


def summary(findings: Sequence[Finding], model: str, reference: Reference, false_alarms: float) -> str:
    """How many were compared, how often an alarm means nothing, and what too few training transcripts leave open."""
    compared = [finding for finding in findings if finding.what == "transcript"]
    if not compared:
        return ""
    what = COMPARED + (", code rates" if reference.rates.shape[1] else "")
    sentence = (
        f"{counted(len(compared), 'transcript')} compared with the {len(reference)} that {model} learned from ({what})"
    )
    undecided = [finding.undecided for finding in findings if finding.undecided]
    if any(finding.differs for finding in findings):
        sentence += f". Of transcripts that are like those, up to {often(false_alarms)} is said to differ nevertheless"
    elif len(undecided) < len(findings):
        sentence += f": none {'of those judged ' * bool(undecided)}differs beyond what is usual among those"
    return f"{sentence}. {_cannot_be_said(undecided, len(findings), false_alarms)}".rstrip()


def _cannot_be_said(undecided: Sequence[Undecided], of: int, false_alarms: float) -> str:
    """How many judgements too few training units left open, and how many it takes; '' if none."""
    if not undecided:
        return ""
    why = max(undecided, key=lambda one: one.needed)
    return (
        f"Whether there is a difference cannot be said with {counted(why.units, why.unit)} in {len(undecided)} of "
        f"{counted(of, 'judgement')}: it takes {why.needed} to be wrong no more often than {often(false_alarms)}."
    )


def _name(finding: Finding) -> str:
    if finding.what == "transcript":
        return f"Transcript {finding.name}"
    transcripts = f"{counted(len(finding.transcripts), 'transcript')}: {', '.join(finding.transcripts)}"
    return f"{finding.what.capitalize()} {finding.name} ({transcripts})"


def _advice(finding: Finding) -> str:
    if finding.what == "transcript":
        return "Treat its suggestions with care, and code it by hand first."
    return "Treat its suggestions with care, and code one of these transcripts by hand first."


def _difference(difference: Difference, codes: Sequence[str], rates: Floats, reference: Reference) -> str:
    value, low, high = difference.value, difference.low, difference.high
    match difference.measure:
        case Measure.MEANING:
            what = "what is talked about lies further from theirs than theirs from each other"
            return f"{what} (distance {value:.2f}; usual: {low:.2f} to {high:.2f})"
        case Measure.WORDS:
            return f"words unseen in training {_percent(value)} (usual: {_between(low, high)})"
        case Measure.ANSWERS:
            return f"a typical answer has {counted(round(value), 'word')} (usual: {low:.0f} to {high:.0f})"
        case Measure.SPEAKERS:
            return f"the interviewer speaks {_percent(value)} of the words (usual: {_between(low, high)})"
        case Measure.CODES:
            return f"the codes to expect in 100 passages differ, most of all {_most_different_codes(codes, rates, reference)}"


def _most_different_codes(codes: Sequence[str], rates: Floats, reference: Reference) -> str:
    """The codes whose expected numbers are furthest from what is usual, per 100 passages."""
    known = reference.rates[~np.isnan(reference.rates).any(axis=1)]
    mean, low, high = rates.mean(axis=0), known.min(axis=0), known.max(axis=0)
    order = np.argsort(-np.abs(np.sqrt(mean) - np.sqrt(known.mean(axis=0))), kind="stable")[:MOST_CODES]
    expected = [f"{codes[j]} {100 * mean[j]:.0f} (usual: {100 * low[j]:.0f} to {100 * high[j]:.0f})" for j in order]
    return ", ".join(expected)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.1 else f"{100 * share:.1f} %"


def _between(low: float, high: float) -> str:
    digits = 0 if low >= 0.1 else 1
    return f"{100 * low:.{digits}f} to {100 * high:.{digits}f} %"
