"""Sentences of a methods section on the model and the audit trail, from a study's records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from importlib.metadata import version as installed
from typing import TYPE_CHECKING, Any

from secondcoder.audit.methods.facts_of_review import of_suggestions
from secondcoder.audit.methods.figures_of_model import (
    errors_by_speaker,
    figures_of_model,
    figures_of_valence,
    learning_of,
)
from secondcoder.audit.methods.sentences import ANALYSIS, PROCESSING, TRUST, Sentence, tally
from secondcoder.domain.records import SpeakerRole
from secondcoder.domain.wording import counted, listed
from secondcoder.labels.coder_marks import merging_in_words
from secondcoder.learning.assessment.purposes import purpose_in_words, purpose_of
from secondcoder.model_store.card import NOTHING_TO_COMPARE, gate_outcome, label_weights_in_words, scorers_in_words
from secondcoder.workspace import Workspace

if TYPE_CHECKING:
    from secondcoder.audit.verify import Audit


def of_model(workspace: Workspace, unsaid: list[str]) -> Iterator[Sentence]:
    """The training set, the method and the versions; appends to `unsaid` what the records cannot support."""
    manifest = workspace.manifest
    if "training" not in manifest:
        unsaid.append("The model: none has been trained, or none is in use.")
        return
    training, learning, book = manifest["training"], learning_of(workspace, manifest), manifest["codebook"]
    earlier = f", by version {book['version']} of the codebook," if book["hash"] != workspace.codebook.hash else ""
    yield Sentence(
        f"A supervised classifier (model {manifest['version']}) was trained for the codes{earlier} on "
        f"{counted(training['segments'], 'segment')} of {counted(training['transcripts'], 'transcript')} with "
        f"codings of origin {_by_origin(training.get('origins', {}))}. It is "
        f"no generative language model, and runs where the study is kept.{_heard(manifest)}",
        (ANALYSIS, "COREQ 27", "TRIPOD+AI 12a", "TRIPOD+AI 12c", "TRIPOD+AI 21"),
    )
    for merging in merging_in_words(training.get("coders"), learning["merge"]):
        yield Sentence(f"{merging}.", (ANALYSIS, TRUST, "TRIPOD+AI 8b"))
    for scorer, clause in zip(manifest.get("scorers", {}).values(), scorers_in_words(manifest), strict=True):
        yield Sentence(f"{scorer['says']} It heard {clause}.", (ANALYSIS, "TRIPOD+AI 9b", "TRIPOD+AI 12c"))
    for weighting in label_weights_in_words(training.get("trust")):
        yield Sentence(f"{weighting}.", (ANALYSIS, TRUST))
    parts = manifest.get("methods") or _parts_of_0_1(manifest)
    interviewed = any(
        turn.role is SpeakerRole.INTERVIEWER for one in workspace.corpus.transcripts for turn in one.turns
    )
    question = "The interviewer's question before an answer was represented too."
    asked = question if learning["use_question"] and interviewed else None
    # Models from before valence was suggested have no sentence on it.
    valence = parts.get("valence")
    for sentence, item in ((parts["embedder"], "9b"), (asked, "9b"), (parts["classifier"], "12c"), (valence, "12c")):
        if sentence:
            yield Sentence(sentence, (ANALYSIS, f"TRIPOD+AI {item}"))
    yield Sentence(
        f"Its calibration and thresholds were fitted on scores held out by {learning['group']} (in {learning['folds']} folds or "
        f"more, seed {learning['seed']}). {purpose_in_words(purpose_of(manifest))}",
        (TRUST, "TRIPOD+AI 12c", "TRIPOD+AI 15"),
    )
    yield from _verdicts(manifest, learning)
    yield from _versions(workspace)


def _heard(manifest: Mapping[str, Any]) -> str:
    used = any(scorer["kept"] for scorer in manifest.get("scorers", {}).values())
    return (
        " What further models said of passages was evidence beside others, as the next sentences say." if used else ""
    )


def _parts_of_0_1(manifest: Mapping[str, Any]) -> dict[str, str]:
    """What the parts said of themselves when there were no others, for manifests without their sentences."""
    embedder = manifest["embedder"]
    return {
        "embedder": f"Segments were represented by vectors of {embedder['id']} ({embedder['width']} numbers).",
        "classifier": "Two kernel ridge regressions, one on these vectors and one on word and character n-grams, were joined by a "
        "logistic regression, calibrated, and given a threshold for each code.",
    }


def _verdicts(manifest: Mapping[str, Any], learning: Mapping[str, Any]) -> Iterator[Sentence]:
    withheld = [code for code, verdict in manifest.get("verdicts", {}).items() if verdict["withheld"]]
    yield Sentence(
        f"{counted(len(manifest['scored']), 'code')} had enough examples to be scored (at least {learning['min_examples']} in "
        f"{counted(learning['min_transcripts'], 'transcript')}); {len(manifest['ranked'])} were only ranked from definition and "
        "examples"
        + (
            f"; suggestions for {listed(withheld)} were withheld as not learnable or too seldom right."
            if withheld
            else "."
        ),
        (ANALYSIS, "TRIPOD+AI 10"),
    )
    yield from figures_of_model(manifest, learning)
    yield from figures_of_valence(manifest, learning)
    yield from errors_by_speaker(manifest)


def _versions(workspace: Workspace) -> Iterator[Sentence]:
    records = workspace.corpus.models
    gates = [record["manifest"]["gate"] for record in records if record["manifest"].get("gate")]
    if len(records) > 1:
        yield Sentence(f"{counted(len(records), 'model version')} were trained.", (ANALYSIS,))
    if gates:
        outcomes = Counter(map(gate_outcome, gates))
        compared = "to be compared" if NOTHING_TO_COMPARE in outcomes else "compared"
        # The margins of then; those set now stand in where an older record lacks them.
        settings = workspace.configuration.retraining.model_dump() | gates[-1].get("settings", {})
        yield Sentence(
            f"{len(gates)} of them came from retraining and {'was' if len(gates) == 1 else 'were'} {compared} with the version in "
            f"use before replacing it ({tally(outcomes)}): mean average precision over codes might fall by {settings['margin']:g} "
            f"at most, a code's by {settings['code_margin']:g} beyond chance, on transcripts "
            "that neither version was trained on when it scored them, the new codings might not contradict the version in use more "
            "than held-out ones did, and a review might not agree with its suggestions more than people's own coding did.",
            (ANALYSIS, TRUST, "TRIPOD+AI 12f"),
        )
    version = workspace.version
    gate = workspace.manifest.get("gate")
    if gate and not gate["passed"]:
        yield Sentence(
            f"Model {version}, which is in use, did not pass this comparison and was put into use by hand.", (TRUST,)
        )
    yield from of_suggestions(workspace)


def of_trail(workspace: Workspace, audit: Audit, unsaid: list[str]) -> Iterator[Sentence]:
    """The software, and the trail that this text was made from."""
    libraries = workspace.manifest.get("libraries", {})
    trained_with = libraries.get("secondcoder", installed("secondcoder"))
    others = listed([f"{name} {version}" for name, version in libraries.items() if name != "secondcoder"])
    yield Sentence(
        f"Software: secondcoder {trained_with}" + (f", with {others}." if others else "."),
        ("COREQ 27", PROCESSING, ANALYSIS, "GRRAS 10"),
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
