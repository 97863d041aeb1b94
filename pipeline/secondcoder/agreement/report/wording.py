"""The report in plain words: what the figures say.

No word here judges a coder: coders agree or disagree, the model suggests.
"""

from __future__ import annotations

from collections.abc import Iterator

from secondcoder.agreement.coefficients import KAPPA, PERCENT, POSITIVE
from secondcoder.agreement.pairwise import CODED, Agreement
from secondcoder.agreement.report.report import AgreementReport
from secondcoder.agreement.results import Result
from secondcoder.agreement.roll_up import MEANING, ROLLED_UP
from secondcoder.domain.wording import counted, listed, percent
from secondcoder.statistics.cluster_bootstrap import Interval

MINUS = "−"
FEW_MARKS = 10
CAUTION = (
    "Words such as 'moderate' (Landis & Koch 1977, doi:10.2307/2529310) or thresholds such as .80 and .667 (Krippendorff) are "
    "conventions, not verdicts. Agreement shows where two readings coincide; it does not make an analysis insightful, and "
    "for reflexive work it is not the question to ask (Braun & Clarke 2021, doi:10.1080/14780887.2020.1769238; O'Connor & Joffe "
    "2020, doi:10.1177/1609406919899220)."
)
UNCODED = (
    "Most talk carries no code, and two coders who both leave it alone agree. So every figure stands twice: over all units that "
    "the coders looked at, and over the units that at least one of them coded. The second is biased downwards: units chosen by the "
    "marks leave out where the coders agree on leaving a unit alone, so that coders at random come out lower there, with "
    "few codes below 0. Read it against the level at chance beside it, not against 0. For a single code it cannot exceed 0, and is "
    "withheld."
)
AT_CHANCE = (
    "At chance: what pooled kappa would be if each coder gave each code at random, at their own rate. It is not 0 where codes differ "
    "in how frequent they are: to know which are frequent is enough to agree on that much."
)
ROLL_UP = f"{ROLLED_UP.capitalize()}: {MEANING}. All other figures are on the codings as made."
CANNOT_BE_SAID = "cannot be said"
BANDS = (
    (0.0, "poor"),
    (0.2, "slight"),
    (0.4, "fair"),
    (0.6, "moderate"),
    (0.8, "substantial"),
    (1.01, "almost perfect"),
)


def number(value: float | None, places: int = 2) -> str:
    """A figure to print: 0.45, −0.03, 1.00; a dash where there is none."""
    if value is None:
        return "–"
    text = f"{abs(value):.{places}f}"
    # No sign before what is rounded to nothing: -0.001 is 0.00.
    return (MINUS if value < 0 and float(text) else "") + text


def between(interval: Interval | None, places: int = 2) -> str:
    """'0.39 to 0.51', or nothing where there is no interval."""
    if interval is None or interval.low is None:
        return ""
    return f"{number(interval.low, places)} to {number(interval.high, places)}"


def with_interval(result: Result) -> str:
    """'0.45 (95% interval 0.39 to 0.51)', or why there is none."""
    if result.value is None:
        return f"{result.missing} ({result.reason})"
    inside = between(result.interval)
    if inside:
        return f"{number(result.value)} (95% interval {inside})"
    why = result.interval.reason if result.interval else ""
    return f"{number(result.value)} (95% interval {CANNOT_BE_SAID}: {why})" if why else number(result.value)


def band(value: float) -> str:
    """Landis and Koch's word."""
    # Bands hold their upper end: .20 is slight; 'poor' alone does not, since 0 is slight.
    return next(word for least, word in BANDS if value < least or (least and value <= least))


def reading(report: AgreementReport) -> list[str]:
    """What the figures say of the humans, a paragraph each; for the model see `beside`."""
    return [*_overall(report), *_codes(report), *_where_they_disagree(report)]


