"""secondcoder status."""

from __future__ import annotations

from typing import Any

import click

from secondcoder.cli.common import advised, open_study, print_json, print_table
from secondcoder.domain.wording import counted


@click.command("status")
@click.option(
    "--next",
    "propose",
    is_flag=True,
    help="Also propose which transcript to code by hand next, and which passages (takes longer).",
)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def command(study_folder: str, propose: bool, as_json: bool) -> None:
    """What is in this study, and what to do next.

    With --next, the transcripts that would improve the model most if people coded them: where it is uncertain, where examples of
    rare codes are likely, and passages unlike all coded ones. Without a model, those that differ most from each other.
    """
    with open_study(study_folder) as study:
        status = study.status()
        if propose:
            status["to_code"] = study.next_to_code()
    if as_json:
        print_json(status)
        return
    click.echo(
        f"{counted(status['transcripts'], 'transcript')} ({status['coded']} coded, {status['uncoded']} not)"
        + (f" in {counted(len(status['cases']), 'case')}" if status["cases"] else "")
        + f"; {counted(status['codings'], 'coding')}"
        + (f" by {', '.join(status['coders'])}." if status["coders"] else ".")
    )
    if status["unplaced"]["told"]:
        click.echo(status["unplaced"]["told"])
    suggestions = f", with {counted(status['suggestions'], 'suggestion')}" if status["model"] else ""
    earlier = ", ".join(f"{version} {n}" for version, n in status["earlier_suggestions"].items())
    click.echo(
        f"Codebook {status['codebook']}; model in use: {status['model'] or 'none'}{suggestions}"
        f"{f' (by other versions: {earlier})' if earlier else ''}."
    )
    if not status["model_fits"]:
        changes = f" ({status['unknown_to_model']['told']})" if status["unknown_to_model"]["told"] else ""
        click.echo(f"Model {status['model']} was trained with another codebook and is no longer used{changes}.")
    if status["to_assign"]:
        click.echo(f"{counted(status['to_assign'], 'coding')} of split codes still to assign to new codes.")
    if status["cases"]:
        rows = [
            (name, *(case[key] for key in ("transcripts", "coded", "attributes")))
            for name, case in status["cases"].items()
        ]
        print_table(("case", "transcripts", "coded", "attributes"), rows)
    used = [
        (id, code["name"], code["codings"], code["transcripts"])
        for id, code in status["codes"].items()
        if code["codings"]
    ]
    if used:
        print_table(("code", "name", "codings", "in transcripts"), used)
    for line in (status["drift"] or {}).get("words", ()):
        click.echo(line)
    click.echo(advised(f"Next: {status['next']}"))
    if propose:
        _print_proposals(status["to_code"])


def _print_proposals(to_code: dict[str, list[dict[str, Any]]]) -> None:
    click.echo("\nTo code by hand next:")
    for number, proposed in enumerate(to_code["transcripts"], start=1):
        about = ", ".join(str(proposed[name]) for name in ("case", "role", "wave") if proposed[name])
        click.echo(f"  {number}. {proposed['transcript']}{f' ({about})' if about else ''}: {proposed['why']}")
    if to_code["passages"]:
        click.echo("Passages that would improve the model most:")
    for passage in to_code["passages"]:
        click.echo(
            f"  {passage['transcript']} [{passage['start']}-{passage['end']}]: {passage['why']}\n    {passage['text']}"
        )
