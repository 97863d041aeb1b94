"""What to code by hand next, with the reasons in words (`secondcoder status --next`), and the record of what was proposed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import numpy as np

from secondcoder.corpus import PROPOSED
from secondcoder.domain.arrays import Bools
from secondcoder.domain.records import Place, Segment
from secondcoder.errors import InputError
from secondcoder.labels.chosen_passages import RANDOM, proposal_detail
from secondcoder.labels.review_sample import draw
from secondcoder.labels.segment_marks import judged
from secondcoder.learning.features import Features
from secondcoder.learning.model import Model
from secondcoder.suggestions.next_passages import ROUND, propose_round
from secondcoder.suggestions.next_to_code import Pool, PoolPredictions, Proposal, propose_transcripts
from secondcoder.workspace import Workspace


@dataclass(frozen=True)
class NextToCode:
    """Transcripts and passages with the reasons in words, and `why` each passage is in the round, as the audit trail keeps it."""

    transcripts: list[dict[str, Any]]
    passages: list[dict[str, Any]]
    why: dict[Place, str]


def what_to_code_next(workspace: Workspace, passages: int = ROUND) -> NextToCode:
    """Up to three transcripts of which most is uncoded, and a round of passages that nobody looked at, each with a reason.

    Uses the model in use when there is one, and otherwise picks what is unlike all that is coded.

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
    return NextToCode(
        [_transcript(workspace, segments[row], _why(one, pool, codes)) for row, one in transcripts],
        [_passage(segments[row], one, _why(one, pool, codes)) for row, one in chosen],
        {segments[row].place: one.why for row, one in chosen},
    )


def record_proposal(workspace: Workspace, why: Mapping[Place, str], twice: str | None = None) -> None:
    """Keep in the audit trail which passages were proposed and why, since those that were chosen are no sample of the talk.

    Args:
        twice: who is to code them after somebody else; None where nobody looked at them.
    """
    detail = proposal_detail(why.items(), workspace.version, twice)
    # Asked again, nothing new is proposed.
    if why and not any(event["detail"] == detail for event in workspace.corpus.proposals[-1:]):
        with workspace.write() as write:
            write.log(PROPOSED, **detail)


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
