"""A table of what another model says becomes the model's codings, in any format, and nobody's else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
import pytest
from secondcoder.codebook.model import Codebook
from secondcoder.domain.records import Coding, CodingPass, Decision, ModelCoding, ReviewAction
from secondcoder.domain.spans import merged
from secondcoder.errors import InputError, StudyError
from secondcoder.exchange.importing import ImportOptions
from secondcoder.labels.model_coders import ModelMarks, model_marks
from secondcoder.reports.tables import write_table
from secondcoder.store import Writer
from secondcoder.study.study import Study
from support.model_coder_checks import import_as
from support.study_checks import TALK, everything, talk_rows, write_csv

Cli = Callable[..., tuple[int, str, str]]
HUMAN = ("codings", "coding_passes", "decisions", "suggestions")


def spans(study: Study, transcript: str = "ash_gp") -> list[tuple[int, int]]:
    """Of the participant's turns."""
    return [segment.span for segment in study.workspace().segments([study.corpus.by_id[transcript]])]


def row(span: tuple[int, int], code: str, score: object = None) -> dict[str, object]:
    scored = {} if score is None else {"score": score}
    return {"transcript": "ash_gp", "start": span[0], "end": span[1], "code": code, **scored}


def said(study: Study, name: str = "gpt") -> ModelMarks:
    corpus = study.corpus
    return model_marks(corpus, name, corpus.model_coders[name])


def cover(study: Study, code: str) -> list[tuple[int, int]]:
    return merged(look.span for look in said(study).passes if code in look.codes)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet", ".jsonl"])
def test_with_scores_a_row_is_a_look_for_its_own_code_and_a_yes_from_a_half_on(
    coded_study: Study, tmp_path: Path, suffix: str
) -> None:
    first, second, *_ = spans(coded_study)
    path = tmp_path / f"said{suffix}"
    rows = [row(first, "CO", 0.5), row(first, "CA", 0.4999), row(second, "CO", 0.0), row(second, "RM", 1.0)]
    write_table(pd.DataFrame(rows), path)
    made = import_as(coded_study, path)
    assert (made.scores, made.spans, made.transcripts) == (4, 2, ["ash_gp"])
    assert said(coded_study).codings == [Coding("ash_gp", *first, "CO", "gpt"), Coding("ash_gp", *second, "RM", "gpt")]
    assert cover(coded_study, "CO") == [first, second]
    assert cover(coded_study, "CA") == [first]
    assert cover(coded_study, "RM") == [second]
    assert cover(coded_study, "CP") == []


def test_without_scores_a_row_is_a_look_for_all_codes_and_silence_is_a_no_where_all_was_read(
    coded_study: Study, tmp_path: Path
) -> None:
    first, second, *_ = spans(coded_study)
    path = write_csv(tmp_path / "said.csv", [row(first, "CO"), row(second, "")])
    import_as(coded_study, path)
    # The two stand on either side of a line end and a label alone, and so are one look.
    assert cover(coded_study, "CP") == [(first[0], second[1])] == cover(coded_study, "CO")
    made = import_as(coded_study, path, whole=True)
    assert (made.scores, made.transcripts) == (0, ["ash_gp"])
    assert cover(coded_study, "CP") == [(0, len(coded_study.corpus.by_id["ash_gp"].text))]
    assert [(one.span, one.code) for one in said(coded_study).codings] == [(first, "CO")]


def test_in_a_scored_table_a_row_without_codes_found_nothing_of_all(coded_study: Study, tmp_path: Path) -> None:
    first, second, *_ = spans(coded_study)
    import_as(coded_study, write_csv(tmp_path / "said.csv", [row(first, "CO", 0.9), row(second, "", "")]))
    assert cover(coded_study, "CP") == [second]
    assert cover(coded_study, "CO") == [first, second]


