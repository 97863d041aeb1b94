"""secondcoder status."""

from __future__ import annotations

from typing import Any

import click

from secondcoder.cli.common import open_study, print_json, print_table


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

    With --next, the transcripts that would teach the model most if people coded them: where it is undecided, where examples of
    rare codes are likely, and what is unlike all that is coded. Without a model, those that differ most from each other.
    """
    with open_study(study_folder) as study:
        status = study.status()
        if propose:
            status["to_code"] = study.next_to_code()
    if as_json:
        print_json(status)
        return
    click.echo(
        f"{status['transcripts']} transcripts ({status['coded']} coded, {status['uncoded']} not) in {len(status['cases'])} cases; "
        f"{status['codings']} codings by {', '.join(status['coders']) or 'nobody'}."
    )
    suggestions = f"; {status['suggestions']} suggestions by it" if status["model"] else ""
    earlier = ", ".join(f"{version} {n}" for version, n in status["earlier_suggestions"].items())
    click.echo(
        f"Codebook {status['codebook']}; model in use: {status['model'] or 'none'}{suggestions}"
        f"{f' (by others: {earlier})' if earlier else ''}."
    )
    if not status["model_fits"]:
        told = f" ({status['unknown_to_model']['told']})" if status["unknown_to_model"]["told"] else ""
        click.echo(f"Model {status['model']} was trained with another codebook and is not used any more{told}.")
    if status["to_assign"]:
        click.echo(f"{status['to_assign']} codings of split codes wait to be assigned.")
    if status["cases"]:
        rows = [(case, one["transcripts"], one["coded"], one["attributes"]) for case, one in status["cases"].items()]
        print_table(("case", "transcripts", "coded", "attributes"), rows)
    used = [
        (code, one["name"], one["codings"], one["transcripts"])
        for code, one in status["codes"].items()
        if one["codings"]
    ]
    if used:
        print_table(("code", "name", "codings", "in transcripts"), used)
    for line in (status["drift"] or {}).get("words", ()):
        click.echo(line)
    click.echo(f"Next: {status['next']}")
    if propose:
        _print_proposals(status["to_code"])


def _print_proposals(to_code: dict[str, list[dict[str, Any]]]) -> None:
    click.echo("\nTo code by hand next:")
    for number, one in enumerate(to_code["transcripts"], start=1):
        about = ", ".join(str(one[name]) for name in ("case", "role", "wave") if one[name])
        click.echo(f"  {number}. {one['transcript']}{f' ({about})' if about else ''}: {one['why']}")
    if to_code["passages"]:
        click.echo("Passages that would teach most:")
    for one in to_code["passages"]:
        click.echo(f"  {one['transcript']} [{one['start']}-{one['end']}]: {one['why']}\n    {one['text']}")
