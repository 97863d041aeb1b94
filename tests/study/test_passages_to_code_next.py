"""Coding passage by passage, as `status --next` proposes: round after round, and figures that stay those of the talk."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from openpyxl import load_workbook
from secondcoder.agreement.study_report import Question
from secondcoder.corpus import of_coder
from secondcoder.domain.records import CodingPass, Origin, Place
from secondcoder.errors import StudyError
from secondcoder.labels.chosen_passages import chosen, without_doubted
from secondcoder.labels.label_weights import by_hand
from secondcoder.labels.segment_marks import judged
from secondcoder.study.coding_sheet import OnlyPassages
from secondcoder.study.study import Study
from secondcoder.training.code_limits import marks_of_coders
from sklearn.metrics import cohen_kappa_score
from support.sheet_checks import fill, sheet_rows
from support.study_checks import CODED, talk_rows, write_csv


@pytest.fixture
def study(empty_study: Study, tmp_path: Path) -> Study:
    """The invented talk without its codes and coders."""
    seen: dict[tuple[str, str], Mapping[str, str]] = {}
    for row in talk_rows():
        seen.setdefault((row["transcript"], row["order"]), row | {"codes": "", "coder": ""})
    empty_study.import_files([write_csv(tmp_path / "plain.csv", seen.values())])
    return empty_study


def places(study: Study, size: int) -> dict[Place, bool]:
    """The places proposed, and whether each was drawn at random."""
    found = study.next_to_code(size)["passages"]
    return {(one["transcript"], one["start"], one["end"]): one["random"] for one in found}


def look(study: Study, at: Place) -> None:
    """Ana looks for every code in a passage."""
    with study.store.transaction("Ana") as write:
        write.add_passes([CodingPass(at[0], "Ana", at[1], at[2], study.codebook.ids)])


def rounds(study: Study, size: int = 10, number: int = 2) -> dict[Place, bool]:
    """So many rounds, all looked at."""
    proposed: dict[Place, bool] = {}
    for _ in range(number):
        now = places(study, size)
        assert not now.keys() & proposed.keys()
        for at in now:
            look(study, at)
        proposed |= now
    return proposed


def test_every_passage_is_proposed_once_until_all_are_coded(study):
    total = len(study.workspace().segments(study.store.transcripts()))
    proposed = rounds(study, 10, -(-total // 10))
    assert len(proposed) == total


def test_chosen_passages_are_learned_from_and_do_not_judge(study):
    proposed = rounds(study)
    segments = [one for one in study.workspace().segments(study.store.transcripts()) if one.place in proposed]
    drawn = np.array([proposed[one.place] for one in segments])
    assert 0 < drawn.sum() < len(drawn)
    np.testing.assert_array_equal(by_hand(study.corpus, segments, 0.5), drawn)
    data = study.workspace().training_data(study.corpus.coded_transcripts)
    assert {one.place for one, known in zip(data.segments, data.labels.known.any(axis=1), strict=True) if known} == {
        *proposed
    }


def test_in_an_interview_that_was_read_whole_all_passages_judge(study):
    proposed = rounds(study)
    name = next(at[0] for at, drawn in proposed.items() if not drawn)
    look(study, (name, 0, len(study.corpus.by_id[name].text)))
    segments = study.workspace().segments(study.store.transcripts())
    left = chosen(study.corpus, segments)
    assert left.any()
    assert name not in {one.transcript for one, is_chosen in zip(segments, left, strict=True) if is_chosen}


def test_asked_again_it_proposes_and_records_nothing_new(study):
    first = places(study, 8)
    assert places(study, 8) == first
    assert [event["what"] for event in study.corpus.events()].count("passages proposed") == 1
    assert study.check_audit().faults == ()


def test_a_few_coded_passages_do_not_make_an_interview_a_coded_one(study):
    rounds(study, 10, 1)
    study.train()
    assert {*study.code(everything=True).table["transcript"]} >= {*CODED}
    assert study.next_to_code()["transcripts"]


def test_a_round_goes_through_a_sheet(study, run_cli, tmp_path):
    proposed, sheet = places(study, 6), tmp_path / "next.xlsx"
    code, _, err = run_cli("-C", study.folder, "sheet", "make", sheet, "--next", 6, "--coder", "Ana")
    assert code == 0
    assert "6 rows to code" in err
    texts = [study.corpus.by_id[name].text[start:end] for name, start, end in proposed]
    rows = sheet_rows(sheet)
    asked = {row["text"]: {"code 1": study.codebook.ids[0]} for row in rows if row["text"] in texts}
    assert sorted(asked) == sorted(texts)
    assert len(rows) <= 3 * len(texts)
    assert not any(
        row[name] for row in rows for name in row if name.startswith(("code", "memo", "read")) and name != "coder"
    )
    fill(sheet, lambda row: asked.get(row["text"], {}))
    code, _, err = run_cli("-C", study.folder, "import", sheet)
    assert code == 0
    assert "read in part by Ana" in err
    assert "--read-whole" not in err  # of the rest nothing was asked
    assert {coding.place for coding in Study(study.folder).corpus.codings} == {*proposed}
    assert not places(Study(study.folder), 6).keys() & proposed.keys()


def test_rows_around_a_passage_are_grey(study, tmp_path):
    sheet = tmp_path / "next.xlsx"
    study.write_coding_sheet(sheet, coder="Ana", only=OnlyPassages(next=3))
    lines = [*load_workbook(sheet).worksheets[0].iter_rows()]
    filled = [row[3].fill.fgColor.rgb for row in lines if row[0].value in study.corpus.by_id]
    assert 3 < len(filled) <= 9
    assert len(set(filled)) == 2


def test_the_screen_tells_places_and_reasons(study, run_cli):
    study.close()
    code, out, _ = run_cli("-C", study.folder, "status", "--next", "--passages", 5)
    assert code == 0
    assert "a round of 5" in out
    assert out.count("drawn at random") == 1
    assert "sheet make next.xlsx --next 5" in out
    found = json.loads(run_cli("-C", study.folder, "status", "--next", "--passages", 5, "--json")[1])["to_code"][
        "passages"
    ]
    assert [one["page"] for one in found] == [f"/code/{one['transcript']}#turn{one['turn']}" for one in found]
    assert run_cli("-C", study.folder, "status", "--next", "--passages", 0)[0] == 2


def twice(study: Study, tmp_path: Path, size: int = 20) -> list[Place]:
    """The passages that Cem is asked to code after somebody else, through a sheet that he fills with one code."""
    sheet = tmp_path / "twice.xlsx"
    study.write_coding_sheet(sheet, coder="Cem", only=OnlyPassages(twice=size))
    event = study.corpus.proposals[-1]
    found = [(row[0], row[1], row[2]) for row in event["detail"]["passages"]]
    texts = {study.corpus.by_id[name].text[start:end] for name, start, end in found}
    fill(sheet, lambda row: {"code 1": "CO"} if row["text"] in texts else {})
    assert not study.import_files([sheet]).read_whole
    return found


def test_passages_to_code_twice_were_coded_by_others_alone_and_half_of_them_drawn(trained_study, tmp_path):
    found = twice(trained_study, tmp_path)
    assert len(set(found)) == len(found) == 20
    why = [row[3] for row in trained_study.corpus.proposals[-1]["detail"]["passages"]]
    assert why.count("random") == 10
    segments = trained_study.workspace().segments([trained_study.corpus.by_id[name] for name in CODED])
    assert {*found} < {one.place for one in segments}  # all of which anna or ben looked at
    assert not {*found} & {*twice_again(trained_study, tmp_path)}


def twice_again(study: Study, tmp_path: Path) -> list[Place]:
    study.write_coding_sheet(tmp_path / "again.xlsx", coder="Cem", only=OnlyPassages(twice=10))
    return [(row[0], row[1], row[2]) for row in study.corpus.proposals[-1]["detail"]["passages"]]


def test_agreement_is_measured_on_the_drawn_half_alone(trained_study, tmp_path):
    found = twice(trained_study, tmp_path)
    drawn = {
        (row[0], row[1], row[2])
        for row in trained_study.corpus.proposals[-1]["detail"]["passages"]
        if row[3] == "random"
    }
    segments, corpus = trained_study.workspace().segments(trained_study.store.transcripts()), trained_study.corpus
    codings, passes = without_doubted(corpus, corpus.codings, corpus.passes)
    his = [*of_coder(codings, "Cem"), *of_coder(passes, "Cem")]
    assert (
        {one.place for one, looked in zip(segments, judged(segments, his, 0.5), strict=True) if looked}
        == drawn
        < {*found}
    )
    others = [made for made in corpus.passes if made.coder != "Cem"]
    assert [made for made in passes if made.coder != "Cem"] == others
    report = trained_study.agree(Question(between=("anna", "Cem"), model=False))
    assert any("Passages that Cem coded because slips were likely there" in note for note in report.notes)


def test_a_coding_that_runs_into_the_white_space_after_a_doubted_passage_is_left_out_too(trained_study, tmp_path):
    twice(trained_study, tmp_path)
    corpus = trained_study.corpus
    doubted = {tuple(row[:3]) for row in corpus.proposals[-1]["detail"]["passages"] if row[3] != "random"}
    his = [one for one in of_coder(corpus.codings, "Cem") if (one.transcript, one.start, one.end) in doubted]
    longer = [
        replace(one, end=one.end + 1)
        for one in his
        if corpus.by_id[one.transcript].text[one.end : one.end + 1].isspace()
    ]
    assert longer
    assert without_doubted(corpus, longer, corpus.passes)[0] == []
    into_words = [replace(one, end=one.end + 40) for one in longer]
    assert without_doubted(corpus, into_words, corpus.passes)[0]


def test_what_limits_a_code_is_told_by_people_on_the_drawn_half_alone(trained_study, tmp_path):
    found = set(twice(trained_study, tmp_path))
    rows = trained_study.corpus.proposals[-1]["detail"]["passages"]
    drawn = {(row[0], row[1], row[2]) for row in rows if row[3] == "random"}
    workspace = trained_study.workspace()
    segments = workspace.segments([trained_study.corpus.by_id[name] for name in CODED])
    for doubted, expected in ((False, drawn), (True, found)):
        marks = marks_of_coders(workspace, segments, ["CO"], doubted=doubted)
        looked = marks.looked[marks.coders.index("Cem"), :, 0]
        assert {one.place for one, seen in zip(segments, looked, strict=True) if seen} == expected


def test_evaluate_sets_people_beside_each_other_where_agree_does(trained_study, tmp_path):
    """Pooled kappa of two people is scikit-learn's on the drawn half alone."""
    twice(trained_study, tmp_path)
    workspace = trained_study.workspace()
    evaluation = trained_study.evaluate()
    marks = marks_of_coders(workspace, evaluation.segments, evaluation.codes, doubted=False).where(evaluation.judging)
    who = [marks.coders.index(coder) for coder in ("Cem", "anna")]
    both = marks.looked[who].all(axis=0)
    first, second = marks.given[who]
    assert evaluation.coders is not None
    assert evaluation.coders["kappa"]["human"]["Cem and anna"] == pytest.approx(
        cohen_kappa_score(first[both], second[both]), abs=1e-4
    )
    everywhere = marks_of_coders(workspace, evaluation.segments, evaluation.codes).where(evaluation.judging)
    assert both.any(axis=1).sum() < everywhere.looked[who].all(axis=0).any(axis=1).sum()


