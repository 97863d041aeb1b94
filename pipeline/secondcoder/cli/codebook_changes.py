"""secondcoder codebook change, assign, history."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from secondcoder.cli.common import confirm, open_study, print_json, print_table, say, say_notes
from secondcoder.cli.paths import PathType
from secondcoder.domain.wording import counted

if TYPE_CHECKING:
    from secondcoder.codebook.plan import NamedSteps, Plan
    from secondcoder.study.study import Study


@click.command("change")
@click.argument("new", required=False, metavar="[NEW]")
@click.option("--rename", multiple=True, metavar="OLD=NEW", help="The same code under another id.")
@click.option("--split", multiple=True, metavar="X=X1,X2", help="Divide one code into several.")
@click.option("--merge", multiple=True, metavar="A,B=C", help="Merge several codes into one.")
@click.option("--retire", multiple=True, metavar="X", help="Stop using the code; its codings stay in the history.")
@click.option("--restore", multiple=True, metavar="X", help="Bring a retired code back, with its codings.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation, for scripts.")
@click.option(
    "--sheet",
    type=PathType(dir_okay=False, path_type=Path),
    help="After a split, write the codings that have no new code yet (.xlsx, .csv).",
)
@click.pass_obj
def change(
    study_folder: str,
    new: str | None,
    rename: tuple[str, ...],
    split: tuple[str, ...],
    merge: tuple[str, ...],
    retire: tuple[str, ...],
    restore: tuple[str, ...],
    yes: bool,
    sheet: Path | None,
) -> None:
    """Change the codebook to NEW (YAML, CSV, .xlsx, .docx), once you have seen what that does to your codings.

    Prints the plan and asks. Without NEW, takes the study's own codebook.yml as you edited it. Codes with the same
    name and definition under another id are taken for renamed; say otherwise with the options.

    No coding is rewritten: each is read in the present codes, and stays in the database as it was made. A merged code counts as looked
    for only where all its parts were. Passages of a split code count neither for nor against the new codes until you assign them with
    `secondcoder codebook assign`.

    \b
    Examples:
      secondcoder codebook change new.yml --rename BARR=BARRIERS
      secondcoder codebook change new.yml --split F2=F2.TIME,F2.SPACE --sheet assign.xlsx
      secondcoder codebook change new.yml --merge CO.DIF,CO.COM=CO --retire F9
    """
    from secondcoder.codebook.plan import UNCHANGED
    from secondcoder.exchange.codebooks.files import read_codebook
    from secondcoder.study.code_assignment import SHEET

    steps = _named_steps(rename, split, merge, retire, restore)
    if sheet is not None:
        # Before the change, which would stand although its sheet cannot be written.
        SHEET.check_suffix(sheet)
    say_notes(read_codebook(new).notes if new else ())
    with open_study(study_folder) as study:
        plan = study.codebook_plan(new, steps)
        if not plan:
            say("The codebook is the one that was confirmed last. Nothing was changed.")
            return
        _show_plan(plan)
        confirm("Change the codebook like this?", yes, UNCHANGED)
        number = study.codebook_change(plan, new)
        model = study.model_in_use
        if sheet is not None:
            _write_sheet(study, sheet)
    say(
        f"Change {number} was made."
        + (f" Model {model} no longer fits the codebook; train a new version: secondcoder retrain" if model else "")
    )


def _named_steps(
    rename: tuple[str, ...],
    split: tuple[str, ...],
    merge: tuple[str, ...],
    retire: tuple[str, ...],
    restore: tuple[str, ...],
) -> NamedSteps:
    from secondcoder.codebook.plan import NamedSteps

    return NamedSteps(
        dict(_sides("--rename", option) for option in rename),
        {old: _split_list(new) for old, new in (_sides("--split", option) for option in split)},
        [(_split_list(old), new) for old, new in (_sides("--merge", option) for option in merge)],
        tuple(code for option in retire for code in _split_list(option)),
        tuple(code for option in restore for code in _split_list(option)),
    )


def _sides(option: str, written: str) -> tuple[str, str]:
    old, sign, new = (part.strip() for part in written.partition("="))
    if not (old and sign and new):
        raise click.UsageError(f"{option} is written OLD=NEW. Got '{written}'.")
    return old, new


def _split_list(written: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in written.split(",") if part.strip())


def _show_plan(plan: Plan) -> None:
    click.echo(
        f"From '{plan.before.id}' version {plan.before.version} to '{plan.after.id}' version {plan.after.version}:"
    )
    rows = [
        (planned.step.summary + (" (guessed)" if planned.guessed else ""), planned.use.codings, planned.use.passes)
        for planned in plan.planned
    ]
    if rows:
        print_table(("step", "codings", "coding passes"), rows)
    else:
        click.echo("  no code changes; only the description of the codebook as a whole")
    for code, codings in plan.left_behind.items():
        say(
            f"{code} was retired with {counted(codings, 'coding')}; as an added code it starts without them. To restore it with them: "
            f"--restore {code}"
        )


def _write_sheet(study: Study, sheet: Path) -> None:
    count = study.write_assignments(sheet)
    say(
        f"Wrote {counted(count, 'coding')} to {sheet}. Fill the column 'new_code', then: secondcoder codebook assign {sheet}"
    )


@click.command("assign")
@click.argument("sheet", type=PathType(dir_okay=False, path_type=Path))
@click.option("--write", is_flag=True, help="Write the sheet with the codings to assign, instead of reading it.")
@click.pass_obj
def assign(study_folder: str, sheet: Path, write: bool) -> None:
    """Give the codings of split codes their new codes, from a table (.xlsx or .csv).

    Fill the column new_code with one of the options, several separated by '|', or 'neither'; an empty cell leaves the coding
    unassigned. Coder, origin, valence and memo stay. If the text, place or id of any row was changed, nothing is assigned.
    """
    from secondcoder.errors import InputError

    with open_study(study_folder) as study:
        if write:
            _write_sheet(study, sheet)
            return
        if not sheet.is_file():
            raise InputError(f"{sheet} does not exist. Write it first: secondcoder codebook assign {sheet} --write")
        taken = study.read_assignments(sheet)
    say(
        f"Assigned {counted(taken.assigned, 'coding')}; {counted(taken.empty, 'row')} left empty, and "
        f"{counted(taken.waiting, 'coding')} still to assign."
    )


@click.command("history")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def history(study_folder: str, as_json: bool) -> None:
    """What changed in the codebook, when and by whom."""
    with open_study(study_folder) as study:
        rows = study.codebook_history()
    if as_json:
        print_json(rows)
    elif not rows:
        click.echo("The codebook was never changed.")
    else:
        for row in rows:
            at = row["at"][:16].replace("T", " ")
            click.echo(f"{row['change']}. {at} UTC, {row['who']}: {row['before']} -> {row['after']}")
            click.echo("\n".join(f"   {step}" for step in row["steps"]))
