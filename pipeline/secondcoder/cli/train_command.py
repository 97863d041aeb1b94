"""secondcoder train."""

from __future__ import annotations

import click

from secondcoder.cli.common import open_study, print_json, print_table, say


@click.command("train")
@click.option("--json", "as_json", is_flag=True, help="Print the new version's manifest as JSON.")
@click.pass_obj
def command(study_folder: str, as_json: bool) -> None:
    """Learn the team's codes from the transcripts that people coded, as a new model version.

    A code with too few examples is not scored; it is ranked from its definition and examples in the codebook, and marked so.
    """
    with open_study(study_folder) as study:
        manifest = study.train()
    if as_json:
        print_json(manifest)
        return
    examples, thresholds = manifest["training"]["examples"], manifest["thresholds"]
    rows = [(code, examples[code], f"{thresholds[code]:.2f}", "probability") for code in manifest["scored"]]
    rows += [
        (code, examples[code], f"top {1 - thresholds[code]:.0%}", "ranked: too few examples")
        for code in manifest["ranked"]
    ]
    print_table(("code", "examples", "suggested from", "how"), rows)
    training = manifest["training"]
    say(
        f"Model {manifest['version']} learned from {training['segments']} segments of {training['transcripts']} transcripts."
    )
    say("Next: secondcoder code --out suggestions.xlsx   (or `secondcoder evaluate` to see how good it is)")
