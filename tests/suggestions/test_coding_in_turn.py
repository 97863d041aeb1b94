"""Coding some transcripts at a time: the same bytes however many, the same evidence from one pass or from many."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from secondcoder.domain.records import Transcript
from secondcoder.embedding.hashed_words import WordHashEmbedder
from secondcoder.embedding.occlusion import without_sentence
from secondcoder.learning.model import Exemplars
from secondcoder.segments import sentence_pipelines, sentences
from secondcoder.segments.sentence_pipelines import SentenceFinder
from secondcoder.study.study import Study
from secondcoder.suggestions import code, suggester
from secondcoder.suggestions.nearest import NEAREST, NearestPassages
from secondcoder.suggestions.suggester import in_chunks
from support.study_checks import UNCODED, write_talks
from threadpoolctl import threadpool_info, threadpool_limits

LOADED = "torch", "transformers", "sentence_transformers", "spacy", "sklearn"


@pytest.fixture
def talks(tmp_path: Path) -> list[Path]:
    """Interviews in the words of the study's, drawn anew."""
    return write_talks(tmp_path, 9)


class OnePass(WordHashEmbedder):
    """Words, which also tells what a text would be without each of its sentences."""

    def embed_with_sentences(
        self, texts: Sequence[str], spans: Sequence[Sequence[tuple[int, int]]]
    ) -> tuple[np.ndarray, list[np.ndarray]]:
        shortened = [
            self.embed([without_sentence(text, of_it, at) for at in range(len(of_it) if len(of_it) > 1 else 0)])
            for text, of_it in zip(texts, spans, strict=True)
        ]
        return self.embed(texts), shortened


@pytest.fixture(autouse=True)
def _computed(monkeypatch):
    """What was coded before is coded again."""
    monkeypatch.setattr(code, "kept_run", lambda *of: None)


def _coded(study: Study, paths: list[Path]) -> tuple[str, list[object], object]:
    run = study.code(paths)
    events = [event["detail"] for event in study.corpus.events("suggestions", "drift")]
    return run.table.to_csv(), study.store.suggestions(run.version), events[-len(paths) - 1 :]


@pytest.mark.model
def test_however_many_are_coded_at_a_time_the_bytes_are_the_same(trained_study, talks, monkeypatch):
    first = _coded(trained_study, talks)
    assert len(first[1]) > 10
    assert any(one.nearest and len(one.carrying) for one in first[1])
    length = len(talks[0].read_text(encoding="utf-8"))
    for characters in (1, 7 * length, 10**9):
        monkeypatch.setattr(suggester, "CHUNK", characters)
        assert _coded(trained_study, talks) == first


@given(st.lists(st.integers(0, 9)), st.integers(1, 25))
def test_chunks_keep_order_and_size(lengths: list[int], size: int) -> None:
    transcripts = [Transcript(f"t{number}", "x" * length, ()) for number, length in enumerate(lengths)]
    chunks = list(in_chunks(transcripts, size))
    assert [one for chunk in chunks for one in chunk] == transcripts
    assert all(chunk and (len(chunk) == 1 or sum(len(one.text) for one in chunk) <= size) for chunk in chunks)


@pytest.mark.model
def test_evidence_from_one_pass_is_that_of_many_where_the_vectors_are_the_same(trained_study, talks, monkeypatch):
    many = _coded(trained_study, talks)
    workspace = trained_study.workspace()
    monkeypatch.setitem(vars(workspace.pipeline), "embedder", OnePass())
    asked: list[int] = []
    embed = OnePass.embed_with_sentences
    monkeypatch.setattr(OnePass, "embed_with_sentences", lambda *of: asked.append(1) or embed(*of))
    for characters in (1, 10**9):
        monkeypatch.setattr(suggester, "CHUNK", characters)
        assert _coded(trained_study, talks) == many
    assert asked


