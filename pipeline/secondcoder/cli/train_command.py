"""secondcoder train."""

from __future__ import annotations

from typing import Any

import click

from secondcoder.cli.common import open_study, print_json, print_table, say


@click.command("train")
@click.option("--json", "as_json", is_flag=True, help="Print the new version's manifest as JSON.")
@click.pass_obj
def command(study_folder: str, as_json: bool) -> None:
    """Learn the team's codes from the transcripts that people coded, as a new model version.

    A code with too few examples is not scored; it is ranked from its definition and examples in the codebook, and marked so. While
    nothing is coded at all, that holds for every code.

    Each code gets a verdict: ready, needs more examples (how many, where that can be estimated), or not learnable from these codes.
    The model card, card.html in the version's folder under models/, has the figures behind it.
    """
    with open_study(study_folder) as study:
        manifest = study.train()
    if as_json:
        print_json(manifest)
        return
    examples, thresholds = manifest["training"]["examples"], manifest["thresholds"]
    rows = [(code, examples[code], f"{thresholds[code]:.2f}", "probability") for code in manifest["scored"]]
    rows += [
        (
            code,
            examples[code],
            f"top {1 - thresholds[code]:.0%}",
            "ranked: too few examples" if examples[code] else "ranked: no example",
        )
        for code in manifest["ranked"]
    ]
    print_table(("code", "examples", "suggested from", "how"), rows)
    _print_verdicts(manifest["verdicts"])
    _say_what_was_learned(manifest)


def _print_verdicts(verdicts: dict[str, dict[str, Any]]) -> None:
    """The codes by verdict, each that is not ready with its reason; codes that nobody has looked for are only counted."""
    ready = [code for code, one in verdicts.items() if one["verdict"] == "ready"]
    click.echo(f"Ready: {', '.join(ready) or 'no code yet'}.")
    for verdict, note in (("needs more examples", ""), ("not learnable from these codes", ", withheld (code --all)")):
        named = {code: one for code, one in verdicts.items() if one["verdict"] == verdict}
        if named:
            click.echo(f"{verdict.capitalize()}{note}:")
        for code, one in named.items():
            click.echo(f"  {code}: {one['reason']}")


def _say_what_was_learned(manifest: dict[str, Any]) -> None:
    training, version = manifest["training"], manifest["version"]
    if manifest["parent"]:
        say(
            f"{version} takes the place of {manifest['parent']} without being compared with it; secondcoder retrain compares first. "
            f"The way back: secondcoder models use {manifest['parent']}"
        )
    over = f"{training['segments']} segments of {training['transcripts']} transcripts"
    if manifest["scored"]:
        say(f"Model {version} learned from {over}.")
        say("Next: secondcoder code --out suggestions.xlsx   (or `secondcoder evaluate` to see how good it is)")
        return
    few = any(training["examples"].values())
    say(
        f"Model {version} has learned no code yet: "
        + ("none has enough examples." if few else "nobody has coded anything.")
    )
    say(
        f"It ranks {over} by what the codebook says of each code{' and the few passages that people coded' if few else ''}. A rank is "
        "no probability, and nothing says yet how good it is."
    )
    say("Next: secondcoder code --out suggestions.xlsx, then code some transcripts by hand and train again")
