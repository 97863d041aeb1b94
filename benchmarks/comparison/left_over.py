"""How much of secondcoder's lead is left against a plain baseline with the same inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from secondcoder.domain.arrays import Floats

from comparison.figures import difference
from comparison.methods import OWN, PLAIN
from comparison.results import Results
from comparison.tables import ASKED, number, signed, table

UNNAMED = "secondcoder_without_names"
SHORT = {OWN: "(d)", UNNAMED: "(d')", **dict(zip(PLAIN, ("(e)", "(e')", "(e'')"), strict=True))}
RANKED = (OWN, UNNAMED, *PLAIN[:2])
"""Those whose scores differ; (e'') ranks as (e) does."""


def against_plain(results: Sequence[Results]) -> Iterator[str]:
    """The section: a verdict for each comparison, the paired differences, and the comparison fold by fold."""
    measured = [result for result in results if OWN in result.figures and any(name in result.figures for name in PLAIN)]
    if not measured:
        return
    yield "## What is left against a plain baseline on the same inputs"
    yield ""
    yield (
        "(e) hears what secondcoder hears but the codes' names; (d) is secondcoder, (d') secondcoder without the names, so that "
        "(d') and (e) have the same inputs. (e) is not tuned; (e') chooses its penalty on inner held-back folds; (e'') has the scores "
        "of (e) and secondcoder's thresholds, which kappa rewards. Differences are paired."
    )
    yield ""
    yield from (
        f"- {verdict}" for plain in PLAIN for own in (OWN, UNNAMED) if (verdict := _verdict(measured, own, plain))
    )
    yield ""
    heads = ("set", "figure", "baseline", "", "(d)", "(d) less it", "(d')", "(d') less it")
    yield from table(heads, [row for result in measured for row in _rows(result)])
    yield from _within_folds(measured)


def _compared(own: str, plain: str) -> list[str]:
    return [] if own == plain else [figure for figure in ASKED if figure != "macro_ap" or plain in RANKED]


def _verdict(results: Sequence[Results], own: str, plain: str) -> str:
    """In words: where the interval excludes 0, to which side, and where it does not."""
    places: dict[str, list[str]] = {"ahead of": [], "behind": [], "not told apart from": []}
    for one in (one for one in results if own in one.figures and plain in one.figures):
        for figure in _compared(own, plain):
            gap, low, high = difference(one.figures[own], one.figures[plain], figure).tolist()
            side = "ahead of" if low > 0 else "behind" if high < 0 else "not told apart from"
            places[side].append(f"{ASKED[figure]} on {one.data.name} ({gap:+.3f})")
    told = "; ".join(f"{side} {SHORT[plain]} in {', '.join(where)}" for side, where in places.items() if where)
    return f"{SHORT[own]} is {told}." if told else ""


def _rows(one: Results) -> Iterator[tuple[str, ...]]:
    found = one.figures
    for figure, called in ASKED.items():
        for plain in (name for name in PLAIN if name in found and figure in _compared(OWN, name)):
            cells = (
                cell
                for own in (OWN, UNNAMED)
                for cell in (
                    (number(found[own].point[figure]), signed(difference(found[own], found[plain], figure)))
                    if own in found
                    else ("", "")
                )
            )
            yield (one.data.name, called, SHORT[plain], number(found[plain].point[figure]), *cells)


def _within_folds(results: Sequence[Results]) -> Iterator[str]:
    pairs = [(own, plain) for plain in RANKED[2:] for own in RANKED[:2]]
    heads = (*(SHORT[name] for name in RANKED), *(f"{SHORT[own]} ahead of {SHORT[plain]}" for own, plain in pairs))
    yield (
        "Macro-AP within the folds: the mean over folds, and in how many secondcoder is ahead. Here no scores of different models are "
        "mixed."
    )
    yield ""
    yield from table(("set", *heads), [(one.data.name, *_cells(one.within, pairs)) for one in results])
    few = {
        one.data.name: _fewest(one) for one in results if any(at.size for curve in one.curves.values() for at in curve)
    }
    if few:
        yield "The same with the fewest coded units of the learning curves."
        yield ""
        rows = [(name, f"{coded:.0f}", *_cells(folds, pairs)) for name, (coded, folds) in few.items()]
        yield from table(("set", "coded units", *heads), rows)


def _fewest(one: Results) -> tuple[float, dict[str, Floats]]:
    """How many coded units, and each method's macro-AP in each fold."""
    least = min(at.size for curve in one.curves.values() for at in curve if at.size)
    points = {name: at for name, curve in one.curves.items() for at in curve if at.size == least}
    return next(iter(points.values())).coded, {name: at.ap for name, at in points.items()}


def _cells(folds: Mapping[str, Floats], pairs: Sequence[tuple[str, str]]) -> Iterator[str]:
    yield from (number(float(folds[name].mean())) if name in folds else "" for name in RANKED)
    for own, plain in pairs:
        both = own in folds and plain in folds
        yield f"{int((folds[own] > folds[plain]).sum())} of {len(folds[own])}" if both else ""
