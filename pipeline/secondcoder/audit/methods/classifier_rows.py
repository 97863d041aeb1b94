"""The supervised model as a reader may ask for it: version, hashes, packages, settings, thresholds, and what a review showed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from secondcoder.audit.methods.figures_of_model import figures_of_model, figures_of_valence, learning_of
from secondcoder.audit.methods.sentences import Row, Sentence
from secondcoder.corpus import of_reviews
from secondcoder.domain.wording import counted, listed
from secondcoder.learning.assessment.purposes import purpose_in_words, purpose_of
from secondcoder.learning.classifier import OLDEST_FORMAT
from secondcoder.model_store.card import settings_in_words
from secondcoder.workspace import Workspace

ON_SCREEN = (
    "The review page shows a passage with the question before it and, once suggestions are on screen, each suggested code with its "
    "probability, its definition, the sentences that carry it and passages that people coded so. A sheet, or another program, shows "
    "what stands in it."
)


def classifier_rows(workspace: Workspace, review: Sequence[Sentence]) -> list[Row]:
    """A row a topic; without rows where no model is in use.

    Args:
        review: the sentences on what people decided.
    """
    manifest = workspace.manifest
    if "training" not in manifest:
        return []
    record = f"manifest of model {manifest['version']}"
    learning = learning_of(workspace, manifest)
    figures = [*figures_of_model(manifest, learning), *figures_of_valence(manifest, learning)]
    return [
        *(Row("–", topic, [said], record) for topic, said in _made(manifest)),
        Row("–", "judged by held-out human codes", [sentence.text for sentence in figures], record),
        Row("–", "what was on screen", list(_on_screen(workspace, review)), "decisions and suggestions"),
    ]


def _made(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    training, embedder, book = manifest["training"], manifest["embedder"], manifest["codebook"]
    yield (
        "model and version",
        f"secondcoder model {manifest['version']}, a supervised classifier ({_format(manifest)}) on the vectors of {embedder['id']}; "
        "no generative model.",
    )
    yield "weights", f"SHA-256 of the learned arrays: {manifest['arrays_sha256']}. {_encoder(embedder)}"
    yield (
        "what it learned from",
        f"{counted(training['segments'], 'segment')} of {counted(training['transcripts'], 'transcript')}, SHA-256 of texts and "
        f"labels: {training['sha256']}; codebook {book['id']} {book['version']}, SHA-256: {book['hash']}.",
    )
    packages = listed([f"{name} {version}" for name, version in manifest["libraries"].items()])
    yield "packages", f"{packages}."
    yield "settings", f"{settings_in_words(manifest)}."
    yield "thresholds", _thresholds(manifest)


def _format(manifest: Mapping[str, Any]) -> str:
    return manifest.get("classifier", OLDEST_FORMAT) or "which only ranks"


def _encoder(embedder: Mapping[str, Any]) -> str:
    digest = embedder.get("sha256")
    return f"SHA-256 of the text encoder: {digest}." if digest else "The text encoder has no weights of its own."


def _thresholds(manifest: Mapping[str, Any]) -> str:
    """The probability from which each scored code is suggested; which codes have none."""
    scored = [f"{code} {manifest['thresholds'][code]:.2f}" for code in manifest["scored"]]
    withheld = [code for code, verdict in manifest.get("verdicts", {}).items() if verdict["withheld"]]
    parts = [
        f"Suggested from a probability of: {', '.join(scored)}." if scored else "No code is suggested by probability.",
        f"Ranked without probability: {listed(manifest['ranked'])}." if manifest["ranked"] else "",
        f"Withheld: {listed(withheld)}." if withheld else "",
        purpose_in_words(purpose_of(manifest)),
    ]
    return " ".join(filter(None, parts))


def _on_screen(workspace: Workspace, review: Sequence[Sentence]) -> Iterator[str]:
    decisions = of_reviews(workspace.corpus.decisions)
    if not decisions:
        yield "Nothing so far: nobody has decided on suggestions."
        return
    shown = sum(decision.shown for decision in decisions)
    yield ON_SCREEN
    yield (
        f"{counted(len(decisions), 'decision')}: {shown} with the suggestions on screen, {len(decisions) - shown} before they were "
        "shown."
    )
    yield from (sentence.text for sentence in review)
