"""secondcoder retrain."""

from __future__ import annotations

import click

from secondcoder.cli.common import open_study, print_json, print_table, say


@click.command("retrain")
@click.option(
    "--promote", is_flag=True, help="Put the candidate into use even if it does not pass; the audit trail records it."
)
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@click.pass_obj
def command(study_folder: str, promote: bool, as_json: bool) -> None:
    """Train a new version on all codings; deploy it only if it is not worse than the one in use.

    The candidate and the model in use are compared on the same passages, each scored by a model that was not trained on them. The
    candidate replaces the model in use unless it is worse beyond a margin, overall or for a code, the new codings contradict the
    model far more than held-out ones did, or a review agrees with its suggestions far more than people's own coding did. Otherwise
    it is kept as a candidate, with the reasons; gate.html in its folder has the figures.

    The margins are set in secondcoder.toml under [retraining].
    """
    with open_study(study_folder) as study:
        done = study.retrain(promote)
    from secondcoder.training.gate_report import not_compared, outcome_sentence

    manifest, decision = done.manifest, done.decision
    version, parent = manifest["version"], manifest["parent"]
    if as_json:
        print_json({"version": version, "parent": parent, "in_use": done.in_use} | manifest["gate"])
        return
    if decision.comparison is not None:
        rows = [
            (code, *difference.cells())
            for code, difference in {"all, mean": decision.comparison.overall, **decision.comparison.codes}.items()
        ]
        print_table(("average precision", parent, version, "difference", "95 % interval"), rows)
    say(outcome_sentence(version, parent, decision, done.in_use))
    for reason in decision.reasons:
        say(f"  {reason}")
    if done.codebook_changes:
        say(f"Codebook changes since {parent} was trained: {done.codebook_changes}.")
    if left_out := not_compared(manifest, decision.comparison):
        say(left_out)
    if missing := manifest["training"]["unplaced"]["told"]:
        say(f"note: {missing}")
    say(f"Report: {done.report}")
    if done.in_use:
        say(f"Next: secondcoder code   (what changes: secondcoder models diff {parent} {version})")
    else:
        # What came from a review is in no table that could be mended.
        mend = {
            "imported": "import corrected tables with secondcoder import --replace",
            "reviewed": "decide again in secondcoder review",
        }
        ways = " or ".join(mend[source] for source in done.sources) or mend["imported"]
        say(f"Next: secondcoder doubts --new, for the new codings that {parent} contradicts most; then {ways}")
