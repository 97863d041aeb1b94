"""A coder who knows the sealed codes, deciding in the demonstration study itself by the requests that the page sends."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from secondcoder.domain.records import Coding, Place, ReviewAction
from secondcoder.exchange.registry import ImportContext
from secondcoder.exchange.tables import coded_table
from secondcoder.labels.label_matrix import label_matrix
from secondcoder.labels.new_decision import ActionRequest
from secondcoder.labels.passage_act import PassageAct, Takes
from secondcoder.labels.review_sample import Passage
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study

from deciding.ways import lowest

SEALED = Path(__file__).parents[2] / "corpora" / "sealed" / "codes.csv"
ADA = "a coder who knows"


def sealed_codings(study: Study) -> list[Coding]:
    """The marks on the interviews that the demonstration leaves uncoded."""
    corpus = study.corpus
    return coded_table.read(SEALED, ImportContext(study.codebook, corpus.by_id)).codings


def carried(study: Study, codings: Sequence[Coding], places: Sequence[Place]) -> dict[Place, frozenset[str]]:
    """The codes that each passage carries by the study's overlap rule; a sub-construct counts as its construct."""
    workspace = study.workspace()
    named = sorted({place[0] for place in places})
    segments = workspace.segments([workspace.corpus.by_id[name] for name in named])
    settings = study.configuration
    labels = label_matrix(segments, codings, [], study.codebook, settings.learning, settings.segments.overlap)
    codes = np.array(labels.codes)
    return {segment.place: frozenset(codes[row].tolist()) for segment, row in zip(segments, labels.y, strict=True)}


def in_the_study(folder: Path, decide: Callable[[ReviewSession, Passage, frozenset[str]], int]) -> str:
    """The sealed interviews decided on in a copy of the study: sealed codes found, requests, decisions kept."""
    with tempfile.TemporaryDirectory() as scratch:
        study = Study(Path(shutil.copytree(folder, Path(scratch) / "study")))
        ordinary = study.configuration.review.model_copy(update={"blind": 0.0, "below": 0.0})
        study.configuration = study.configuration.model_copy(update={"review": ordinary})
        review = ReviewSession(study)
        passages = [passage for passage in review.passages if passage.suggestions]
        codes = carried(study, sealed_codings(study), [passage.place for passage in passages])
        requests = sum(decide(review, passage, codes[passage.place]) for passage in passages)
        assert all(review.progress_of(ADA).is_done(passage) for passage in passages)
        given = carried(study, [coding for coding in study.store.codings() if coding.coder == ADA], list(codes))
        found = sum(len(given[passage.place] & codes[passage.place]) for passage in passages)
        rows, of = len(study.store.decisions(ADA)), sum(map(len, codes.values()))
        study.close()
        return f"{found} of {of} | {requests} | {rows}"


def singly(review: ReviewSession, passage: Passage, codes: frozenset[str]) -> int:
    """Each suggestion by itself."""
    for suggestion in passage.suggestions:
        verdict = ReviewAction.ACCEPT if suggestion.code in codes else ReviewAction.REJECT
        request = f"{passage.key}{suggestion.code}"
        review.decide(ADA, ActionRequest(verdict, passage.key, request, suggested=suggestion.code))
    return len(passage.suggestions)


def by_acts(review: ReviewSession, passage: Passage, codes: frozenset[str], unfolds: bool) -> int:
    """The passage in one go, after the codes that are named by themselves; how many requests it took."""
    shown = frozenset(suggestion.code for suggestion in passage.shown)
    on_screen = shown | passage.folded if unfolds and not codes <= shown else shown
    named = lowest(codes & (passage.folded - on_screen), review.book)
    for code in named:
        review.decide(ADA, ActionRequest(ReviewAction.ADD, passage.key, f"{passage.key}{code}", code=code))
    here = codes & on_screen
    takes = Takes.ALL if here == on_screen else Takes.TICKED if here else Takes.NONE
    review.act(ADA, PassageAct(takes, passage.key, passage.key, here, on_screen))
    return len(named) + 1
