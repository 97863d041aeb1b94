"""Quotations in a codebook, exact and edited, are told from what people happen to say too."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest
from secondcoder.codebook.shipped import SHIPPED
from secondcoder.codebook.yaml_file import load_codebook
from secondcoder.domain.records import Segment
from secondcoder.learning.codebook_texts import codebook_texts
from secondcoder.learning.quotations import cut, quotations
from secondcoder.study.study import Study
from support.planted import segments_of

SAID = "So I said to her, we'd never once been asked what we thought of it, and she left."
LONGER = (
    "I think the first month nobody on the desk knew who she was or what she could take off our hands, you know, and by the "
    "summer people were (laughs) queueing at her door before the shutters went up, which was lovely to see."
)
TALK = [*segments_of([SAID, "Well, that", "was that then."], "t0"), *segments_of(["In the end", LONGER], "t1")]


def is_quoted(text: str) -> bool:
    return text in quotations([text, "something else"], TALK)


@pytest.mark.parametrize(
    "text",
    [
        SAID,
        "... we\u2019d NEVER once been asked what we thought of it! (GP, Alder)",
        "never once been asked",
        "we\u2019d never once been asked",
        "that was that then",  # over the edge of two passages
    ],
)
def test_words_in_a_row_are_a_quotation(text: str):
    assert is_quoted(text)


@pytest.mark.parametrize(
    "text",
    [
        "nobody on the desk knew who she was [...] queueing at her door",
        "nobody on the desk knew who she was\u2026 queueing at her door before the shutters",
        "nobody on the desk . . . by the summer people were queueing at her door",
        "nobody on the desk (pause) knew who she was (pause) or what she could take",
        "NOBODY ON THE DESK KNEW WHO SHE WAS or what she could take",
        "nobody on the desk [at reception] knew who she [the link worker] was or what she could take",
        "nobody on the desk knew who [the link worker] was or what she could take off",
        "\u2018So I said to her, \u201cwe\u2019d never once been asked what we thought of it\u201d\u2019",
        'So I said to her, "wed never once been asked what we thought',
        "never once been aksed what we thought",
        "nobody on the dsek knew who she was or what she could take of our hands",
        "what she could take off our hands, and by the summer people were queueing",  # without "you know"
        "by the summer people were queueing at her door",  # without the laugh of the transcript
        "\u201cNobody on the desk knew who she wsa [\u2026] by the Summer people were [patients] queueing at her door\u201d",
    ],
)
def test_an_edited_quotation_is_one_still(text: str):
    assert is_quoted(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "she left",
        "never been asked",
        "then In the end",  # over the edge of two transcripts
        "So I said to her that nobody had ever asked us what we thought of it",
        "Nobody knew who she was until somebody said what she could take off the practice",
        "and she left [...] never once been asked [...] I said to her",  # backwards
        "whether people know who she was, or what she could do, and whether it was lovely to see her",
        "(pause) [...] \u2026",
    ],
)
def test_what_shares_phrases_with_the_talk_is_none(text: str):
    assert not is_quoted(text)


def test_an_ellipsis_stands_for_talk_that_is_near():
    far = segments_of([f"we never knew who she was {'and so on ' * 60} until she came to see us"], "t0")
    near = segments_of([f"we never knew who she was {'and so on ' * 20} until she came to see us"], "t0")
    text = "we never knew who she was [...] until she came to see us"
    assert text in quotations([text], near)
    assert text not in quotations([text], far)


def test_the_spans_are_what_is_cut():
    text = f"Making sense. E.g. '{SAID}' or 'nobody on the desk knew who [...] she could take off our hands', and more."
    spans = quotations([text], TALK)[text]
    assert cut(text, spans) == "Making sense. E.g. '.' or '', and more."
    assert quotations([cut(text, spans)], TALK) == {}
    assert cut("abc", []) == "abc"


def demonstration(folder: Path) -> list[Segment]:
    shipped = resources.files("secondcoder.corpora").joinpath("demo")
    with resources.as_file(shipped) as corpus:
        study = Study.create(folder / "study", "npt")
        study.import_files([corpus])
        talk = study.workspace().segments(list(study.store.transcripts()))
        study.close()
    return talk


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> list[Segment]:
    return demonstration(tmp_path_factory.mktemp("demonstration"))


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_no_text_of_a_shipped_codebook_quotes_the_demonstrations_talk(name: str, talk: list[Segment]):
    book = load_codebook(name)
    texts = [*codebook_texts(book).texts, *(code.definition for code in book.codes)]
    assert len(texts) > 100
    assert quotations(texts, talk) == {}


@pytest.mark.slow
def test_every_stretch_of_the_demonstration_is_found_and_none_once_its_words_stand_backwards(talk: list[Segment]):
    stretches = [" ".join(segment.text.split()[:16]) for segment in talk[::10]]
    long_ones = [text for text in stretches if len(text.split()) >= 12]
    assert len(long_ones) > 50
    assert set(long_ones) == set(quotations(long_ones, talk))
    assert quotations([" ".join(text.split()[::-1]) for text in long_ones], talk) == {}
