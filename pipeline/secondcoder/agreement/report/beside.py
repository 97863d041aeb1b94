"""The model beside the humans, in plain words."""

from __future__ import annotations

from collections.abc import Iterator

from secondcoder.agreement.coefficients import coefficient_named
from secondcoder.agreement.comparison import Comparison
from secondcoder.agreement.pairwise import ALL
from secondcoder.agreement.report.report import AgreementReport
from secondcoder.agreement.report.wording import number, with_interval
from secondcoder.agreement.roll_up import ROLLED_UP
from secondcoder.domain.wording import listed


def reading_of_model(report: AgreementReport) -> Iterator[str]:
    """What the figures say of the models, a paragraph each; none without one."""
    if report.model is not None:
        yield from _reading(report, report.model, report.comparisons.get(ALL))
    for name, comparisons in report.others.items():
        yield from _reading(report, name, comparisons.get(ALL))


def _reading(report: AgreementReport, model: str, comparison: Comparison | None) -> Iterator[str]:
    if comparison is None:
        yield (
            f"{model} is a coder of its own name here, but there is no text at which it and two humans looked, so its "
            "agreement with humans cannot be set beside theirs with each other."
        )
        return
    yield beside_sentence(report, comparison)
    if model == report.model and report.rolled_up and report.rolled_up.comparison:
        yield rolled_up_sentence(report.rolled_up.comparison)
    yield from _lowest_beside(report, comparison)


def beside_sentence(report: AgreementReport, comparison: Comparison) -> str:
    """Model and human beside human and human on all units, with the verdict."""
    return (
        f"On the same {report.kind.many}, {comparison.model} agrees with the humans at "
        f"{with_interval(comparison.pooled.model_human)}, and the humans with each other at "
        f"{with_interval(comparison.pooled.human_human)}: a difference of {with_interval(comparison.pooled.difference)} "
        f"({coefficient_named(comparison.coefficient).title}, pooled). "
        f"{comparison.verdict.sentence}"
    )


def rolled_up_sentence(rolled: Comparison) -> str:
    """The same with roll-up, on which there is no verdict: a second one would be a second chance."""
    pooled = rolled.pooled
    return (
        f"{rolled.model} learned {ROLLED_UP}. So read, the figures are {with_interval(pooled.model_human)} and "
        f"{with_interval(pooled.human_human)}, the difference {with_interval(pooled.difference)}; the verdict is on the codings as "
        "made, where a construct that the model suggests together with one of its sub-constructs is left out as implied."
    )


def _lowest_beside(report: AgreementReport, comparison: Comparison) -> Iterator[str]:
    clear = {
        code: beside.difference.value
        for code, beside in comparison.codes.items()
        if beside.difference.interval
        and beside.difference.interval.high is not None
        and beside.difference.interval.high < 0
    }
    if clear:
        ranked = sorted(clear, key=lambda code: clear[code] or 0)[:5]
        yield (
            "Codes on which it agrees with humans clearly less than they do with each other (interval below 0): "
            f"{listed([f'{report.name_of(code)} ({number(clear[code])})' for code in ranked])}."
        )
