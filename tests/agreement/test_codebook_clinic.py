"""The codebook clinic of a small study: what is shown of each passage, what was settled, and every form it is written in."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd
import pytest
from docx import Document
from secondcoder.agreement.clinic_report import (
    COLUMNS,
    NOBODY,
    clinic_markdown,
    clinic_page,
    clinic_table,
    write_clinic,
)
from secondcoder.agreement.codebook_clinic import ClinicCode
from secondcoder.domain.records import Coding, CodingPass, Origin
from secondcoder.errors import InputError
from secondcoder.learning.assessment.evaluate import Evaluation
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from support.study_checks import CHEAP, TALK

SETTINGS = CHEAP + "[learning]\nfolds = 3\nbootstrap = 100\n"


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The shared table, of which carl reads everything too: he gives CO where anna gave CO or CP, and nothing else."""
    folder = tmp_path_factory.mktemp("clinic") / "study"
    Study.create(folder, "npt-core").close()
    (folder / CONFIGURATION).write_text(SETTINGS, encoding="utf-8")
    study = Study(folder)
    study.import_files([TALK])
    corpus, whole = study.corpus, study.codebook.ids
    coded = {transcript.id: transcript for transcript in corpus.coded_transcripts}
    anna = [coding for coding in corpus.codings if coding.coder == "anna"]
    with study.store.transaction("test") as write:
        marks = [
            Coding(*coding.place, "CO", "carl", memo="of the plan") for coding in anna if coding.code in ("CO", "CP")
        ]
        write.add_codings(marks, study.codebook)
        write.add_passes([CodingPass(name, "carl", 0, len(each.text), whole) for name, each in coded.items()])
    return study


@pytest.fixture(scope="module")
def evaluation(study: Study) -> Evaluation:
    return study.evaluate("transcript")


@pytest.fixture(scope="module")
def clinic(study: Study, evaluation: Evaluation) -> list[ClinicCode]:
    return study.codebook_clinic(evaluation)


def test_codes_on_which_two_people_part_come_to_the_clinic_with_few_passages(clinic: list[ClinicCode]) -> None:
    codes = {code.code: code for code in clinic}
    assert "CO" in codes
    for code in clinic:
        assert 1 <= len(code.passages) <= 5
        assert 2 <= code.parted <= code.given
    shares = [(not code.limited, -code.parted / code.given) for code in clinic]
    assert shares == sorted(shares)


def test_each_passage_says_who_gave_what_and_what_the_model_said(
    clinic: list[ClinicCode], evaluation: Evaluation
) -> None:
    places = {segment.place: row for row, segment in enumerate(evaluation.segments)}
    for code in clinic:
        j = evaluation.codes.index(code.code)
        for passage in code.passages:
            words = passage.words
            row = places[words.transcript, *words.whole]
            assert (words.marked[passage.gave], words.marked[passage.left]) == (True, False)
            assert passage.probability == evaluation.held.probability[row, j]
            assert passage.suggested == evaluation.held.suggested[row, j]
            assert passage.readings.keys() == set(code.coders)
            assert passage.nearest is None or passage.nearest.transcript != words.transcript


def test_what_was_settled_is_left_out(
    study: Study, evaluation: Evaluation, clinic: list[ClinicCode], tmp_path: Path
) -> None:
    code = clinic[0]
    shown = {(passage.words.transcript, passage.words.whole) for passage in code.passages}
    with study.store.transaction("test") as write:
        write.add_passes([CodingPass(name, "both", *span, (code.code,), Origin.ADJUDICATED) for name, span in shown])
    again = {each.code: each for each in study.codebook_clinic(evaluation)}
    if code.code in again:
        assert not shown & {(passage.words.transcript, passage.words.whole) for passage in again[code.code].passages}
        assert again[code.code].parted == code.parted - len(shown)
    else:
        assert code.parted - len(shown) < 2


def test_the_same_is_written_in_every_form(clinic: list[ClinicCode], tmp_path: Path) -> None:
    for suffix in (".html", ".docx", ".md", ".csv", ".xlsx"):
        write_clinic(clinic, tmp_path / f"clinic{suffix}")
    page = (tmp_path / "clinic.html").read_text(encoding="utf-8")
    word = "\n".join(
        paragraph.text for paragraph in Document(io.BytesIO((tmp_path / "clinic.docx").read_bytes())).paragraphs
    )
    table = pd.read_csv(tmp_path / "clinic.csv")
    assert len(table) == sum(len(code.passages) for code in clinic)
    assert table.columns.tolist() == COLUMNS
    assert not table[["code", "limit", "parted", "given", "text", "gave", "did_not"]].isna().any(axis=None)
    for code in clinic:
        for passage in code.passages:
            text = " ".join(passage.words.text.split())
            assert text in word
            assert f"{passage.gave} gave it, {passage.left} did not" in page
    assert "of the plan" in page


def test_talk_cannot_write_into_the_page_or_the_document(clinic: list[ClinicCode]) -> None:
    from dataclasses import replace

    words = replace(clinic[0].passages[0].words, text="<b>bold</b> | *star*")
    told = [replace(clinic[0], passages=(replace(clinic[0].passages[0], words=words),))]
    assert "<b>bold" not in clinic_page(told)
    assert r"\*star\*" in clinic_markdown(told)


def test_without_differences_it_says_so() -> None:
    assert NOBODY in clinic_page([])
    assert NOBODY in clinic_markdown([])
    assert clinic_table([]).empty


def test_a_form_that_cannot_be_written_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"clinic\.doc: .*Did you mean '\.docx'\?"):
        write_clinic([], tmp_path / "clinic.doc")


def test_evaluate_says_the_limits_and_the_clinic_in_json_and_writes_the_file(
    study: Study, run_cli, tmp_path: Path
) -> None:
    out = tmp_path / "clinic.html"
    code, printed, said = run_cli("-C", study.folder, "evaluate", "--by", "transcript", "--json", "--clinic", out)
    report = json.loads(printed)
    assert (code, f"Wrote {out}" in said) == (0, True)
    assert {each["code"] for each in report["limits"]["codes"]} == {each["code"] for each in report["codes"]}
    assert all(each["sentence"].startswith(f"{each['code']}: {each['limit']}") for each in report["limits"]["codes"])
    assert {"code", "coders", "parted", "given", "limit", "passages"} == report["clinic"][0].keys()


def test_evaluate_says_where_nobody_parts(
    study: Study, run_cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Study, "codebook_clinic", lambda *_: [])
    _, _, said = run_cli("-C", study.folder, "evaluate", "--by", "transcript", "--clinic", tmp_path / "none.md")
    assert "no code on which two people part" in said
    assert "sheet make" in said


def test_evaluate_refuses_a_clinic_it_cannot_write_before_it_computes(study: Study, run_cli) -> None:
    code, _, said = run_cli("-C", study.folder, "evaluate", "--clinic", "clinic.pdf")
    assert code == 1
    assert "Nothing was written." in said


def test_evaluate_writes_no_two_things_into_one_file(study: Study, run_cli, tmp_path: Path) -> None:
    out = tmp_path / "both.csv"
    code, _, said = run_cli("-C", study.folder, "evaluate", "--out", out, "--clinic", out)
    assert (code, "Name two" in said, out.exists()) == (2, True, False)
