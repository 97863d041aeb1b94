"""Codings go out to Word as comments, and come back the same; what is added beside the transcript is no part of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from secondcoder.codebook.yaml_file import load_codebook
from secondcoder.domain.records import Coding, Origin, Suggestion, Transcript, Turn, Valence
from secondcoder.errors import InputError
from secondcoder.exchange.registry import CodedData, ImportContext, find_coded_format
from secondcoder.exchange.word import coded_word
from secondcoder.exchange.word.word_comments_out import write, write_unmarked
from secondcoder.study.study import Study
from secondcoder.transcripts.documents.word_marks import read_marks
from secondcoder.transcripts.registry import Source
from support.sheet_checks import saved_by_libreoffice

BOOK = load_codebook("npt-core")
PIECES = [
    "we",
    " ",
    "\n",
    "\t",
    "\u00a0",
    "👩‍⚕️",
    "e\u0301",
    "𠀀",
    "🇵🇱",
    "I: ",
    "don\u2019t",
    "…",
    "\u200d",
    "\u2028",
    "\u202e",
]
TEXT = st.lists(st.sampled_from(PIECES), min_size=1, max_size=30).map("".join)


@st.composite
def coded(draw: st.DrawFn) -> CodedData:
    text = draw(TEXT)
    start = draw(st.integers(0, len(text) - 1))
    transcript = Transcript("t1", text, (Turn(start, len(text), "GP", time_start=draw(st.sampled_from([None, 75.2]))),))
    spans = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).filter(lambda span: span[0] < span[1])
    coding = st.builds(
        lambda span, *rest: Coding("t1", *span, *rest),
        spans,
        st.sampled_from(BOOK.ids),
        st.sampled_from(["ana", "Ben Ó"]),
        st.sampled_from(Origin),
        st.sampled_from([None, *Valence]),
        st.sampled_from(["", "why; this", "CP", "two\n\nlines 👩‍⚕️", "valence: promotes"]),
    )
    return CodedData([transcript], [], draw(st.lists(coding, min_size=1, max_size=8)))


def read_back(path: Path, transcript: Transcript) -> CodedData:
    return coded_word.read(path, ImportContext(BOOK, {transcript.id: transcript}, own=transcript))


@given(coded())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_codings_come_back_the_same(tmp_path: Path, data: CodedData) -> None:
    path = tmp_path / "t1.docx"
    write(data, BOOK, path)
    again = read_back(path, data.transcripts[0])
    assert set(again.codings) == set(data.codings)
    assert again.notes == []


@given(TEXT)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_an_unmarked_copy_holds_the_same_text_and_no_mark(tmp_path: Path, text: str) -> None:
    path = tmp_path / "t1.docx"
    write_unmarked(CodedData([Transcript("t1", text, (), case="A")]), BOOK, path)
    marks = read_marks(Source(path))
    assert (marks.text, marks.comments, marks.highlights) == (text, [], [])


SPOKEN = Transcript("talk 1/2", "I: Why?\nGP: We did.", (Turn(3, 7, "I"), Turn(12, 19, "GP", time_start=3671.0)))
CODING = Coding("talk 1/2", 12, 18, "CO", "ana")


def test_the_same_codings_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write(CodedData([SPOKEN], [], [CODING]), BOOK, tmp_path / f"{name}.docx")
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()


def test_transcripts_are_written_to_a_folder_under_names_that_every_system_takes(tmp_path: Path) -> None:
    others = [Transcript(name, "GP: Yes.", ()) for name in ("Talk 1?2", "c", "empty")]
    codings = [CODING, *(Coding(each.id, 0, 3, "CO", "ana") for each in others[:2])]
    write(CodedData([SPOKEN, *others], [], codings), BOOK, tmp_path / "out")
    assert sorted(each.name for each in (tmp_path / "out").iterdir()) == ["Talk 1_2 2.docx", "c.docx", "talk 1_2.docx"]
    with pytest.raises(InputError, match="4 transcripts, and a Word document holds one"):
        write_unmarked(CodedData([SPOKEN, *others]), BOOK, tmp_path / "out.docx")
    with pytest.raises(InputError, match="Nothing is coded"):
        write(CodedData([SPOKEN]), BOOK, tmp_path / "none")


def test_suggestions_are_comments_of_the_model_and_never_come_back_as_codings(tmp_path: Path) -> None:
    path = tmp_path / "t.docx"
    suggestion = Suggestion("talk 1/2", 12, 19, "CO", 0.834, 0.5, True, "m0003", carrying=((12, 18),))
    write(CodedData([SPOKEN], [], [CODING], suggestions=[suggestion]), BOOK, path)
    comments = read_marks(Source(path)).comments
    assert [(each.author, each.span) for each in comments] == [("ana", (12, 18)), ("secondcoder m0003", (12, 19))]
    assert comments[1].text == "Coherence: probability 83%\nCarried by: We did"
    again = read_back(path, SPOKEN)
    assert again.codings == [CODING]
    assert again.notes == ["1 comment of secondcoder itself, which are suggestions, were not taken."]


def test_a_document_is_accessible(tmp_path: Path) -> None:
    from docx import Document

    path = tmp_path / "t.docx"
    write_unmarked(CodedData([SPOKEN]), BOOK, path)
    document = Document(str(path))
    assert document.core_properties.title == "talk 1/2"
    assert document.core_properties.language == "en"
    assert {each.get(next(iter(each.keys()))) for each in document.styles.element.iter("{*}lang")} == {"en"}
    headings = [
        each.text for each in document.paragraphs if each.style.base_style and each.style.base_style.name == "Heading 1"
    ]
    assert headings == ["talk 1/2", f"Codebook: {BOOK.title}"]
    labels = [(run.text, run.bold) for run in document.paragraphs[3].runs]
    assert labels == [("[1:01:11] ", None), ("GP: ", True), ("We did.", None)]
    assert document.tables[0].rows[0]._tr.trPr.find("{*}tblHeader") is not None


def test_a_document_with_comments_is_known_for_both(tmp_path: Path) -> None:
    path = tmp_path / "t.docx"
    write(CodedData([SPOKEN], [], [CODING]), BOOK, path)
    found = find_coded_format(path, (".docx",))
    assert found is coded_word.CODED_FORMAT
    write_unmarked(CodedData([SPOKEN]), BOOK, path)
    assert find_coded_format(path, (".docx",)) is None


def test_a_study_that_is_exported_and_imported_again_stays_as_it_is(coded_study: Study, tmp_path: Path) -> None:
    exported = coded_study.export(tmp_path / "out", "word")
    before = set(coded_study.corpus.codings)
    assert exported.codings == len(before) > 0
    again = coded_study.import_files([tmp_path / "out"])
    assert (again.transcripts, again.codings) == ([], [])
    assert set(coded_study.corpus.codings) == before
    coded_study.export(tmp_path / "copies", "word-unmarked")
    assert len(coded_study.import_files([tmp_path / "copies"]).unchanged) == len(coded_study.corpus.transcripts)


@pytest.mark.slow
def test_a_document_that_libreoffice_saved_again_gives_the_same_codings(coded_study: Study, tmp_path: Path) -> None:
    coded_study.export(tmp_path / "word", "word")
    first = sorted(coded_study.corpus.coded)[:2]
    resaved = [saved_by_libreoffice(tmp_path / "word" / f"{name}.docx") for name in first]
    fresh = Study.create(tmp_path / "fresh", coded_study.folder / "codebook.yml")
    fresh.import_files(resaved)
    assert fresh.corpus.codings
    assert fresh.corpus.codings == [each for each in coded_study.corpus.codings if each.transcript in first]
    assert [each.text for each in fresh.corpus.transcripts] == [coded_study.corpus.by_id[name].text for name in first]
    fresh.close()