@pytest.mark.model
def test_products_leave_the_other_cores_to_the_embedding(trained_study, talks, monkeypatch):
    threads: list[int] = []
    suggest = suggester.suggest

    def counted(*of: object, **options: object) -> object:
        threads.extend(one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas")
        return suggest(*of, **options)

    monkeypatch.setattr(suggester, "suggest", counted)
    with threadpool_limits(2, "blas"):
        trained_study.code(talks)
        assert {one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"} == {2}
    assert set(threads) == {1}


VECTORS = np.array([[1, 0], [0.8, 0.6], [0.8, 0.6], [0.8, 0.6], [0.6, 0.8], [0, 1], [-1, 0]], dtype=np.float32)


@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 3), st.booleans(), st.booleans()), max_size=12),
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 4), st.booleans(), st.booleans()), max_size=5),
)
@settings(deadline=None)
def test_nearest_passages_are_those_of_one_look_at_a_time(
    kept: list[tuple[int, int, bool, bool]], asked: list[tuple[int, int, bool, bool]]
) -> None:
    # Transcript t3 was removed since; t4 is not among the exemplars'.
    transcripts = {name: Transcript(name, "0123456789abcdef", ()) for name in ("t0", "t1", "t2", "t4")}
    exemplars = Exemplars(
        tuple((f"t{owner}", at, at + 1) for at, (_, owner, _, _) in enumerate(kept)),
        VECTORS[[vector for vector, *_ in kept]],
        np.array([codes for *_, one, two in kept for codes in [(one, two)]], dtype=bool).reshape(-1, 2),
    )
    vectors = VECTORS[[vector for vector, *_ in asked]]
    wanted = np.array([(one, two) for *_, one, two in asked], dtype=bool).reshape(-1, 2)
    found = NearestPassages(exemplars, transcripts).of(vectors, [f"t{owner}" for _, owner, _, _ in asked], wanted)
    assert set(found) == set(map(tuple, np.argwhere(wanted).tolist()))
    for (row, column), passages in found.items():
        near = [
            (-round(float(vectors[row].astype(float) @ VECTORS[vector].astype(float)), 7), at)
            for at, (vector, owner, *codes) in enumerate(kept)
            if codes[column] and owner not in (asked[row][1], 3)
        ]
        assert [passage.start for passage in passages] == [at for _, at in sorted(near)][:NEAREST]
        assert [passage.similarity for passage in passages] == [round(-cosine, 4) for cosine, _ in sorted(near)][
            :NEAREST
        ]
        assert all(passage.text == "0123456789abcdef"[passage.start] for passage in passages)


@pytest.mark.model
def test_sentences_that_are_kept_are_those_that_were_found(tmp_path, monkeypatch):
    texts = ["We sat there. It was cold, wasn't it? Yes.", "", "  ", "No stop", "One.\n\nTwo 😀. Three."]
    found = sentences.split_sentences(texts, SentenceFinder())
    assert sentences.split_sentences(texts, SentenceFinder(), tmp_path) == found
    monkeypatch.setattr(sentence_pipelines, "_recogniser", None)
    assert sentences.split_sentences(texts[::-1], SentenceFinder(), tmp_path) == found[::-1]
    assert sentences.split_sentences([], SentenceFinder(), tmp_path) == []
    with pytest.raises(TypeError):
        sentences.split_sentences(["Something new."], SentenceFinder(), tmp_path)


@pytest.mark.model
def test_coding_again_loads_no_model_libraries(trained_study):
    first = trained_study.code().table
    assert set(first["transcript"]) == {UNCODED}
    program = (
        "import sys\n"
        "from secondcoder.study.study import Study\n"
        "table = Study(sys.argv[1]).code().table\n"
        "print(len(table), *sys.modules, sep='\\n')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(trained_study.folder)], capture_output=True, text=True, check=True
    )
    number, *modules = done.stdout.splitlines()
    assert int(number) == len(first)
    assert not set(LOADED) & set(modules)
