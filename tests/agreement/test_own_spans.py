"""Coders of whom only their coded spans are known: `agree` says so, and reading the same table again as read whole mends it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
import pytest
from secondcoder.agreement.errors import NoOverlapError
from secondcoder.agreement.study_report import Question
from secondcoder.exchange.importing import ImportOptions
from secondcoder.reports.tables import write_table
from secondcoder.study.study import Study

SENTENCES = [
    f"We began with part {word} of it, and it took a while." for word in ["one", "two", "three", "four", "five", "six"]
]
ANSWERS = "\n".join(f"R: {sentence}\nI: And then, after that?" for sentence in SENTENCES)
TALKS = {name: f"I: How was it?\n{ANSWERS}\nR: That was in {name}.\n" for name in ("Ash", "Elm")}
HUMANS = Question(model=False)


@pytest.fixture
def coded(empty_study: Study, tmp_path: Path) -> Callable[..., Path]:
    """Imports the talks, then a table in which each coder coded the sentences of these numbers, with CO."""

    def bring(coders: Mapping[str, list[int]], suffix: str = ".csv", **further: str) -> Path:
        for name, talk in TALKS.items():
            (tmp_path / f"{name}.txt").write_text(talk, encoding="utf-8")
        files = [tmp_path / f"{name}.txt" for name in TALKS]
        empty_study.import_files(files, ImportOptions(same_interview="keep"))
        texts = {transcript.id: transcript.text for transcript in empty_study.corpus.transcripts}
        rows = [
            {"transcript": name, "start": (start := text.index(SENTENCES[at])), "end": start + len(SENTENCES[at]), "text": "",
             "codes": "CO", "coder": coder, **further}
            for coder, numbers in coders.items() for at in numbers for name, text in texts.items()
        ]  # fmt: skip
        path = tmp_path / f"codes{suffix}"
        write_table(pd.DataFrame(rows), path)
        empty_study.import_files([path])
        return path

    return bring


@pytest.mark.parametrize("units", ["segment", "turn", "character"])
@pytest.mark.parametrize("coders", [{"Ana": [0], "Ben": [3]}, {"Ana": [0], "Ben": [2], "Cem": [4]}])
def test_spans_apart_are_refused_with_the_command_that_mends_it(
    empty_study: Study, coded: Callable[..., Path], run_cli: Callable[..., tuple[int, str, str]], coders, units: str
) -> None:
    coded(coders)
    empty_study.close()
    code, out, said = run_cli("-C", empty_study.folder, "agree", "--no-model", "--units", units)
    assert code == 1
    assert not out.strip()
    names = " and ".join([", ".join([*coders][:-1]), [*coders][-1]])
    assert f"{names} looked only at the spans that they coded (Ash, Elm)" in said
    assert "import TABLE --read-whole" in said
    assert said.rstrip().endswith("Nothing was computed.")


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet", ".jsonl"])
def test_the_same_table_again_as_read_whole_adds_the_passes_and_nothing_twice(
    empty_study: Study, coded: Callable[..., Path], run_cli: Callable[..., tuple[int, str, str]], suffix: str
) -> None:
    path = coded({"Ana": [0, 1], "Ben": [3]}, suffix)
    codings = empty_study.corpus.codings
    with pytest.raises(NoOverlapError):
        empty_study.agree(HUMANS)
    code, _, said = run_cli("-C", empty_study.folder, "import", path, "--read-whole")
    assert code == 0
    assert "read whole by Ana for all 9 codes: Ash, Elm" in said
    assert "Imported 0 transcripts, 0 codings and 4 coding passes." in said
    assert empty_study.corpus.codings == codings
    report = empty_study.agree(HUMANS)
    assert report.n_units == 2 * (len(SENTENCES) + 1)
    assert not [note for note in report.notes if "looked only" in note]
    passes = empty_study.corpus.passes
    code, _, said = run_cli("-C", empty_study.folder, "import", path, "--read-whole")
    assert "Imported 0 transcripts and 0 codings." in said
    assert (empty_study.corpus.codings, empty_study.corpus.passes) == (codings, passes)


def test_spans_in_common_are_compared_with_a_word(empty_study: Study, coded: Callable[..., Path]) -> None:
    coded({"Ana": [0, 1, 2], "Ben": [1, 2, 4]})
    (note,) = [note for note in empty_study.agree(HUMANS).notes if "looked only" in note]
    assert note.startswith("Ana and Ben looked only at the spans that they coded (Ash, Elm)")
    assert "agreement seems higher than it is" in note


def test_who_read_more_is_not_named(empty_study: Study, coded: Callable[..., Path]) -> None:
    coded({"Ana": [0, 1]}, read="whole")
    coded({"Ben": [0, 2]})
    (note,) = [note for note in empty_study.agree(HUMANS).notes if "looked only" in note]
    assert note.startswith("Ben looked only")


def test_who_looked_elsewhere_too_is_not_named(empty_study: Study, coded: Callable[..., Path]) -> None:
    coded({"Ana": [0], "Ben": [0]})
    coded({"Ana": [2]}, codes="")
    (note,) = [note for note in empty_study.agree(HUMANS).notes if "looked only" in note]
    assert note.startswith("Ben looked only")


def test_who_coded_all_of_the_talk_is_not_named(empty_study: Study, tmp_path: Path) -> None:
    rows = [
        {"transcript": "t", "order": at, "text": text, "codes": "CO", "coder": coder}
        for coder in ("Ana", "Ben")
        for at, text in enumerate(SENTENCES)
    ]
    write_table(pd.DataFrame(rows), tmp_path / "units.csv")
    empty_study.import_files([tmp_path / "units.csv"])
    assert not [note for note in empty_study.agree(HUMANS).notes if "looked only" in note]


def test_the_import_names_the_command_with_what_it_needs(
    empty_study: Study, coded: Callable[..., Path], run_cli: Callable[..., tuple[int, str, str]]
) -> None:
    path = coded({"Ana": [0]})
    frame = pd.read_csv(path).drop(columns="coder")
    other = path.with_name("my codes.csv")
    write_table(frame, other)
    code, _, said = run_cli("-C", empty_study.folder, "import", other, "--coder", "Ben")
    assert code == 0
    assert "read in part by Ben for all 9 codes: " in said
    assert f"import '{other}' --coder Ben --read-whole" in said
    _, _, said = run_cli("-C", empty_study.folder, "import", other, "--coder", "Ben", "--read-whole")
    assert "read in part" not in said
    assert "--read-whole" not in said
