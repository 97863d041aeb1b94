"""`import` and transcripts whose speakers it does not find: refused, asked about at a terminal, taken where it is meant."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pandas as pd
import pytest
from secondcoder.errors import InputError, NoSpeakersError
from secondcoder.exchange.importing import ImportOptions
from secondcoder.reports.tables import write_table
from secondcoder.study.study import Study

PLAIN = "We met at the door.\nNobody had the key.\n"
HIDDEN = "ida how was it?\nper it was late.\nida and then?\nper we left.\n"
STREAM = "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\nWe met at the door.\n"


@pytest.fixture
def put(tmp_path: Path):
    def write(name: str, content: str) -> Path:
        (tmp_path / name).write_text(content, encoding="utf-8")
        return tmp_path / name

    return write


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def speakers(study: Study) -> dict[str, list[str | None]]:
    return {one.id: list(dict.fromkeys(turn.speaker for turn in one.turns)) for one in study.store.transcripts()}


@pytest.mark.parametrize(
    ("name", "content"), [("a.txt", PLAIN), ("a.md", "# A day\n\n" + PLAIN), ("a.vtt", STREAM), ("a.txt", HIDDEN)]
)
def test_no_speakers_are_refused_with_what_to_do(empty_study: Study, put, run_cli, name: str, content: str) -> None:
    code, _, said = run_cli("-C", empty_study.folder, "import", put(name, content))
    assert code == 1
    assert f"{name}: no speakers found" in said
    assert all(words in said for words in ("--speakers LABEL", "--speakers none", "Nothing was imported."))
    assert not empty_study.store.transcripts()


@pytest.mark.parametrize("none", ["none", "NONE"])
def test_none_says_that_it_is_meant(empty_study: Study, put, run_cli, none: str) -> None:
    files = [put("a.txt", PLAIN), put("b.vtt", STREAM), put("c.txt", "I: How?\nR: So.\nI: Why?\nR: Well.\n")]
    code, _out, said = run_cli("-C", empty_study.folder, "import", *files, "--speakers", none)
    assert code == 0
    assert "note: a.txt: no speakers found" in said
    assert speakers(empty_study) == {"a": [None], "b": [None], "c": ["I", "R"]}
    assert run_cli("-C", empty_study.folder, "import", files[0])[0] == 0  # the study has it already


@pytest.mark.parametrize("given", [["--speakers", "ida", "--speakers", "per"], ["--speakers", "ida, per"]])
def test_named_speakers_are_taken(empty_study: Study, put, run_cli, given: list[str]) -> None:
    assert run_cli("-C", empty_study.folder, "import", put("a.txt", HIDDEN), *given, "--interviewer", "ida")[0] == 0
    (one,) = empty_study.store.transcripts()
    assert [(turn.speaker, turn.role) for turn in one.turns] == [("ida", "interviewer"), ("per", "participant")] * 2


def test_a_named_speaker_who_begins_no_line_is_refused(empty_study: Study, put) -> None:
    with pytest.raises(InputError, match=r"--speakers 'Eva' stands at the start of no line.*Nothing was imported\.$"):
        empty_study.import_files([put("a.txt", HIDDEN)], ImportOptions(speakers=("ida", "per", "Eva")))


def test_every_file_without_speakers_is_named_together(empty_study: Study, put) -> None:
    with pytest.raises(NoSpeakersError) as refusal:
        empty_study.import_files([put("a.txt", PLAIN), put("b.txt", PLAIN + "So.")])
    assert all(f"{name}: no speakers found" in str(refusal.value) for name in ("a.txt", "b.txt"))
    bad = put("c.docx", "no zip")
    with pytest.raises(InputError) as refused:
        empty_study.import_files([put("a.txt", PLAIN), bad])
    assert not isinstance(refused.value, NoSpeakersError)
    assert all(name in str(refused.value) for name in ("a.txt", "c.docx"))


@pytest.mark.parametrize(
    ("answer", "expected"), [("ida, per\n", ["ida", "per"]), ("none\n", [None]), ("\n", None)]
)  # fmt: skip
def test_at_a_terminal_it_asks(
    empty_study: Study, put, run_cli, monkeypatch: pytest.MonkeyPatch, answer: str, expected: list[str | None] | None
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    code, out, said = run_cli("-C", empty_study.folder, "import", put("a.txt", HIDDEN))
    assert "no speakers found" in said
    assert "Speaker labels" in said + out
    assert (code, speakers(empty_study)) == ((0, {"a": expected}) if expected else (1, {}))


def test_the_summary_names_what_was_not_believed(empty_study: Study, put, run_cli) -> None:
    talk = "I: How?\nR: So.\n" * 6
    code, _out, said = run_cli(
        "-C", empty_study.folder, "import", put("a.txt", talk + "Site manager: It was me.\n" + talk)
    )
    assert code == 0
    assert (
        "note: a.txt: before a colon, as a speaker would stand, and only once, so read as speech: 'Site manager' (line 13)"
        in said
    )


def test_speakers_beyond_those_shown_are_counted(empty_study: Study, put, run_cli) -> None:
    talk = "".join(f"P{at}: One thing.\n" for at in range(1, 10)) * 2
    assert "and 3 more" in run_cli("-C", empty_study.folder, "import", put("a.txt", talk))[1].replace("\n", " ")


TWO = "ida how was it?\nper it was late.\neva it was.\nida and then?\nper we left.\neva at ten.\n"


def roles(study: Study) -> dict[str, dict[str | None, str | None]]:
    return {one.id: {turn.speaker: turn.role for turn in one.turns} for one in study.store.transcripts()}


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_manifest_names_speakers_and_interviewers_file_by_file(empty_study: Study, put, run_cli, form: str) -> None:
    files = [put("a.txt", TWO), put("b.txt", PLAIN), put("c.txt", "I: How?\nR: So.\nI: Why?\nR: Well.\n")]
    rows = [
        {"file": "a.txt", "speakers": "ida|per | eva", "interviewer": "ida|eva"},
        {"file": "b.txt", "speakers": "none", "interviewer": ""},
        {"file": "c.txt", "speakers": "", "interviewer": "R"},
    ]
    manifest = files[0].parent / f"manifest.{form}"
    write_table(pd.DataFrame(rows), manifest)
    code, _, said = run_cli("-C", empty_study.folder, "import", *files, manifest)
    assert code == 0, said
    assert roles(empty_study) == {
        "a": {"ida": "interviewer", "per": "participant", "eva": "interviewer"},
        "b": {None: None},
        "c": {"I": "participant", "R": "interviewer"},
    }


def test_the_options_hold_for_what_a_manifest_leaves_open(empty_study: Study, put) -> None:
    files = [put("a.txt", TWO), put("b.txt", TWO.replace("late", "early").replace("ida", "ane"))]
    manifest = put("m.csv", "file,speakers,interviewer\na.txt,,\nb.txt,ane|per|eva,ane\n")
    given = ImportOptions(speakers=("ida|per", "eva"), interviewer=("ida",), manifest=manifest)
    empty_study.import_files(files, given)
    asking = {
        name: [who for who, role in of.items() if role == "interviewer"] for name, of in roles(empty_study).items()
    }
    assert asking == {"a": ["ida"], "b": ["ane"]}


@pytest.mark.parametrize("divider", ["/", "~", " and ", ";", "，", "&"])
@pytest.mark.parametrize("column", ["speakers", "interviewer"])
def test_labels_divided_by_something_else_are_told_how(empty_study: Study, put, divider: str, column: str) -> None:
    files = [put("a.txt", "ida: how?\nper: so.\nida: why?\nper: well.\n")]
    manifest = put("m.csv", f"file,{column}\na.txt,ida{divider}per\n")
    for given in (ImportOptions(manifest=manifest), ImportOptions(**{column: (f"ida{divider}per",)})):
        if column == "speakers" and divider in (";", "，"):
            empty_study.import_files(files, given)  # a list of speakers has always been read so
            continue
        with pytest.raises(InputError, match=r"divide them with \|: ida\|per\."):
            empty_study.import_files(files, given)


def test_a_speaker_that_a_manifest_names_must_speak_there(empty_study: Study, put) -> None:
    files = [put("a.txt", "ida: how?\nper: so.\n"), put("b.txt", "ida: when?\neva: now.\n")]
    manifest = put("m.csv", "file,speakers\na.txt,eva\nb.txt,eva\n")
    with pytest.raises(InputError, match=r"m\.csv: column 'speakers': 'eva' stands at the start of no line of a\.txt"):
        empty_study.import_files(files, ImportOptions(manifest=manifest))


def test_names_of_the_command_line_may_hold_any_bytes(empty_study: Study, put, run_cli) -> None:
    """As a terminal in an old encoding sends them."""
    described = ("--case", "C\udce9", "--coder", "An\udce9", "--participant", "P\udce9")
    file = put("a.txt", "I: How?\nR: So.\nI: And?\nR: Yes.\n")
    assert run_cli("-C", empty_study.folder, "import", file, *described)[0] == 0
    (one,) = empty_study.store.transcripts()
    assert (one.case, one.participant) == ("C%E9", "P%E9")
