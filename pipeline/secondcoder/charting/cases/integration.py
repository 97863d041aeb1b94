"""How far each case has integrated the programme, as its interviews tell it: by construct, and the order of cases that follows.

What is computed here is evidence. The judgement of a case is the researcher's: it stands beside, as their traffic light or as "not
judged yet".

The score of a case is the mean, over the constructs of `charting.constructs`, of the share of passages that promote (mixed ones half):

    share = (promotes + mixed / 2 + STRENGTH · all) / (promotes + inhibits + mixed + STRENGTH)

`all` is the same share over all cases together: with few passages a case is drawn to it, as by STRENGTH passages like the others'.
Cases in order of the score are divided in two groups that are as alike within as can be (the least sum of squares: Fisher 1958,
doi:10.1080/01621459.1958.10501479; a cut at the largest gap would often part one extreme case from all others). Any numbers can be
divided so; therefore transcripts are drawn again within each case, and it is said how often a case came to lie on the same side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from secondcoder.charting.cases.case_groups import attribute_of
from secondcoder.charting.cases.counts import (
    VALENCES,
    case_counts,
    cases_of,
    names_of,
    promoting,
    ratio,
    rows_of,
    transcript_counts,
    valenced,
)
from secondcoder.charting.chart_data import ChartData
from secondcoder.charting.notes import Notes, light_of
from secondcoder.configuration import ChartingSettings
from secondcoder.domain.arrays import Bools, Floats
from secondcoder.domain.wording import counted, listed, percent
from secondcoder.errors import InputError
from secondcoder.statistics.cluster_bootstrap import ROUNDS, SEED, draw_clusters, interval_of

if TYPE_CHECKING:
    import pandas as pd

STRENGTH = 2
"""Passages like those of all cases that are added to each case's own."""
FEW = 5
"""Below so many passages with a valence nothing is said of which way a case leans."""
LEANING = 2 / 3
MORE, LESS = "more integrated", "less integrated"
"""What the codes suggest of the cases of the upper group, and of the lower."""


def integration(data: ChartData, settings: ChartingSettings, notes: Notes | None = None) -> pd.DataFrame:
    """A row a case and construct, those shown beside last.

    Columns: case, construct, name, judged (it is part of the score), passages, promotes, inhibits, mixed, transcripts,
    transcripts_read, share_promoting (mixed ones half), low, high (over the case's transcripts), standing (in words), light (the
    researcher's), note.

    Raises:
        InputError: no cases, or none of the constructs is a code of the study.
    """
    judged = _known(data, settings.constructs)
    codes = [*judged, *(code for code in settings.beside if code in set(data.codes["code"]) and code not in judged)]
    counts = transcript_counts(data, codes)
    table = case_counts(counts, cases_of(data), codes).rename(columns={"code": "construct"})
    table["name"] = table["construct"].map(names_of(data))
    table["judged"] = table["construct"].isin(judged)
    table["share_promoting"] = promoting(table) / valenced(table).where(lambda passages: passages > 0)
    talks = dict(list(counts.groupby(["case", "code"])))
    limits = [
        _limits(talks.get((case, code)), share)
        for case, code, share in zip(table["case"], table["construct"], table["share_promoting"], strict=True)
    ]
    table["low"], table["high"], table["note"] = zip(*limits, strict=True)
    if not data.roll_up:
        parts = table["construct"].isin(data.codes["parent"])
        table["note"] = table["note"].where(~parts, [_joined(ALONE, note) for note in table["note"]])
    table = table.astype({"low": float, "high": float})
    table["standing"] = [_standing(row) for row in rows_of(table)]
    table["light"] = [light_of(notes, case, code) for case, code in zip(table["case"], table["construct"], strict=True)]
    return table[[*COLUMNS]]


ALONE = "without its sub-constructs, which do not count as it (learning.roll_up)"


def _joined(*notes: str) -> str:
    return "; ".join(filter(None, notes))


COLUMNS = (
    *("case", "construct", "name", "judged", "passages", *VALENCES, "transcripts", "transcripts_read"),
    *("share_promoting", "low", "high", "standing", "light", "note"),
)


def _known(data: ChartData, constructs: Sequence[str]) -> list[str]:
    known = set(data.codes["code"])
    if found := [code for code in dict.fromkeys(constructs) if code in known]:
        return found
    named = listed([f"'{code}'" for code in constructs]) or "none"
    raise InputError(
        f"The extent of integration is judged by the codes of `charting.constructs` ({named}), and none of them is in the codebook. "
        "Name those of your codebook in secondcoder.toml, or leave the profile."
    )


def _limits(talks: pd.DataFrame | None, share: float) -> tuple[float | None, float | None, str]:
    """Low, high and why there are none, of a case's share over its transcripts."""
    if talks is None or np.isnan(share):
        return None, None, ""
    of = valenced(talks).to_numpy().astype(float)
    draws = draw_clusters(of, of)
    values = ratio(draws.weights @ promoting(talks).to_numpy().astype(float), draws.weights @ of)
    interval = interval_of(share, values, draws, (0.0, 1.0))
    low, high = (interval and interval.ends) or (None, None)
    return low, high, (interval.reason or interval.note).replace("cluster", "transcript") if interval else ""


