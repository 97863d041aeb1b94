"""Cases by conditions and outcome, ready for qualitative comparative analysis, and the truth table of their configurations.

Crisp sets (csQCA): 1 a condition is present, 0 absent. Fuzzy sets (fsQCA): the share of promoting passages itself, or calibrated to
membership by three thresholds, full membership, crossover and full non-membership, along log-odds (direct method: Ragin 2008,
Redesigning social inquiry, ch. 5). What is not known stays empty, which both R's QCA and fsQCA refuse until the researcher settles it.

A case belongs to a configuration (a row of the truth table) when its membership there is above .5, the least of its memberships in
the conditions and negated conditions. Consistency is that of sufficiency, Σ min(x, y) / Σ x over all cases (Ragin 2006,
doi:10.1093/pan/mpj019).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from secondcoder.charting.cases.factors import ABSENT, MIXED, PRESENT
from secondcoder.domain.arrays import Floats
from secondcoder.domain.wording import listed
from secondcoder.errors import InputError
from secondcoder.reports.variable_names import variable_names

if TYPE_CHECKING:
    import pandas as pd

CaseMixed = Literal["unknown", "larger share", "present", "absent"]
"""What a mixed condition counts as in crisp sets: unless the researcher says, it is left empty, to be settled from the passages."""
TRUE = ("full", "yes", "true", "1", "present", "high")
FALSE = ("partial", "no", "false", "0", "absent", "low")
"""Words of an attribute that say of themselves which is which, folded."""
THRESHOLDS = (0.95, 0.5, 0.05)
EDGE = 3.0
"""Log-odds of full membership, as in Ragin's table and the program fsQCA; a membership of .953."""
OUTCOME = "outcome"


def outcome_of(values: pd.Series[str], positive: str = "") -> pd.Series[float]:
    """Case -> 1 where an attribute has the value `positive`, 0 where it has another, nan where it has none.

    Raises:
        InputError: nobody said which value is the outcome, and the words do not tell.
    """
    found = sorted({value for value in values if value})
    if not positive:
        telling = [value for value in found if value.casefold() in TRUE]
        others = [value for value in found if value.casefold() in FALSE]
        if len(found) != 2 or len(telling) != 1 or len(others) != 1:
            raise InputError(
                f"Which value of '{values.name}' is the outcome? It has {listed(found) or 'no value'}: name one of them."
            )
        positive = telling[0]
    if positive not in found:
        raise InputError(f"No case has '{positive}' as '{values.name}'; there is {listed(found) or 'no value'}.")
    return values.map(lambda value: float(value == positive) if value else np.nan)


def crisp(factors: pd.DataFrame, outcome: pd.Series[float], mixed: CaseMixed = "unknown") -> pd.DataFrame:
    """case, a column a condition, outcome: 1, 0 or empty (of a condition that is unknown, and of a mixed one unless said).

    Args:
        factors: of `charting.factors.factors`.
        outcome: case -> 1, 0 or nan.
    """
    if mixed not in get_args(CaseMixed):
        raise InputError(f"A mixed condition counts as one of {', '.join(get_args(CaseMixed))}, not as '{mixed}'.")
    values = factors["presence"].map({PRESENT: 1.0, ABSENT: 0.0}).astype(float)
    is_mixed = factors["presence"] == MIXED
    if mixed == "larger share":
        share = factors["share_promoting"]
        values = values.where(~is_mixed, (share > 0.5).astype(float).where(share != 0.5))
    elif mixed != "unknown":
        values = values.where(~is_mixed, float(mixed == "present"))
    return _table(factors, values, outcome)


def unsettled(factors: pd.DataFrame, mixed: CaseMixed = "unknown") -> str:
    """Which conditions `crisp` leaves empty, and why; "" where none."""
    settled = {PRESENT, ABSENT, *(() if mixed == "unknown" else (MIXED,))}
    even = (factors["presence"] == MIXED) & (factors["share_promoting"] == 0.5) & (mixed == "larger share")
    empty = factors[~factors["presence"].isin(settled) | even]
    parts = [
        f"{name} ({presence} in {listed(part['case'].tolist())})"
        for (name, presence), part in empty.groupby(["name", "presence"], sort=False)
    ]
    return f"Left empty, to be settled from the passages: {'; '.join(parts)}." if parts else ""


