"""secondcoder status."""

from __future__ import annotations

import click

from secondcoder.cli.common import open_study, print_json, print_table


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def command(study_folder: str, as_json: bool) -> None:
    """What is in this study, and what to do next."""
    from secondcoder.status import study_status

    with open_study(study_folder) as study:
        status = study_status(study)
    if as_json:
        print_json(status)
        return
    click.echo(
        f"{status['transcripts']} transcripts ({status['coded']} coded, {status['uncoded']} not) in {len(status['cases'])} cases; "
        f"{status['codings']} codings by {', '.join(status['coders']) or 'nobody'}."
    )
    click.echo(
        f"Codebook {status['codebook']}; model in use: {status['model'] or 'none'}; {status['suggestions']} suggestions."
    )
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
    click.echo(f"Next: {status['next']}")
