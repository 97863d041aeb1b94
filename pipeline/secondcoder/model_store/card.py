"""The model card: what a model version was made from, what it can do and what it cannot, as Markdown and as one HTML page.

It holds counts and figures, never a passage, and is the same bytes for the same model (after Mitchell et al. 2019, "Model cards for
model reporting", doi:10.1145/3287560.3287596).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from secondcoder.codebook.model import Codebook
from secondcoder.domain.wording import counted, listed, reasons_in_short
from secondcoder.labels.coder_marks import merging_in_words
from secondcoder.learning.assessment.assess import Assessment, AssessmentFigures
from secondcoder.learning.assessment.metrics import Estimates
from secondcoder.learning.assessment.purposes import FIND_NEARLY_ALL, purpose_in_words, purpose_of
from secondcoder.learning.assessment.readiness import LEAST_PRECISION, CodeReadiness, Readiness
from secondcoder.learning.assessment.reliability import BINS
from secondcoder.learning.assessment.speakers.section import speakers_section
from secondcoder.model_store.card_figures import curve_figure, reliability_figure
from secondcoder.model_store.card_valence import valence_section
from secondcoder.model_store.memory_in_words import memory_section
from secondcoder.reports.page import Picture, Points, Section, Table, markdown, page

PASSED, NOTHING_TO_COMPARE = "passed", "nothing to compare"
FEW_TRANSCRIPTS = 10


def card_files(manifest: dict[str, Any], assessment: Assessment, book: Codebook) -> dict[str, bytes]:
    """card.md and card.html of a model version."""
    title = f"Model {manifest['version']}"
    sections = _sections(manifest, assessment, book)
    return {"card.md": markdown(title, sections, "card.html").encode(), "card.html": page(title, sections).encode()}


def _sections(manifest: dict[str, Any], assessment: Assessment, book: Codebook) -> list[Section]:
    sections = [USE, _made_from(manifest), _verdicts(assessment.verdicts, book)]
    if assessment.scored is not None:
        sections += _figures(assessment.scored, manifest)
    if assessment.valence is not None and any(assessment.valence.counts.values()):
        sections.append(valence_section(assessment.valence))
    if assessment.by_speaker is not None:
        sections.append(speakers_section(assessment.by_speaker))
    return [*sections, memory_section(manifest), _weaknesses(manifest, assessment), _recipe(manifest)]


USE = Section(
    "Intended use",
    (
        "Suggests codes of one study for that study's transcripts. A researcher reads every suggestion with its evidence and decides; "
        "nothing is coded without a person.",
        "Not for other codebooks, other studies without coding of their own, judgements on people, or counting codes that nobody "
        "reviewed.",
    ),
)


def _made_from(manifest: dict[str, Any]) -> Section:
    training, book, embedder = manifest["training"], manifest["codebook"], manifest["embedder"]
    points = (
        f"{counted(training['segments'], 'segment')} of {counted(training['transcripts'], 'transcript')} "
        f"(SHA-256 of texts and labels: {training['sha256'][:16]})",
        _origins(training.get("origins", {})),
        *merging_in_words(training.get("coders"), manifest["recipe"]["learning"]["merge"]),
        *label_weights_in_words(training.get("trust")),
        f"codebook {book['id']}, version {book['version']}: {counted(len(manifest['scored']), 'code')} scored, "
        f"{len(manifest['ranked'])} only ranked from their definition and examples",
        f"vectors of {embedder['id']}, width {embedder['width']}",
        *scorers_in_words(manifest),
        f"the model before it: {manifest.get('parent') or 'none'}{_gate(manifest.get('gate'))}",
    )
    return Section("Made from", (Points(points),))


def scorers_in_words(manifest: Mapping[str, Any]) -> list[str]:
    """Which scorers were asked and for which codes they are used, in clauses; none where none was asked."""
    clauses = []
    for scorer, of in manifest.get("scorers", {}).items():
        dropped = [code for code in manifest["scored"] if code not in of["kept"]]
        used = f"used for {listed(of['kept'])}" if of["kept"] else "used for no code"
        clauses.append(
            f"the {'scores of' if 'imported' in of else 'answers of scorer'} {scorer}, calibrated on the human codes: {used}"
            + (f"; dropped, as they did not help on held-out passages, for {listed(dropped)}" if dropped else "")
        )
    return clauses


def _gate(gate: dict[str, Any] | None) -> str:
    """What came of the comparison with the model before; nothing where there was none."""
    if not gate:
        return ""
    outcome = gate_outcome(gate)
    if outcome == NOTHING_TO_COMPARE:
        return "; nothing could be compared with it (gate.html)"
    if outcome == PASSED:
        return "; beside it, this one passed the gate (gate.html)"
    return f"; beside it, this one did not pass the gate (gate.html): {' '.join(gate['reasons'])}"


def was_assessed(gate: Mapping[str, Any]) -> bool:
    """One of the gate's three tests had material at least; records of earlier versions have no `automation_bias`."""
    return any(gate.get(test) is not None for test in ("comparison", "bearing", "automation_bias"))


