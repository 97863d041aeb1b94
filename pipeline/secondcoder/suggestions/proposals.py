"""What to code by hand next, with the reasons in words: `secondcoder status --next`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import numpy as np

from secondcoder.corpus import PROPOSED
from secondcoder.domain.arrays import Bools
from secondcoder.domain.records import Segment
from secondcoder.errors import InputError
from secondcoder.labels.chosen_passages import RANDOM, proposal_detail
from secondcoder.labels.review_sample import draw
from secondcoder.labels.segment_marks import judged
from secondcoder.learning.features import Features
from secondcoder.learning.model import Model
from secondcoder.suggestions.next_passages import ROUND, propose_round
from secondcoder.suggestions.next_to_code import Pool, PoolPredictions, Proposal, propose_transcripts
from secondcoder.workspace import Workspace


def what_to_code_next(workspace: Workspace, passages: int = ROUND) -> dict[str, list[dict[str, Any]]]:
    """Up to three transcripts of which most is uncoded, and a round of passages that nobody looked at, each with a reason.

    Uses the model in use when there is one, and otherwise picks what is unlike all that is coded. The audit trail keeps the round,
    since passages that were chosen are no sample of the talk.

    Raises:
        InputError: everything is coded, or there is no transcript.
    """
    corpus = workspace.corpus
    if not corpus.transcripts:
        raise InputError("The study has no transcripts yet. Bring them in: secondcoder import FILES")
    segments = workspace.segments(corpus.transcripts)
    waiting = ~judged(segments, corpus.marks, workspace.configuration.segments.overlap)
    if not waiting.any():
        raise InputError(
            "Every transcript is coded, so there is none to propose. Import more: secondcoder import FILE..."
        )
    model = workspace.load_model()[1] if workspace.version else None
    pool, codes = _pool(workspace, segments, model)
    left, whole = np.flatnonzero(waiting), np.flatnonzero(waiting & _mostly(waiting, pool.transcripts))
    transcripts = [(whole[one.row], one) for one in propose_transcripts(pool.take(whole))]
    seed = workspace.configuration.review.sample_seed
    draws = np.array([draw(segments[row].place, seed, "next") for row in left])
    chosen = [(left[one.row], one) for one in propose_round(pool.take(left), draws, passages, seed)]
    _record(workspace, [(segments[row], one) for row, one in chosen])
    return {
        "transcripts": [_transcript(workspace, segments[row], _why(one, pool, codes)) for row, one in transcripts],
        "passages": [_passage(segments[row], one, _why(one, pool, codes)) for row, one in chosen],
    }


def _mostly(waiting: Bools, transcripts: Sequence[str]) -> Bools:
    """(n,) more than half of the segment's transcript is waiting: a few coded passages do not make an interview a coded one."""
    where = np.unique(np.asarray(transcripts), return_inverse=True)[1]
    return np.asarray((np.bincount(where, waiting) / np.bincount(where) > 0.5)[where])


def _transcript(workspace: Workspace, first: Segment, why: str) -> dict[str, Any]:
    transcript = workspace.corpus.by_id[first.transcript]
    about = {"transcript": transcript.id} | {name: getattr(transcript, name) for name in ("case", "role", "wave")}
    return about | {"why": why}


def _passage(segment: Segment, proposal: Proposal, why: str) -> dict[str, Any]:
    turn = segment.turn + 1
    return {
        "transcript": segment.transcript,
        "start": segment.start,
        "end": segment.end,
        "turn": turn,
        "page": f"/code/{quote(segment.transcript)}#turn{turn}",
        "random": proposal.why == RANDOM,
        "text": segment.text,
        "why": why,
    }


def _record(workspace: Workspace, round_: Sequence[tuple[Segment, Proposal]]) -> None:
    detail = proposal_detail(((segment.place, one.why) for segment, one in round_), workspace.version)
    # Asked again, nothing new is proposed.
    if round_ and not any(event["detail"] == detail for event in workspace.corpus.proposals[-1:]):
        with workspace.write() as write:
            write.log(PROPOSED, **detail)


def _pool(workspace: Workspace, segments: Sequence[Segment], model: Model | None) -> tuple[Pool, Sequence[str]]:
    """All n segments of the study: neighbours inform a score, whether they are coded or not."""
    features = workspace.features(segments)
    transcripts = [segment.transcript for segment in segments]
    words = np.array([len(segment.text.split()) for segment in segments], dtype=np.intp)
    if model is None:
        return Pool(transcripts, features.vectors, words, _coded_means(workspace, features)), ()
    predictions = _pool_predictions(workspace, model, features)
    return Pool(transcripts, features.vectors, words, model.exemplars.vectors, predictions), model.codes


def _pool_predictions(workspace: Workspace, model: Model, features: Features) -> PoolPredictions:
    """Uncertainty about a withheld code is ignored; its rarity counts, unless the human codings of it are themselves unsound."""
    ranked, examples = np.arange(len(model.codes)) >= len(model.scored), workspace.manifest["training"]["examples"]
    counts = np.array([examples.get(code, 0) for code in model.codes], dtype=np.float64)
    found = PoolPredictions.of(model.scores(features), model.thresholds, ranked, counts)
    verdicts = workspace.manifest.get("verdicts", {})
    unsound = [code for code, verdict in verdicts.items() if verdict["withheld"] and not verdict.get("sound", True)]
    chance = np.where(np.isin(model.codes, unsound) & ~ranked, 0.0, found.chance)
    return replace(
        found, chance=chance, doubt=np.where(np.isin(model.codes, list(workspace.withheld)), 0.0, found.doubt)
    )


def _coded_means(workspace: Workspace, features: Features) -> Any:
    """(m, d) mean vectors of the coded transcripts."""
    segments = workspace.segments(workspace.corpus.coded_transcripts)
    if not segments:
        return features.vectors[:0]
    vectors, names = workspace.features(segments).vectors, np.array([segment.transcript for segment in segments])
    means = np.stack([vectors[names == name].mean(axis=0) for name in dict.fromkeys(names.tolist())])
    return means / np.linalg.norm(means, axis=1, keepdims=True).clip(1e-12)


def _why(proposal: Proposal, pool: Pool, codes: Sequence[str]) -> str:
    if proposal.why == RANDOM:
        return "drawn at random, so that figures have passages to rest on that nobody chose"
    if pool.predictions is None:
        return "unlike what is coded so far" if len(pool.coded) else "together they cover most of what is talked about"
    if proposal.why == "rest":
        return "like what is coded already, or the model is sure of it"
    named = [f"{codes[column]} ({pool.predictions.examples[column]:.0f} so far)" for column in proposal.codes]
    if proposal.why == "rare":
        return f"may bring examples of rare codes: {', '.join(named)}"
    return f"the model is undecided, or short of examples: {', '.join(named)}"