def _overall(report: AgreementReport) -> Iterator[str]:
    head = report.headline
    who = listed(head.coders)
    pooled = head.pooled_kappa
    units = counted(report.n_units, report.kind.one, report.kind.many)
    both = "both" if len(head.coders) == 2 else "at least two of them"
    kappa = "Cohen's kappa" if len(head.coders) == 2 else "The mean of the pairs' Cohen's kappas"
    text = (
        f"{who} {both} looked at {units} of {counted(report.n_transcripts, 'transcript')} for "
        f"{counted(len(report.codes), 'code')}. {kappa} over all {report.kind.one}-by-code judgements is "
        f"{with_interval(pooled)}; as the mean over codes, each code counting once, it is {with_interval(head.macro_kappa)}. "
        f"Taking all codes of a {report.kind.one} together, Krippendorff's alpha with MASI distance is "
        f"{with_interval(head.alpha_masi)}."
    )
    if pooled.at_chance is not None:
        text += (
            f" At random, with each coder's own rate of each code, pooled kappa would be {number(pooled.at_chance)}."
        )
    if pooled.value is not None:
        text += f" By Landis and Koch's convention the pooled kappa is called {band(pooled.value)}."
    yield text
    if report.rolled_up:
        rolled = report.rolled_up.headline
        yield (
            f"{ROLLED_UP.capitalize()} ({MEANING}), the same three figures are {with_interval(rolled.pooled_kappa)}, "
            f"{with_interval(rolled.macro_kappa)} and {with_interval(rolled.alpha_masi)}."
        )
    if len(head.coders) == 2:
        pooled_results = report.agreement(head.coders).pooled
        kappa_counts = pooled_results[KAPPA]
        neither = kappa_counts.counts["neither"] / kappa_counts.n if kappa_counts.n else None
        observed, positive = pooled_results[PERCENT], pooled_results[POSITIVE]
        coded = report.agreement(head.coders, CODED).pooled[KAPPA]
        chance = (
            f" There, kappa is biased downwards: at random it would be {number(coded.at_chance)}."
            if coded.at_chance is not None
            else ""
        )
        yield (
            f"They made the same judgement in {percent(observed.value)} of cases, "
            f"but in {percent(neither)} of cases that was to leave the code out. "
            f"Of all marks, {percent(positive.value)} were shared by the other coder (positive agreement), and on the "
            f"{report.kind.many} that at least one of them coded, kappa is "
            f"{with_interval(coded)}.{chance}"
        )


def _codes(report: AgreementReport) -> Iterator[str]:
    if len(report.headline.coders) != 2:
        return
    agreement = report.agreement(report.headline.coders)
    marks = {
        code: 2 * results[KAPPA].counts["both"] + _not_shared(results[KAPPA])
        for code, results in agreement.codes.items()
    }
    often = {
        code: results[KAPPA].value
        for code, results in agreement.codes.items()
        if marks[code] >= FEW_MARKS and results[KAPPA].value is not None
    }
    if len(often) >= 2:
        ranked = sorted(often, key=lambda code: -(often[code] or 0))
        # Half of them at most on either side, so that no code is called both.
        high, low = ranked[: min(3, len(ranked) // 2)], ranked[-min(3, len(ranked) // 2) :]
        yield (
            f"They were closest on {listed([f'{report.name_of(c)} ({number(often[c])})' for c in high])}, and furthest apart on "
            f"{listed([f'{report.name_of(c)} ({number(often[c])})' for c in reversed(low)])}."
        )
    rare = [code for code in agreement.codes if 0 < marks[code] < FEW_MARKS]
    if rare:
        yield (
            f"{listed([report.name_of(code) for code in rare])} {'was' if len(rare) == 1 else 'were'} used fewer than "
            f"{FEW_MARKS} times by the two together: too seldom to say much, whatever the figure."
        )
    yield from _leaning(report, agreement)


def _not_shared(result: Result) -> float:
    return result.counts["first"] + result.counts["second"]


def _leaning(report: AgreementReport, agreement: Agreement) -> Iterator[str]:
    """Codes that one of the two gives at least half as often again as the other, with at least ten marks that are not shared."""
    first, second = agreement.coders
    more: dict[str, list[str]] = {first: [], second: []}
    for code, results in agreement.codes.items():
        counts = results[KAPPA].counts
        here, there = counts["both"] + counts["first"], counts["both"] + counts["second"]
        # Of few marks even a large ratio may be chance.
        if _not_shared(results[KAPPA]) >= FEW_MARKS and max(here, there) >= 1.5 * min(here, there):
            more[first if here > there else second].append(
                f"{report.name_of(code)} ({max(here, there):.0f} against {min(here, there):.0f})"
            )
    for coder, codes in more.items():
        if codes:
            yield f"{coder} gave clearly more often: {listed(codes)}."


def _where_they_disagree(report: AgreementReport) -> Iterator[str]:
    if len(report.headline.coders) != 2:
        return
    first, second = report.headline.coders
    table = next(table for table in report.confusions if table.coders == report.headline.coders)
    pairs = table.most_confused(3)
    if pairs:
        examples = [
            f"{report.name_of(a)} where {second} gave {report.name_of(b)} ({number_of(n)})" for a, b, n in pairs
        ]
        yield f"Where both coded a {report.kind.one} but with different codes, {first} most often gave {listed(examples)}."
    spans = next((spans for spans in report.spans if spans.coders == report.headline.coders), None)
    loose = spans.boundaries.get(1) if spans else None
    if spans is not None and loose is not None and loose.value is not None:
        yield (
            f"As for where marks begin and end: allowing one sentence either way, {percent(loose.value)} of the marks have a "
            f"partner of the other coder; to the sentence, {percent(spans.boundaries[0].value)}. This is apart from which code "
            "was given."
        )


def number_of(count: float) -> str:
    """A count that may be shared out: 3, 1.5."""
    return f"{count:.1f}".removesuffix(".0")
