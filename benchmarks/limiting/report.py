"""The tables of CODE_LIMITS.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from intervals import share
from secondcoder.learning.assessment.limits.limit import Limit

from limiting.doubling import SIZES, Doubled
from limiting.spoils import TRUE, Cause
from limiting.trials import Clinic, Said

OF_THE_CODE = (Limit.MERGE, Limit.DEFINITION, Limit.CONTEXT)
"""Statements that are false of a code that was left as it was."""


def is_false(said: Said) -> bool:
    """Another limit was named than the one that was made; of a code that was left, any that speaks of the code itself."""
    if said.cause is Cause.FINE:
        return said.limit.limit in OF_THE_CODE
    return said.limit.limit not in (TRUE[said.cause], Limit.UNKNOWN)


def said_table(found: Sequence[Said]) -> Iterator[str]:
    """By what was done to a code."""
    yield f"| what was done | codes | {' | '.join(Limit)} | rightly named | false |"
    yield "|" + "---|" * (len(Limit) + 4)
    for cause in Cause:
        of = [said for said in found if said.cause is cause]
        if of:
            counts = " | ".join(_count(of, limit, cause) for limit in Limit)
            named = "–" if cause is Cause.FINE else share(sum(said.limit.limit is TRUE[cause] for said in of), len(of))
            yield f"| {cause} | {len(of)} | {counts} | {named} | {share(sum(map(is_false, of)), len(of))} |"
    yield f"| all | {len(found)} {'| ' * (len(Limit) + 2)}| {share(sum(map(is_false, found)), len(found))} |"


def _count(of: Sequence[Said], limit: Limit, cause: Cause) -> str:
    count = sum(said.limit.limit is limit for said in of)
    return f"**{count}**" if TRUE.get(cause) is limit else str(count)


def statement_table(found: Sequence[Said]) -> Iterator[str]:
    """By what is said."""
    yield "| said | set | codes | false |"
    yield "|---|---|---|---|"
    for limit in Limit:
        for source in (*dict.fromkeys(said.source for said in found), "all"):
            of = [said for said in found if said.limit.limit is limit and source in (said.source, "all")]
            if of and limit is not Limit.UNKNOWN:
                yield f"| {limit} | {source} | {len(of)} | {share(sum(map(is_false, of)), len(of))} |"


def clinic_table(clinics: Sequence[Clinic]) -> Iterator[str]:
    """Passages chosen for codes of two readings."""
    yield "| passages on which two people part | a code, mean | of the two readings, no slips |"
    yield "|---|---|---|"
    counts = (
        ("all of them", [(clinic.parted, clinic.of_readings_parted) for clinic in clinics]),
        ("chosen", [(clinic.chosen, clinic.of_readings) for clinic in clinics]),
    )
    for name, pairs in counts:
        number, right = np.sum(pairs, axis=0).tolist()
        yield f"| {name} | {number / len(clinics):.1f} | {share(right, number)} |"


def doubling_table(found: Sequence[Doubled]) -> Iterator[str]:
    """What twice as many examples bring."""
    yield "| examples | codes | average precision | with twice as many | codes that gain |"
    yield "|---|---|---|---|---|"
    for size in SIZES:
        of = [doubled for doubled in found if doubled.examples == size]
        if of:
            before, after = np.mean([(doubled.before, doubled.after) for doubled in of], axis=0)
            gained = sum(doubled.after > doubled.before for doubled in of)
            yield f"| {size} | {len(of)} | {before:.3f} | {after:.3f} | {share(gained, len(of))} |"
