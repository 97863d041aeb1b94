"""secondcoder evaluate."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from secondcoder.cli.common import open_study, print_json, print_table, say
from secondcoder.cli.limits_shown import limit_blocks, limit_columns, print_limits
from secondcoder.cli.paths import PathType
from secondcoder.domain.wording import counted, listed


@click.command("evaluate")
@click.option(
    "--by",
    type=click.Choice(["participant", "transcript", "case"]),
    help="What is held out whole; the configuration's choice by default.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option(
    "--out",
    type=PathType(dir_okay=False, path_type=Path),
    help="Also write the figures as a page (.html) or a table (.csv, .xlsx, .parquet).",
)
@click.option(
    "--clinic",
    type=PathType(dir_okay=False, path_type=Path),
    help="Also write the fewest passages that separate two coders' readings of a code (.html, .docx, .md, .xlsx, .csv).",
)
@click.pass_obj
def command(study_folder: str, by: str | None, as_json: bool, out: Path | None, clinic: Path | None) -> None:
    """Measure how good the suggestions are, on the study's own human codings.

    Cross-validation: participants with all their interviews (or transcripts, or whole cases) are held out in turn, a model is
    trained on the rest, and its suggestions for the held-out part are compared with the human codes. Transcripts of the same talk are
    always held out together. The intervals (95 %) come from a bootstrap over what is held out, not over passages. Where the
    interviewer is known, the figures are also given without the interviewer's question, because the questions of a topic guide can
    reveal the code. Where codings have valences, it also says how well the valence is told.

    For every code it says what would help most: more examples, a sharper definition, a merged code, context, or nothing; or that this
    cannot be said.

    It also says whether codes are missed, or falsely suggested, more with some people than with others: by role, case, wave and every
    other attribute of transcripts and cases, tested by exchanging these among participants or cases.
    """
    from secondcoder.agreement.clinic_report import NOBODY, check_out, write_clinic
    from secondcoder.reports.tables import check_suffix

    if out is not None and clinic is not None and out.absolute() == clinic.absolute():
        raise click.UsageError("--out and --clinic name one file, and the second would replace the first. Name two.")
    if out is not None:
        check_suffix(out, pages=True)  # before the computation, which takes minutes
    if clinic is not None:
        check_out(clinic)
    with open_study(study_folder) as study:
        evaluation = study.evaluate(by)
        codes = study.codebook_clinic(evaluation)
        proposed = len(study.corpus.proposals)
    report = evaluation.to_json() | {"rounds_proposed": proposed, "clinic": [code.to_json() for code in codes]}
    if clinic is not None:
        write_clinic(codes, clinic)
        say(f"Wrote {clinic}." if codes else f"Wrote {clinic}. {NOBODY}")
    if out is not None:
        _write(report, out)
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
CODE_COLUMNS = ("code", "n", "share", *PER_CODE.values())
OVERALL = {
    "macro_f1": "macro F1",
    "micro_f1": "micro F1",
    "macro_ap": "macro average precision",
    "pooled_kappa": "pooled kappa",
}


def _write(report: dict[str, Any], out: Path) -> None:
    """A page with the tables and notes, or a table with one row a code and one for all."""
    from secondcoder.learning.assessment.speakers.section import speakers_section
    from secondcoder.reports.page import Points, Section, Table, page
    from secondcoder.reports.tables import is_page, write_table
    from secondcoder.reports.whole_file import write_whole

    scored = [code for code in report["codes"] if code["scored"]]
    if is_page(out):
        codes = Table("The codes, with 95 % intervals", CODE_COLUMNS, _code_rows(scored))
        heads, rows = _overall(report)
        overall = Table("All codes", heads, rows)
        sections = [Section("Figures", [codes, overall]), Section("What limits each code", limit_blocks(report))]
        sections.append(speakers_section(report["errors_by_speaker"]))
        if valence := _valence(report):
            sections.append(Section("Valence", valence))
        sections.append(Section("Notes", [Points([*_notes(report)])]))
        write_whole(out, page("Evaluation on held-out transcripts", sections).encode())
    else:
        import pandas as pd

        limits = limit_columns(report)
        write_table(pd.DataFrame([_flat(code) | limits[code["code"]] for code in scored]), out)
    say(f"Wrote {out}.")


def _flat(code: dict[str, Any]) -> dict[str, Any]:
    """One code's figures in columns, intervals as `_low` and `_high`."""
    row = {"code": code["code"], "n": code["n"], "prevalence": code["prevalence"]}
    for name in PER_CODE:
        low, high = code[f"{name}_interval"] or (None, None)
        row |= {name: code[name], f"{name}_low": low, f"{name}_high": high}
    return row