def _standing(row: Mapping[str, Any]) -> str:
    """How it stands with a construct, in a few words."""
    of, share = sum(row[valence] for valence in VALENCES), row["share_promoting"]
    if not row["passages"]:
        return "not spoken of" if row["transcripts_read"] else "not read for it"
    if not of:
        return "spoken of, without a valence"
    if of < FEW:
        return f"too little to say: {counted(of, 'passage')} with a valence"
    return (
        "mostly promotes"
        if share >= LEANING
        else "mostly inhibits"
        if share <= 1 - LEANING
        else "promotes and inhibits"
    )


def profile(data: ChartData, settings: ChartingSettings, stated: str = "") -> pd.DataFrame:
    """The cases in order of their score, highest first, in two groups.

    Args:
        stated: the attribute of cases that says what the researchers made of them; it is shown beside and changes nothing.

    Columns: case, order (from 1; None without a score), score, group_found (MORE, LESS or ""), same_group (share of resamplings of
        transcripts within cases in which the case lay on the same side), group_stated, note.

    Raises:
        InputError: as `integration`, and where no case has the attribute.
    """
    import pandas as pd

    cases, codes = cases_of(data), _known(data, settings.constructs)
    said = (
        data.attribute(attribute_of(data, stated)).reindex(cases, fill_value="")
        if stated
        else pd.Series("", index=cases)
    )
    sums = _sums(transcript_counts(data, codes), cases, codes)
    own = np.array([part.sum(axis=0) for part in sums])
    score = _scores(own)
    upper = upper_group(score)
    table = pd.DataFrame({"case": cases, "score": score, "group_stated": said.to_numpy()})
    table["group_found"] = [
        "" if np.isnan(value) or upper is None else MORE if above else LESS
        for value, above in zip(score, upper if upper is not None else score, strict=True)
    ]
    table["same_group"] = np.nan if upper is None else np.where(np.isnan(score), np.nan, _stability(sums, upper))
    table["note"] = [_note(table, row, codes, own[row]) for row in range(len(table))]
    table = table.sort_values(["score", "case"], ascending=[False, True], na_position="last", ignore_index=True)
    table["order"] = (table.index + 1).where(table["score"].notna())
    return table[["case", "order", "score", "group_found", "same_group", "group_stated", "note"]]


def _sums(counts: pd.DataFrame, cases: Sequence[str], codes: Sequence[str]) -> list[Floats]:
    """Of each case (transcripts, constructs, 2): passages that promote, and all with a valence."""
    figures = np.stack([promoting(counts), valenced(counts)], axis=1).reshape(-1, len(codes), 2).astype(float)
    whose = counts["case"].to_numpy()[:: len(codes)]
    return [figures[whose == case] for case in cases]


def _scores(own: Floats) -> Floats:
    """(..., cases): the score from sums (..., cases, constructs, 2); nan where no passage of a case has a valence."""
    total = own.sum(axis=-3, keepdims=True)
    with np.errstate(invalid="ignore"):  # of a construct without any passage nothing is known, and it does not count
        common = total[..., 0] / total[..., 1]
        shares = (own[..., 0] + STRENGTH * common) / (own[..., 1] + STRENGTH)
        known = np.isfinite(shares)
        mean = np.where(known, shares, 0).sum(axis=-1) / known.sum(axis=-1)
    return np.asarray(np.where(own[..., 1].sum(axis=-1) > 0, mean, np.nan))


def upper_group(score: Floats) -> Bools | None:
    """Which cases belong to the upper of two groups; None where fewer than two scores differ."""
    ordered = np.sort(score[np.isfinite(score)])
    if not len(ordered) or ordered[0] == ordered[-1]:
        return None
    lower = np.arange(1, len(ordered))
    sums = np.cumsum(ordered)[:-1]
    # The least sum of squares within is the largest between.
    between = sums**2 / lower + (ordered.sum() - sums) ** 2 / (len(ordered) - lower)
    at = int(np.argmax(between))
    return np.asarray(score > (ordered[at] + ordered[at + 1]) / 2)


def _stability(sums: Sequence[Floats], upper: Bools) -> Floats:
    """(cases,) share of resamplings of transcripts, within each case, in which it belongs to the same group."""
    rng = np.random.default_rng(SEED)
    drawn = np.zeros((ROUNDS, len(sums), *sums[0].shape[1:]))
    for at, part in enumerate(sums):
        if len(part):
            times = rng.multinomial(len(part), np.full(len(part), 1 / len(part)), ROUNDS)
            drawn[:, at] = np.tensordot(times, part, axes=1)
    sides = [upper_group(score) for score in _scores(drawn)]
    return np.asarray(np.mean([upper == side for side in sides if side is not None], axis=0))


def _note(table: pd.DataFrame, row: int, codes: Sequence[str], own: Floats) -> str:
    score, same = table["score"][row], table["same_group"][row]
    if np.isnan(score):
        return f"no passage of {listed(codes)} with a valence, so no score"
    silent = [code for code, of in zip(codes, own[:, 1], strict=True) if not of]
    notes = [f"nothing with a valence on {listed(silent)}, which counts as in all cases together"] if silent else []
    if np.isfinite(same):
        notes.append(f"in this group in {percent(same)} of {ROUNDS:,} resamplings of the transcripts")
    return _joined(*notes)