def test_quoted_text_and_units_by_order_find_their_places(coded_study: Study, tmp_path: Path) -> None:
    """The study's own table with each unit once for each code."""
    units = [
        {"transcript": each["transcript"], "order": each["order"], "text": each["text"], "code": code, "score": 0.7}
        for each in talk_rows()
        if each["transcript"] == "ash_gp" and each["role"] != "interviewer" and each["coder"] == "anna"
        for code in ("CO", "CA")
    ]
    quoted = [{key: value for key, value in each.items() if key != "order"} for each in units if each["code"] == "CO"]
    for name, rows in (("gpt", units), ("quoting", quoted)):
        import_as(coded_study, write_csv(tmp_path / f"{name}.csv", rows), name)
        assert [one.span for one in said(coded_study, name).codings if one.code == "CO"] == spans(coded_study)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"score": "1.01"}, "line 3: score '1.01' is no probability from 0 to 1"),
        ({"score": "-0.1"}, "line 3: score '-0.1' is no probability"),
        ({"score": "nan "}, "line 3: codes, but no score"),
        ({"score": "inf"}, "line 3: score 'inf' is no probability"),
        ({"score": "likely"}, "line 3: score 'likely' is no probability"),
        ({"score": "0,9"}, "line 3: score '0,9' is no probability"),
        ({"score": ""}, "line 3: codes, but no score. Where the model did not say, leave the row out"),
        ({"code": ""}, "line 3: a score, but no code"),
        ({"code": "CO"}, "line 3: the same unit of 'ash_gp' by gpt stands on line 2 already"),
        ({"code": "CO|CA"}, "CO at 55-148 of 'ash_gp' stands in two rows"),
        ({"code": "XX"}, "line 3: code 'XX' is not in the codebook"),
        ({"start": 7, "end": 7}, "line 3: span 7-7 does not lie in 'ash_gp'"),
        ({"transcript": "ash"}, "line 3: transcript 'ash' is not in the study"),
    ],
)
def test_a_fault_is_named_with_its_line_and_nothing_is_imported(
    coded_study: Study, tmp_path: Path, wrong: Mapping[str, object], why: str
) -> None:
    span, before = spans(coded_study)[0], everything(coded_study.folder)
    path = write_csv(tmp_path / "said.csv", [row(span, "CO", 0.9), row(span, "CA", 0.2) | wrong])
    with pytest.raises(InputError) as error:
        import_as(coded_study, path)
    assert why in str(error.value)
    assert str(error.value).endswith("Nothing was imported.")
    assert everything(coded_study.folder) == before


def test_a_percentage_is_a_probability(coded_study: Study, tmp_path: Path) -> None:
    import_as(coded_study, write_csv(tmp_path / "said.csv", [row(spans(coded_study)[0], "CO", "93%")]))
    ((coding, _),) = coded_study.corpus.model_codings_as_made
    assert coding.scores == {"CO": 0.93}


@pytest.mark.parametrize("name", ["anna", "ANNA ", "secondcoder", "Model", "m0001", "M0042", " "])
def test_a_persons_name_and_those_of_secondcoders_own_models_are_refused(
    coded_study: Study, tmp_path: Path, name: str
) -> None:
    path = write_csv(tmp_path / "said.csv", [row(spans(coded_study)[0], "CO", 0.9)])
    with pytest.raises(InputError, match=r"person who coded|secondcoder's own model|needs a name"):
        import_as(coded_study, path, name)


def test_nobody_codes_under_the_name_of_a_model(coded_study: Study, tmp_path: Path) -> None:
    span = spans(coded_study)[0]
    import_as(coded_study, write_csv(tmp_path / "said.csv", [row(span, "CO", 0.9)]))
    before = everything(coded_study.folder)
    with pytest.raises(StudyError, match="'gpt' is a model coder of this study"):
        coded_study.import_files([write_csv(tmp_path / "hand.csv", [row(span, "CO")])], ImportOptions(coder="GPT"))
    blank = write_csv(tmp_path / "none.csv", [row(span, "")])
    with pytest.raises(StudyError, match="'gpt' is a model coder"):
        coded_study.import_files([blank], ImportOptions(coder="gpt"))
    assert everything(coded_study.folder) == before


PLACE = ("ash_gp", 55, 148)
WRITING: dict[str, Callable[[Writer, Codebook], object]] = {
    "coding": lambda write, book: write.add_codings([Coding(*PLACE, "CO", "Gpt")], book),
    "pass": lambda write, book: write.add_passes([CodingPass("ash_gp", "gpt", 55, 148, book.ids)]),
    "decision": lambda write, book: write.add_decision(Decision("gpt", ReviewAction.LOOKED, *PLACE, request="1"), book),
    "model's": lambda write, _: write.add_model_codings([ModelCoding("ash_gp", "Anna", 55, 148, ("CO",))]),
}


@pytest.mark.parametrize("what", WRITING)
def test_the_store_itself_lets_no_name_be_a_persons_and_a_models(coded_study: Study, tmp_path: Path, what: str) -> None:
    """Whatever writes: an import, a review, coding by hand, an adjudication."""
    import_as(coded_study, write_csv(tmp_path / "said.csv", [row(spans(coded_study)[0], "CO", 0.9)]))
    with coded_study.transaction() as write, pytest.raises(StudyError, match=r"model coder of this|person who coded"):
        WRITING[what](write, coded_study.codebook)


def test_the_same_again_is_nothing_new_and_more_is_added(coded_study: Study, tmp_path: Path) -> None:
    first, second, *_ = spans(coded_study)
    path = write_csv(tmp_path / "said.csv", [row(first, "CO", 0.9)])
    import_as(coded_study, path)
    before = everything(coded_study.folder)
    assert not import_as(coded_study, path, "GPT").codings
    assert everything(coded_study.folder) == before
    more = write_csv(tmp_path / "more.csv", [row(first, "CO", 0.9), row(first, "CA", 0.2), row(second, "CO", 0.1)])
    assert import_as(coded_study, more).scores == 2
    assert coded_study.corpus.model_coders == {"gpt": 1}


