"""Export as a project: the format by the file's name, suggestions only where asked for, never again as codings, and all on record."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from secondcoder.audit.table import trail_table
from secondcoder.domain.model_coder import is_suggestion
from secondcoder.errors import InputError
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study
from support.refi_checks import check_project, decoded
from support.review_checks import small_study, word
from support.study_checks import write_csv

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def suggested(empty_study: Study) -> Study:
    return small_study(empty_study)


def test_the_file_says_which_format(coded_study: Study, tmp_path: Path) -> None:
    coded_study.export(tmp_path / "codes.CSV")
    assert (tmp_path / "codes.CSV").read_bytes().startswith(b"\xef\xbb\xbf")
    coded_study.export(tmp_path / "study.qdpx")
    check_project(tmp_path / "study.qdpx")
    transcripts, codings = coded_study.corpus.by_id, coded_study.corpus.codings
    found = decoded(tmp_path / "study.qdpx")
    assert {name: text for name, (text, _) in found.items()} == {name: each.text for name, each in transcripts.items()}
    names = {code.id: code.name for code in coded_study.codebook.codes}
    marks = sorted((name, *mark[1:6]) for name, (_, own) in found.items() for mark in own)
    assert marks == sorted(
        (each.transcript, each.start, each.end, each.coder, names[each.code], each.memo) for each in codings
    )


def test_the_same_study_gives_the_same_bytes(suggested: Study, tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.qdpx" for number in range(4)]
    suggested.export(files[0])
    suggested.export(files[1], suggestions=True)
    suggested.export(files[2], suggestions=True)
    suggested.export(files[3])
    contents = [path.read_bytes() for path in files]
    assert contents[0] == contents[3], "what was exported before is no part of the study"
    assert contents[1] == contents[2] != contents[0]


def test_suggestions_leave_only_where_asked_for_and_undecided(suggested: Study, tmp_path: Path) -> None:
    review = ReviewSession(suggested)
    review.decide("ada", word(review, 1, "reject", suggested="CA"))
    path = tmp_path / "study.qdpx"
    suggested.export(path)
    assert {mark[3] for _, marks in decoded(path).values() for mark in marks} == set()
    assert suggested.store.events("suggestions exported") == []
    exported = suggested.export(path, suggestions=True)
    assert exported.suggestions == 7
    whose = [(name, mark[3], mark[4]) for name, (_, marks) in decoded(path).items() for mark in marks]
    assert {user for _, user, _ in whose} == {"secondcoder m0001"}
    assert [code for name, _, code in whose if name == "t1"] == [
        "Coherence",
        "Cognitive participation",
        "Reflexive monitoring",
    ]


def test_the_audit_trail_says_what_left(suggested: Study, tmp_path: Path) -> None:
    path = tmp_path / "study.qdpx"
    suggested.export(path, suggestions=True)
    (event,) = suggested.store.events("suggestions exported")
    detail = event["detail"]
    root = check_project(path)
    assert {row[0] for row in detail["rows"]} <= {each.get("guid") for each in root.iter()}
    assert {tuple(row[1:]) for row in detail["rows"]} == {
        (*each.place, each.code) for each in suggested.store.suggestions("m0001")
    }
    assert (detail["model"], detail["sha256"]) == ("m0001", hashlib.sha256(path.read_bytes()).hexdigest())
    table = trail_table(suggested.store)
    assert (table["what"] == "suggestion exported").sum() == 8
    assert suggested.check_audit().faults == ()


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        (
            {"form": "table", "suggestions": True},
            "'table' holds human codings alone. Suggestions are written as .*qdpx",
        ),
        ({"form": "qdpx", "dialect": "nvivo-widows"}, "has no dialect 'nvivo-widows'.* Did you mean 'nvivo-windows'"),
        ({"form": "qdpx", "path": None}, "written to a file and not to the screen"),
    ],
)
def test_what_cannot_be_written_is_refused(suggested: Study, tmp_path: Path, options: dict, fault: str) -> None:
    with pytest.raises(InputError, match=rf"{fault}.*Nothing was written\."):
        suggested.export(**{"path": tmp_path / "file", **options})
    assert not (tmp_path / "file").exists()
    assert suggested.store.events("suggestions exported") == []


def test_without_a_model_there_are_no_suggestions(coded_study: Study, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"There is no model yet.*secondcoder train"):
        coded_study.export(tmp_path / "study.qdpx", suggestions=True)
    assert not (tmp_path / "study.qdpx").exists()


def test_what_a_model_suggested_comes_in_as_nobodys_coding(coded_study: Study, tmp_path: Path) -> None:
    span = {"transcript": "elder_gp", "start": 10, "end": 40, "codes": "CO"}
    rows = [
        {**span, "coder": "Secondcoder M0003 (2)", "memo": ""},
        {
            **span,
            "start": 50,
            "end": 60,
            "coder": "ana",
            "memo": "Suggested by secondcoder m0003 with probability 0.83.",
        },
        {**span, "start": 70, "end": 80, "coder": "ana", "memo": "Suggested by Ben."},
    ]
    before = set(coded_study.corpus.passes)
    result = coded_study.import_files([write_csv(tmp_path / "back.csv", rows)])
    (new,) = [each for each in coded_study.corpus.codings if each.transcript == "elder_gp"]
    assert (new.start, new.coder, new.memo) == (70, "ana", "Suggested by Ben.")
    assert {(each.start, each.end) for each in set(coded_study.corpus.passes) - before} == {(70, 80)}
    assert any("2 suggestions of a model left out" in note for note in result.notes)


@pytest.mark.parametrize("coder", ["secondcoder", "secondcoder m", "m0003", "second coder m0003", "secondcoder mary"])
def test_people_are_no_models(coder: str) -> None:
    assert not is_suggestion(coder, "")


def test_the_command_says_what_was_written(suggested: Study, tmp_path: Path, run_cli: Run) -> None:
    path = tmp_path / "study.qdpx"
    code, out, message = run_cli("-C", suggested.folder, "export", "--out", path, "--dialect", "nvivo-windows")
    assert (code, out, message) == (0, "", f"0 codings. Written to {path}.\n")
    (text, _), *_ = decoded(path, crlf=2, unit="utf16").values()
    assert text == suggested.corpus.transcripts[0].text


def test_what_a_project_cannot_hold_is_said(coded_study: Study, tmp_path: Path, run_cli: Run) -> None:
    message = run_cli("-C", coded_study.folder, "export", "--out", tmp_path / "study.qdpx")[2]
    assert "no place for what was read without a code" in message


@pytest.mark.parametrize(
    ("name", "form"),
    [("s.qdpx", None), ("documents", "word"), ("s.json", "label-studio"), ("s.jsonld", "web-annotation")],
)
def test_suggestions_leave_in_every_format_that_is_documented(
    suggested: Study, tmp_path: Path, name: str, form: str | None
) -> None:
    """To one file or to a folder of documents; what left is in the audit trail."""
    exported = suggested.export(tmp_path / name, form, suggestions=True)
    assert exported.suggestions == 8
    (event,) = suggested.store.events("suggestions exported")
    assert len(event["detail"]["rows"]) == 8
    files = sorted((tmp_path / name).iterdir()) if (tmp_path / name).is_dir() else [tmp_path / name]
    assert event["detail"]["sha256"] == hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
