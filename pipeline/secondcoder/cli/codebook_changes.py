"""secondcoder codebook change, assign, history."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from secondcoder.cli.common import open_study, print_json, print_table, say

if TYPE_CHECKING:
    from secondcoder.codebook.plan import NamedSteps, Plan
    from secondcoder.study.study import Study


@click.command("change")
@click.argument("new", required=False, metavar="[NEW.yml]")
@click.option("--rename", multiple=True, metavar="OLD=NEW", help="The same code under another id.")
@click.option("--split", multiple=True, metavar="X=X1,X2", help="One code became several.")
@click.option("--merge", multiple=True, metavar="A,B=C", help="Several codes became one.")
@click.option(
    "--retire", multiple=True, metavar="X", help="The code is no longer used; its codings stay in the history."
)
@click.option("--restore", multiple=True, metavar="X", help="Bring a retired code back, with its codings.")
@click.option("--yes", is_flag=True, help="Confirm the plan unseen, in a script.")
@click.option(
    "--sheet",
    type=click.Path(dir_okay=False, path_type=Path),
    help="After a split, write the codings that wait for a code (.xlsx, .csv).",
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
    """Change the codebook to NEW.yml, once you have seen what that does to your codings.

    Prints the plan and asks. Without NEW.yml, takes the study's own codebook.yml as you edited it. Codes that come back with the same
    words under another id are taken for renamed; say otherwise with the options.

    No coding is rewritten: each is read in the present codes, and stays in the store as it was made. A merged code was looked for only
    where all its parts were. Passages of a split code count neither for nor against the new codes until you assign them, with
    `secondcoder codebook assign`.

    \b
    Examples:
      secondcoder codebook change new.yml --rename BARR=BARRIERS
      secondcoder codebook change new.yml --split F2=F2.TIME,F2.SPACE --sheet assign.xlsx
      secondcoder codebook change new.yml --merge CO.DIF,CO.COM=CO --retire F9
    """
    from secondcoder.study.code_assignment import SHEET

    asked = _asked(rename, split, merge, retire, restore)
    if sheet is not None:
        SHEET.check_suffix(sheet)
    with open_study(study_folder) as study:
        plan = study.codebook_plan(new, asked)
        if not plan:
            say("The codebook is the one that was confirmed last. Nothing was changed.")
            return
        _show_plan(plan)
        _confirm(yes)
        number = study.codebook_change(plan, new)
        model = study.model_in_use
        if sheet is not None:
            _write_sheet(study, sheet)
    say(
        f"Change {number} is made."
        + (f" Model {model} no longer fits; learn anew: secondcoder retrain" if model else "")
    )


def _asked(
    rename: tuple[str, ...],
    split: tuple[str, ...],
    merge: tuple[str, ...],
    retire: tuple[str, ...],
    restore: tuple[str, ...],
) -> NamedSteps:
    from secondcoder.codebook.plan import NamedSteps

    return NamedSteps(
        dict(_sides("--rename", one) for one in rename),
        {old: _listed(new) for old, new in (_sides("--split", one) for one in split)},
        [(_listed(old), new) for old, new in (_sides("--merge", one) for one in merge)],
        tuple(code for one in retire for code in _listed(one)),
        tuple(code for one in restore for code in _listed(one)),
    )


def _sides(option: str, written: str) -> tuple[str, str]:
    old, sign, new = (part.strip() for part in written.partition("="))
    if not (old and sign and new):
        raise click.UsageError(f"{option} is written OLD=NEW. Got '{written}'.")
    return old, new


def _listed(written: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in written.split(",") if part.strip())


def _show_plan(plan: Plan) -> None:
    click.echo(
        f"From '{plan.before.id}' version {plan.before.version} to '{plan.after.id}' version {plan.after.version}:"
    )
    rows = [
        (one.step.summary + (" (guessed from its words)" if one.guessed else ""), one.use.codings, one.use.passes)
        for one in plan.planned
    ]
    if rows:
        print_table(("step", "codings", "coding passes"), rows)
    else:
        click.echo("  nothing of the codes; only what is said of the codebook as a whole")
    for code, codings in plan.left_behind.items():
        say(
            f"{code} was retired with {codings} codings; as an added code it starts without them. To bring it back with them: "
            f"--restore {code}"
        )


def _confirm(yes: bool) -> None:
    from secondcoder.codebook.plan import UNCHANGED
    from secondcoder.errors import InputError

    if yes:
        return
    try:
        agreed = click.confirm("Change the codebook like this?", err=True)
    except click.Abort:
        agreed = False
    if not agreed:
        raise InputError(f"Not confirmed (in a script, say --yes). {UNCHANGED}")


def _write_sheet(study: Study, sheet: Path) -> None:
    count = study.write_assignments(sheet)
    say(f"Wrote {count} codings to {sheet}. Fill the column 'new_code', then: secondcoder codebook assign {sheet}")


@click.command("assign")
@click.argument("sheet", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--write", is_flag=True, help="Write the sheet with the codings that wait, instead of reading it.")
@click.pass_obj
def assign(study_folder: str, sheet: Path, write: bool) -> None:
    """Give the codings of split codes their new codes, by a table (.xlsx or .csv).

    Fill the column new_code with one of the options, several divided by '|', or 'neither'; an empty cell leaves the coding to wait.
    Coder, origin, valence and memo stay. A row whose text, place or id was changed is refused, and then nothing is taken in.
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
        f"Assigned {taken.assigned} codings; {taken.empty} rows were left empty, and {taken.waiting} codings still wait."
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
        for one in rows:
            click.echo(
                f"{one['change']}. {one['at'][:16].replace('T', ' ')} UTC, {one['who']}: {one['before']} -> {one['after']}"
            )
            click.echo("\n".join(f"   {step}" for step in one["steps"]))
