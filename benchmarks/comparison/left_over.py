"""How much of secondcoder's lead is left against a plain baseline with the same inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from secondcoder.domain.arrays import Floats

from comparison.figures import difference
from comparison.methods import OWN, PLAIN
from comparison.results import Results
from comparison.tables import ASKED, number, signed, table

UNNAMED = "secondcoder_without_names"
SHORT = {OWN: "(d)", UNNAMED: "(d')", PLAIN[0]: "(e)", PLAIN[1]: "(e')"}


def against_plain(results: Sequence[Results]) -> Iterator[str]:
    """The section: a verdict for each comparison, the paired differences, and the comparison fold by fold."""
    measured = [result for result in results if OWN in result.figures and any(name in result.figures for name in PLAIN)]
    if not measured:
        return
    yield "## What is left against a plain baseline on the same inputs"
    yield ""
    yield (
        "(e) hears what secondcoder hears but the codes' names; (d) is secondcoder, (d') secondcoder without the names, so that (d') "
        "and (e) have the same inputs; (e) is not tuned, (e') chooses its penalty on inner held-back folds. Differences are paired."
    )
    yield ""
    yield from (f"- {_verdict(measured, own, plain)}" for plain in PLAIN for own in (OWN, UNNAMED))
    yield ""
    rows = [_row(result, figure) for result in measured for figure in ASKED]
    yield from table(("set", "figure", *SHORT.values(), *(_less(*pair) for pair in _pairs())), rows)
    yield (
        "Macro-AP within the folds: the mean over folds, and in how many secondcoder is ahead. Here no scores of different models are "
        "mixed."
    )
    yield ""
    heads = (f"{SHORT[own]} ahead of {SHORT[plain]}" for own, plain in _pairs())
    yield from table(("set", *SHORT.values(), *heads), [_within(result) for result in measured])
    few = [result for result in measured if any(point.size for points in result.curves.values() for point in points)]
    if few:
        yield (
            "The same with the fewest coded units of the learning curves: macro-AP and macro-F1, means over folds, and in how many "
            "folds secondcoder is ahead in macro-AP."
        )
        yield ""
        heads = (f"{SHORT[own]} ahead of {SHORT[plain]}" for own, plain in _pairs())
        yield from table(("set", "coded units", *SHORT.values(), *heads), [_few(result) for result in few])


def _pairs() -> list[tuple[str, str]]:
    return [(own, plain) for plain in PLAIN for own in (OWN, UNNAMED)]


def _less(own: str, plain: str) -> str:
    return f"{SHORT[own]} less {SHORT[plain]}"


def _verdict(results: Sequence[Results], own: str, plain: str) -> str:
    """In words: where the interval excludes 0, to which side, and where it does not."""
    ahead: list[str] = []
    behind: list[str] = []
    open_: list[str] = []
    for one in (one for one in results if own in one.figures and plain in one.figures):
        for figure, called in ASKED.items():
            gap = difference(one.figures[own], one.figures[plain], figure)
            place = ahead if gap[1] > 0 else behind if gap[2] < 0 else open_
            place.append(f"{called} on {one.data.name} ({gap[0]:+.3f})")
    told = [(f"{SHORT[own]} is ahead of {SHORT[plain]} in", ahead), ("behind in", behind), ("not told apart in", open_)]
    return "; ".join(f"{words} {', '.join(where)}" for words, where in told if where) + "."


def _row(one: Results, figure: str) -> tuple[str, ...]:
    found = one.figures
    points = (number(found[name].point[figure]) if name in found else "" for name in SHORT)
    gaps = (
        signed(difference(found[own], found[plain], figure)) if own in found and plain in found else ""
        for own, plain in _pairs()
    )
    return (one.data.name, ASKED[figure], *points, *gaps)


def _within(one: Results) -> tuple[str, ...]:
    folds = one.within
    means = (number(float(folds[name].mean())) if name in folds else "" for name in SHORT)
    return (one.data.name, *means, *_ahead(folds))


def _ahead(folds: Mapping[str, Floats]) -> Iterator[str]:
    for own, plain in _pairs():
        both = own in folds and plain in folds
        yield f"{int((folds[own] > folds[plain]).sum())} of {len(folds[own])}" if both else ""


def _few(one: Results) -> tuple[str, ...]:
    least = min(point.size for curve in one.curves.values() for point in curve if point.size)
    points = {name: at for name, curve in one.curves.items() for at in curve if name in SHORT and at.size == least}
    cells = (
        f"{number(float(points[name].ap.mean()))} / {number(float(points[name].f1.mean()))}" if name in points else ""
        for name in SHORT
    )
    coded = next(iter(points.values())).coded
    return (one.data.name, f"{coded:.0f}", *cells, *_ahead({name: point.ap for name, point in points.items()}))
