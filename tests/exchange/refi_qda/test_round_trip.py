"""What leaves as a project comes back as the same records, in every way of counting."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.codebook.model import Code, Codebook
from secondcoder.domain.records import Coding, Origin, Transcript, Turn, Valence
from secondcoder.exchange.refi_qda.coded_format import read, write
from secondcoder.exchange.refi_qda.layouts import LAYOUTS
from secondcoder.exchange.registry import CodedData, ImportContext

BOOK = Codebook(
    id="b",
    title="Book",
    codes=(
        Code(id="TR", name="Trust"),
        Code(id="TR.O", name="Trust: Other", parent="TR"),
        Code(id="AC", name="Access"),
        Code(id="AC.O", name="Other", parent="AC"),
    ),
)
WORDS = [
    "trust",
    "😀",
    "👨‍👩‍👧",
    "cafe\u0301",
    "𠮷𠮷",
    "in\u00a0time",
    "a\tb",
    "so, it was",
    "<&>",
    "nobody\ncame",
    "naïve",
]
TALK = st.lists(st.sampled_from(WORDS), min_size=4, max_size=30).map(" ".join)
MEMO = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)


@st.composite
def coded(draw: st.DrawFn) -> CodedData:
    """Codings from word to word, as people code: that is how the way of counting is told."""
    texts = draw(st.lists(TALK, min_size=1, max_size=3, unique=True))
    transcripts = [Transcript(f"t{at}", f"P: {text}\n", (Turn(3, 3 + len(text)),)) for at, text in enumerate(texts)]
    found = {}
    for transcript in transcripts:
        edges = [at for at, sign in enumerate(transcript.text) if sign == " "]
        for _ in range(draw(st.integers(1, 5))):
            start, end = draw(st.sampled_from(edges[:-1])) + 1, draw(st.sampled_from(edges[1:]))
            if start < end:
                coding = Coding(
                    transcript.id, start, end, draw(st.sampled_from(BOOK.ids)), draw(st.sampled_from(["Ana", "Ben"])),
                    draw(st.sampled_from(Origin)), draw(st.sampled_from([None, *Valence])), draw(MEMO),
                )  # fmt: skip
                found.setdefault((coding.place, coding.code, coding.coder), coding)
    return CodedData(transcripts, [], [*found.values()], study="s")


@pytest.mark.parametrize("dialect", LAYOUTS)
@given(data=coded())
def test_every_coding_comes_back(dialect: str, data: CodedData) -> None:
    data.dialect = dialect
    with TemporaryDirectory() as folder:
        write(data, BOOK, path := Path(folder) / "p.qdpx")
        back = read(path, ImportContext(BOOK, {each.id: each for each in data.transcripts}))
        anew = read(path, ImportContext(BOOK))
    assert set(back.codings) == set(data.codings)
    assert back.transcripts == []
    assert set(anew.codings) == set(data.codings)
    assert {each.id: each.text for each in anew.transcripts} == {each.id: each.text for each in data.transcripts}


@pytest.mark.parametrize("dialect", LAYOUTS)
def test_a_long_coding_that_could_end_at_several_places_comes_back(dialect: str) -> None:
    """Its name is cut, and two ways of counting end it at clean edges: the project itself says which is meant."""
    text = "P: " + "trust " * 18 + "😀 😀 😀\n"
    coding = Coding("t", 3, text.index("😀") + 1, "TR", "Ana")
    data = CodedData([Transcript("t", text, (Turn(3, len(text) - 1),))], [], [coding], study="s", dialect=dialect)
    with TemporaryDirectory() as folder:
        write(data, BOOK, path := Path(folder) / "p.qdpx")
        assert read(path, ImportContext(BOOK)).codings == [coding]
