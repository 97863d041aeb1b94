"""secondcoder train."""

from __future__ import annotations

from typing import Any

import click

from secondcoder.cli.common import open_study, print_json, print_table, say
from secondcoder.domain.wording import counted, reasons_in_short


@click.command("train")
@click.option("--json", "as_json", is_flag=True, help="Print the new version's manifest as JSON.")
@click.pass_obj
def command(study_folder: str, as_json: bool) -> None:
    """Train a new model version on the transcripts that people coded.

    A code with too few examples is not scored; it is ranked from its definition and examples in the codebook, and marked so. While
    nothing is coded, every code is ranked so.

    Each code gets a verdict: ready, needs more examples (with what twice as many bring), or not learnable from these codes.
    The model card, card.html in the version's folder under models/, has the figures.
    """
    from secondcoder.learning.assessment.purposes import purpose_in_words, purpose_of

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
    if manifest["scored"]:
        click.echo(purpose_in_words(purpose_of(manifest)))
    _print_verdicts(manifest["verdicts"])
    _print_training_set(manifest)


def _print_verdicts(verdicts: dict[str, dict[str, Any]]) -> None:
    """The codes by verdict, each that is not ready with its reason."""
    ready = [code for code, readiness in verdicts.items() if readiness["verdict"] == "ready"]
    click.echo(f"Ready: {', '.join(ready) or 'no code yet'}.")
    for verdict, note in (("needs more examples", ""), ("not learnable from these codes", ", withheld (code --all)")):
        reasons = {code: readiness["reason"] for code, readiness in verdicts.items() if readiness["verdict"] == verdict}
        if reasons:
            click.echo(f"{verdict.capitalize()}{note}:")
        for codes, reason in reasons_in_short(reasons):
            click.echo(f"  {', '.join(codes)}: {reason}")


def _print_training_set(manifest: dict[str, Any]) -> None:
    from secondcoder.learning.assessment.valence_figures import valence_in_words

    training, version = manifest["training"], manifest["version"]
    if missing := training["unplaced"]["told"]:
        say(f"note: {missing}")
    for sentence in valence_in_words(manifest["valence"]):
        say(sentence)
    if manifest["parent"]:
        say(
            f"{version} replaces {manifest['parent']} without a comparison; secondcoder retrain compares first. "
            f"To return to it: secondcoder models use {manifest['parent']}"
        )
    material = f"{counted(training['segments'], 'segment')} of {counted(training['transcripts'], 'transcript')}"
    if manifest["scored"]:
        say(f"Model {version} was trained on {material}.")
        say("Next: secondcoder code --out suggestions.xlsx   (or `secondcoder evaluate` to see how good it is)")
        return
    any_example = any(training["examples"].values())
    say(
        f"Model {version} scores no code yet: "
        + ("none has enough examples." if any_example else "nobody has coded anything that it can learn from.")
    )
    say(
        f"It ranks {material} by the definition of each code{' and the few coded passages' if any_example else ''}. A rank is "
        "no probability, and there is no estimate yet of how good it is."
    )
    say("Next: secondcoder code --out suggestions.xlsx, then code some transcripts by hand and train again")
