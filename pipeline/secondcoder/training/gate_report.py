"""What the gate found, as Markdown and as one HTML page in the candidate's folder."""

from __future__ import annotations

from typing import Any

from secondcoder.reports.figure import Estimate, Series, dot_plot
from secondcoder.reports.page import Picture, Points, Section, Table, markdown, page
from secondcoder.training.gate import GateDecision
from secondcoder.training.label_consistency import LabelConsistency
from secondcoder.training.paired_comparison import PairedComparison


def gate_files(manifest: dict[str, Any], verdict: GateDecision, in_use: bool) -> dict[str, bytes]:
    """gate.md and gate.html of a candidate."""
    title = f"{manifest['version']} beside {manifest['parent']}"
    sections = [
        _outcome(manifest, verdict, in_use),
        _comparison(manifest, verdict.comparison),
        _consistency(verdict.label_consistency),
        _next(manifest, in_use),
    ]
    return {"gate.md": markdown(title, sections, "gate.html").encode(), "gate.html": page(title, sections).encode()}


def outcome_sentence(version: str, parent: str, verdict: GateDecision, in_use: bool) -> str:
    """One sentence."""
    if verdict.passed:
        return f"{version} passed the gate and takes the place of {parent}."
    if in_use:
        return f"{version} did not pass the gate and was promoted by hand; {parent} is no longer in use."
    return f"{version} is kept as a candidate; {parent} stays in use."


def _outcome(manifest: dict[str, Any], verdict: GateDecision, in_use: bool) -> Section:
    outcome = outcome_sentence(manifest["version"], manifest["parent"], verdict, in_use)
    return Section("Outcome", (outcome, Points(verdict.reasons or ("Nothing speaks against it.",))))


def not_compared(manifest: dict[str, Any], comparison: PairedComparison | None) -> str:
    """Which of the candidate's codes were left out of the comparison, and why; nothing where none was."""
    apart = [code for code in manifest["scored"] if comparison is None or code not in comparison.codes]
    why = f"because {manifest['parent']} does not score them or fewer than two transcripts carry them"
    return f"Not compared, {why}: {', '.join(apart)}." if apart else ""


def _comparison(manifest: dict[str, Any], comparison: PairedComparison | None) -> Section:
    title = "Is it worse?"
    if comparison is None:
        why = "no code that both models score is marked on two transcripts that neither had seen"
        return Section(title, (f"Cannot be assessed: {why}.",))
    apart = not_compared(manifest, comparison)
    return Section(
        title,
        (
            *_comparison_in_words(comparison, manifest["gate"]["settings"]),
            *([apart] if apart else []),
            Picture(_differences_figure(comparison)),
            _differences_table(comparison),
        ),
    )


def _comparison_in_words(comparison: PairedComparison, margins: dict[str, Any]) -> tuple[str, str]:
    unaided = "coded without suggestions, or settled together,"
    who = unaided if comparison.unaided else "(all of them reviewed with suggestions on screen)"
    overall = comparison.overall
    return (
        f"Average precision of both models on {comparison.segments} segments of {comparison.transcripts} transcripts {who} each "
        "scored while it was held back. Intervals come from a bootstrap over transcripts, the same rounds for both.",
        f"Mean over {len(comparison.codes)} codes: {overall.before:.3f} before, {overall.after:.3f} after, a difference of "
        f"{overall.value:+.3f} ({overall.interval_in_words(3)}). A candidate is stopped where, beyond chance, the mean "
        f"falls by more than {margins['margin']:g} or a code by more than {margins['code_margin']:g}.",
    )


def _differences_figure(comparison: PairedComparison) -> str:
    """Each code's difference with its interval; left of the line the candidate does worse."""
    estimates = {
        code: Estimate(
            difference.value,
            difference.interval.low,
            difference.interval.high,
            f"{difference.value:+.2f} ({difference.interval_in_words(2)})",
        )
        for code, difference in comparison.codes.items()
    }
    return dot_plot(
        [(code, code) for code in comparison.codes],
        [Series("candidate minus in use", estimates)],
        axis="average precision, candidate minus in use",
        title="Difference in average precision for each code, with 95 % intervals",
        description="Left of the line the candidate does worse. The same figures stand in the table below.",
    )


def _differences_table(comparison: PairedComparison) -> Table:
    rows = [
        (
            code,
            f"{difference.before:.2f}",
            f"{difference.after:.2f}",
            f"{difference.value:+.2f}",
            difference.interval_in_words(2),
        )
        for code, difference in comparison.codes.items()
    ]
    head = ("code", "before", "after", "difference", "95 % interval")
    return Table("Average precision of each code, before and after", head, rows)


def _consistency(consistency: LabelConsistency | None) -> Section:
    title = "Can the new codings be believed?"
    if consistency is None:
        why = "there is no newly coded transcript, or fewer than two were held back before"
        return Section(title, (f"Cannot be assessed: {why}.",))
    return Section(
        title,
        (
            f"On {consistency.transcripts} transcripts that were new to the model in use, {consistency.found:.0%} of the marked "
            f"passages are consistent with it. On those held back when it was trained {consistency.usual:.0%} were. Less than "
            f"{consistency.floor:.0%} would be an alarm.",
            "A marked passage is consistent with the model if the passage's codes are likelier there than in the transcript's other "
            "passages. Codes that slipped to another passage are not, nor codes used in a way that is new to it.",
        ),
    )


def _next(manifest: dict[str, Any], in_use: bool) -> Section:
    version, parent = manifest["version"], manifest["parent"]
    if in_use:
        points = [
            f"secondcoder models diff {parent} {version}: which passages change codes",
            f"secondcoder models use {parent}: the way back",
        ]
    else:
        points = [
            f"secondcoder doubts --new: the new codings that {parent} contradicts most",
            f"secondcoder models diff {parent} {version}: which passages would change codes",
            "secondcoder retrain: again, once codings were mended or added",
            f"secondcoder models use {version}: take it all the same; the audit trail keeps that it was so",
        ]
    return Section("What next", (Points(points),))