def _print(report: dict[str, Any]) -> None:
    scored = [code for code in report["codes"] if code["scored"]]
    print_table(CODE_COLUMNS, _code_rows(scored))
    heads, rows = _overall(report)
    print_table(heads, rows)
    say(
        "Expected calibration error of the probabilities, mean over codes (0 is perfect calibration): "
        f"{report['calibration_error']:.3f}."
    )
    for code in [{"code": "all codes", **report}, *scored]:
        if code["no_interval"]:
            reasons = dict.fromkeys(code["no_interval"].values())
            say(f"{code['code']}: an interval that is not shown cannot be said: {'; '.join(reasons)}.")
    print_limits(report)
    for note in (_speakers(report), *_valence(report), *_notes(report)):
        say(note)


def _code_rows(scored: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    return [
        (
            code["code"],
            str(code["n"]),
            f"{code['prevalence']:.1%}",
            *(_with_interval(code[name], code[f"{name}_interval"]) for name in PER_CODE),
        )
        for code in scored
    ]


def _overall(report: dict[str, Any]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Column titles and rows of the figures over all codes."""
    parts = {
        "figure": report,
        "without the question": report["without_question"],
        "with reviewed passages": report["with_reviewed"],
    }
    # The last column only where it says something.
    shown = {head: part for head, part in parts.items() if part is not None or head == "without the question"}
    rows = [
        (
            label,
            *("–" if part is None else _with_interval(part[name], part["intervals"][name]) for part in shown.values()),
        )
        for name, label in OVERALL.items()
    ]
    return ("all codes", *shown), rows


def _speakers(report: dict[str, Any]) -> str:
    from secondcoder.learning.assessment.speakers.report import TITLE, errors_in_words

    return f"{TITLE}: {' '.join(errors_in_words(report['errors_by_speaker']))}"


def _valence(report: dict[str, Any]) -> list[str]:
    from secondcoder.learning.assessment.valence_figures import valence_in_words

    return [*valence_in_words(report["valence"])]


def _notes(report: dict[str, Any]) -> Iterator[str]:
    from secondcoder.labels.coder_marks import merging_in_words
    from secondcoder.labels.model_coders import is_source
    from secondcoder.learning.assessment.purposes import purpose_in_words

    few = [f"{code['code']} ({code['n']})" for code in report["codes"] if not code["scored"]]
    if few:
        yield f"Not scored, because there are too few examples or no passages without the code: {', '.join(few)}."
    if report["without_question"] is None:
        yield "The interviewer's question was not used: no speaker is known to be the interviewer, or `use_question` is off."
    if report["n_transcripts"] < 10:
        yield f"Only {counted(report['n_transcripts'], 'transcript')}: the intervals are rough."
    yield purpose_in_words(report["purpose"])
    material = f"{counted(report['n_segments'], 'segment')} of {counted(report['n_transcripts'], 'transcript')}"
    yield f"{material}, held out by {report['grouped_by']}."
    if coders := report["coders"]:
        yield from (f"{merging}." for merging in merging_in_words(coders, coders["merge"]))
        model, human = (
            [f"{who} {_kappa(kappa)}" for who, kappa in coders["kappa"][of].items()] for of in ("model", "human")
        )
        each_other = f"; of {listed(human)} with each other" if human else ""
        if model:
            yield f"Pooled kappa of the suggestions with each coder: {listed(model)}{each_other}."
    for scorer, shares in report["scorers"].items():
        who = f"What {scorer} said" if is_source(scorer) else f"Scorer {scorer}"
        used = [f"{code} ({share:.0%})" for code, share in shares.items() if share]
        yield (
            f"{who} was used for {', '.join(used) or 'no code'}"
            f"{', the share of the folds in brackets; for the others it did not help' if used else ': it did not help'}."
        )
    if led := report["n_led_by_suggestions"]:
        chosen = (
            ", or asked for by what it says (status --next, sheet make --sample)"
            if report.get("rounds_proposed")
            else ""
        )
        yield (
            f"{counted(led, 'more segment')} coded only in a review of suggestions{chosen}: not counted, except in the last column. "
            "People tend to follow suggestions; `secondcoder review summary` estimates how far."
        )


def _kappa(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.2f}"


def _with_interval(value: float | None, interval: list[float] | None) -> str:
    if value is None:
        return "undefined"
    return f"{value:.2f}" + (f" ({interval[0]:.2f}–{interval[1]:.2f})" if interval else "")
