"""In plain words: may the model be the second coder, and how many passages coded twice would settle what is open."""

from __future__ import annotations

from collections.abc import Iterator

from secondcoder.agreement.alt_test import AltTest
from secondcoder.agreement.non_inferiority import INFERIOR, NO_INTERVAL, NOT_INFERIOR, OPEN, NonInferiority
from secondcoder.agreement.precision_plan import MOST_INTERVIEWS, CodePlan
from secondcoder.agreement.report.report import AgreementReport
from secondcoder.agreement.report.wording import CANNOT_BE_SAID, between, number
from secondcoder.agreement.results import Result
from secondcoder.agreement.second_coder import ALL_CODES, NO, NOT_SHOWN, UNKNOWN, YES, SecondCoder
from secondcoder.domain.wording import counted, first_of

MOST_NAMED = 6
LARGEST_SHEET = 200
"""Of `sheet make --twice`, half of whose passages are drawn at random; figures rest on these alone."""
MARGIN = {
    NOT_INFERIOR: ", within the margin of {}",
    INFERIOR: ", beyond the margin of {}",
    OPEN: ", which leaves open whether it lies within the margin of {}",
    NO_INTERVAL: ", which says nothing on the margin of {}",
}
TEST = (
    "The alternative annotator test (Calderon, Reichart & Dror 2025, arXiv:2501.10970) leaves each person out in turn and sets the "
    "model in their place. On how many passages the model is at least as near to the people who remain as the person left out is the "
    "advantage probability. The test is passed where, beyond chance, people lead the model by less than ε, for at least half of them. "
    "Only passages count to which the model or one of the people gave the code: on all others they tie, and any model would pass. "
    "Errors are those between interviews. Each code is tested by itself, so of many codes some pass by chance. How much more to code "
    "twice: `secondcoder agree --plan 0.1`."
)
TWO_PEOPLE = (
    "Of two people, it asks whether the model or one of them is nearer to the other; its authors advise three or more."
)
PLAN = (
    "Foretold from how much kappa moves with each passage and each interview now, for an interval that is not exceeded in four of "
    "five studies. Passages are drawn at random from those that one person coded."
)


def second_coder_summary(report: AgreementReport, model: str) -> str:
    """For which codes the model may be the second coder, in one sentence."""
    by_answer: dict[str, list[str]] = {YES: [], NO: [], NOT_SHOWN: [], UNKNOWN: []}
    for code in report.codes:
        by_answer[report.second_coders[model][code].answer].append(code)
    parts = [f"{answer} for {first_of(codes, MOST_NAMED)}" for answer, codes in by_answer.items() if codes]
    said = "; ".join(parts)
    return (
        f"May {model} be the second coder? {said[:1].upper()}{said[1:]} (alternative annotator test, ε {report.cost_benefit:g}; the "
        "page, --out FILE.html, says why)."
    )


def second_coder_sentences(report: AgreementReport, model: str) -> list[str]:
    """One sentence for all codes together, and one for each code."""
    names = {ALL_CODES: "All codes together"} | {code: f"{report.name_of(code)} ({code})" for code in report.codes}
    by_code = report.second_coders[model]
    return [f"{name}, {by_code[code].answer}: {_why(by_code[code])}." for code, name in names.items()]


def _why(judged: SecondCoder) -> str:
    return f"{_agreement(judged)}{_margin(judged.verdict)}; {_test(judged.test)}"


def _agreement(judged: SecondCoder) -> str:
    beside = judged.beside
    if beside.difference.value is None:
        return f"its agreement with people cannot be set beside theirs with each other ({beside.difference.reason})"
    return (
        f"it agrees with people at {number(beside.model_human.value)} and they with each other at {number(beside.human_human.value)}, "
        f"a difference of {number(beside.difference.value)} ({_inside(beside.difference)})"
    )


def _inside(result: Result) -> str:
    return between(result.interval) or f"interval {CANNOT_BE_SAID}"


def _margin(verdict: NonInferiority) -> str:
    return "" if verdict.margin is None else MARGIN[verdict.word].format(f"{verdict.margin:g}")


def _test(test: AltTest) -> str:
    if test.passes is None:
        return f"the alternative annotator test tells nothing, since {test.reason}"
    return (
        f"it {'passes' if test.passes else 'does not pass'} the alternative annotator test (advantage probability "
        f"{number(test.advantage.value)}, {_inside(test.advantage)}, on {test.passages:,} passages)"
    )


def plan_sentences(report: AgreementReport) -> Iterator[str]:
    """For each code how much more to code twice; then the command that writes a sheet of the passages."""
    if report.plan_within is None:
        return
    passage = "passage" if report.kind.one == "segment" else report.kind.one
    for plan in report.plan:
        yield _plan(plan, number(report.plan_within), passage, report.clustered_by)
    if most := max((plan.passages or 0 for plan in report.plan), default=0):
        yield _command(most)


def _plan(plan: CodePlan, wish: str, passage: str, cluster: str) -> str:
    if plan.reason:
        return f"How many more passages kappa for {plan.code} needs {CANNOT_BE_SAID}: {plan.reason}."
    now = f"{number(plan.kappa)}, to within {number(plan.half_width)}"
    if plan.passages == 0:
        return f"Kappa for {plan.code} is known to within {wish} already ({now})."
    whole = (
        f"{counted(plan.interviews, f'more {cluster}')} coded twice whole"
        if plan.interviews
        else f"more than {counted(MOST_INTERVIEWS, cluster)} coded twice whole"
    )
    if plan.passages:
        more = counted(plan.passages, f"more {passage}")
        return f"Code {more} twice, and kappa for {plan.code} is known to within {wish} (now {now}); or {whole}."
    left = (
        f"all {counted(plan.once, passage)} that one person coded, coded twice, bring it to within {number(plan.reach)} only"
        if plan.once
        else f"two people have looked at every {passage}"
    )
    return f"Kappa for {plan.code} is known to within {wish} after {whole} (now {now}; {left})."


def _command(passages: int) -> str:
    asked = 2 * passages
    sheets = f", until {asked} passages are coded" if asked > LARGEST_SHEET else ""
    return (
        f"For that: secondcoder sheet make SHEET.xlsx --twice {min(asked, LARGEST_SHEET)} --coder NAME{sheets} (half of a sheet is "
        "drawn at random, and figures rest on that half)."
    )
