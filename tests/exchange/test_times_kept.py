"""Times of turns go with what is exported and printed, and where nothing has a time no column tells so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from secondcoder.domain.records import Coding, CodingPass, Transcript
from secondcoder.exchange.registry import CodedData, ImportContext
from secondcoder.exchange.tables import coded_table
from secondcoder.exchange.tables.coded_table_out import COLUMNS
from secondcoder.study.study import Study
from support.recording_checks import timed_talk
from support.review_checks import talk
from support.sheet_checks import sheet_rows

Run = Callable[..., tuple[int, str, str]]


def coded(transcript: Transcript) -> CodedData:
    """A coding on each answer, and a reading of it all."""
    codings = [
        Coding(transcript.id, turn.start + 1, turn.end, "CO", "ada") for turn in transcript.turns if turn.speaker == "R"
    ]
    return CodedData([transcript], [], codings, [CodingPass(transcript.id, "ada", 0, len(transcript.text), ("CO",))])


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet", ".jsonl"])
def test_a_coded_table_has_the_time_of_each_passage_and_comes_back(
    empty_study: Study, tmp_path: Path, suffix: str
) -> None:
    data, path = coded(timed_talk("t1", step=40.0, first=3000.0)), tmp_path / f"codes{suffix}"
    coded_table.write(data, empty_study.codebook, path)
    context = ImportContext(empty_study.codebook, {"t1": data.transcripts[0]}, read_whole=False)
    back = coded_table.read(path, context)
    assert (sorted(back.codings, key=lambda each: each.start), back.passes) == (data.codings, data.passes)
    assert not [note for note in back.notes if "time" in note]
    assert back.cases == []


def test_times_stand_in_hours_minutes_and_seconds(empty_study: Study, tmp_path: Path) -> None:
    coded_table.write(coded(timed_talk("t1", step=40.0, first=3000.0)), empty_study.codebook, tmp_path / "codes.csv")
    table = pd.read_csv(tmp_path / "codes.csv", keep_default_na=False, dtype=str)
    assert list(table.columns) == [*COLUMNS, "time"]
    # The reading has no time, and the last turn's is not known.
    assert sorted(table["time"]) == ["", "", "0:50:40", "0:52:00", "0:53:20", "0:54:40", "0:56:00"]


def test_a_table_without_times_is_what_it_was(empty_study: Study, tmp_path: Path) -> None:
    coded_table.write(coded(talk("t1")), empty_study.codebook, tmp_path / "codes.csv")
    assert (tmp_path / "codes.csv").read_text("utf-8-sig").splitlines()[0] == ",".join(
        f'"{column}"' for column in COLUMNS
    )


def test_a_column_time_of_somebodys_own_stays_an_attribute(empty_study: Study, tmp_path: Path) -> None:
    rows = ["transcript,case,text,codes,coder,time", "a,Ash,One.,CO,ada,early", "b,Elm,Two.,CO,ada,late"]
    (tmp_path / "codes.csv").write_text("\n".join(rows))
    empty_study.import_files([tmp_path / "codes.csv"])
    assert {case.id: case.attributes for case in empty_study.corpus.cases} == {
        "Ash": {"time": "early"},
        "Elm": {"time": "late"},
    }


VTT = "WEBVTT\n\n{}\n"
CUE = "00:{:02}:00.000 --> 00:{:02}:30.000\n<v {}>{}</v>\n"
SAID = [
    ("INT", "How did it start?"),
    ("GP", "We sat down and looked at it."),
    ("INT", "And then?"),
    ("GP", "Then it rained."),
]


@pytest.fixture
def captions(empty_study: Study, tmp_path: Path) -> Study:
    cues = "\n".join(CUE.format(at, at, *said) for at, said in enumerate(SAID, start=58))
    (tmp_path / "gp1.vtt").write_text(VTT.format(cues.replace("00:60", "01:00").replace("00:61", "01:01")))
    (tmp_path / "gp2.txt").write_text("INT: How does it go?\nGP: It goes well, thank you.\n")
    empty_study.import_files([tmp_path / "gp1.vtt", tmp_path / "gp2.txt"])
    return empty_study


def test_a_coding_sheet_shows_the_time_of_each_row(captions: Study, tmp_path: Path, run_cli: Run) -> None:
    sheet = tmp_path / "coding.csv"
    run_cli("-C", captions.folder, "sheet", "make", sheet)
    rows = sheet_rows(sheet)
    assert [row["time"] for row in rows if row["transcript"] == "gp1"] == ["0:58:00", "0:59:00", "1:00:00", "1:01:00"]
    assert {row["time"] or "" for row in rows if row["transcript"] == "gp2"} == {""}
    other = tmp_path / "other.csv"
    run_cli("-C", captions.folder, "sheet", "make", other, "--transcript", "gp2")
    assert "time" not in sheet_rows(other)[0]


def test_transcript_show_prints_the_time(captions: Study, run_cli: Run) -> None:
    shown = run_cli("-C", captions.folder, "transcript", "show", "gp1")[1].splitlines()
    assert [line.split()[2:4] for line in shown] == [
        ["58:00", "INT"],
        ["59:00", "GP:"],
        ["1:00:00", "INT"],
        ["1:01:00", "GP:"],
    ]
    assert run_cli("-C", captions.folder, "transcript", "show", "gp2")[1].splitlines()[0].split()[2] == "INT"
