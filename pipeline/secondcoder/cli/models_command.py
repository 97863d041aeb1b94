"""secondcoder models."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from secondcoder.cli.common import open_study, print_json, print_table, say, write_result

if TYPE_CHECKING:
    from secondcoder.differing import Change, Differences


@click.group("models")
def command() -> None:
    """The study's model versions: list them, read a card, go back to one, see what changed.

    Versions are never overwritten. `train` and `retrain` add one; `use` chooses among them.
    """


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def list_command(study_folder: str, as_json: bool) -> None:
    """All versions, with what each learned from and what the gate said."""
    from secondcoder.versions import list_versions

    with open_study(study_folder) as study:
        rows = list_versions(study)
    if as_json:
        print_json(rows)
        return
    if not rows:
        say("There is no model yet. Train one: secondcoder train")
        return
    names = ("version", "parent", "transcripts", "examples", "codes_scored", "macro_ap", "gate")
    table = [
        [f"{row['version']}{' (in use)' if row['in_use'] else ''}", *(row[name] for name in names[1:])] for row in rows
    ]
    print_table([name.replace("_", " ") for name in names], table)
    for row in rows:
        if row["reasons"]:
            say(f"{row['version']} {row['gate']}: {' '.join(row['reasons'])}")
        if row["unknown"]:
            say(f"{row['version']} was trained with another codebook: {row['unknown']}.")


@command.command("show")
@click.argument("version", required=False)
@click.pass_obj
def show_command(study_folder: str, version: str | None) -> None:
    """The model card of VERSION, or of the version in use."""
    from secondcoder.versions import card_of, list_versions

    with open_study(study_folder) as study:
        name = version or study.model_in_use
        if name is None:
            say("There is no model yet. Train one: secondcoder train")
            raise SystemExit(1)
        card = card_of(study, name)
        unknown = next(row["unknown"] for row in list_versions(study) if row["version"] == name)
    click.echo(card.read_text(encoding="utf-8"), nl=False)
    if unknown:
        say(f"The codebook changed since {name} learned it: {unknown}.")
    say(f"With figures: {card.with_suffix('.html')}")


@command.command("use")
@click.argument("version")
@click.pass_obj
def use_command(study_folder: str, version: str) -> None:
    """Take VERSION into use, an earlier one or a candidate. The audit trail keeps who did it and when."""
    from secondcoder.versions import use_version

    with open_study(study_folder) as study:
        before = use_version(study, version)
    if before == version:
        say(f"{version} is in use already.")
    else:
        say(f"{version} is in use now, in place of {before}. New suggestions: secondcoder code")


@command.command("diff")
@click.argument("one")
@click.argument("other")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write every change to a table (.csv, .xlsx, ...)."
)
@click.option("--json", "as_json", is_flag=True, help="Print every change as JSON.")
@click.pass_obj
def diff_command(study_folder: str, one: str, other: str, out: Path | None, as_json: bool) -> None:
    """Which passages change codes from version ONE to version OTHER, code by code, and the ten most telling ones.

    All transcripts of the study are looked at; a passage that a version learned from is judged by its held-back score. The most
    telling changes are those whose probabilities are furthest apart. A rank is no probability: where one version ranks a code
    and the other scores it, the change counts, and is told last.
    """
    from secondcoder.differing import differences
    from secondcoder.tables import check_suffix

    if out is not None:
        check_suffix(out)
    with open_study(study_folder) as study:
        found = differences(study, one, other)
    rows = [change.to_json() for change in found.changes]
    if as_json:
        print_json(rows)
    else:
        _print_differences(found, one, other)
    if out is not None:
        import pandas as pd

        columns = None if rows else ["transcript", "start", "end", "code", "change", "before", "after", "text"]
        write_result(pd.DataFrame(rows, columns=columns), out)
        say(f"Written to {out}.")


def _print_differences(found: Differences, one: str, other: str) -> None:
    table = [(code, *found.codes[code], *counts) for code, counts in found.by_code().items()]
    if table:
        print_table(("code", one, other, "newly suggested", "no longer"), table)
    for change in found.most_telling():
        click.echo(_in_words(change))
    more = sum(change.suggested for change in found.changes)
    say(
        f"From {one} to {other}, {found.changed} of {found.passages} passages change codes: {more} suggestions more, "
        f"{len(found.changes) - more} fewer."
    )
    if found.apart:
        say(f"{found.apart} passages that only one of the two cuts so were left out: their [segments] settings differ.")


def _in_words(change: Change) -> str:
    row = change.to_json()
    before, after = (
        "not known" if score is None else f"{score.kind} {score.value:.2f}" for score in (change.before, change.after)
    )
    if change.before and change.after and change.comparable:
        after = f"{change.after.value:.2f}"
    place = f"{row['transcript']} {row['start']}-{row['end']}"
    return f"\n{row['code']} {row['change']} ({before} -> {after}), {place}:\n  {' '.join(str(row['text']).split())}"