def fuzzy(
    factors: pd.DataFrame, outcome: pd.Series[float], thresholds: Mapping[str, Sequence[float]] | Sequence[float] = ()
) -> pd.DataFrame:
    """The same with shares of promoting passages, or with memberships where thresholds are given.

    Args:
        thresholds: full membership, crossover, full non-membership, of all conditions (such as THRESHOLDS) or by code.
    """
    share = factors["share_promoting"].astype(float)
    by_code = thresholds if isinstance(thresholds, Mapping) else dict.fromkeys(factors["code"], thresholds)
    values = [
        float(calibrated(np.array([value]), by_code[code])[0]) if by_code.get(code) else value
        for code, value in zip(factors["code"], share, strict=True)
    ]
    return _table(factors, np.asarray(values), outcome)


def calibrated(values: Floats, thresholds: Sequence[float]) -> Floats:
    """Membership in [0, 1]: .95 at the first threshold, .5 at the second, .05 at the third, along log-odds between and beyond them.

    Raises:
        InputError: the three do not fall, or are not three.
    """
    if len(thresholds) != 3 or not thresholds[0] > thresholds[1] > thresholds[2]:
        raise InputError("Calibration needs three falling thresholds: full membership, crossover, full non-membership.")
    full, crossover, none = thresholds
    distance = values - crossover
    odds = np.where(distance > 0, distance * EDGE / (full - crossover), distance * EDGE / (crossover - none))
    return np.asarray(1 / (1 + np.exp(-odds)))


def _table(factors: pd.DataFrame, values: Floats | pd.Series[float], outcome: pd.Series[float]) -> pd.DataFrame:
    table = factors.assign(value=values).pivot_table("value", "case", "code", sort=False, dropna=False, observed=False)
    codes = list(dict.fromkeys(factors["code"]))
    table = table.reindex(index=list(dict.fromkeys(factors["case"])), columns=codes)
    table.columns = condition_names(dict(zip(factors["code"], factors["name"], strict=True)))
    table[OUTCOME] = outcome.reindex(table.index)
    whole = [column for column in table if table[column].isin((0, 1)).all()]
    return table.astype(dict.fromkeys(whole, int)).rename_axis(columns=None).reset_index()


def condition_names(names: Mapping[str, str]) -> list[str]:
    """A name for each code that both programs take: letters, figures and `_`, a capital first. Code -> name of the code."""
    # Capitals mean presence there; both read names without their case.
    plain = variable_names([OUTCOME, "case", *names.values()])[2:]
    return [name[:1].upper() + name[1:] for name in plain]


def truth_table(table: pd.DataFrame) -> pd.DataFrame:
    """The configurations that occur, most cases first.

    Columns: the conditions (1 or 0), n (cases), outcome (1, 0, "C" where cases of one configuration differ, "?" without any known),
    consistency, cases (names). Cases with an empty condition take no part, and one at a crossover is in no configuration;
    `attrs["left_out"]` names both.

    Args:
        table: of `crisp` or `fuzzy`.
    """
    import pandas as pd

    conditions = [str(column) for column in table if column not in ("case", OUTCOME)]
    known = table[conditions].notna().all(axis=1)
    kept = table[known]
    member = kept[conditions].to_numpy(dtype=float)
    corner = (member > 0.5).astype(int)
    placed = (member != 0.5).all(axis=1)  # a case at the crossover is neither in nor out
    rows = [_configuration(kept, conditions, member, row, corner, placed) for row in np.unique(corner[placed], axis=0)]
    result = pd.DataFrame(rows, columns=[*conditions, "n", OUTCOME, "consistency", "cases"])
    result = result.sort_values(["n", *conditions], ascending=False, kind="stable", ignore_index=True)
    result.attrs["left_out"] = [*table.loc[~known, "case"], *kept.loc[~placed, "case"]]
    return result


def _configuration(
    table: pd.DataFrame, conditions: Sequence[str], member: Floats, row: Floats, corner: Floats, placed: Floats
) -> dict[str, object]:
    here = (corner == row).all(axis=1) & placed
    within = np.where(row == 1, member, 1 - member).min(axis=1)
    outcome = table[OUTCOME].to_numpy(dtype=float)
    known = np.isfinite(outcome)
    x, y = within[known], outcome[known]
    sides = {int(value > 0.5) for value in outcome[here & known]}
    return {
        **dict(zip(conditions, row.tolist(), strict=True)),
        "n": int(here.sum()),
        OUTCOME: "?" if not sides else "C" if len(sides) == 2 else str(sides.pop()),
        "consistency": float(np.minimum(x, y).sum() / x.sum()) if x.sum() > 0 else None,
        "cases": ", ".join(table["case"].to_numpy()[here]),
    }