def test_another_score_is_refused_and_replace_takes_the_place_of_all(coded_study: Study, tmp_path: Path) -> None:
    first, second, *_ = spans(coded_study)
    import_as(coded_study, write_csv(tmp_path / "said.csv", [row(first, "CO", 0.9), row(second, "CA", 0.8)]))
    path = write_csv(tmp_path / "other.csv", [row(first, "CO", 0.2)])
    with pytest.raises(
        InputError, match=r"CO at .* has a score of 0.2, and had 0.9.\n.*--replace. Nothing was imported"
    ):
        import_as(coded_study, path)
    assert import_as(coded_study, path, replace=True).edition == 2
    assert said(coded_study).codings == []
    assert cover(coded_study, "CA") == []
    # What a model version learned from stays.
    assert [one.code for one in model_marks(coded_study.corpus, "gpt", 1).codings] == ["CO", "CA"]


def test_tables_of_others_and_transcripts_are_refused(coded_study: Study, tmp_path: Path) -> None:
    span = spans(coded_study)[0]
    others = write_csv(tmp_path / "others.csv", [row(span, "CO", 0.9) | {"coder": "llama"}])
    with pytest.raises(InputError, match=r"others.csv: it holds codings by llama, which are not gpt's"):
        import_as(coded_study, others)
    talk = tmp_path / "talk.txt"
    talk.write_text("Interviewer: And then?\nP1: We went on.\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"talk.txt: it holds no coded data"):
        import_as(coded_study, talk)
    new = write_csv(tmp_path / "new.csv", [{"transcript": "new", "order": 1, "text": "We went on.", "codes": "CO"}])
    with pytest.raises(InputError, match=r"new is not in the study"):
        import_as(coded_study, new)


def test_nothing_of_people_changes(coded_study: Study, tmp_path: Path) -> None:
    """Their tables, their export, and all that `status` counts of them."""
    tables, status, export = everything(coded_study.folder)[0], coded_study.status(), coded_study.export().text
    rows = [each | {"coder": ""} for each in talk_rows() if (each["transcript"], each["coder"]) == ("ash_gp", "anna")]
    import_as(coded_study, write_csv(tmp_path / "said.csv", rows))
    after, now = everything(coded_study.folder)[0], coded_study.status()
    assert {name: after[name] for name in HUMAN} == {name: tables[name] for name in HUMAN}
    assert coded_study.export().text == export
    about = now.pop("model_coders")
    assert (about["gpt"]["transcripts"], status.pop("model_coders")) == (1, {})
    assert now == status
    assert "gpt" not in coded_study.corpus.coders
    assert coded_study.check(coded_study.folder) == []


def test_a_score_column_of_a_persons_table_is_what_it_was(coded_study: Study, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "hand.csv", [row(spans(coded_study)[0], "CA", "high") | {"coder": "cleo"}])
    made = coded_study.import_files([path])
    assert [(one.code, one.coder) for one in made.codings] == [("CA", "cleo")]
    assert any("column 'score' is not an attribute" in note for note in made.notes)


def test_the_command_says_what_it_did(coded_study: Study, tmp_path: Path, run_cli: Cli) -> None:
    first, second, *_ = spans(coded_study)
    path = write_csv(tmp_path / "said.csv", [row(first, "CO", 0.9), row(second, "CA", 0.8)])
    run = lambda *more: run_cli("-C", coded_study.folder, "import", path, "--model-coder", "gpt", *more)  # noqa: E731
    code, _, err = run()
    assert (code, "Imported as said by model coder gpt: 2 codes on 2 spans of 1 transcript." in err) == (0, True)
    assert "no score is below 0.5, so nothing counts as a no" in err
    assert "Nothing new" in run()[2]
    assert "where it looked in 1 transcript" in run("--read-whole")[2]
    assert "in place of all that it said before" in run("--replace")[2]
    code, _, err = run("--coder", "anna")
    assert (code, "--coder does not go with --model-coder" in err) == (2, True)
    assert (
        "Model coders, whose codings are no person's: gpt (1 transcript, imported"
        in run_cli("-C", coded_study.folder, "status")[1]
    )
    assert "by anna, ben." in run_cli("-C", coded_study.folder, "status")[1]


def test_a_transcript_takes_along_what_models_said_of_it(coded_study: Study, tmp_path: Path) -> None:
    span = spans(coded_study)[0]
    import_as(coded_study, write_csv(tmp_path / "said.csv", [row(span, "CO", 0.9)]))
    assert coded_study.transcript_remove("ash_gp").model_codings == 1
    assert coded_study.corpus.model_coders == {}
    assert coded_study.check_audit().faults == ()
    coded_study.import_files([TALK])
    assert coded_study.corpus.model_coders == {}
