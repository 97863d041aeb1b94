"""Nothing that others wrote acts in the terminal: names, texts, file names and errors are shown as what they hold."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder import cli
from secondcoder.cli.common import print_json, print_table
from secondcoder.cli.terminal import Terminal, guarded, harmless, raw
from secondcoder.domain.records import Case, Coding, CodingPass, SpeakerRole, Transcript, Turn
from secondcoder.study.study import Study

# A title, a cleared screen, a line overwritten, the 8-bit CSI, text turned round, markup of rich, and bytes that are no UTF-8.
HOSTILE = "\x1b]0;pwned\x07\x1b[2J\rgone\x9b31m\u202eevil\u2066 [bold]x[/nope] :smile: \udce9"
ACTS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


Typed = Callable[..., str]


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Typed:
    """All that a terminal gets when a command is typed there."""
    monkeypatch.setenv("TERM", "dumb")  # so that rich colours nothing
    monkeypatch.setenv("COLUMNS", "400")

    def call(*words: object) -> str:
        out, err = Screen(), Screen()
        for name, value in {"argv": ["secondcoder", *map(str, words)], "stdout": out, "stderr": err}.items():
            monkeypatch.setattr(sys, name, value)
        monkeypatch.setattr(sys, "stdin", io.StringIO())
        with pytest.raises(SystemExit):
            cli.main()
        return out.getvalue() + err.getvalue()

    return call


@pytest.fixture
def hostile_study(trained_study: Study) -> Study:
    """A study in whose store every name and text is hostile, as another program may have put it there."""
    said = f"We have {HOSTILE} no room, and the tea was cold. "
    name, text = f"t{HOSTILE}".encode("utf-8", "replace").decode(), (said * 3).encode("utf-8", "replace").decode()
    turns = (Turn(0, 30, f"S{name}", SpeakerRole.INTERVIEWER), Turn(31, len(text), f"R{name}", SpeakerRole.PARTICIPANT))
    transcript = Transcript(
        name, text, turns, case=f"c{name}", participant=f"p{name}", role=f"r{name}", wave=f"w{name}"
    )
    book = trained_study.codebook
    with trained_study.store.transaction(f"who{name}") as write:
        write.put_cases([Case(f"c{name}", {f"a{name}": f"v{name}"})])
        write.add_transcripts([transcript])
        write.add_codings([Coding(name, 31, 60, "CO", f"coder{name}", memo=name)], book)
        write.add_passes([CodingPass(name, f"coder{name}", 0, len(text), book.ids)])
    trained_study.close()
    return trained_study


COMMANDS = [
    ("status",), ("status", "--next"), ("status", "--json"), ("check",), ("check", "--audit"), ("transcript", "list"),
    ("transcript", "show", "NAME"), ("transcript", "show", "NAME", "--codings"), ("agree",), ("agree", "--json"), ("passages",),
    ("passages", "CO"), ("doubts",), ("export",), ("export", "--suggestions"), ("codebook", "show"), ("codebook", "show", "CO"),
    ("models",), ("models", "list"), ("models", "show", "m0001"), ("code",), ("code", "NAME"), ("evaluate",), ("train",), ("retrain",),
    ("import", "NAME"), ("import", "FILE"), ("import", "FILE", "--dry-run"), ("import", "BYTES"), ("NAME",), ("glossary", "NAME"),
    ("transcript", "show", "HOSTILE"), ("transcript", "remove", "NAME"), ("codebook", "show", "HOSTILE"), ("-C", "HOSTILE", "status"),
    ("review", "import", "HOSTILE"), ("export", "--format", "HOSTILE"), ("passages", "HOSTILE"),
    ("init", "HOSTILE", "--codebook", "HOSTILE"),
    ("chart", "--out", "charts"), ("sheet", "--out", "HOSTILE.xlsx"),
    ("pack", "make", "--coder", "HOSTILE", "HOSTILE"), ("embedder", "list"),
]  # fmt: skip


def fill_in(word: str, folder: Path) -> object:
    """What a command is given."""
    named = f"t{HOSTILE}".encode("utf-8", "replace").decode()
    if word == "FILE":
        place = folder / ("f" + HOSTILE.replace("/", "") + ".txt")
        place.write_text(
            f"I: How is {HOSTILE.encode('utf-8', 'replace').decode()} it?\nR: Well {named}.\n" * 3, encoding="utf-8"
        )
        return place
    if word == "BYTES":
        place = folder / "damaged\x1b[31m.docx"
        place.write_bytes(b"PK\x03\x04\x1b[2Jdamaged")
        return place
    return word.replace("NAME", named).replace("HOSTILE", HOSTILE)


@pytest.mark.slow
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_nothing_acts_in_the_terminal(
    words: tuple[str, ...], hostile_study: Study, typed: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    printed = typed("-C", hostile_study.folder, *(fill_in(word, tmp_path) for word in words))
    assert printed
    assert ACTS.findall(printed) == []


def test_names_are_shown_as_what_they_hold(hostile_study: Study, typed: Typed) -> None:
    """The test above finds them printed, and not left out."""
    printed = typed("-C", hostile_study.folder, "transcript", "list")
    assert "⟦U+001B⟧]0;pwned⟦U+0007⟧" in printed
    assert "[bold]x[/nope] :smile:" in printed


def test_what_the_program_itself_refuses_is_harmless(typed: Typed, tmp_path: Path) -> None:
    for words in ([HOSTILE], [f"--{HOSTILE}"], ["import", f"--{HOSTILE}"], ["-C", tmp_path / "x\x1b[2J", "status"]):
        printed = typed(*words)
        assert "Error" in printed or "secondcoder: " in printed
        assert ACTS.findall(printed) == []


@given(st.text(st.characters(codec=None), max_size=60))
def test_harmless_text_holds_nothing_that_acts(text: str) -> None:
    shown = harmless(text)
    assert ACTS.findall(shown.replace("\r\n", "\n")) == []
    assert harmless(shown) == shown
    if text.isprintable() and text.isascii():
        assert shown == text


def test_ordinary_writing_is_as_it_was() -> None:
    for text in ("naïve Zoë – 中文 العربية עברית 👩‍👩‍👧 नमस्ते می‌خواهم", "a\tb\r\nc\n", "⟦U+001B⟧"):
        assert harmless(text) == text


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=20), max_size=5))
def test_json_says_the_same_and_acts_nowhere(data: dict[str, str]) -> None:
    import json
    from contextlib import redirect_stdout

    with redirect_stdout(io.StringIO()) as out:
        print_json(data)
    assert json.loads(out.getvalue()) == data
    assert ACTS.findall(out.getvalue()) == []


def test_tables_read_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    odd = "[bold]x[/nope] :smile: \x1b[2J"
    print_table([odd, odd], [[odd, odd]], title=odd)
    printed = capsys.readouterr().out
    assert printed.count("[bold]x[/nope] :smile:") == 5
    assert "\x1b" not in printed


def test_data_that_goes_to_a_file_stays_as_it_is(tmp_path: Path) -> None:
    with (tmp_path / "out").open("w", encoding="utf-8") as file:
        assert guarded(file, always=False) is file
        told = guarded(file, always=True)
        told.write("\x1b[2J")
        assert raw(told) is file
    assert (tmp_path / "out").read_text(encoding="utf-8") == "⟦U+001B⟧[2J"


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals here")
def test_a_real_terminal_gets_nothing_that_acts(tmp_path: Path) -> None:
    import pty
    import subprocess

    ours, theirs = pty.openpty()
    words = [
        sys.executable,
        "-c",
        "from secondcoder.cli import main; main()",
        "-C",
        str(tmp_path),
        "import",
        "x\x1b]0;pwned\x07",
    ]
    with subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs):
        os.close(theirs)
        said = b""
        try:
            while part := os.read(ours, 4096):
                said += part
        except OSError:
            pass
    os.close(ours)
    assert said
    assert b"\x1b]" not in said
    assert b"\x07" not in said


def test_a_stream_without_buffer_is_written_to_by_click_itself() -> None:
    """On Windows click would else write to the console, past the stream."""
    assert not hasattr(Terminal(Screen()), "buffer")
