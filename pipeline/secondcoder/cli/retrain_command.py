"""secondcoder retrain."""

from __future__ import annotations

import click

from secondcoder.cli.common import open_study, print_json, print_table, say


@click.command("retrain")
@click.option(
    "--promote", is_flag=True, help="Take the candidate into use whatever the gate says; the audit trail keeps that."
)
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@click.pass_obj
def command(study_folder: str, promote: bool, as_json: bool) -> None:
    """Learn anew from all codings so far, and use the result only if it earns it.

    The candidate and the model in use are compared on the same passages, each scored while it was held back. The candidate takes the
    place of the model in use unless it is worse beyond a margin, overall or for a code, or the new codings contradict the model far
    more than held-back ones did. Otherwise it is kept beside it, with the reason; gate.html in its folder has the figures.

    The margins stand in secondcoder.toml under [retraining].
    """
    with open_study(study_folder) as study:
        done = study.retrain(promote)
        parent = done.manifest["parent"]
    from secondcoder.training.gate_report import not_compared, outcome_sentence

    manifest, verdict = done.manifest, done.decision
    version = manifest["version"]
    if as_json:
        print_json({"version": version, "parent": parent, "in_use": done.in_use} | manifest["gate"])
        return
    if verdict.comparison is not None:
        rows = [
            (
                code,
                f"{one.before:.2f}",
                f"{one.after:.2f}",
                f"{one.value:+.2f}",
                one.interval_in_words(2),
            )
            for code, one in {"all, mean": verdict.comparison.overall, **verdict.comparison.codes}.items()
        ]
        print_table(("average precision", parent, version, "difference", "95 % interval"), rows)
    say(outcome_sentence(version, parent, verdict, done.in_use))
    for reason in verdict.reasons:
        say(f"  {reason}")
    if done.codebook_changes:
        say(f"Of the codebook that {parent} learned: {done.codebook_changes}.")
    if apart := not_compared(manifest, verdict.comparison):
        say(apart)
    say(f"Report: {done.report}")
    if done.in_use:
        say(f"Next: secondcoder code   (what changes: secondcoder models diff {parent} {version})")
    else:
        say(
            f"Next: secondcoder doubts --new, for the new codings that {parent} contradicts most. Mended tables come in with "
            "secondcoder import --replace"
        )
