"""Suggestions and their evidence: true, from other transcripts, the same every time, and never a coding."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from secondcoder.codebook.model import Code, Codebook
from secondcoder.domain.records import Segment, Suggestion, Transcript
from secondcoder.embedding.hashed_words import WordHashEmbedder
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.model import Model, train_model
from secondcoder.reports.tables import write_table
from secondcoder.segments.sentence_pipelines import SentenceFinder
from secondcoder.study.study import Study
from secondcoder.suggestions.carrying import sentences_within
from secondcoder.suggestions.evidence import _shown, suggest
from secondcoder.suggestions.table import suggestion_table
from support.planted import Planted, features_of, planted, segments_of, settings
from support.study_checks import CHEAP, TALK, UNCODED, dump
from threadpoolctl import threadpool_limits

WORDS = WordHashEmbedder()
BOOK = Codebook(
    id="b", title="t", codes=tuple(Code(id=code, name=code) for code in ("sense", "room", "worth", "ferry"))
)
SAID = [
    [
        "We sat there with the tea on monday.",
        "Somebody explained the purpose, and the meaning was understood.",
        "You know.",
    ],
    ["The desk and the computer slots are in the corridor.", "Her tea was cold."],
    ["It goes round."],
    ["We looked at the numbers in march.", "The benefit was understood.", "Well, the purpose explained.", "People."],
    ["The corridor again.", "And a computer with slots and a desk, and the meaning explained."],
    ["The ferry, then the ferry home."],
]


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """Small matrices on a busy machine: several threads only wait for each other."""
    with threadpool_limits(1):
        yield


def _transcript(name: str) -> tuple[Transcript, list[Segment]]:
    """What SAID says as one transcript, in segments of whole sentences."""
    whole = segments_of([" ".join(sentences) for sentences in SAID], name)
    segments = []
    for segment, sentences in zip(whole, SAID, strict=True):
        starts = [segment.start + segment.text.index(sentence) for sentence in sentences]
        spans = tuple((at, at + len(sentence)) for at, sentence in zip(starts, sentences, strict=True))
        segments.append(replace(segment, sentences=spans))
    return Transcript(name, " ".join(segment.text for segment in whole), ()), segments


@pytest.fixture(scope="module")
def talk() -> Planted:
    return planted(transcripts=10)


@pytest.fixture(scope="module")
def model(talk: Planted) -> Model:
    y = np.column_stack([talk.labels.y, np.arange(150) % 100 == 0])
    return train_model(talk.segments, talk.features, LabelMatrix(BOOK.ids, y, np.ones_like(y)), BOOK, WORDS, settings())


@pytest.fixture(scope="module")
def transcripts(talk: Planted) -> dict[str, Transcript]:
    names = dict.fromkeys(segment.transcript for segment in talk.segments)
    known = {n: Transcript(n, " ".join(s.text for s in talk.segments if s.transcript == n), ()) for n in names}
    return known | {name: _transcript(name)[0] for name in ("new", "other")}


def _suggest(model, transcripts, segments, **options) -> list[Suggestion]:
    features = features_of(segments)
    return suggest(
        model, "m0001", segments, features, model.scores(features), WORDS, transcripts, SentenceFinder(), **options
    )


@pytest.fixture(scope="module")
def found(model, transcripts) -> list[Suggestion]:
    return _suggest(model, transcripts, _transcript("new")[1])


def test_scores_are_the_models_and_only_those_above_their_threshold_are_suggested(found, model):
    segments = _transcript("new")[1]
    scores = model.scores(features_of(segments))
    place = {(segment.start, segment.end): row for row, segment in enumerate(segments)}
    suggested = {(place[one.start, one.end], model.codes.index(one.code)): one for one in found}
    assert set(suggested) == set(
        zip(*(index.tolist() for index in np.nonzero(scores >= model.thresholds)), strict=True)
    )
    for (row, column), one in suggested.items():
        assert one.score == pytest.approx(scores[row, column], abs=1e-4)
        assert one.threshold == pytest.approx(model.thresholds[column], abs=1e-4)
    assert {"sense", "room", "worth"} <= {one.code for one in found}


def _falls(model: Model, segments: list[Segment], row: int, column: int) -> dict[tuple[int, int], float]:
    """How far the score falls when each sentence is really taken out of the transcript and all of it is scored again."""
    before, falls = model.scores(features_of(segments))[row, column], {}
    for span in segments[row].sentences:
        left = [
            segments[row].text[start - segments[row].start : end - segments[row].start]
            for start, end in segments[row].sentences
            if (start, end) != span
        ]
        shorter = [*segments[:row], replace(segments[row], text=" ".join(left)), *segments[row + 1 :]]
        falls[span] = before - model.scores(features_of(shorter))[row, column]
    return falls


def test_carrying_sentences_are_those_whose_removal_lowers_the_score_most(found, model):
    segments = _transcript("new")[1]
    place = {(segment.start, segment.end): row for row, segment in enumerate(segments)}
    removed = 0
    for one in found:
        row = place[one.start, one.end]
        if len(segments[row].sentences) == 1:
            assert one.carrying == segments[row].sentences
            continue
        falls = _falls(model, segments, row, model.codes.index(one.code))
        order = sorted(falls, key=falls.__getitem__, reverse=True)
        assert 1 <= len(one.carrying) <= 2
        assert list(one.carrying) == order[: len(one.carrying)]
        assert all(falls[span] > 0 for span in one.carrying)
        removed += 1
    assert removed >= 4


def test_the_planted_sentence_is_the_one_that_is_named(found, transcripts):
    named = {(one.start, one.code): transcripts["new"].text[slice(*one.carrying[0])] for one in found}
    assert named[0, "sense"] == "Somebody explained the purpose, and the meaning was understood."
    assert "We looked at the numbers in march." in named.values()


def test_nearest_passages_come_from_other_transcripts_carry_the_code_and_are_the_most_alike(model, talk, transcripts):
    segments = [segment for segment in talk.segments if segment.transcript == "t00"]
    checked = 0
    for one in _suggest(model, transcripts, [replace(s, sentences=((s.start, s.end),)) for s in segments]):
        if one.code not in talk.labels.codes:
            continue
        column = talk.labels.codes.index(one.code)
        vector = WORDS.embed([transcripts["t00"].text[one.start : one.end]])[0]
        carrying = [row for row in np.flatnonzero(talk.labels.y[:, column]) if talk.segments[row].transcript != "t00"]
        alike = sorted((float(vector @ talk.features.vectors[row]) for row in carrying), reverse=True)
        assert [passage.similarity for passage in one.nearest] == pytest.approx(alike[:3], abs=1e-3)
        marked = {(talk.segments[row].transcript, talk.segments[row].start) for row in carrying}
        for passage in one.nearest:
            assert (passage.transcript, passage.start) in marked
            assert passage.text == transcripts[passage.transcript].text[passage.start : passage.end]
        checked += 1
    assert checked > 5


def test_a_transcripts_suggestions_do_not_depend_on_which_others_are_coded_with_it(found, model, transcripts):
    together = _suggest(model, transcripts, _transcript("other")[1] + _transcript("new")[1])
    assert [one for one in together if one.transcript == "new"] == found


def test_ranked_codes_are_marked_and_never_called_a_probability(found, model, transcripts, tmp_path):
    ranked = [one for one in found if one.code in model.ranked]
    assert ranked
    assert not any(one.calibrated for one in ranked)
    assert all(one.calibrated for one in found if one.code in model.scored)
    table = suggestion_table(found, _transcript("new")[1], transcripts, BOOK)
    by_code = table.set_index("code")
    assert by_code.loc[["ferry"], "probability"].isna().all()
    assert by_code.loc[["ferry"], "rank_score"].notna().all()
    assert by_code.loc[["sense"], "rank_score"].isna().all()
    assert set(by_code.loc[["sense"], "kind"]) == {"probability"}
    assert not by_code.loc[["ferry"], "kind"].str.contains("probab").any()
    write_table(table, tmp_path / "s.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "s.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {row["probability"] for row in rows if row["code"] == "ferry"} == {None}


def test_everything_adds_the_rest_without_evidence_and_changes_nothing_else(found, model, transcripts):
    every = _suggest(model, transcripts, _transcript("new")[1], everything=True)
    assert len(every) == len(SAID) * len(model.codes)
    assert [one for one in every if one in found] == found
    assert all(not one.carrying and not one.nearest for one in every if one not in found)


def test_nothing_said_nothing_suggested(model, transcripts):
    assert _suggest(model, transcripts, []) == []


@pytest.mark.model
@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet", "jsonl"])
def test_two_studies_made_alike_give_the_same_bytes(two_studies: tuple[Path, Path], suffix: str):
    one, other = (folder / f"suggestions.{suffix}" for folder in two_studies)
    assert one.read_bytes() == other.read_bytes()
    assert len(one.read_bytes()) > 500


@pytest.fixture(scope="module")
def two_studies(_trained: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two folders that two sessions made of the same files, each imported, trained and coded on its own."""
    folders = tmp_path_factory.mktemp("one") / "study", tmp_path_factory.mktemp("two") / "study"
    shutil.copytree(_trained, folders[0])
    Study.create(folders[1], "npt-core").close()
    (folders[1] / "secondcoder.toml").write_text(CHEAP, encoding="utf-8")
    later = Study(folders[1])
    later.import_files([TALK])
    later.train()
    for study in (Study(folders[0]), later):
        table = study.code().table
        for suffix in ("csv", "xlsx", "parquet", "jsonl"):
            write_table(table, study.folder / f"suggestions.{suffix}")
        study.close()
    return folders


