"""What each text of a codebook speaks for, speaks against, and says nothing of."""

from __future__ import annotations

import numpy as np
import pytest
from secondcoder.codebook.model import Code, Codebook, Exclude
from secondcoder.codebook.shipped import SHIPPED
from secondcoder.codebook.yaml_file import load_codebook
from secondcoder.embedding.hashed_words import WordHashEmbedder
from secondcoder.learning.codebook_texts import code_definitions, code_vectors, codebook_texts, described
from support.planted import segments_of

BOOK = Codebook(
    id="b",
    title="t",
    codes=(
        Code(id="A", name="Sense", definition="making sense", examples=("what is she for",)),
        Code(
            id="A.1",
            name="Alone",
            parent="A",
            includes=("my own tasks",),
            excludes=(Exclude(text="tasks we share", see=("A.2",)), Exclude(text="the skill for it", see=("B",))),
        ),
        Code(id="A.2", name="Together", parent="A"),
        Code(id="B", name="Work", prototypes=("it fits in",), excludes=(Exclude(text="gossip"),)),
    ),
)


def said(text: str) -> tuple[set[str], set[str]]:
    """The codes that a text speaks for, and those it speaks against."""
    texts = codebook_texts(BOOK)
    row = texts.texts.index(text)
    pairs = list(zip(BOOK.ids, texts.y[row], texts.known[row], strict=True))
    return {code for code, y, known in pairs if y and known}, {code for code, y, known in pairs if known and not y}


def test_every_text_of_the_codebook_is_there_once():
    assert codebook_texts(BOOK).texts == (
        *("Sense: making sense", "what is she for"),
        *("Alone", "my own tasks", "tasks we share", "the skill for it"),
        *("Together", "Work", "it fits in", "gossip"),
    )


def test_a_constructs_text_says_nothing_of_its_sub_constructs():
    assert said("what is she for") == ({"A"}, {"B"})


def test_a_sub_constructs_text_speaks_for_its_construct_too():
    assert said("my own tasks") == ({"A.1", "A"}, {"A.2", "B"})


def test_what_is_excluded_speaks_for_the_codes_where_it_goes():
    assert said("the skill for it") == ({"B"}, {"A", "A.1", "A.2"})


def test_what_goes_to_a_sibling_still_speaks_for_the_common_construct():
    assert said("tasks we share") == ({"A.2", "A"}, {"A.1", "B"})


def test_what_goes_nowhere_speaks_only_against_the_code_that_excludes_it():
    assert said("gossip") == (set(), {"B"})


def test_a_code_with_nothing_but_a_name_is_described_by_it():
    assert list(described(BOOK["A.2"])) == ["Together"]


@pytest.mark.parametrize("name", SHIPPED)
def test_every_code_of_a_shipped_codebook_has_texts_on_both_sides(name):
    texts = codebook_texts(load_codebook(name))
    assert (texts.y & texts.known).sum(axis=0).min() >= 3
    assert (~texts.y & texts.known).sum(axis=0).min() >= 3
    assert not (texts.y & ~texts.known).any()


def test_a_codes_vector_is_the_direction_of_what_the_codebook_says_for_it():
    embedder = WordHashEmbedder()
    vectors = code_vectors(BOOK.codes, embedder)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    for code, vector in zip(BOOK.codes, vectors, strict=True):
        assert vector @ embedder.embed(list(described(code))).mean(axis=0) > 0.3
    assert code_vectors(BOOK.codes[:1], embedder) == pytest.approx(vectors[:1])


SAID = "So I said to her, we'd never once been asked what we thought of it, and she left."
TALK = segments_of([SAID, "Well, that was that."], "t0")


def test_what_is_quoted_from_the_talk_says_nothing_for_its_code_there():
    embedder = WordHashEmbedder()
    bare = Code(id="A", name="Sense", definition="making sense", examples=("what is she for",))
    quoting = bare.model_copy(update={"examples": (*bare.examples, SAID), "prototypes": (SAID,)})
    assert code_vectors([quoting], embedder, TALK) == pytest.approx(code_vectors([bare], embedder))
    assert code_vectors([quoting], embedder) != pytest.approx(code_vectors([bare], embedder))
    named = Code(id="B", name=SAID)
    assert code_vectors([named], embedder, TALK) == pytest.approx(embedder.embed([SAID]), abs=1e-6)


@pytest.mark.parametrize(
    ("definition", "kept"),
    [
        ("Whether people make sense of it", "Whether people make sense of it"),
        (f"Making sense: '{SAID}' (GP)", "Making sense: '.' (GP)"),
        ("Making sense, as in we'd never once been [...] what we thought of it, and she left", "Making sense, as in"),
        (SAID, "."),
    ],
)
def test_a_definition_is_kept_less_what_it_quotes(definition: str, kept: str):
    embedder = WordHashEmbedder()
    expected = embedder.embed([f"Sense: {kept}"])[0]
    (vector,) = code_vectors([Code(id="A", name="Sense", definition=definition)], embedder, TALK)
    np.testing.assert_allclose(vector, expected / np.linalg.norm(expected), atol=1e-6)


def test_a_model_that_reads_gets_definition_and_limits_without_examples_and_without_quotations():
    code = Code.model_validate(
        {
            "id": "A",
            "name": "Sense",
            "definition": f'Making sense, as in "{SAID}", together.',
            "includes": ["what it is for", SAID],
            "excludes": [{"text": "what it costs"}],
            "examples": ["We asked what it was for."],
        }
    )
    first, bare = code_definitions([code, Code(id="B", name="Bare")], TALK).values()
    assert first == 'Sense: Making sense, as in ".", together.\nIncludes: what it is for\nExcludes: what it costs'
    assert bare == "Bare"
    assert SAID in code_definitions([code])["A"]
