"""secondcoder models."""

from __future__ import annotations

from pathlib import Path

import click

from secondcoder.cli.common import open_study, print_json, print_table, say, write_result


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
    """Which passages change codes from version ONE to version OTHER, and the ten most telling ones.

    All transcripts of the study are looked at; a passage that a version learned from is judged by its held-back score.
    """
    from secondcoder.tables import check_suffix
    from secondcoder.versions import changes, most_telling

    if out is not None:
        check_suffix(out)
    with open_study(study_folder) as study:
        found = changes(study, one, other)
    if as_json:
        print_json([change.to_json() for change in found])
    else:
        gained = sum(change.suggested for change in found)
        say(
            f"From {one} to {other}: {gained} suggestions more, {len(found) - gained} fewer, on the passages of all transcripts."
        )
        for change in most_telling(found):
            click.echo(_in_words(change.to_json()))
    if out is not None:
        import pandas as pd

        write_result(pd.DataFrame([change.to_json() for change in found]), out)
        say(f"Written to {out}.")


def _in_words(row: dict[str, object]) -> str:
    scores = " -> ".join("not scored" if row[name] is None else f"{row[name]:.2f}" for name in ("before", "after"))
    return (
        f"\n{row['code']} {row['change']} ({scores}), {row['transcript']} {row['start']}-{row['end']}:\n  {row['text']}"
    )