def gate_outcome(gate: Mapping[str, Any]) -> str:
    """What became of a candidate, in a word, for the list of versions and the methods section."""
    if gate["passed"]:
        return PASSED if was_assessed(gate) else NOTHING_TO_COMPARE
    return "promoted by hand" if gate["overruled"] else "not deployed"


def _origins(origins: dict[str, dict[str, int]]) -> str:
    total: Counter[str] = Counter()
    for counts in origins.values():
        total.update(counts)
    listed = ", ".join(f"{origin} {n}" for origin, n in sorted(total.items()))
    return f"codings by origin: {listed or 'none yet'}"


def label_weights_in_words(trust: dict[str, Any] | None) -> list[str]:
    """How labels were weighted in learning, in clauses; none where all counted alike."""
    sentences = []
    if trust and trust["doubted"]:
        sentences.append(
            f"{counted(trust['doubted'], 'label rests', 'labels rest')} on accepted suggestions alone; each was believed by "
            f"{trust['belief']:.2f}, as far as "
            "passages coded before the suggestions were seen bear them out"
        )
    if trust and trust["weighted"]:
        low, high = trust["weights"]
        sentences.append(
            f"{counted(trust['weighted'], 'segment')} counted by {low:.2f} to {high:.2f} in place of 1: by the origin of their "
            "codings, or because they were drawn to stand for passages without suggestions"
        )
    return sentences


def _verdicts(verdicts: Sequence[CodeReadiness], book: Codebook) -> Section:
    head = ("code", "name", "verdict", "examples", "transcripts", "why")
    rows = [
        (
            verdict.code,
            book[verdict.code].name,
            str(verdict.readiness),
            str(verdict.examples),
            str(verdict.transcripts),
            verdict.reason,
        )
        for verdict in verdicts
        if verdict.examples
    ]
    unused = reasons_in_short({verdict.code: verdict.reason for verdict in verdicts if not verdict.examples})
    lines = [f"{', '.join(codes)}: {reason}" for codes, reason in unused]
    counts = "; ".join(f"{kind}: {sum(verdict.readiness is kind for verdict in verdicts)}" for kind in Readiness)
    withheld = (
        "Ready is said from the lower end of an interval over transcripts. Suggestions are withheld for codes that are not learnable, "
        f"and where fewer than {LEAST_PRECISION:.0%} of them would be right; `secondcoder code --all` shows them."
    )
    table = Table("What can be expected of each code", head, rows, words=frozenset({1, 2, 5}))
    blocks: list[Table | Points] = [*([table] if rows else []), *([Points(lines)] if lines else [])]
    return Section("Verdict on each code", (f"{counts.capitalize()}. {withheld}", *blocks))


def _figures(scored: AssessmentFigures, manifest: dict[str, Any]) -> list[Section]:
    return [_quality(scored, manifest), _reliability(scored), _curve(scored), _recall(scored)]


OVERALL = {"macro F1": "macro_f1", "macro average precision": "macro_ap", "pooled kappa": "pooled_kappa"}


def _quality(scored: AssessmentFigures, manifest: dict[str, Any]) -> Section:
    head = ("code", "suggested from", "suggested / marked", "precision", "recall", "F1", "average precision", "kappa")
    by_hand = f"All codes: {_overall(scored.estimates)}."
    reviewed = scored.with_reviewed and (
        f"With passages that were coded in a review of suggestions, apart because people tend to follow these: "
        f"{_overall(scored.with_reviewed)}."
    )
    return Section(
        "Figures, out of fold",
        (
            "Nested cross-validation: each transcript was scored by a model that had not seen it, whose vocabulary, weights, "
            "calibration and thresholds came from other transcripts. So these are figures of models that learned from fewer "
            "transcripts than this one. Intervals (95 %) come from drawing transcripts, not passages.",
            purpose_in_words(purpose_of(manifest)),
            by_hand,
            *([reviewed] if reviewed else []),
            Table("Figures of each code, out of fold", head, _quality_rows(scored, manifest["thresholds"])),
        ),
    )


def _overall(estimates: Estimates) -> str:
    point, interval = estimates.point, estimates.interval
    return "; ".join(f"{label} {_number(point[name])} {_between(interval[name])}" for label, name in OVERALL.items())


def _quality_rows(scored: AssessmentFigures, thresholds: dict[str, float]) -> list[tuple[str, ...]]:
    point, interval = scored.estimates.point, scored.estimates.interval
    return [
        (
            code,
            f"{thresholds[code]:.2f}",
            f"{scored.suggested[j]:.0f} / {scored.marked[j]:.0f}",
            *(_number(point[name][j]) for name in ("precision", "recall", "f1")),
            f"{_number(point['average_precision'][j])} {_between(interval['average_precision'][:, j])}",
            _number(point["kappa"][j]),
        )
        for j, code in enumerate(scored.codes)
    ]


