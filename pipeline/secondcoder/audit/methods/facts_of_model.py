"""What a study's records say of the model, the review and the trail itself, for a methods section."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from importlib.metadata import version as installed
from typing import TYPE_CHECKING, Any

from secondcoder.audit.methods.sentences import ANALYSIS, PROCESSING, TRUST, Sentence, tally
from secondcoder.domain.wording import counted, listed
from secondcoder.labels.label_weights import review_summary, suggested_where
from secondcoder.model_store.card import label_weights_in_words
from secondcoder.workspace import Workspace

if TYPE_CHECKING:
    from secondcoder.audit.verify import Audit
    from secondcoder.statistics.proportions import Proportion


def of_model(workspace: Workspace, unsaid: list[str]) -> Iterator[Sentence]:
    """What was learned from what, how, and which versions there are; `unsaid` takes what cannot be said."""
    manifest = workspace.manifest
    if "training" not in manifest:
        unsaid.append("The model: none has been trained, or none is in use.")
        return
    training, learning, book = manifest["training"], manifest["recipe"]["learning"], manifest["codebook"]
    earlier = f", by version {book['version']} of the codebook," if book["hash"] != workspace.codebook.hash else ""
    yield Sentence(
        f"A supervised classifier (model {manifest['version']}) learned the codes{earlier} from "
        f"{counted(training['segments'], 'segment')} of {counted(training['transcripts'], 'transcript')} with "
        f"codings of origin {_by_origin(training.get('origins', {}))}. It is "
        "no generative language model, and runs where the study is kept.",
        (ANALYSIS, "COREQ 27"),
    )
    for told in label_weights_in_words(training.get("trust")):
        yield Sentence(f"{told}.", (ANALYSIS, TRUST))
    parts = manifest.get("methods") or _parts_of_0_1(manifest)
    asked = "The interviewer's question before an answer was represented too." if learning["use_question"] else None
    for sentence in (parts["embedder"], asked, parts["classifier"]):
        if sentence:
            yield Sentence(sentence, (ANALYSIS,))
    unit = learning["group"]
    yield Sentence(
        f"Calibration, thresholds and figures came from scores held back by {unit} ({learning['folds']} folds, seed "
        f"{learning['seed']}), so that no {unit} informed what was said of it.",
        (TRUST,),
    )
    yield from _verdicts(manifest, learning)
    yield from _versions(workspace)


def _parts_of_0_1(manifest: Mapping[str, Any]) -> dict[str, str]:
    """What the parts said of themselves when there were no others, for manifests without their sentences."""
    embedder = manifest["embedder"]
    return {
        "embedder": f"Segments were represented by vectors of {embedder['id']} ({embedder['width']} numbers).",
        "classifier": "Two kernel ridge regressions, one on these vectors and one on word and character n-grams, were joined by a "
        "logistic regression, calibrated, and given a threshold for each code.",
    }


def _verdicts(manifest: Mapping[str, Any], learning: Mapping[str, Any]) -> Iterator[Sentence]:
    withheld = [code for code, one in manifest.get("verdicts", {}).items() if one["withheld"]]
    yield Sentence(
        f"{counted(len(manifest['scored']), 'code')} had enough examples to be scored (at least {learning['min_examples']} in "
        f"{counted(learning['min_transcripts'], 'transcript')}); {len(manifest['ranked'])} were only ranked from definition and "
        "examples" + (f"; suggestions for {listed(withheld)} were withheld as not learnable." if withheld else "."),
        (ANALYSIS,),
    )
    figures = {name: value for name, value in manifest.get("out_of_fold", {}).items() if value is not None}
    names = {
        "macro_f1": "mean F1 over codes",
        "macro_ap": "mean average precision over codes",
        "pooled_kappa": "Cohen's kappa with the human codings, pooled over codes",
        "calibration_error": "mean calibration error",
    }
    if figures:
        told = "; ".join(f"{names.get(name, name)} {value:.2f}" for name, value in figures.items())
        yield Sentence(f"On transcripts held back, with thresholds chosen on the others: {told}.", (TRUST,))


def _versions(workspace: Workspace) -> Iterator[Sentence]:
    records = workspace.corpus.models
    gates = [record["manifest"]["gate"] for record in records if record["manifest"].get("gate")]
    if len(records) > 1:
        yield Sentence(f"{counted(len(records), 'model version')} were trained.", (ANALYSIS,))
    if gates:
        outcomes = Counter(
            "passed" if one["passed"] else "promoted by hand" if one["overruled"] else "held back" for one in gates
        )
        settings = workspace.configuration.retraining.model_dump() | gates[-1].get("settings", {})
        yield Sentence(
            f"{counted(len(gates), 'of them', 'of them')} came of retraining and met a gate before taking the place of the version in "
            f"use ({tally(outcomes)}): mean average precision over codes might fall by {settings['margin']:g} at most, a code's by "
            f"{settings['code_margin']:g} beyond chance, on transcripts that either version scored while they were new to it or held "
            "back, and the new codings might not contradict the version in use more than held-back ones did.",
            (ANALYSIS, TRUST),
        )
    version = workspace.version
    gate = workspace.manifest.get("gate")
    if gate and not gate["passed"]:
        yield Sentence(
            f"Model {version}, which is in use, was not let pass by the gate and was taken into use by hand.", (TRUST,)
        )
    found = workspace.corpus.suggestions(version) if version else []
    if found:
        probable, where = sum(one.calibrated for one in found), len({one.transcript for one in found})
        yield Sentence(
            f"Model {version} made {counted(len(found), 'suggestion')} on {counted(where, 'transcript')}, "
            f"{probable} with a calibrated probability and {len(found) - probable} by rank.",
            (ANALYSIS,),
        )


def of_review(workspace: Workspace, unsaid: list[str]) -> Iterator[Sentence]:
    """How suggestions were decided on, and what the design tells of following and missing."""
    decisions = workspace.corpus.decisions
    if not decisions:
        unsaid.append("Review: nobody has decided on suggestions yet.")
        return
    from secondcoder.labels.decisions import PARTICIPLES

    corpus, book = workspace.corpus, workspace.codebook
    summary = review_summary(corpus, book, suggested_where(corpus, book, decisions))
    models = sorted({one.model for one in decisions if one.model})
    decided = tally({PARTICIPLES[verdict]: n for verdict, n in summary.counts.items()})
    yield Sentence(
        f"A suggestion became a coding only where a researcher decided so. Decisions that hold, by {listed(summary.coders)}"
        + (f" on suggestions of model {listed(models)}" if models else "")
        + f": {decided}.",
        ("COREQ 24", ANALYSIS),
    )
    yield from _design(workspace)
    shares = {
        "suggestions accepted as they were, where shown from the start": summary.followed,
        "suggestions on blind passages that the researcher had given too": summary.also_coded,
        "passages without suggestion on which the researcher found a code (elusion)": summary.elusion,
        "blind passages with suggestions on which a further code was found": summary.missed_with_suggestions,
    }
    told = [f"{name}: {_share(share)}" for name, share in shares.items() if share.value is not None]
    if told:
        yield Sentence(f"{'; '.join(told)[:1].upper()}{'; '.join(told)[1:]}.", (TRUST,))
    unsaid += [
        f"Review, {name}: none has been reviewed, so there is no share."
        for name, share in shares.items()
        if share.value is None
    ]


def _design(workspace: Workspace) -> Iterator[Sentence]:
    settings = workspace.configuration.review
    if settings.blind:
        yield Sentence(
            f"To see how far people follow the model, {settings.blind:.0%} of the passages with suggestions were set to be coded "
            "before the suggestions were shown.",
            (TRUST,),
        )
    if settings.below:
        yield Sentence(
            f"To see what the model misses, {settings.below:.0%} of the passages shown were set to be drawn from those without any "
            "suggestion.",
            (TRUST,),
        )


def of_trail(workspace: Workspace, audit: Audit, unsaid: list[str]) -> Iterator[Sentence]:
    """The software, and the trail that this text was made from."""

    libraries = workspace.manifest.get("libraries", {})
    made = libraries.get("secondcoder", installed("secondcoder"))
    others = listed([f"{name} {version}" for name, version in libraries.items() if name != "secondcoder"])
    yield Sentence(
        f"Software: secondcoder {made}" + (f", with {others}." if others else "."), ("COREQ 27", PROCESSING, ANALYSIS)
    )
    if audit.faults:
        unsaid.append(
            "The audit trail: it is not whole (`secondcoder check --audit` names each fault), so nothing is said of it."
        )
        return
    yield Sentence(
        f"Every suggestion, decision, coding, model version and codebook is kept in an append-only, hash-chained audit trail of "
        f"{counted(audit.events.total(), 'event')} ({audit.since[:10]} to {audit.until[:10]}; head {audit.head[:16]}), which was "
        "verified when this text was made.",
        (TRUST,),
    )


def _by_origin(origins: Mapping[str, Mapping[str, int]]) -> str:
    total: Counter[str] = Counter()
    for counts in origins.values():
        total.update(counts)
    return tally(total) or "none yet"


def _share(share: Proportion) -> str:
    between = f", 95% interval {share.interval[0]:.0%} to {share.interval[1]:.0%}" if share.interval else ""
    return f"{share.part} of {share.of} ({share.value:.0%}{between})"
