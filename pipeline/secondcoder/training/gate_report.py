"""What the gate found, as Markdown and as one HTML page in the candidate's folder."""

from __future__ import annotations

from typing import Any

from secondcoder.model_store.card_pages import Part, markdown, page
from secondcoder.training.gate import Verdict
from secondcoder.training.gate_figure import differences_figure
from secondcoder.training.label_consistency import Bearing
from secondcoder.training.paired_comparison import Comparison


def gate_files(manifest: dict[str, Any], verdict: Verdict, in_use: bool) -> dict[str, bytes]:
    """gate.md and gate.html of a candidate."""
    title = f"{manifest['version']} beside {manifest['parent']}"
    parts = [_outcome(manifest, verdict, in_use), *_figures(manifest, verdict), _next(manifest, verdict, in_use)]
    return {"gate.md": markdown(title, parts, "gate.html").encode(), "gate.html": page(title, parts).encode()}


def outcome_in_words(version: str, parent: str, verdict: Verdict, in_use: bool) -> str:
    """One sentence."""
    if verdict.passed:
        return f"{version} passed the gate and takes the place of {parent}."
    if in_use:
        return f"{version} did not pass the gate and was promoted by hand; {parent} is no longer in use."
    return f"{version} is kept as a candidate; {parent} stays in use."


def _outcome(manifest: dict[str, Any], verdict: Verdict, in_use: bool) -> Part:
    said = outcome_in_words(manifest["version"], manifest["parent"], verdict, in_use)
    return Part("Outcome", (said,), verdict.reasons or ("Nothing speaks against it.",))


def not_compared(manifest: dict[str, Any], comparison: Comparison | None) -> str:
    """Which of the candidate's codes were left out of the comparison, and why; nothing where none was."""
    apart = [code for code in manifest["scored"] if comparison is None or code not in comparison.codes]
    why = f"because {manifest['parent']} does not score them or fewer than two transcripts carry them"
    return f"Not compared, {why}: {', '.join(apart)}." if apart else ""


def _figures(manifest: dict[str, Any], verdict: Verdict) -> list[Part]:
    if verdict.comparison is None:
        said = "Cannot be assessed: no code that both models score is marked on two transcripts that neither had seen."
        return [Part("Is it worse?", (said,)), _bearing(verdict.bearing)]
    return [_comparison(manifest, verdict.comparison), _bearing(verdict.bearing)]


def _comparison(manifest: dict[str, Any], found: Comparison) -> Part:
    margins, apart = manifest["gate"]["settings"], not_compared(manifest, found)
    who = (
        "coded without suggestions, or settled together,"
        if found.unaided
        else "(all of them reviewed with suggestions on screen)"
    )
    head = ("code", "before", "after", "difference", "95 % interval")
    rows = [
        (
            code,
            f"{one.before:.2f}",
            f"{one.after:.2f}",
            f"{one.value:+.2f}",
            one.interval_in_words(2),
        )
        for code, one in found.codes.items()
    ]
    return Part(
        "Is it worse?",
        (
            f"Average precision of both models on {found.segments} segments of {found.transcripts} transcripts {who} each scored "
            "while it was held back. Intervals come from a bootstrap over transcripts, the same rounds for both.",
            f"Mean over {len(found.codes)} codes: {found.overall.before:.3f} before, {found.overall.after:.3f} after, a difference of "
            f"{found.overall.value:+.3f} ({found.overall.interval_in_words(3)}). A candidate is stopped where, beyond chance, the "
            f"mean falls by more than {margins['margin']:g} or a code by more than {margins['code_margin']:g}.",
            *([apart] if apart else []),
        ),
        figure=differences_figure(found),
        table=(head, *rows),
    )


def _bearing(found: Bearing | None) -> Part:
    title = "Can the new codings be believed?"
    if found is None:
        return Part(
            title, ("Cannot be assessed: there is no newly coded transcript, or fewer than two were held back before.",)
        )
    return Part(
        title,
        (
            f"On {found.transcripts} transcripts that were new to the model in use, {found.found:.0%} of the marked passages are "
            f"consistent with it. On those held back when it was trained {found.usual:.0%} were. Less than {found.floor:.0%} would be "
            "an alarm.",
            "A marked passage is consistent with the model if the passage's codes are likelier there than in the transcript's other "
            "passages. Codes that slipped to another passage are not, nor codes used in a way that is new to it.",
        ),
    )


def _next(manifest: dict[str, Any], verdict: Verdict, in_use: bool) -> Part:
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
    return Part("What next", points=points)
