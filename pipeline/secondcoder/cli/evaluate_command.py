"""secondcoder evaluate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from secondcoder.cli.common import open_study, print_json, print_table, say


@click.command("evaluate")
@click.option(
    "--by",
    type=click.Choice(["transcript", "case"]),
    help="What is held back whole; the configuration's choice by default.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.pass_obj
def command(study_folder: str, by: str | None, as_json: bool) -> None:
    """Measure how good the suggestions are, on the study's own human codings.

    Transcripts (or whole cases) are held back in turn, the rest is learned from, and the suggestions on the held-back part are
    compared with the human codes: no figure comes from a transcript that was learned from. The intervals (95 %) come from a bootstrap
    over transcripts, not passages. Where the interviewer is known, the same is shown with the question left out, because a topic guide
    gives codes away.
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
        "Expected calibration error of the probabilities, mean over codes (0 is honest to the last): "
        f"{report['calibration_error']:.3f}."
    )
    if without := [code["code"] for code in scored if code["no_interval"]]:
        say(
            "Without some interval, because too few transcripts have the code or all bootstrap rounds gave the same value: "
            f"{', '.join(without)}. The reasons: --json."
        )
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
    rows = [
        (label, *(part and _with_interval(part[name], part["intervals"][name]) for part in (report, without_question)))
        for name, label in OVERALL.items()
    ]
    print_table(("all codes", "figure", "without the question"), rows)


def _notes(report: dict[str, Any]) -> Iterator[str]:
    few = [f"{code['code']} ({code['n']})" for code in report["codes"] if not code["scored"]]
    if few:
        yield f"Not scored, for want of examples or of passages without it: {', '.join(few)}."
    if report["without_question"] is None:
        yield "The interviewer's question was not used: nobody is known to be the interviewer, or `use_question` is off."
    if report["n_transcripts"] < 10:
        yield f"Only {report['n_transcripts']} transcripts: the intervals are rough."
    yield f"{report['n_segments']} segments of {report['n_transcripts']} transcripts, held back by {report['grouped_by']}."
    if led := report["n_led_by_suggestions"]:
        yield (
            f"Looked at only in a review of suggestions: {led} of them. People tend to follow what is suggested; `secondcoder review "
            "summary` says how far."
        )


def _with_interval(value: float | None, interval: list[float] | None) -> str:
    if value is None:
        return "undefined"
    return f"{value:.2f}" + (f" ({interval[0]:.2f}–{interval[1]:.2f})" if interval else "")
