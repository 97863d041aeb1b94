"""Counts that survive coding error: prevalence, differences and occurrence of codes, with the model's suggestions corrected.

Rates and their intervals are those of `statistics.design_based`, numbers of cases those of `statistics.occurrence`. Units are
segments, clusters transcripts; which of them were drawn and coded, `labels.drawn_passages` says. Beside each figure stands the plain
count: what people coded, with suggestions or without, and what is suggested where nobody decided.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from secondcoder.charting.counted_study import CountedStudy, Domain, counted_study, rests_on
from secondcoder.domain.arrays import Rows
from secondcoder.domain.wording import counted
from secondcoder.errors import CodebookError, did_you_mean
from secondcoder.statistics.design_based import CorrectedShare, DrawnUnits, Limits, corrected_share
from secondcoder.statistics.occurrence import occurrence
from secondcoder.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

LIMITS = ("low", "high", "low_such", "high_such")
PREVALENCE = (
    *("code", "of", "kind", "segments", "hand_coded", "drawn", "suggested", "plain_count", "plain_rate", "rate"),
    *(*LIMITS, "note"),
)
DIFFERENCES = ("code", "first", "second", "plain_difference", "difference", *LIMITS, "note")
OCCURRENCE = ("code", "unit", "of", "found", "estimate", "low", "high")
FEW = 5
"""Drawn passages of a domain below which a note says how few they are."""
UNCLEAR = (
    "transcripts are left out in which it is unknown since the codebook changed whether it was coded, so no rate can be said: assign "
    "codings of split codes (secondcoder codebook assign)"
)
Row = dict[str, Any]


@dataclass(frozen=True)
class CorrectedCounts:
    """Tidy tables, and in words what they rest on.

    Attributes:
        prevalence: a row a code and domain: columns PREVALENCE. `kind` is "all", "group", or what `by` names, `of` which of them;
            `suggested` are segments that nobody coded by hand. `low` and `high` are for what people would have coded in these
            transcripts, `low_such` and `high_such` for the rate among transcripts of which these are a sample; all 95%.
        differences: a row a code and pair of groups, or of what `by` names: columns DIFFERENCES, the first less the second.
        occurrence: a row a code and unit, "case" or "transcript": in how many `of` them people `found` the code, and in how many it
            occurs, by `estimate`.
    """

    prevalence: pd.DataFrame
    differences: pd.DataFrame
    occurrence: pd.DataFrame
    rests_on: str


@dataclass(frozen=True)
class _Counted:
    """The share of one code in one domain, and its row of the table; no share where nobody looked for the code."""

    domain: Domain
    share: CorrectedShare | None
    row: Row


def corrected_counts(
    workspace: Workspace,
    codes: Sequence[str] | None = None,
    by: str = "case",
    compare: str | Mapping[str, str] | None = None,
    charted: Collection[str] | None = None,
) -> CorrectedCounts:
    """Prevalence, differences and occurrence of codes, corrected for coding error.

    Args:
        codes: those of the codebook, unless given.
        by: "case", "participant" or "transcript": the prevalence in each of them.
        compare: an attribute of cases or transcripts, as "integration", "role" or "wave", whose values are groups, and compared; or
            transcript -> group, "" for none. Without it, what `by` names is compared.
        charted: the transcripts that are counted, all unless given. How often a model errs is known from all that was drawn.

    Raises:
        InputError: nothing was drawn with known probability, or part of it is not coded; or there is no such code or attribute.
    """
    import pandas as pd

    asked = _known(workspace, codes)
    study = counted_study(workspace, by, compare, charted)
    found = {code: [*_prevalence(study, code)] for code in asked}
    compared = "group" if compare else by
    return CorrectedCounts(
        pd.DataFrame([one.row for of_code in found.values() for one in of_code], columns=[*PREVALENCE]),
        pd.DataFrame(
            [
                _difference(code, *pair)
                for code, of_code in found.items()
                for pair in combinations([one for one in of_code if one.domain.kind == compared], 2)
            ],
            columns=[*DIFFERENCES],
        ),
        pd.DataFrame([row for code in asked for row in _occurrence(study, code)], columns=[*OCCURRENCE]),
        rests_on(workspace.corpus, study),
    )


def _known(workspace: Workspace, codes: Sequence[str] | None) -> Sequence[str]:
    book = workspace.codebook
    unknown = [code for code in codes or () if code not in book]
    if unknown:
        raise CodebookError(f"Code '{unknown[0]}' is not in the codebook.{did_you_mean(unknown[0], book.ids)}")
    return book.ids if codes is None else codes


def _prevalence(study: CountedStudy, code: str) -> Iterator[_Counted]:
    units, rows = study.passages.units(code, study.cluster), study.passages.rows(code)
    everywhere = units.rates()
    for domain in study.domains:
        inside = np.isin(units.cluster, domain.transcripts)
        here = units.take(inside)
        is_known = inside.any() and not study.is_unclear(code, domain)
        share = corrected_share(here, everywhere) if is_known else None
        yield _Counted(domain, share, _row(study, code, domain, here, rows[inside], share))


def _row(
    study: CountedStudy, code: str, domain: Domain, units: DrawnUnits, rows: Rows, share: CorrectedShare | None
) -> Row:
    column = study.passages.codes.index(code)
    plain, n = int(study.plain[rows, column].sum()), len(rows)
    by_hand = study.passages.by_hand[rows, column]
    return {
        "code": code,
        "of": domain.of,
        "kind": domain.kind,
        "segments": n,
        "hand_coded": int(by_hand.sum()),
        "drawn": int(study.passages.drawn[rows[~by_hand]].sum()),
        "suggested": int(study.passages.suggested[rows[~by_hand], column].sum()),
        "plain_count": plain,
        "plain_rate": plain / n if n else np.nan,
        "rate": share.these.value if share else np.nan,
        **_limits(*((share.these, share.such) if share else (None, None))),
        "note": UNCLEAR if study.is_unclear(code, domain) else _note(units, share),
    }


def _limits(these: Limits | None, such: Limits | None) -> Row:
    ends = [end for limits in (these, such) for end in ((limits.low, limits.high) if limits else (np.nan, np.nan))]
    return dict(zip(LIMITS, ends, strict=True))


def _note(units: DrawnUnits, share: CorrectedShare | None) -> str:
    if share is None:
        return "nobody looked for it here, in drawn passages or a whole transcript"
    drawn, notes = int(units.drawn.sum()), []
    if drawn < FEW and not units.coded.all():
        notes.append(
            f"only {counted(drawn, 'drawn passage')}"
            if drawn
            else "nothing was drawn here, so almost any rate may hold"
        )
    if share.such is None:
        notes.append("a single transcript says nothing of others")
    return "; ".join(notes)


def _difference(code: str, first: _Counted, second: _Counted) -> Row:
    apart = first.share.minus(second.share) if first.share and second.share else None
    return {
        "code": code,
        "first": first.domain.of,
        "second": second.domain.of,
        "plain_difference": first.row["plain_rate"] - second.row["plain_rate"],
        "difference": apart.these.value if apart else np.nan,
        **_limits(*((apart.these, apart.such) if apart else (None, None))),
        "note": "; ".join(f"{one.domain.of}: {one.row['note']}" for one in (first, second) if one.row["note"]),
    }


def _occurrence(study: CountedStudy, code: str) -> Iterator[Row]:
    if study.is_unclear(code, study.domains[0]):
        return
    units = study.passages.units(code, study.cluster)
    units = units.take(np.isin(units.cluster, study.domains[0].transcripts))
    groupings: Mapping[str, Sequence[str | None]] = {
        "case": [transcript.case for transcript in study.transcripts],
        "transcript": [transcript.id for transcript in study.transcripts],
    }
    for unit, names in groupings.items():
        inside = units.take(np.array([bool(names[at]) for at in units.cluster], dtype=bool))
        if not len(inside.cluster):
            continue
        group = np.unique([name or "" for name in names], return_inverse=True)[1]
        found, estimate = occurrence(inside, group)
        yield {
            "code": code,
            "unit": unit,
            "of": len(np.unique(group[inside.cluster])),
            "found": found,
            "estimate": estimate.value,
            "low": int(estimate.low),
            "high": int(estimate.high),
        }
