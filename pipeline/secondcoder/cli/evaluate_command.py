"""secondcoder evaluate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from secondcoder.cli.common import open_study, print_json, print_table, say
from secondcoder.domain.wording import counted


@click.command("evaluate")
@click.option(
    "--by",
    type=click.Choice(["participant", "transcript", "case"]),
    help="What is held out whole; the configuration's choice by default.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.pass_obj
def command(study_folder: str, by: str | None, as_json: bool) -> None:
    """Measure how good the suggestions are, on the study's own human codings.

    Cross-validation: participants with all their interviews (or transcripts, or whole cases) are held out in turn, a model is
    trained on the rest, and its suggestions for the held-out part are compared with the human codes. Transcripts of the same talk are
    always held out together. The intervals (95 %) come from a bootstrap over what is held out, not over passages. Where the
    interviewer is known, the figures are also given without the interviewer's question, because the questions of a topic guide can
    reveal the code.
    """
    with open_study(study_folder) as study:
        report = study.evaluate(by).to_json()
    if as_json:
        print_json(report)
        return
    _print(report)


PER_CODE = {
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "average_precision": "average precision",
    "kappa": "Cohen's kappa",
}
OVERALL = {
    "macro_f1": "macro F1",
    "micro_f1": "micro F1",
    "macro_ap": "macro average precision",
    "pooled_kappa": "pooled kappa",
}


def _print(report: dict[str, Any]) -> None:
    scored = [code for code in report["codes"] if code["scored"]]
    _print_codes(scored)
    _print_overall(report, report["without_question"])
    say(
        "Expected calibration error of the probabilities, mean over codes (0 is perfect calibration): "
        f"{report['calibration_error']:.3f}."
    )
    for code in [{"code": "all codes", **report}, *scored]:
        if code["no_interval"]:
            reasons = dict.fromkeys(code["no_interval"].values())
            say(f"{code['code']}: an interval that is not shown cannot be said: {'; '.join(reasons)}.")
    for note in _notes(report):
        say(note)


def _print_codes(scored: list[dict[str, Any]]) -> None:
    rows = [
        (
            code["code"],
            code["n"],
            f"{code['prevalence']:.1%}",
            *(_with_interval(code[name], code[f"{name}_interval"]) for name in PER_CODE),
        )
        for code in scored
    ]
    print_table(("code", "n", "share", *PER_CODE.values()), rows)


def _print_overall(report: dict[str, Any], without_question: dict[str, Any] | None) -> None:
    parts = {
        "figure": report,
        "without the question": without_question,
        "with reviewed passages": report["with_reviewed"],
    }
    # The last column only where it says something.
    shown = {head: part for head, part in parts.items() if part is not None or head == "without the question"}
    rows = [
        (label, *(part and _with_interval(part[name], part["intervals"][name]) for part in shown.values()))
        for name, label in OVERALL.items()
    ]
    print_table(("all codes", *shown), rows)


def _notes(report: dict[str, Any]) -> Iterator[str]:
    few = [f"{code['code']} ({code['n']})" for code in report["codes"] if not code["scored"]]
    if few:
        yield f"Not scored, because there are too few examples or no passages without the code: {', '.join(few)}."
    if report["without_question"] is None:
        yield "The interviewer's question was not used: no speaker is known to be the interviewer, or `use_question` is off."
    if report["n_transcripts"] < 10:
        yield f"Only {counted(report['n_transcripts'], 'transcript')}: the intervals are rough."
    yield f"{report['n_segments']} segments of {counted(report['n_transcripts'], 'transcript')}, held out by {report['grouped_by']}."
    if led := report["n_led_by_suggestions"]:
        yield (
            f"{counted(led, 'more segment')} coded only in a review of suggestions: not counted, except in the last column. "
            "People tend to follow suggestions; `secondcoder review summary` estimates how far."
        )


def _with_interval(value: float | None, interval: list[float] | None) -> str:
    if value is None:
        return "undefined"
    return f"{value:.2f}" + (f" ({interval[0]:.2f}–{interval[1]:.2f})" if interval else "")
