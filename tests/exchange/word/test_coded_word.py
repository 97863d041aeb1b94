"""Word documents whose codes are comments or highlights: exact places, who coded, and what is no code is told of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from secondcoder.errors import InputError
from secondcoder.exchange.importing import ImportOptions
from secondcoder.exchange.layout import Layout, pairs
from secondcoder.study.study import Study
from secondcoder.transcripts.documents.word_marks import read_marks
from secondcoder.transcripts.registry import Source
from support.word_checks import document, paragraph, run, table

SHARED = Path(__file__).parents[4] / "shared" / "transcripts" / "llmcode_word_comments.docx"
MARK = '<w:commentRange{} w:id="{}"/>'
SIGN = '<w:r><w:commentReference w:id="{}"/></w:r>'
Q = paragraph(run("I: How is it?"))


TAKEN = "the comments of 1 document were taken as codings"


def begin(number: int = 0) -> str:
    return MARK.format("Start", number)


def end(number: int = 0) -> str:
    return MARK.format("End", number) + SIGN.format(number)


def comment(number: int, text: str, author: str = "Ana") -> str:
    lines = "".join(paragraph(run(line)) for line in text.split("\n"))
    return f'<w:comment w:id="{number}" w:author="{author}">{lines}</w:comment>'


def put(folder: Path, body: str, *comments: str, name: str = "p01.docx", **parts: str) -> Path:
    path = folder / name
    path.write_bytes(document(body, comments="".join(comments), **parts))
    return path


def passages(path: Path) -> list[str | None]:
    marks = read_marks(Source(path))
    return [each.span and marks.text[slice(*each.span)] for each in marks.comments]


PLACES: Mapping[str, tuple[str, str | None]] = {
    "two runs": (paragraph(run("R: a "), begin(), run("b "), run("c"), end(), run(" d")), "b c"),
    "two paragraphs": (paragraph(run("R: a "), begin(), run("b")) + paragraph(run("c"), end(), run(" d")), "b\nc"),
    "behind a tab and a break": (paragraph(run("R:"), "<w:r><w:tab/><w:br/></w:r>", begin(), run("b"), end()), "b"),
    "behind an emoji": (paragraph(run("R: 👩‍⚕️ e\u0301 𠀀 "), begin(), run("b"), end()), "b"),
    "behind a page break": (paragraph(run("R: a"), '<w:r><w:br w:type="page"/></w:r>', begin(), run("b"), end()), "b"),
    "at two page breaks": (
        paragraph(run("R: a "), '<w:r><w:br w:type="page"/><w:br w:type="page"/></w:r>', begin(), run("b"), end()), "b",
    ),
    "in a link": (paragraph(run("R: a "), f"<w:hyperlink>{begin()}{run('b')}{end()}</w:hyperlink>", run(" d")), "b"),
    "behind hidden text": (paragraph(run("R: a "), run("secret", "<w:vanish/>"), begin(), run("b"), end()), "b"),
    "begun in a deletion": (paragraph(run("R: "), f"<w:del>{begin()}{run('x')}</w:del>", run("b"), end()), "b"),
    "ended in an insertion": (paragraph(run("R: "), begin(), f"<w:ins>{run('b')}{end()}</w:ins>", run("c")), "b"),
    "between paragraphs": (begin() + paragraph(run("R: b")) + MARK.format("End", 0), "R: b"),
    "in a content control": (
        f"<w:sdt><w:sdtContent>{begin()}{paragraph(run('R: b'))}{MARK.format('End', 0)}</w:sdtContent></w:sdt>", "R: b",
    ),
    "turned round": (paragraph(run("R: "), end(), run("b"), begin(), run(" d")), "b"),
    "without an end": (paragraph(run("R: "), begin(), run("b"), SIGN.format(0), run(" d")), "b"),
    "a sign alone": (paragraph(run("R: b"), SIGN.format(0)), None),
    "of nothing": (paragraph(run("R: b"), begin(), end()), None),
    "not in the text": (paragraph(run("R: b")), None),
}  # fmt: skip


@pytest.mark.parametrize("how", PLACES)
def test_the_passage_of_a_comment_is_exact(tmp_path: Path, how: str) -> None:
    body, passage = PLACES[how]
    assert passages(put(tmp_path, Q + body, comment(0, "CO"))) == [passage]


def cells(*texts: str) -> str:
    return (
        "<w:tr>" + "".join(f"<w:tc>{text if '<w:p>' in text else paragraph(text)}</w:tc>" for text in texts) + "</w:tr>"
    )


INNER = table((f"<w:tc>{paragraph(run('x'))}</w:tc>", f"<w:tc>{paragraph(begin(), run('b'), end())}</w:tc>"))
TABLES: Mapping[str, tuple[Sequence[str], str]] = {
    "a cell": ((cells(run("1"), run("I"), run("Why?")), cells(run("2"), run("R"), begin() + run("b") + end())), "b"),
    "over cells": ((cells(run("I"), begin() + run("Why so?")), cells(run("R"), run("I do.") + end())), "Why so?\nR\tI do."),
    "second paragraph": (
        (cells(run("1"), run("I"), run("Why?")),
         cells(run("2"), run("R"), paragraph(run("a")) + paragraph(begin(), run("b"), end()))), "b",
    ),
    "a table within": ((cells(run("I"), run("Why?")), cells(run("R"), paragraph(run("a")) + INNER + paragraph())), "b"),
    "cell by cell": ((cells(run("Age")), cells(begin() + run("b") + end())), "b"),
    "between rows": ((cells(run("I"), run("Why?")), begin() + cells(run("R"), run("b")) + MARK.format("End", 0)), "R\tb"),
    "begun in a number": ((cells(run("1"), run("I"), run("W?")), cells(begin() + run("2"), run("R"), run("b") + end())), "\nR\tb"),
}  # fmt: skip


@pytest.mark.parametrize("how", TABLES)
def test_the_passage_of_a_comment_in_a_table_is_exact(tmp_path: Path, how: str) -> None:
    rows, passage = TABLES[how]
    assert passages(put(tmp_path, f"<w:tbl>{''.join(rows)}</w:tbl>", comment(0, "CO"))) == [passage]


def body(*passages_of: str) -> str:
    runs = [part for at, words in enumerate(passages_of) for part in (begin(at), run(words), end(at), run(" "))]
    return Q + paragraph(run("R: "), *runs)


def coded(study: Study) -> list[tuple[str, str, str, str]]:
    text = study.corpus.transcripts[0].text
    return [(text[slice(*each.span)], each.code, each.coder, each.memo) for each in study.corpus.codings]


def notes(study: Study, path: Path, **options: object) -> list[str]:
    imported = study.import_files([path], ImportOptions(**options))  # type: ignore[arg-type]
    return [note.removeprefix("p01.docx: ") for note in imported.notes]


def test_one_document_gives_a_transcript_and_its_codings(empty_study: Study, tmp_path: Path) -> None:
    path = put(tmp_path, body("all sat down", "it works"), comment(0, "Coherence; CP"), comment(1, "ca", "Ben"))
    notes(empty_study, path)
    assert coded(empty_study) == [
        ("all sat down", "CO", "Ana", ""), ("all sat down", "CP", "Ana", ""), ("it works", "CA", "Ben", ""),
    ]  # fmt: skip
    assert [(each.coder, each.start, each.end) for each in empty_study.corpus.passes] == [
        ("Ana", 17, 29),
        ("Ben", 30, 38),
    ]
    again = empty_study.import_files([path])
    assert (again.codings, again.unchanged) == ([], ["p01"])


def test_codes_stay_at_their_words_where_a_repeated_heading_is_left_out(empty_study: Study, tmp_path: Path) -> None:
    lines = [
        "00:00:01 Ana",
        "Why?",
        "00:00:02 Ben",
        "We tried.",
        "00:00:31 Ben",
        "We tried.",
        "00:00:40 Ana",
        "And then?",
    ]
    last = paragraph(begin(), run("It went 👩‍⚕️ well."), end())
    talk = "".join(paragraph(run(line)) for line in (*lines, "00:00:50 Ben")) + last
    empty_study.import_files([put(tmp_path, talk, comment(0, "CO"))])
    (transcript,) = empty_study.corpus.transcripts
    assert "00:00:31" not in transcript.text
    assert [words for words, *_ in coded(empty_study)] == ["It went 👩‍⚕️ well."]


def test_the_person_may_say_that_the_coder_read_all_of_it(empty_study: Study, tmp_path: Path) -> None:
    path = put(tmp_path, body("a", "b"), comment(0, "CO"))
    in_part = empty_study.import_files([path], ImportOptions(layout=Layout({}, "codes", {"yellow": "CO"})))
    assert in_part.read_whole.endswith("p01.docx --comments codes --highlights yellow=CO --read-whole")
    folder = empty_study.import_files([tmp_path], ImportOptions(layout=Layout({}, "codes", {"yellow": "CO"})))
    assert folder.read_whole.startswith(f"secondcoder import {tmp_path} ")
    notes(empty_study, path, read_whole=True)
    whole = (0, len(empty_study.corpus.transcripts[0].text))
    assert whole in [each.span for each in empty_study.corpus.passes]


def test_comments_of_dedoose_are_codes(empty_study: Study, tmp_path: Path) -> None:
    path = put(tmp_path, body("all sat down"), comment(0, "Codes (18-30)\nCoherence\nShared view"))
    notes(empty_study, path, add_codes=True)
    assert [each[:2] for each in coded(empty_study)] == [("all sat down", "CO"), ("all sat down", "Shared view")]


def test_what_names_no_code_becomes_a_memo_or_is_told_of(empty_study: Study, tmp_path: Path) -> None:
    path = put(
        tmp_path,
        body("all sat down", "it works", "a"),
        *(
            comment(0, "Coherence; odd\nask again"),
            comment(1, "CA"),
            comment(2, "who is this?"),
            comment(3, "CO"),
            comment(4, " "),
        ),
    )
    said = notes(empty_study, path)
    assert coded(empty_study) == [("all sat down", "CO", "Ana", "odd\nask again"), ("it works", "CA", "Ana", "")]
    assert said == [
        "1 name beside codes kept as memos, since the codebook lacks them: 'odd'. --add-codes adds them.",
        "1 comment without a passage not taken: 'CO'.",
        "1 comment without a code not taken: 'who is this?'.",
        "1 comment without text not taken.",
        TAKEN,
    ]


def test_an_answer_in_the_margin_becomes_the_memo_of_the_passage(empty_study: Study, tmp_path: Path) -> None:
    replied = Q + paragraph(
        run("R: "), begin(0), begin(1), run("all sat down"), end(0), end(1), begin(2), run("b"), end(2)
    )
    path = put(tmp_path, replied, comment(0, "CO"), comment(1, "Really?", "Ben"), comment(2, "CP"))
    said = notes(empty_study, path)
    assert coded(empty_study) == [("all sat down", "CO", "Ana", "Really?"), ("b", "CP", "Ana", "")]
    assert said == ["1 comment names no code and became the memo of codings of the same passage.", TAKEN]


def test_ordinary_comments_are_notes_unless_the_person_says_otherwise(empty_study: Study, tmp_path: Path) -> None:
    path = put(tmp_path, body("a", "b", "c"), comment(0, "CO"), comment(1, "typo?"), comment(2, "check the tape"))
    said = notes(empty_study, path, add_codes=True)
    assert said[1:] == [
        "1 of 3 comments in the margin names a code of the codebook, so they are notes and were not taken. If they are codes: "
        "--comments codes, with --add-codes for new ones."
    ]
    assert empty_study.corpus.codings == []
    with pytest.raises(InputError, match="comment 'typo\\?' of Ana: code 'typo\\?' is not in the codebook"):
        notes(empty_study, path, layout=Layout(comments="codes"))
    notes(empty_study, path, add_codes=True, layout=Layout(comments="codes"))
    assert [each[:2] for each in coded(empty_study)] == [("a", "CO"), ("b", "typo?"), ("c", "check the tape")]


def test_comments_that_are_said_to_be_notes_are_left_alone(empty_study: Study, tmp_path: Path) -> None:
    path = put(tmp_path, body("a"), comment(0, "CO"))
    assert notes(empty_study, path, layout=Layout(comments="notes")) == ["1 comment beside the text"]
    assert empty_study.corpus.codings == []


@pytest.mark.parametrize("author", ["", "Author", "Autor"])
def test_an_author_who_was_taken_out_must_be_named(empty_study: Study, tmp_path: Path, author: str) -> None:
    path = put(tmp_path, body("a"), comment(0, "CO", author))
    with pytest.raises(InputError, match=r"nobody is named as its author\. Give --coder NAME"):
        notes(empty_study, path)
    notes(empty_study, path, coder="Ana")
    assert coded(empty_study) == [("a", "CO", "Ana", "")]


def test_copies_of_one_interview_that_two_people_coded_are_one(empty_study: Study, tmp_path: Path) -> None:
    for who, code in (("Ana", "CO"), ("Ben", "CP")):
        (tmp_path / who).mkdir()
        put(tmp_path / who, body("a"), comment(0, code, who))
    empty_study.import_files([tmp_path / who / "p01.docx" for who in ("Ana", "Ben")])
    assert coded(empty_study) == [("a", "CO", "Ana", ""), ("a", "CP", "Ben", "")]


def test_a_manifest_may_name_the_transcript(empty_study: Study, tmp_path: Path) -> None:
    put(tmp_path, body("a"), comment(0, "CO"))
    (tmp_path / "manifest.csv").write_text("file,transcript,case\np01.docx,Interview 1,North\n", encoding="utf-8")
    empty_study.import_files([tmp_path])
    assert [each.transcript for each in empty_study.corpus.codings] == ["Interview 1"]


HIGHLIGHTED = Q + paragraph(
    run("R: "),
    run("all ", '<w:highlight w:val="yellow"/>'), run("sat", '<w:highlight w:val="yellow"/><w:b/>'), run(" down "),
    run("here", '<w:highlight w:val="green"/>'), run("and"), run("there", '<w:shd w:fill="FF00FF"/>'),
) + paragraph(run("too", '<w:highlight w:val="none"/>'), run("once", '<w:highlight w:val="green"/>'))  # fmt: skip


def test_colours_are_codes_as_the_person_says(empty_study: Study, tmp_path: Path) -> None:
    path = put(tmp_path, HIGHLIGHTED)
    layout = Layout(highlights=pairs("--highlights", ["yellow=CO, Bright Green=CP"]))
    with pytest.raises(InputError, match=r"highlights in yellow: a colour does not say who coded\. Give --coder NAME"):
        notes(empty_study, path, layout=layout)
    said = notes(empty_study, path, layout=layout, coder="Ana")
    assert [each[:2] for each in coded(empty_study)] == [("all sat", "CO"), ("here", "CP"), ("once", "CP")]
    assert said == ['1 highlighted passage not taken: #ff00ff (1). If a colour is a code: --highlights "#ff00ff=CODE".']


def test_colours_without_a_code_are_told_of(empty_study: Study, tmp_path: Path) -> None:
    (said,) = notes(empty_study, put(tmp_path, HIGHLIGHTED))
    assert said.startswith("4 highlighted passages not taken: yellow (1), green (2) and #ff00ff (1).")


def test_what_is_no_pair_is_refused() -> None:
    assert pairs("--columns", ["text=Said, in full,codes=Tag"]) == {"text": "Said, in full", "codes": "Tag"}
    with pytest.raises(InputError, match="--columns 'text' is no pair NAME=NAME"):
        pairs("--columns", ["text"])


def test_two_comments_of_one_number_are_refused(empty_study: Study, tmp_path: Path) -> None:
    path = put(tmp_path, body("a"), comment(0, "CO"), comment(0, "CP"))
    with pytest.raises(InputError, match="comment number 0 stands in it twice"):
        notes(empty_study, path)
    doubled = put(tmp_path, body("a") + paragraph(begin(), run("b"), end()), comment(0, "CO"))
    with pytest.raises(InputError, match="comment number 0 stands in it twice"):
        notes(empty_study, doubled)
    assert not empty_study.corpus.transcripts
    notes(empty_study, doubled, layout=Layout(comments="notes"))


def test_a_hundred_thousand_comments_are_refused_or_read(empty_study: Study, tmp_path: Path) -> None:
    many = "".join(f"{MARK.format('Start', at)}{MARK.format('End', at)}" for at in range(100_000))
    path = put(tmp_path, Q + paragraph(run("R: a"), many), *(f'<w:comment w:id="{at}"/>' for at in range(100_000)))
    assert "100,000 comments without text not taken." in " ".join(
        notes(empty_study, path, layout=Layout(comments="codes"))
    )
    full = put(
        tmp_path, Q + paragraph(run("R: a"), many), *(comment(at, "CO") for at in range(100_000)), name="p02.docx"
    )
    with pytest.raises(InputError, match="has over 300,000 elements, which no transcript does"):
        empty_study.import_files([full])


def test_many_comments_that_are_no_codes_are_refused_in_one_error(empty_study: Study, tmp_path: Path) -> None:
    count = 20_000
    runs = "".join(f"{MARK.format('Start', at)}{run('b')}{MARK.format('End', at)}" for at in range(count))
    path = put(tmp_path, Q + paragraph(run("R: a"), runs), *(comment(at, f"code {at}") for at in range(count)))
    with pytest.raises(InputError, match="20000 faults"):
        notes(empty_study, path, layout=Layout(comments="codes"))


@pytest.mark.shared
def test_the_reference_document_gives_all_its_comments(empty_study: Study) -> None:
    if not SHARED.is_file():
        pytest.skip("the reference files do not lie beside this checkout")
    empty_study.import_files([SHARED], ImportOptions(speakers=("none",), add_codes=True))
    codings = empty_study.corpus.codings
    assert len({each.span for each in codings}) == 119
    assert {each.coder for each in codings} == {"Anonymous coder 1"}
    # Counted in the file by another reader: python-docx.
    from docx import Document

    names = [name.strip() for each in Document(str(SHARED)).comments for name in each.text.split(";") if name.strip()]
    assert len(codings) == len(names)
    text = empty_study.corpus.transcripts[0].text
    first = min(codings, key=lambda each: each.start)
    assert text[slice(*first.span)].endswith("i felt calmness, clarity and beauty")