def _reliability(scored: AssessmentFigures) -> Section:
    reliability = scored.reliability
    head = ("probability", "cells", "mean probability", "share that people marked")
    bins = zip(reliability.cells, reliability.predicted, reliability.observed, strict=True)
    rows = [
        (f"{b / BINS:.1f} to {(b + 1) / BINS:.1f}", f"{cells:.0f}", _number(predicted), _number(observed))
        for b, (cells, predicted, observed) in enumerate(bins)
        if cells
    ]
    return Section(
        "Are the probabilities honest?",
        (
            f"Expected calibration error, mean over codes: {reliability.macro:.3f}. Perfectly honest probabilities would show "
            f"{reliability.by_chance:.3f} on a study of this size. A cell is one segment and one code.",
            Picture(reliability_figure(reliability)),
            Table("Probabilities against what people marked", head, rows),
        ),
    )


def _curve(scored: AssessmentFigures) -> Section:
    curve = scored.curve
    rows = [(f"{segments:.0f}", _number(value)) for segments, value in zip(curve.segments, curve.macro, strict=True)]
    return Section(
        "What more coding brings",
        (
            "Learned from a share of the training transcripts of each fold, judged on the transcripts held back. A curve that still "
            "rises at its end says that more coding will help.",
            *([Picture(curve_figure(curve))] if len(rows) > 1 else []),
            Table("Learning curve", ("coded segments learned from", "macro average precision"), rows),
        ),
    )


def _recall(scored: AssessmentFigures) -> Section:
    unit = scored.recall[0].unit
    head = (
        "recall asked for",
        "promised",
        f"mean of {unit}s' shares",
        "share of marks",
        "passages to read",
        "words to read",
    )
    rows = [
        (
            f"{plan.target:.0%}",
            "yes" if plan.promised else f"no, {plan.transcripts} of {plan.needed} {unit}s",
            *(_percent(share) for share in (plan.recall, plan.marks, plan.read_passages, plan.read_words)),
        )
        for plan in scored.recall
    ]
    return Section(
        "What `code --recall` can promise",
        (
            purpose_in_words(FIND_NEARLY_ALL),
            f"In new {unit}s that are like the coded ones, the passages listed hold at least this share of what people would code, as "
            f"the mean of the {unit}s' shares, all codes together: conformal risk control over {unit}s, with the largest loss of a "
            f"coded {unit} as the most that a new one may lose. A single code may be found less often. Only what was coded without "
            f"suggestions counts. Shares and cost are measured on the coded {unit}s, held back.",
            Table("Recall that can be promised, and what reading it costs", head, rows),
        ),
    )


def _percent(share: float) -> str:
    return "undefined" if math.isnan(share) else f"{share:.0%}"


def _weaknesses(manifest: dict[str, Any], assessment: Assessment) -> Section:
    points = [
        "Learned from what these coders marked; where two coders would differ, it differs too.",
        "A passage that nobody marked counts as without the code where a coding pass covered it; coders overlook things.",
        "Where errors differ by who speaks, counts of suggestions do not compare these people fairly."
        if (assessment.by_speaker or {}).get("attributes")
        else "Whether it errs more with some people than with others was not compared.",
    ]
    if manifest.get("recipe", {}).get("learning", {}).get("use_question"):
        points.append(
            "Where the interviewer is known, the question informs it; `secondcoder evaluate` shows the figures without."
        )
    if assessment.scored is None and manifest["scored"]:
        points.append("Too few transcripts are coded for figures by cross-validation, so none are given.")
    transcripts = manifest["training"]["transcripts"]
    if transcripts < FEW_TRANSCRIPTS:
        points.append(f"Only {counted(transcripts, 'transcript')}: every interval here is rough.")
    withheld = [verdict.code for verdict in assessment.verdicts if verdict.withheld]
    if withheld:
        points.append(f"Withheld, not learnable or too seldom right: {', '.join(withheld)}.")
    points += manifest.get("language", {}).get("for_models", ())
    if manifest["ranked"]:
        points.append(f"Ranked from the codebook, without probabilities: {', '.join(manifest['ranked'])}.")
    return Section("Known weaknesses", (Points(points),))


def _recipe(manifest: dict[str, Any]) -> Section:
    libraries = "; ".join(f"{name} {version}" for name, version in manifest["libraries"].items())
    points = (f"learning: {settings_in_words(manifest)}", libraries, f"arrays SHA-256 {manifest['arrays_sha256'][:16]}")
    return Section("Recipe", (Points(points),))


def settings_in_words(manifest: Mapping[str, Any]) -> str:
    """The settings by which a version learned: 'folds 5; seed 7'."""
    learning = manifest.get("recipe", {}).get("learning", {})
    return "; ".join(f"{key} {_setting(value)}" for key, value in learning.items() if value != [])


def _setting(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return ", ".join(f"{key} {part}" for key, part in value.items()) if isinstance(value, dict) else str(value)


def _number(value: Any) -> str:
    return "undefined" if math.isnan(float(value)) else f"{float(value):.2f}"


def _between(pair: Any) -> str:
    low, high = (float(value) for value in pair)
    return "(interval cannot be said)" if math.isnan(low) or math.isnan(high) else f"({low:.2f} to {high:.2f})"
