"""A study whose human codes are known, of which it is given only a part: the rest plays the researcher."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np
from secondcoder.domain.arrays import Bools, Floats
from secondcoder.domain.records import Coding, CodingPass, Place, ReviewAction
from secondcoder.labels.label_matrix import label_matrix
from secondcoder.labels.new_decision import ActionRequest
from secondcoder.labels.review_sample import Passage
from secondcoder.learning.assessment.metrics import LabelledPredictions, point_and_draws
from secondcoder.review.session import ReviewSession
from secondcoder.study.folder import CODEBOOK
from secondcoder.study.study import Study
from secondcoder.workspace import CACHE

CODER = "researcher"
Truth = dict[Place, frozenset[str]]


@dataclass(frozen=True)
class Plan:
    """How many transcripts are coded at first, reviewed in each round, and held back to judge by."""

    first: int
    each: int
    judged: int


@dataclass(frozen=True)
class Whole:
    """A fully coded study: where it lies, its codings and passes by one coder (or all), and what they say of each passage."""

    folder: Path
    codings: tuple[Coding, ...]
    passes: tuple[CodingPass, ...]
    given: Truth
    implied: Truth
    transcripts: tuple[str, ...]


def whole(folder: Path, coder: str | None) -> Whole:
    """The study in `folder`, of one coder's codings or of everybody's; its transcripts are those with a coding pass."""
    study = Study(folder)
    codings = tuple(coding for coding in study.corpus.codings if coder in (None, coding.coder))
    passes = tuple(coding_pass for coding_pass in study.corpus.passes if coder in (None, coding_pass.coder))
    names = tuple(sorted({coding_pass.transcript for coding_pass in passes}))
    segments = study.workspace().segments(
        [transcript for transcript in study.store.transcripts() if transcript.id in names]
    )
    study.workspace().features(segments)  # the vectors are made once, and copied with the cache
    given, implied = (_truth(study, segments, codings, passes, roll_up) for roll_up in (False, True))
    study.close()
    return Whole(folder, codings, passes, given, implied, names)


def _truth(
    study: Study, segments: Sequence, codings: Iterable[Coding], passes: Iterable[CodingPass], roll_up: bool
) -> Truth:
    settings = study.configuration.learning.model_copy(update={"roll_up": roll_up})
    labels = label_matrix(segments, codings, passes, study.codebook, settings, study.configuration.segments.overlap)
    return {
        (one.transcript, one.start, one.end): frozenset(np.asarray(labels.codes)[row].tolist())
        for one, row in zip(segments, labels.y, strict=True)
    }


def begin(all_of_it: Whole, folder: Path, first: Sequence[str], others: Sequence[str]) -> Study:
    """A study of the transcripts `first`, coded, and `others`, not coded."""
    source = Study(all_of_it.folder)
    study = Study.create(folder, all_of_it.folder / CODEBOOK)
    if (all_of_it.folder / CACHE).is_dir():
        shutil.copytree(all_of_it.folder / CACHE, folder / CACHE)
    known = {*first, *others}
    with study.transaction() as write:
        write.put_cases(source.corpus.cases)
        write.add_transcripts(transcript for transcript in source.store.transcripts() if transcript.id in known)
        write.add_codings((coding for coding in all_of_it.codings if coding.transcript in first), study.codebook)
        write.add_passes(coding_pass for coding_pass in all_of_it.passes if coding_pass.transcript in first)
    source.close()
    return study


@dataclass(frozen=True)
class Slips:
    """How the played researcher errs.

    Attributes:
        error: chance that a word is the opposite: a code accepted that is not there, or rejected or overlooked though it is.
        shuffled: share of the passages that get each other's codes.
        follows: chance that the researcher, shown suggestions, takes a wrong one for right, or adds nothing beside them
            where something is missing.
    """

    error: float = 0.0
    shuffled: float = 0.0
    follows: float = 0.0


def review(study: Study, coded: Whole, transcripts: Sequence[str], slips: Slips, seed: int) -> int:
    """Decide on every passage in review of these transcripts as the held-back codes say; returns the number of decisions."""
    session, rng, requests = ReviewSession(study), np.random.default_rng(seed), count()
    passages = [one for name in transcripts if name in session.interviews for one in session.interviews[name].in_review]
    given, implied = _spoilt(passages, coded, slips.shuffled, rng)
    made = 0
    for passage in passages:
        for verdict, code in _words(passage, given[passage.place], implied[passage.place], slips, rng):
            own = {"suggested": code} if verdict in (ReviewAction.ACCEPT, ReviewAction.REJECT) else {"code": code}
            session.decide(CODER, ActionRequest(verdict, passage.key, f"{seed}-{next(requests)}", **own))
            made += 1
    return made


def _spoilt(passages: Sequence[Passage], coded: Whole, share: float, rng: np.random.Generator) -> tuple[Truth, Truth]:
    places = [passage.place for passage in passages]
    hit = rng.permutation(len(places))[: round(share * len(places))]
    source = list(range(len(places)))
    for at, other in zip(hit.tolist(), rng.permutation(hit).tolist(), strict=True):
        source[at] = other
    given = {place: coded.given[places[source[at]]] for at, place in enumerate(places)}
    return given, {place: coded.implied[places[source[at]]] for at, place in enumerate(places)}


def _words(
    passage: Passage, given: frozenset[str], implied: frozenset[str], slips: Slips, rng: np.random.Generator
) -> Iterator[tuple[ReviewAction, str | None]]:
    """What the researcher says of a passage; on a blind one before anything is shown."""
    if passage.is_blind:
        yield from ((ReviewAction.ADD, code) for code in sorted(given) if rng.random() >= slips.error)
        yield ReviewAction.LOOKED, None
        return
    suggested = [suggestion.code for suggestion in passage.suggestions]
    for code in suggested:
        right = code in implied or (slips.follows > 0 and rng.random() < slips.follows)
        yield ReviewAction.ACCEPT if right != (rng.random() < slips.error) else ReviewAction.REJECT, code
    overlooked = slips.error + (1 - slips.error) * slips.follows * bool(suggested)
    yield from ((ReviewAction.ADD, code) for code in sorted(given - set(suggested)) if rng.random() >= overlooked)
    yield ReviewAction.LOOKED, None


def quality(study: Study, version: str, coded: Whole, transcripts: Sequence[str], fewest: int = 3) -> float:
    """Macro average precision of a version on transcripts that no version learned from, over codes with `fewest` marks there."""
    then = study.workspace(version)
    model = then.load_model()[1]
    segments = then.segments([transcript for transcript in then.corpus.transcripts if transcript.id in transcripts])
    y: Bools = np.array(
        [
            [code in coded.implied[segment.transcript, segment.start, segment.end] for code in model.codes]
            for segment in segments
        ]
    )
    kept = y.sum(axis=0) >= fewest
    scores: Floats = model.scores(then.features(segments))[:, kept]
    names = [segment.transcript for segment in segments]
    held = LabelledPredictions(scores, np.zeros_like(y[:, kept]), y[:, kept], np.ones_like(y[:, kept]), names)
    return float(point_and_draws(held, 1, 0)[0]["macro_ap"])
