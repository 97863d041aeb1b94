"""What to code by hand next, with the reasons in words: `secondcoder status --next`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from secondcoder.domain.records import Segment
from secondcoder.errors import InputError
from secondcoder.learning.features import Features
from secondcoder.learning.model import Model
from secondcoder.suggestions.next_to_code import (
    Pool,
    PoolPredictions,
    Proposal,
    propose_passages,
    propose_transcripts,
    uncertainty,
)
from secondcoder.workspace import Workspace

RANKED_CHANCE = 0.2
"""Taken as the chance that a passage suggested by rank carries the code; an assumption, as ranks have no probability."""


def what_to_code_next(workspace: Workspace) -> dict[str, list[dict[str, Any]]]:
    """Up to three uncoded transcripts, and up to three passages in them, each with a reason.

    Uses the model in use when there is one, and otherwise picks what is unlike all that is coded.

    Raises:
        InputError: every transcript is coded.
    """
    corpus = workspace.corpus
    segments = workspace.segments(
        [transcript for transcript in corpus.transcripts if transcript.id not in corpus.coded]
    )
    if not segments:
        raise InputError(
            "Every transcript is coded, so there is none to propose. Import more: secondcoder import FILE..."
        )
    model = workspace.load_model()[1] if workspace.version else None
    pool, codes = _pool(workspace, segments, model)
    transcripts = []
    for proposal in propose_transcripts(pool):
        transcript = corpus.by_id[segments[proposal.row].transcript]
        about = {"transcript": transcript.id} | {name: getattr(transcript, name) for name in ("case", "role", "wave")}
        transcripts.append(about | {"why": _why(proposal, pool, codes)})
    passages = []
    for proposal in propose_passages(pool):
        segment = segments[proposal.row]
        place: dict[str, Any] = {"transcript": segment.transcript, "start": segment.start, "end": segment.end}
        passages.append(place | {"text": segment.text, "why": _why(proposal, pool, codes)})
    return {"transcripts": transcripts, "passages": passages}


def _pool(workspace: Workspace, segments: Sequence[Segment], model: Model | None) -> tuple[Pool, Sequence[str]]:
    features = workspace.features(segments)
    transcripts = [segment.transcript for segment in segments]
    words = np.array([len(segment.text.split()) for segment in segments], dtype=np.intp)
    if model is None:
        return Pool(transcripts, features.vectors, words, _coded_means(workspace, features)), ()
    predictions = _pool_predictions(workspace, model, features)
    return Pool(transcripts, features.vectors, words, model.exemplars.vectors, predictions), model.codes


def _pool_predictions(workspace: Workspace, model: Model, features: Features) -> PoolPredictions:
    """A scored code counts by its probability, a ranked one by whether it would be suggested.

    Uncertainty about a withheld code is ignored; its rarity counts, unless the human codings of it are themselves unsound.
    """
    scores, ranked = model.scores(features), np.arange(len(model.codes)) >= len(model.scored)
    chance = np.where(ranked, RANKED_CHANCE * (scores >= model.thresholds), scores)
    doubt = np.where(ranked, 0.0, uncertainty(scores, model.thresholds))
    verdicts = workspace.manifest.get("verdicts", {})
    unsound = [code for code, verdict in verdicts.items() if verdict["withheld"] and not verdict.get("sound", True)]
    chance = np.where(np.isin(model.codes, unsound) & ~ranked, 0.0, chance)
    doubt = np.where(np.isin(model.codes, list(workspace.withheld)), 0.0, doubt)
    examples = workspace.manifest["training"]["examples"]
    return PoolPredictions(chance, doubt, np.array([examples.get(code, 0) for code in model.codes], dtype=np.float64))


def _coded_means(workspace: Workspace, features: Features) -> Any:
    """(m, d) mean vectors of the coded transcripts."""
    segments = workspace.segments(workspace.corpus.coded_transcripts)
    if not segments:
        return features.vectors[:0]
    vectors, names = workspace.features(segments).vectors, np.array([segment.transcript for segment in segments])
    means = np.stack([vectors[names == name].mean(axis=0) for name in dict.fromkeys(names.tolist())])
    return means / np.linalg.norm(means, axis=1, keepdims=True).clip(1e-12)


def _why(proposal: Proposal, pool: Pool, codes: Sequence[str]) -> str:
    if pool.predictions is None:
        return "unlike what is coded so far" if len(pool.coded) else "together they cover most of what is talked about"
    if proposal.why == "rest":
        return "like what is coded already, or the model is sure of it"
    named = [f"{codes[column]} ({pool.predictions.examples[column]:.0f} so far)" for column in proposal.codes]
    if proposal.why == "rare":
        return f"may bring examples of rare codes: {', '.join(named)}"
    return f"the model is undecided, or short of examples: {', '.join(named)}"
