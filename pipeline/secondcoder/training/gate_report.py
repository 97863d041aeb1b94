"""The gate's decision and figures, as Markdown and as one HTML page in the candidate's folder."""

from __future__ import annotations

from typing import Any

from secondcoder.domain.wording import counted
from secondcoder.reports.figure import Estimate, Series, dot_plot
from secondcoder.reports.page import Picture, Points, Section, Table, markdown, page
from secondcoder.training.automation_bias import AutomationBias
from secondcoder.training.gate import GateDecision
from secondcoder.training.label_consistency import LabelConsistency
from secondcoder.training.paired_comparison import PairedComparison


def gate_files(manifest: dict[str, Any], decision: GateDecision, in_use: bool) -> dict[str, bytes]:
    """gate.md and gate.html of a candidate."""
    title = f"{manifest['version']} compared with {manifest['parent']}"
    sections = [
        _outcome(manifest, decision, in_use),
        _comparison(manifest, decision.comparison),
        _consistency(decision.label_consistency),
        _bias(decision.automation_bias),
        _next(manifest, in_use),
    ]
    return {"gate.md": markdown(title, sections, "gate.html").encode(), "gate.html": page(title, sections).encode()}


def outcome_sentence(version: str, parent: str, decision: GateDecision, in_use: bool) -> str:
    """Which version is in use now, in one sentence."""
    if decision.passed and not decision.was_assessed:
        return f"{version} replaces {parent}, but nothing could be compared: no material allows one of the gate's three tests yet."
    if decision.passed:
        return f"{version} passed the gate and replaces {parent}."
    if in_use:
        return f"{version} did not pass the gate and was promoted by hand; {parent} is no longer in use."
    return f"{version} is kept as a candidate; {parent} stays in use."


def _outcome(manifest: dict[str, Any], decision: GateDecision, in_use: bool) -> Section:
    outcome = outcome_sentence(manifest["version"], manifest["parent"], decision, in_use)
    silent = "Nothing speaks against it." if decision.was_assessed else "Nothing was found for or against it."
    return Section("Outcome", (outcome, Points(decision.reasons or (silent,))))


def not_compared(manifest: dict[str, Any], comparison: PairedComparison | None) -> str:
    """Which of the candidate's codes were left out of the comparison, and why; '' if none."""
    left_out = [code for code in manifest["scored"] if comparison is None or code not in comparison.codes]
    why = f"because {manifest['parent']} does not score them or they are coded in fewer than two transcripts"
    return f"Not compared, {why}: {', '.join(left_out)}." if left_out else ""


def _comparison(manifest: dict[str, Any], comparison: PairedComparison | None) -> Section:
    title = "Is it worse?"
    if comparison is None:
        why = "no code that both models score is coded in two transcripts that neither was trained on"
        return Section(title, (f"Cannot be assessed: {why}.",))
    left_out = not_compared(manifest, comparison)
    return Section(
        title,
        (
            *_comparison_in_words(comparison, manifest["gate"]["settings"]),
            *([left_out] if left_out else []),
            Picture(_differences_figure(comparison)),
            _differences_table(comparison),
        ),
    )


def _comparison_in_words(comparison: PairedComparison, margins: dict[str, Any]) -> tuple[str, str]:
    unaided = "coded without suggestions, or adjudicated,"
    who = unaided if comparison.unaided else "(all of them reviewed with suggestions on screen)"
    overall = comparison.overall
    return (
        f"Average precision of both models on {counted(comparison.segments, 'segment')} of "
        f"{counted(comparison.transcripts, 'transcript')} {who} each "
        "scored by a model that was not trained on it. Intervals come from a bootstrap over transcripts, the same rounds for both.",
        f"Mean over {counted(len(comparison.codes), 'code')}: {overall.before:.3f} before, {overall.after:.3f} after, a difference of "
        f"{overall.value:+.3f} ({overall.interval_in_words(3)}). A candidate does not pass if, beyond chance, the mean "
        f"falls by more than {margins['margin']:g} or a code by more than {margins['code_margin']:g}.",
    )


def _differences_figure(comparison: PairedComparison) -> str:
    """Each code's difference with its interval; left of zero the candidate is worse."""
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
        description="Left of zero the candidate is worse. The table below has the same figures.",
    )


def _differences_table(comparison: PairedComparison) -> Table:
    rows = [(code, *difference.cells()) for code, difference in comparison.codes.items()]
    head = ("code", "before", "after", "difference", "95 % interval")
    return Table("Average precision of each code, before and after", head, rows)


def _consistency(consistency: LabelConsistency | None) -> Section:
    title = "Are the new codings consistent with the model in use?"
    if consistency is None:
        why = "there is no newly coded transcript, or fewer than two training transcripts with out-of-fold scores"
        return Section(title, (f"Cannot be assessed: {why}.",))
    return Section(
        title,
        (
            f"On {counted(consistency.transcripts, 'transcript')} new to the model in use, {consistency.found:.0%} of the coded "
            f"passages are consistent with it. On its training transcripts, out of fold, {consistency.usual:.0%} were. Less than "
            f"{consistency.floor:.0%} would be an alarm.",
            "A coded passage is consistent with the model if its codes are likelier there than in the transcript's other "
            "passages. Codes that slipped to another passage are not, nor codes used in a new sense.",
        ),
    )


def _bias(bias: AutomationBias | None) -> Section:
    title = "Do people agree with the suggestions too well?"
    if bias is None:
        return Section(title, ("Cannot be assessed: no new transcript was coded in a review of suggestions.",))
    unaided = (
        "" if bias.unaided is None else f" Coded without suggestions, passages of theirs agree by {bias.unaided:.2f}."
    )
    return Section(
        title,
        (
            f"On {counted(bias.transcripts, 'transcript')} new to the model in use, the codes given in review agree with its "
            f"suggestions by an F1 of {bias.found:.2f}.{unaided} After what people coded without suggestions, there and on its "
            f"training transcripts out of fold, {bias.usual:.2f} is to be expected; more than {bias.ceiling:.2f} would be an alarm, "
            "beyond chance and the following that does no harm.",
            "F1 is over passages with a suggestion. Who accepts suggestions unread agrees with them all, and a model that learns "
            "from that repeats its mistakes. Labels that rest on suggestions count in no other figure on this page.",
        ),
    )


def _next(manifest: dict[str, Any], in_use: bool) -> Section:
    version, parent = manifest["version"], manifest["parent"]
    if in_use:
        points = [
            f"secondcoder models diff {parent} {version}: which passages change codes",
            f"secondcoder models use {parent}: return to {parent}",
        ]
    else:
        points = [
            f"secondcoder doubts --new: the new codings that {parent} contradicts most",
            f"secondcoder models diff {parent} {version}: which passages would change codes",
            "secondcoder retrain: again, once codings were corrected or added",
            f"secondcoder models use {version}: put it into use nevertheless; the audit trail records that",
        ]
    return Section("What next", (Points(points),))
