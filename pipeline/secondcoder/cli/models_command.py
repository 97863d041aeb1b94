"""secondcoder models."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from secondcoder.cli.common import confirm, open_study, print_json, print_table, say, write_result
from secondcoder.cli.paths import PathType
from secondcoder.domain.wording import counted
from secondcoder.errors import ModelError

if TYPE_CHECKING:
    from secondcoder.training.version_diff import ChangedSuggestion, VersionDifferences


COUNTS = ("transcripts", "examples", "codes_scored")


@click.group("models")
def command() -> None:
    """The study's model versions: list them, read a model card, return to an earlier one, compare two.

    Versions are never overwritten. `train` and `retrain` add one; `use` chooses which is in use, and `remove` deletes one.
    """


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def list_command(study_folder: str, as_json: bool) -> None:
    """All versions, with the size of their training set and the outcome of the comparison with the version before."""
    with open_study(study_folder) as study:
        rows: list[dict[str, Any]] = [dict(row) for row in study.models()]
    if as_json:
        print_json(rows)
        return
    if not rows:
        say("There is no model yet. Train one: secondcoder train")
        return
    head = ("version", "parent", "made (UTC)", "transcripts", "examples", "codes scored", "average precision", "gate")
    print_table(head, [_cells(row) for row in rows])
    if len(rows) > 1:
        say(
            "Average precision is out of fold on each version's own training set, so versions cannot be compared by it; gate.html "
            "compares two on the same passages."
        )
    for row in rows:
        if used := row["used"]:
            replaced = f", in place of {used['before']}" if used["before"] else ""
            say(
                f"{row['version']} is in use since {_minute(used['at'])} UTC{replaced}, by {used['who']}: {used['why'].rstrip('.')}. "
                "To use another: secondcoder models use VERSION"
            )
        if row["reasons"]:
            say(f"{row['version']} {row['gate']}: {' '.join(row['reasons'])}")
        if row["purged"]:
            say(f"{row['version']} is purged, so it can be used no more: {row['purged'].rstrip('.')}.")
        elif row["unknown"]:
            say(f"{row['version']} was trained with another codebook: {row['unknown']}.")
    if not any(row["in_use"] for row in rows):
        say("No version is in use. Train one: secondcoder train")


def _cells(row: dict[str, Any]) -> list[Any]:
    version = f"{row['version']}{' (in use)' if row['in_use'] else ' (purged)' if row['purged'] else ''}"
    made = _minute(row["made"]["at"]) if row["made"] else None
    precision = None if row["macro_ap"] is None else f"{row['macro_ap']:.2f}"
    return [version, row["parent"], made, *(row[name] for name in COUNTS), precision, row["gate"]]


def _minute(at: str) -> str:
    return at[:16].replace("T", " ")


@command.command("show")
@click.argument("version", required=False)
@click.pass_obj
def show_command(study_folder: str, version: str | None) -> None:
    """The model card of VERSION, or of the version in use."""
    with open_study(study_folder) as study:
        card = study.model_card(version)
        row = next(row for row in study.models() if row["version"] == card.parent.name)  # `version` may be None
    click.echo(card.read_text(encoding="utf-8"), nl=False)
    if row["unknown"]:
        say(f"The codebook changed since {row['version']} was trained: {row['unknown']}.")
    say(f"With figures: {card.with_suffix('.html')}")


@command.command("use")
@click.argument("version")
@click.pass_obj
def use_command(study_folder: str, version: str) -> None:
    """Put VERSION into use, an earlier one or a candidate. The audit trail records who did it and when."""
    with open_study(study_folder) as study:
        before = study.models_use(version)
        reasons = next(row["reasons"] for row in study.models() if row["version"] == version)
    if before == version:
        say(f"{version} is in use already.")
    else:
        say(f"{version} is in use now, in place of {before}. New suggestions: secondcoder code")
        if reasons:
            say(
                f"It did not pass the gate; the audit trail records that it was put into use nevertheless: {' '.join(reasons)}"
            )


@command.command("export")
@click.argument("version", required=False)
@click.option("--out", required=True, type=PathType(path_type=Path), help="A new folder, or a file that ends in .zip.")
@click.option("--without-talk", is_flag=True, help="Leave out what the version keeps of the interviews.")
@click.option(
    "--vocabulary",
    type=click.Choice(("words", "hashed", "none")),
    default="words",
    show_default=True,
    help="With --without-talk, what stays of words: those that two participants or more say, in plain text; numbers that many words "
    "share; nothing.",
)
@click.pass_obj
def export_command(study_folder: str, version: str | None, out: Path, without_talk: bool, vocabulary: str) -> None:
    """Write VERSION, or the one in use, for another study with the same codebook: `models import` takes it there.

    Whole, it holds words of the interviews and vectors of their passages, and is as confidential as they are. --without-talk leaves
    out passages, vectors, predictions, names of interviews and coders, and every word that one participant alone says; what it
    suggests differs somewhat, and it shows no similar passages. The card says what is left.

    \b
    Examples:
      secondcoder models export --without-talk --out npt-model.zip
      secondcoder models export m0003 --without-talk --vocabulary none --out npt-model
    """
    from secondcoder.model_store.memory_in_words import memory_points

    with open_study(study_folder) as study:
        name = version or study.model_in_use
        if name is None:
            raise ModelError("No model is in use. Name a version, or train one: secondcoder train")
        manifest = study.models_export(name, out, without_talk=without_talk, vocabulary=vocabulary)
    say(
        f"{name} is written to {out}. In a study with codebook {manifest['codebook']['id']}: secondcoder models import {out.name}"
    )
    if not without_talk:
        say("It holds words of the interviews and vectors of their passages: keep it as confidential as they are.")
    for point in memory_points(manifest) if without_talk else ():
        say(f"  {point}")


@command.command("import")
@click.argument("path", type=PathType(path_type=Path))
@click.pass_obj
def import_command(study_folder: str, path: Path) -> None:
    """Take a version that `models export` wrote in another study: a folder or a zip. The codebook and the embedder must be the same.

    It is not in use before you say so; its card says what it was made from.
    """
    with open_study(study_folder) as study:
        manifest = study.models_import(path)
    name = manifest["version"]
    say(
        f"It is {name} here. Read its card: secondcoder models show {name}. Put it into use: secondcoder models use {name}"
    )


@command.command("remove")
@click.argument("version")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation, for scripts.")
@click.pass_obj
def remove_command(study_folder: str, version: str, yes: bool) -> None:
    """Delete VERSION, an earlier one or a candidate, with all that it learned and its card. The one in use cannot be removed.

    The audit trail keeps that it was trained, on what and when, and its suggestions stay. No other version takes its name.
    """
    with open_study(study_folder) as study:
        confirm(f"Delete model {version}? It cannot be brought back.", yes, "Nothing was deleted.")
        study.models_remove(version)
    say(f"{version} is deleted; its record stays in the audit trail.")


@command.command("diff")
@click.argument("one")
@click.argument("other")
@click.option(
    "--out", type=PathType(dir_okay=False, path_type=Path), help="Write every change to a table (.csv, .xlsx, ...)."
)
@click.option("--json", "as_json", is_flag=True, help="Print every change as JSON.")
@click.pass_obj
def diff_command(study_folder: str, one: str, other: str, out: Path | None, as_json: bool) -> None:
    """Which passages change codes from version ONE to version OTHER, code by code, and the ten largest changes.

    All transcripts of the study are compared; for a version's training passages its out-of-fold scores are used. The largest changes
    are those whose probabilities are furthest apart. A rank is no probability: where one version ranks a code and the other scores
    it, the change counts, and is listed last.
    """
    from secondcoder.reports.tables import check_suffix

    if out is not None:
        check_suffix(out)
    with open_study(study_folder) as study:
        differences = study.models_diff(one, other)
    rows = [change.to_json() for change in differences.changes]
    if as_json:
        print_json(rows)
    else:
        _print_differences(differences, one, other)
    if out is not None:
        import pandas as pd

        # Without rows pandas knows no columns, and the file would be empty.
        columns = None if rows else ["transcript", "start", "end", "code", "change", "before", "after", "text"]
        write_result(pd.DataFrame(rows, columns=columns), out)
        say(f"Written to {out}.")


def _print_differences(differences: VersionDifferences, one: str, other: str) -> None:
    table = [(code, *differences.codes[code], *counts) for code, counts in differences.by_code().items()]
    if table:
        print_table(("code", one, other, "newly suggested", "no longer"), table)
    for change in differences.largest():
        click.echo(_in_words(change))
    more = sum(change.suggested for change in differences.changes)
    say(
        f"From {one} to {other}, {differences.changed} of {counted(differences.passages, 'passage')} change codes: "
        f"{counted(more, 'new suggestion')}, {len(differences.changes) - more} no longer suggested."
    )
    if differences.apart:
        say(
            f"{counted(differences.apart, 'passage')} that the two versions segment differently were left out: their [segments] "
            "settings differ."
        )


def _in_words(change: ChangedSuggestion) -> str:
    row = change.to_json()
    before, after = (
        "not known" if score is None else f"{score.kind} {score.value:.2f}" for score in (change.before, change.after)
    )
    if change.before and change.after and change.comparable:
        after = f"{change.after.value:.2f}"
    place = f"{row['transcript']} {row['start']}-{row['end']}"
    return f"\n{row['code']} {row['change']} ({before} -> {after}), {place}:\n  {' '.join(str(row['text']).split())}"