def test_people_are_set_beside_each_other_by_what_each_said_whatever_was_settled_since(trained_study):
    """Of settled passages the coders part on, kappa would otherwise be too high."""
    before = trained_study.evaluate().coders["kappa"]["human"]
    one = trained_study.corpus.by_id[CODED[0]]
    with trained_study.store.transaction("anna") as write:
        settled = CodingPass(one.id, "anna", 0, len(one.text) // 2, trained_study.codebook.ids, Origin.ADJUDICATED)
        write.add_passes([settled])
    assert trained_study.evaluate().coders["kappa"]["human"] == before


def test_passages_coded_twice_still_judge(trained_study, tmp_path):
    before = trained_study.workspace().training_data(trained_study.corpus.coded_transcripts)
    twice(trained_study, tmp_path)
    assert by_hand(trained_study.corpus, before.segments, 0.5).all()


@pytest.mark.parametrize("only", [OnlyPassages(next=3), OnlyPassages(twice=3)])
def test_what_no_sheet_asked_for_was_not_proposed(trained_study, tmp_path, only):
    (tmp_path / "taken.xlsx").mkdir()
    with pytest.raises(StudyError, match="could not be written"):
        trained_study.write_coding_sheet(tmp_path / "taken.xlsx", coder="Cem", only=only)
    assert not trained_study.corpus.proposals
    trained_study.write_coding_sheet(tmp_path / "free.xlsx", coder="Cem", only=only)
    assert len(trained_study.corpus.proposals) == 1


def test_a_sheet_of_fewer_passages_than_asked_for_says_so(study, run_cli, tmp_path):
    looked_at, *left = [one.place for one in study.workspace().segments(study.store.transcripts())]
    look(study, looked_at)
    size = len(left)
    for asked, told in ((size + 1, True), (size, False)):
        code, _, err = run_cli("-C", study.folder, "sheet", "make", tmp_path / f"{asked}.xlsx", "--next", asked)
        assert (code, f"{size} rows to code" in err) == (0, True)
        assert (f"Fewer than the {asked} asked for: there are no more passages that nobody looked at." in err) == told


def test_a_second_coder_is_told_where_few_passages_are_left(trained_study, run_cli, tmp_path):
    for one in trained_study.workspace().segments([trained_study.corpus.by_id[name] for name in CODED])[2:]:
        with trained_study.store.transaction("Cem") as write:
            write.add_passes([CodingPass(one.transcript, "Cem", one.start, one.end, trained_study.codebook.ids)])
    out = tmp_path / "t.xlsx"
    _, _, err = run_cli("-C", trained_study.folder, "sheet", "make", out, "--twice", 5, "--coder", "Cem")
    assert "2 rows to code" in err
    assert "Fewer than the 5 asked for: there are no more passages that somebody else coded and Cem did not." in err


def test_who_codes_twice_must_be_said(trained_study, run_cli, tmp_path):
    trained_study.close()
    code, _, err = run_cli("-C", trained_study.folder, "sheet", "make", tmp_path / "t.xlsx", "--twice", 5)
    assert (code, "Say who will code" in err) == (2, True)
    code, _, err = run_cli("-C", trained_study.folder, "sheet", "make", tmp_path / "t.xlsx", "--twice", 5, "--next", 5)
    assert (code, "Give one of" in err) == (2, True)


def test_a_coder_without_a_name_gets_no_sheet(study, run_cli, tmp_path):
    study.close()
    out = tmp_path / "n.xlsx"
    code, _, err = run_cli("-C", study.folder, "sheet", "make", out, "--next", 5, "--coder", "  ")
    assert (code, "--coder is blank" in err, out.exists()) == (2, True, False)


def test_a_number_of_passages_without_next_is_not_passed_over(study, run_cli):
    code, _, err = run_cli("-C", study.folder, "status", "--passages", 5)
    assert (code, "secondcoder status --next --passages 5" in err) == (2, True)


def test_a_study_without_transcripts_is_not_said_to_be_coded(empty_study, run_cli):
    code, _, err = run_cli("-C", empty_study.folder, "status", "--next")
    assert (code, "has no transcripts yet" in err, "is coded" in err) == (1, True, False)


def test_where_most_of_each_transcript_is_coded_passages_alone_are_proposed(study, run_cli):
    for at in [one.place for one in study.workspace().segments(study.store.transcripts())][1:]:
        look(study, at)
    _, out, _ = run_cli("-C", study.folder, "status", "--next")
    assert "To code by hand next, passage by passage, a round of 1:" in out
    assert "\nOr " not in out
