"""Errors by who speaks as plain values (`errors_report`), and these in words, as rows to print and as a table.

The plain values are what `evaluate --json` shows and what the manifest keeps, so that evaluation, model card and methods section say
the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from secondcoder.domain.attributes import OF_CASES
from secondcoder.domain.wording import counted, listed
from secondcoder.learning.assessment.speakers.errors import (
    RATE,
    AttributeErrors,
    Errors,
    Pair,
    SpeakerErrors,
    ValueErrors,
)
from secondcoder.statistics.proportions import Proportion

if TYPE_CHECKING:
    import pandas as pd

Report = Mapping[str, Any]
TITLE = "Errors by who speaks"
KINDS = ("missed", "false")
HEAD = ("attribute", "value", "people or cases", "missed", "expected", "p", "false suggestions", "expected", "p")
"""Titles of `errors_rows`."""
WORDS = frozenset({1})
"""The column of these that holds words, beside the first."""
HOW = (
    "Missed: of the marks that people gave, those not suggested. False suggestions: of the looks that gave no code, those with a "
    "suggestion. Expected: if each code were missed, or falsely suggested, as often whoever speaks. Out of fold, with 95 % intervals "
    "over participants, or over cases for what describes a case. p: by exchanging the values among these, over all attributes and "
    "both kinds of error together (step-down maxT)."
)
COLUMNS = (
    *("attribute", "value", "clusters", "marks", "missed", "miss_rate", "low", "high"),
    *("looked", "false", "false_rate", "false_low", "false_high", "p", "sentence"),
    *("expected_missed", "expected_false", "miss_p", "false_p", "least_p", "unit"),
)


def errors_report(errors: SpeakerErrors) -> dict[str, Any]:
    """Plain values; an undefined figure is None."""
    attributes = [_attribute(one) for one in errors.attributes]
    return {"rate": RATE, "attributes": attributes, "left_out": dict(errors.left_out)}


def _attribute(one: AttributeErrors) -> dict[str, Any]:
    return {
        "attribute": one.name,
        "cut_at_median": one.cut,
        "unit": one.unit,
        "units": one.units,
        "least_p": round(one.least_p, 4),
        "p": _by_kind(one.p),
        "p_alone": _by_kind(one.alone),
        "values": [_value(value) for value in one.values],
    }


def _by_kind(p: Pair | None) -> dict[str, float | None]:
    return dict.fromkeys(KINDS) if p is None else {kind: round(one, 4) for kind, one in zip(KINDS, p, strict=True)}


def _value(one: ValueErrors) -> dict[str, Any]:
    return {"value": one.value, "clusters": one.clusters, "missed": _errors(one.missed), "false": _errors(one.false)}


def _errors(errors: Errors) -> dict[str, Any]:
    share: Proportion = errors.share
    rate, interval = share.value, share.interval
    return {
        "errors": share.part,
        "of": share.of,
        "rate": rate if rate is None else round(rate, 4),
        "interval": interval and [round(end, 4) for end in interval],
        "expected": round(errors.expected, 2),
    }


def errors_in_words(report: Report) -> Iterator[str]:
    """What differs by who speaks, or that nothing is seen to; and what cannot be said or was not compared."""
    attributes = report["attributes"]
    left_out = "; ".join(f"{_name(name)}: {why}" for name, why in report["left_out"].items())
    if not attributes:
        yield (
            "Nothing to compare: no role, case, wave or other attribute with two values or a few more is known of the transcripts "
            f"that are judged by{f' ({left_out})' if left_out else ''}. A manifest, or `transcript edit`, describes them."
        )
        return
    able = [one for one in attributes if _is_decided(one)]
    tests = sorted(
        ((one, kind) for one in able for kind in KINDS), key=lambda test: (_of(test, "p"), _of(test, "p_alone"))
    )
    found = [test for test in tests if _of(test, "p") <= report["rate"]]
    yield from (f"By {_name(one['attribute'])}, {_p(one['p'][kind])}, {_worst(one, kind)}." for one, kind in found)
    differing = [one["attribute"] for one, _ in found]
    if quiet := [_name(one["attribute"]) for one in able if one["attribute"] not in differing]:
        one, kind = next(test for test in tests if test[0]["attribute"] not in differing)
        yield (
            f"No difference beyond chance by {listed(quiet)}, which does not show that there is none. Nearest to one: by "
            f"{_name(one['attribute'])} ({_p(one['p'][kind])}; {_p(one['p_alone'][kind])} alone), {_worst(one, kind)}."
        )
    if unable := [f"by {_name(one['attribute'])} {_unsayable(one)}" for one in attributes if not _is_decided(one)]:
        yield f"Not known: {'; '.join(unable)}."
    if cut := [_name(one["attribute"]) for one in attributes if one["cut_at_median"]]:
        yield f"Numbers were cut at their median: {listed(cut)}."
    if left_out:
        yield f"Not compared: {left_out}."


def _is_decided(one: Report) -> bool:
    return one["p"]["missed"] is not None


def _name(attribute: str) -> str:
    """'integration (of the case)'."""
    own = attribute.removeprefix(OF_CASES)
    return own if own == attribute else f"{own} (of the case)"


def _of(test: tuple[Report, str], which: str) -> float:
    one, kind = test
    return float(one[which][kind])


def _worst(one: Report, kind: str) -> str:
    """The value with most errors beyond those expected."""
    value = max(one["values"], key=lambda value: _excess(value[kind]))
    return f"'{value['value']}' had {_in_words(value, kind)}"


def _in_words(value: Report, kind: str) -> str:
    errors = value[kind]
    if kind == "missed":
        said = f"{errors['errors']:,} of {counted(errors['of'], 'mark')} missed"
    else:
        looks = counted(errors["of"], "look that gave no code", "looks that gave no code")
        said = f"{counted(errors['errors'], 'false suggestion')} on {looks}"
    return f"{said} ({_share(errors)}), {errors['expected']:.1f} expected"


def _excess(errors: Report) -> float:
    """Errors beyond those expected, in about standard deviations."""
    return float((errors["errors"] - errors["expected"]) / max(errors["expected"], 0.01) ** 0.5)


def _unsayable(one: Report) -> str:
    return f"it cannot be said with {counted(one['units'], one['unit'])} (smallest possible {_p(one['least_p'])})"


def _p(p: float) -> str:
    return "p < 0.001" if p < 0.001 else f"p = {p:.{3 if p < 0.1 else 2}f}"


def _share(errors: Report) -> str:
    """'5.6%, 4.4% to 7.0%'; without an interval the share alone."""
    if errors["rate"] is None:
        return "no share"
    ends = errors["interval"]
    return f"{errors['rate']:.1%}" + (f", {ends[0]:.1%} to {ends[1]:.1%}" if ends else "")


def errors_rows(report: Report) -> list[tuple[str, ...]]:
    """A row a value, under `HEAD`; p stands once an attribute."""
    return [
        (
            _name(one["attribute"]),
            value["value"],
            str(value["clusters"]),
            *(cell for kind in KINDS for cell in (*_cells(value[kind]), _p_cell(one, kind) if number == 0 else "")),
        )
        for one in report["attributes"]
        for number, value in enumerate(one["values"])
    ]


def _cells(errors: Report) -> tuple[str, str]:
    ends = errors["interval"]
    share = "" if errors["rate"] is None else f": {errors['rate']:.1%}"
    between = f" ({ends[0] * 100:.1f}–{ends[1] * 100:.1f})" if ends else ""
    return f"{errors['errors']:,}/{errors['of']:,}{share}{between}", f"{errors['expected']:.1f}"


def _p_cell(one: Report, kind: str) -> str:
    p = one["p"][kind]
    return "cannot be said" if p is None else _p(p).removeprefix("p = ")


def errors_table(report: Report) -> pd.DataFrame:
    """A row a value, the columns `COLUMNS`: rates in [0, 1] with 95 % intervals, nan where undefined; p the smaller of both."""
    import pandas as pd

    rows = [_table_row(one, value) for one in report["attributes"] for value in one["values"]]
    return pd.DataFrame(rows, columns=[*COLUMNS])


def _table_row(one: Report, value: Report) -> dict[str, Any]:
    missed, false, p = value["missed"], value["false"], one["p"]
    low, high = missed["interval"] or (None, None)
    false_low, false_high = false["interval"] or (None, None)
    row: Sequence[Any] = (
        *(one["attribute"], value["value"], value["clusters"]),
        *(missed["of"], missed["errors"], missed["rate"], low, high),
        *(false["of"], false["errors"], false["rate"], false_low, false_high),
        None if p["missed"] is None else min(p.values()),
        _row_sentence(one, value),
        *(missed["expected"], false["expected"], p["missed"], p["false"], one["least_p"], one["unit"]),
    )
    return dict(zip(COLUMNS, row, strict=True))


def _row_sentence(one: Report, value: Report) -> str:
    said = "" if _is_decided(one) else f". By {_name(one['attribute'])} {_unsayable(one)}"
    both = " and ".join(_in_words(value, kind) for kind in KINDS)
    return f"{_name(one['attribute'])} '{value['value']}' had {both}{said}."
