"""Constructed studies, and what is said of each of their codes."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from drawn_studies import nested
from drifts.talk import DEMONSTRATION, Talk
from secondcoder.agreement.separating_passages import separating_passages
from secondcoder.configuration import load_configuration
from secondcoder.domain.arrays import Bools, Floats, Rows
from secondcoder.labels.coder_marks import CoderMarks
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning import stacked_kernels
from secondcoder.learning.assessment.limits.evidence import Evidence, gather
from secondcoder.learning.assessment.limits.limit import CodeLimit
from secondcoder.learning.assessment.limits.people import Judged
from secondcoder.learning.assessment.limits.rules import limit_of
from secondcoder.learning.assessment.metrics import LabelledPredictions, estimate

from limiting import spoils
from limiting.spoils import Cause, Spoilt, spoil

SETTINGS = load_configuration().learning
SEED = 20260101
SHARE = 0.75
"""Of the transcripts, the least that a constructed study takes."""
ROUNDS = 200


@dataclass(frozen=True)
class Constructed:
    """A spoilt study, its segments' rows in the talk, and nested predictions (n, k)."""

    rows: Rows
    spoilt: Spoilt
    probability: Floats
    suggested: Bools
    related: Bools


@dataclass(frozen=True)
class Said:
    """What is said of a code of a constructed study that so many people coded."""

    source: str
    people: int
    code: str
    cause: Cause
    examples: int
    limit: CodeLimit


@dataclass(frozen=True)
class Clinic:
    """Passages that were chosen for a code of two readings: of all on which its coders part, and of those chosen, how many are
    of the two readings and no slips."""

    chosen: int
    of_readings: int
    parted: int
    of_readings_parted: int


def constructed(talk: Talk, seed: int, people: int, cache: Path) -> Constructed:
    """Draw transcripts, spoil, learn; kept in a file until the spoils or the classifier that ships change."""
    folder = cache / "limits"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{talk.name}-{seed}-{people}-{_digest(talk)}.pickle"
    if not path.exists():
        path.write_bytes(pickle.dumps(_construct(talk, seed, people)))
    made: Constructed = pickle.loads(path.read_bytes())
    return made


def _construct(talk: Talk, seed: int, people: int) -> Constructed:
    rng = np.random.default_rng([SEED, seed])
    names = np.unique([segment.transcript for segment in talk.segments])
    size = int(rng.integers(int(np.ceil(SHARE * len(names))), len(names) + 1))
    rows = talk.rows(rng.permutation(names)[:size].tolist())
    features, labels = talk.features.take(rows), talk.labels.take(rows)
    index = _scored(labels, np.asarray(features.groups))
    codes = tuple(labels.codes[j] for j in index.tolist())
    related = _related(talk.name, codes)
    spoilt = spoil(features, (labels.y & labels.known)[:, index], codes, related.any(axis=1), rng)
    if people == 1:
        spoilt = spoilt.of_first()
    of = [talk.labels.codes.index(code.removesuffix(spoils.SECOND)) for code in spoilt.codes]
    learned = LabelMatrix(spoilt.codes, spoilt.y, spoilt.known)
    probability, suggested = nested(spoilt.features, learned, talk.code_embeddings[of], seed)
    return Constructed(rows, spoilt, probability, suggested, np.pad(related, (0, len(spoilt.codes) - len(codes))))


def evidence_of(talk: Talk, made: Constructed, seed: int) -> Evidence:
    """What the rules are given."""
    spoilt = made.spoilt
    texts = zip(made.rows.tolist(), spoilt.features.texts, strict=True)
    segments = [replace(talk.segments[row], text=text) for row, text in texts]
    held = LabelledPredictions(made.probability, made.suggested, spoilt.y, spoilt.known, spoilt.features.groups)
    figures = estimate(held, ROUNDS, seed)
    cluster = np.unique(np.asarray(spoilt.features.groups), return_inverse=True)[1].ravel()
    coders = CoderMarks(("first", "second")[: len(spoilt.marks)], spoilt.marks, spoilt.looked)
    return gather(
        spoilt.codes,
        segments,
        spoilt.features,
        Judged(made.probability, made.suggested, spoilt.y, spoilt.known, cluster),
        coders,
        made.related,
        figures.point["average_precision"],
        figures.interval["average_precision"],
        SETTINGS.folds,
        SETTINGS.seed,
    )


def said_of(talk: Talk, made: Constructed, seed: int) -> Iterator[Said]:
    """Every code of a study."""
    evidence, spoilt = evidence_of(talk, made, seed), made.spoilt
    for j, (code, cause) in enumerate(zip(spoilt.codes, spoilt.causes, strict=True)):
        yield Said(talk.name, len(spoilt.marks), code, cause, int(spoilt.y[:, j].sum()), limit_of(evidence, j))


def clinics_of(made: Constructed) -> Iterator[Clinic]:
    """Every code of two readings."""
    spoilt = made.spoilt
    for j in [j for j, cause in enumerate(spoilt.causes) if cause is Cause.BLURRED and len(spoilt.marks) > 1]:
        both, marks = spoilt.looked[:, :, j].all(axis=0), spoilt.marks[:, :, j]
        chosen = separating_passages(spoilt.features.vectors, spoilt.features.groups, marks, both)
        parted, of_readings = both & (marks[0] != marks[1]), spoilt.systematic[:, j]
        found = sum(bool(of_readings[passage.row]) for passage in chosen)
        yield Clinic(len(chosen), found, int(parted.sum()), int((parted & of_readings).sum()))


def _scored(labels: LabelMatrix, groups: np.ndarray) -> Rows:
    y = labels.y & labels.known
    spread = np.array([len(set(groups[column])) for column in y.T])
    return np.flatnonzero((y.sum(axis=0) >= SETTINGS.min_examples) & (spread >= SETTINGS.min_transcripts))


def _related(name: str, codes: tuple[str, ...]) -> Bools:
    """(k, k) a construct and its sub-construct, which only the demonstration study has."""
    if name != DEMONSTRATION:
        return np.zeros((len(codes), len(codes)), dtype=bool)
    below = np.array([[code.startswith(f"{above}.") for code in codes] for above in codes])
    return np.asarray(below | below.T)


def _digest(talk: Talk) -> str:
    digest = hashlib.sha256(talk.labels.y.tobytes() + talk.features.vectors.tobytes())
    for path in sorted([Path(str(spoils.__file__)), *Path(str(stacked_kernels.__file__)).parent.glob("*.py")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
