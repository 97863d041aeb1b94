"""Data frames in, by the rules of files, and out: columns and types as documented, round trips, nothing half imported."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from secondcoder import ImportOptions, Study
from secondcoder.errors import InputError, TableError
from secondcoder.study import frames
from support.study_checks import TALK, UNCODED, everything, talk_rows

FRAMES = {
    "transcripts": frames.TRANSCRIPTS,
    "turns": frames.TURNS,
    "codings": frames.CODINGS,
    "coding_passes": frames.PASSES,
    "suggestions": frames.SUGGESTIONS,
    "decisions": frames.DECISIONS,
    "model_versions": frames.VERSIONS,
    "codes": frames.CODES,
}
TALKS = pd.DataFrame(
    {
        "transcript": ["north / gp", "south_nurse"],
        "text": [
            "INT: How is it going?\nGP: We know what it is for.\n",
            "INT: And here?\nNurse: Nobody has time for it.\n",
        ],
        "case": ["North", "South"],
        "interviewer": ["INT", "INT"],
        "case_size": ["large", "small"],
    }
)


def content(study: Study) -> tuple[object, ...]:
    """All that an import brings."""
    corpus = study.corpus
    return [*corpus.transcripts], set(corpus.codings), set(corpus.passes), [*corpus.cases]


def renamed(study: Study, source: str) -> tuple[object, ...]:
    """The same, whatever the file was called."""
    from dataclasses import replace

    transcripts, *others = content(study)
    return [replace(each, source=source) for each in transcripts], *others


@pytest.mark.parametrize("kind", ["text", "guessed types", "index"])
def test_a_frame_brings_what_its_file_brings(empty_study: Study, coded_study: Study, kind: str) -> None:
    frame = pd.DataFrame(talk_rows()) if kind == "text" else pd.read_csv(TALK)
    if kind == "index":
        frame = frame.set_index(["transcript", "order"])
    imported = empty_study.import_table(frame, name="talk")
    assert renamed(empty_study, "") == renamed(coded_study, "")
    assert imported.files.keys() == set(coded_study.corpus.codings)


def test_what_export_table_gives_comes_back_without_loss(coded_study: Study, empty_study: Study) -> None:
    rows = pd.DataFrame(talk_rows()).drop(columns=["codes", "coder"]).drop_duplicates(["transcript", "order"])
    empty_study.import_table(rows.assign(codes=""))
    assert not empty_study.corpus.codings
    empty_study.import_table(coded_study.export_table())
    assert content(empty_study)[1:3] == content(coded_study)[1:3]
    pd.testing.assert_frame_equal(empty_study.export_table(), coded_study.export_table())
    pd.testing.assert_frame_equal(empty_study.codings(), coded_study.codings())
    # And of the tidy one every coding; it does not say where else people looked.
    again = coded_study.import_table(coded_study.codings())
    assert again.codings == []


def test_cells_may_hold_lists_numbers_and_missing_values(empty_study: Study) -> None:
    frame = pd.DataFrame(
        {
            "transcript": ["one"] * 3,
            "order": [1.0, 2.0, 3.0],
            "text": ["We know what it is for.", "Nobody asked us.", "It takes time."],
            "codes": [["CO", "CA"], None, pd.NA],
            "coder": ["anna"] * 3,
        }
    )
    assert len(empty_study.import_table(frame).codings) == 2
    assert len(empty_study.coding_passes()) == 1


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"codes": "CX"}, TableError, r"row 4.*'CX' is not in the codebook"),
        ({"text": ""}, TableError, "row 4.*no text"),
        ({"transcript": None}, TableError, "row 4.*no transcript is named"),
    ],
)
def test_a_frame_is_taken_whole_or_not_at_all_and_the_row_is_named(empty_study: Study, change, error, says) -> None:
    frame = pd.DataFrame(talk_rows())
    for column, value in change.items():
        frame.loc[3, column] = value
    before = everything(empty_study.folder)
    with pytest.raises(InputError, match=says):
        empty_study.import_table(frame)
    assert everything(empty_study.folder) == before


def test_a_frame_without_codes_is_told_where_to_go(empty_study: Study) -> None:
    with pytest.raises(TableError, match=r"column 'codes' is missing.*import_transcripts"):
        empty_study.import_table(pd.DataFrame({"transcript": ["one"], "text": ["We know."]}))
    with pytest.raises(TableError, match="has no rows"):
        empty_study.import_table(pd.DataFrame({"transcript": [], "text": [], "codes": []}))
    with pytest.raises(TableError, match="stands twice"):
        empty_study.import_table(
            pd.DataFrame([["one", "a", "CO", "CA"]], columns=["transcript", "text", "codes", "codes"])
        )


def test_a_large_frame_that_says_the_same_again_and_again_is_no_bomb(empty_study: Study) -> None:
    frame = pd.DataFrame(
        {
            "transcript": [f"talk {at // 500}" for at in range(2000)],
            "order": range(2000),
            "text": "We all do it. " * 400,
            "codes": "",
        }
    )
    assert len(empty_study.import_table(frame, ImportOptions(dry_run=True)).transcripts) == 4


def test_interviews_come_from_a_frame_with_their_description(empty_study: Study) -> None:
    assert len(empty_study.import_transcripts(TALKS).transcripts) == 2
    talks = empty_study.transcripts().set_index("transcript")
    assert talks.loc["north / gp", "case"] == "North"
    assert talks.loc["south_nurse", "case_size"] == "small"
    assert [*talks["text"].str.strip()] == [*TALKS["text"].str.strip()]
    assert [*empty_study.turns()["role"]] == ["interviewer", "participant"] * 2
    # They come back as they are, and nothing is there twice.
    again = empty_study.import_transcripts(empty_study.transcripts().assign(interviewer="INT"))
    assert (again.transcripts, len(again.unchanged)) == ([], 2)


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        (TALKS.drop(columns="text"), "column 'text' is missing"),
        (TALKS.assign(text=["INT: Hello.\n", ""]), "row 2: transcript 'south_nurse' has no text"),
        (TALKS.assign(transcript="one"), "row 2: transcript 'one' stands on row 1 already.*import_table"),
        (TALKS.assign(transcript=["one", None]), "row 2: no transcript is named"),
        (TALKS.assign(text="Nobody says who speaks."), "speak"),
    ],
)
def test_interviews_that_cannot_be_used_are_refused_together(
    empty_study: Study, frame: pd.DataFrame, says: str
) -> None:
    before = everything(empty_study.folder)
    with pytest.raises(InputError, match=says):
        empty_study.import_transcripts(frame)
    assert everything(empty_study.folder) == before


def test_nothing_of_a_frame_is_left_in_the_temporary_folder(empty_study: Study, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    there = {*tmp_path.iterdir()}
    empty_study.import_transcripts(TALKS)
    empty_study.import_table(pd.DataFrame(talk_rows()))
    assert {*tmp_path.iterdir()} == there


@pytest.mark.parametrize("verb", FRAMES)
def test_frames_have_the_columns_and_types_that_are_documented(
    empty_study: Study, coded_study: Study, verb: str
) -> None:
    columns = FRAMES[verb]
    empty, full = getattr(empty_study, verb)(), getattr(coded_study, verb)()
    for frame in (empty, full):
        found = {name: str(kind) for name, kind in frame.dtypes.items() if not name.startswith("case_")}
        assert found == columns
    pd.testing.assert_frame_equal(full, getattr(coded_study, verb)())
    # The docstring names each, in this order.
    said = re.findall(r"\w+", (getattr(Study, verb).__doc__ or "").partition("Columns: ")[2])
    places = [said.index(name) for name in columns]
    assert places == sorted(places)


def test_frames_say_what_the_store_holds(coded_study: Study) -> None:
    corpus, codings, turns = coded_study.corpus, coded_study.codings(), coded_study.turns()
    assert {
        *zip(codings["transcript"], codings["start"], codings["end"], codings["code"], codings["coder"], strict=True)
    } == {(*each.place, each.code, each.coder) for each in corpus.codings}
    texts = coded_study.transcripts().set_index("transcript")["text"]
    for frame in (codings, turns):
        assert all(texts[row.transcript][row.start : row.end] == row.text for row in frame.itertuples())
    assert coded_study.transcripts().set_index("transcript").loc["ash_gp", "coders"] == "anna|ben"
    assert coded_study.transcripts().set_index("transcript")["coders"].isna()[UNCODED]
    assert coded_study.codes()["codings"].sum() == len(corpus.codings)
    assert [*coded_study.codes()["code"]] == [*coded_study.codebook.ids]


@pytest.mark.model
def test_suggestions_and_versions_as_frames(trained_study: Study) -> None:
    table = trained_study.code().table
    kept = trained_study.suggestions()
    assert [*kept["code"]] == [*table["code"]]
    assert [*kept["probability"].fillna(-1)] == [*table["probability"].astype("Float64").fillna(-1)]
    assert [*kept["text"]] == [*table["text"]]
    versions = trained_study.model_versions()
    assert [*zip(versions["version"], versions["in_use"], strict=True)] == [("m0001", True)]
    assert versions["made"].dt.year.item() >= 2024


def test_a_study_shows_itself(coded_study: Study) -> None:
    folder = coded_study.folder
    with Study(folder) as study:
        assert repr(study) == f"Study({str(folder)!r})"
        shown = study._repr_html_()
        assert "7 (6 coded)" in shown
        assert "anna, ben" in shown


def test_a_with_block_closes_the_store(coded_study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[Path] = []
    monkeypatch.setattr(Study, "close", lambda study: closed.append(study.folder))
    with pytest.raises(ZeroDivisionError), Study(coded_study.folder):
        raise ZeroDivisionError
    assert closed == [coded_study.folder]


@pytest.mark.parametrize("name", ["manifest", "..", "a/b: |c"])
def test_an_interview_may_have_any_name(empty_study: Study, name: str) -> None:
    empty_study.import_transcripts(TALKS.head(1).assign(transcript=name))
    assert [*empty_study.transcripts()["transcript"]] == [name]


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        (None, "of type NoneType"),
        ("talks.csv", "of type str"),
        (TALKS["text"], "of type Series"),
        (TALKS.set_index("case", drop=False), "'case' names a column and the index"),
    ],
)
def test_what_is_no_frame_is_refused_in_words(empty_study: Study, frame, says: str) -> None:
    for verb in (empty_study.import_transcripts, empty_study.import_table):
        with pytest.raises(TableError, match=f"{says}.*Nothing was imported"):
            verb(frame)


def test_codes_may_come_as_arrays(empty_study: Study) -> None:
    """As a column of lists comes back from Parquet."""
    empty_study.import_transcripts(TALKS)
    rows = pd.DataFrame(
        {"transcript": ["south_nurse"], "text": ["Nobody has time for it."], "codes": [np.array(["CO", "CP"])]}
    )
    empty_study.import_table(rows, ImportOptions(coder="anna"))
    assert sorted(empty_study.codings()["code"]) == ["CO", "CP"]


def test_what_transcripts_gives_comes_back_with_its_turns(
    coded_study: Study, empty_study: Study, tmp_path: Path
) -> None:
    """Also where text alone would not say who speaks: labels with commas and brackets, as captions have them, and none at all."""
    said = "00:00.000 --> 00:0{}.000\n<v {}>{}\n"
    asks, answers = "Arden, Tess (IPSOS)", "OYELARAN, Martin (CEDAR & DYE)"
    cues = [(asks, "How is it?"), (answers, "It goes."), (asks, "Why?")]
    captions = "\n".join(said.format(at, *cue) for at, cue in enumerate(cues, start=1))
    (tmp_path / "captions.vtt").write_text(f"WEBVTT\n\n{captions}", encoding="utf-8")
    (tmp_path / "alone.txt").write_text("I came here in May.\n\nIt was good.\n", encoding="utf-8")
    coded_study.import_files([tmp_path / "captions.vtt"], ImportOptions(interviewer=(asks,)))
    coded_study.import_files([tmp_path / "alone.txt"], ImportOptions(speakers=("none",)))
    empty_study.import_transcripts(coded_study.transcripts())
    same = ["transcript", "turn", "start", "end", "speaker", "role", "text"]
    pd.testing.assert_frame_equal(empty_study.turns()[same], coded_study.turns()[same])