@pytest.mark.model
@pytest.mark.parametrize("everything", [False, True])
def test_suggesting_leaves_human_codings_and_passes_byte_for_byte(trained_study: Study, everything: bool):
    before = dump(trained_study.folder)
    trained_study.code(everything=everything)
    after = dump(trained_study.folder)
    assert before["codings"]
    assert {name for name in before if before[name] != after[name]} == {"suggestions", "events"}


@pytest.mark.model
def test_what_is_kept_does_not_depend_on_showing_everything(trained_study: Study):
    trained_study.code()
    kept = trained_study.store.suggestions("m0001")
    trained_study.code(everything=True)
    assert trained_study.store.suggestions("m0001") == kept
    assert kept
    assert {one.transcript for one in kept} == {UNCODED}


@given(st.floats(0, 1), st.floats(0, 1) | st.just(float("inf")))
@example(0.29996, 0.3)
@example(0.30004, 0.30004)
@example(0.3, 0.30004)
def test_a_shown_score_is_on_the_side_of_the_threshold_that_it_is_on(score: float, threshold: float) -> None:
    shown, limit = _shown(score, threshold), round(threshold, 4)
    assert (shown >= limit) == (score >= threshold)
    assert abs(shown - score) <= 0.0002


def test_a_passage_of_thousands_of_sentences_is_left_out_in_a_bounded_number_of_pieces() -> None:
    """A whole interview in one cell: leaving out each of its sentences would take hours."""
    short, long = "It rained. We left. The bus was late.", "The bus was late again. " * 4500
    few, many = sentences_within(segments_of([short, long.strip()]), SentenceFinder())
    assert len(few) == 3
    assert len(many) <= 100
    # Nothing is skipped, and nothing stands in two pieces.
    assert "".join(long[start:end] for start, end in many).replace(" ", "") == long.replace(" ", "")
