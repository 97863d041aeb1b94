"""The Tab key: what it offers, quickly and from the study that is meant; and in real shells."""

from __future__ import annotations

import os
import select
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.shell_completion import BashComplete
from secondcoder.cli import COMMANDS, cli
from secondcoder.cli.completion_command import PLACES, SHELLS, VARIABLE
from secondcoder.codebook.yaml_file import SHIPPED
from secondcoder.study.study import Study
from support.browser_checks import missing

PROGRAM = "from secondcoder.cli import main; main()"


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """What the Tab key gives for the last of some words."""

    def ask(*words: object) -> list[str]:
        *before, incomplete = map(str, words)
        found = BashComplete(cli, {}, "secondcoder", VARIABLE).get_completions(before, incomplete)
        return [item.value for item in found if item.type == "plain"]

    return ask


def test_commands_and_options(offered) -> None:
    assert offered("") == [*COMMANDS]
    assert offered("gloss") == ["glossary"]
    assert offered("models", "sh") == ["show"]
    assert {"--codebook", "--coder"} == set(offered("new", "--co"))
    assert "-C" in offered("-")


def test_names_of_the_study(offered, coded_study: Study) -> None:
    here = ("-C", coded_study.folder)
    with coded_study.store.transaction("x") as write:
        write.add_model("m0001", None, {})
    assert offered(*here, "passages", "") == [*coded_study.codebook.ids]
    assert offered(*here, "passages", "C") == [code for code in coded_study.codebook.ids if code.startswith("C")]
    assert offered(*here, "open", "--coder", "") == sorted({each.coder for each in coded_study.store.codings()})
    assert offered(*here, "transcript", "show", "") == sorted(each.id for each in coded_study.store.transcripts())
    assert offered(*here, "models", "show", "m") == ["m0001"]
    assert offered("init", "--codebook", "") == sorted(SHIPPED)


@pytest.mark.parametrize("left", ["nothing", "rubbish"])
def test_what_cannot_be_read_offers_nothing(offered, tmp_path: Path, left: str) -> None:
    if left == "rubbish":
        for name in ("study.db", "codebook.yml"):
            (tmp_path / name).write_bytes(b"\xff: [\x00")
    before = sorted(tmp_path.iterdir())
    assert offered("-C", tmp_path, "passages", "") == offered("-C", tmp_path, "open", "--coder", "") == []
    assert sorted(tmp_path.iterdir()) == before


def test_nothing_heavy_is_loaded(coded_study: Study) -> None:
    told = f"import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr)); {PROGRAM}"
    for words in ("secondcoder ", f"secondcoder -C {shlex.quote(str(coded_study.folder))} passages "):
        asked = {VARIABLE: "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(len(shlex.split(words)))}
        done = subprocess.run(
            [sys.executable, "-c", told], env=os.environ | asked, capture_output=True, text=True, check=True
        )
        assert done.stdout
        loaded = {name.partition(".")[0] for name in done.stderr.split()}
        assert not loaded & {"torch", "spacy", "pandas", "numpy", "sqlalchemy", "pydantic"}


@pytest.mark.parametrize("shell", SHELLS)
def test_install_writes_the_script_and_says_what_is_left(
    shell: str, run_cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shell == "bash" and not shutil.which("bash"):
        missing("bash is not installed")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    code, printed, _ = run_cli("completion", shell)
    assert (code, VARIABLE in printed) == (0, True)
    code, _, said = run_cli("completion", shell, "--install")
    assert (code, str(tmp_path / PLACES[shell]) in said) == (0, True)
    assert (tmp_path / PLACES[shell]).read_text(encoding="utf-8").strip() == printed.strip()
    assert ("~/.bashrc" in said, "~/.zshrc" in said) == (shell == "bash", shell == "zsh")


@pytest.mark.parametrize("shell", ["powershell", "pwsh", "tcsh"])
def test_other_shells_are_named_as_what_there_is_none_for(shell: str, run_cli) -> None:
    code, _, said = run_cli("completion", shell)
    assert (code, "bash, zsh, fish" in said) == (2, True)


START = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
    "fish": ["fish", "--no-config", "-i"],
}
READY = {"zsh": "autoload -Uz compinit; compinit -u -D; "}


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="these shells and terminals are of POSIX")
@pytest.mark.parametrize("shell", SHELLS)
def test_the_tab_key_in_a_real_shell(shell: str, coded_study: Study, tmp_path: Path) -> None:
    """The command is one that writes down how it was called; the Tab key asks the real one."""
    if not shutil.which(shell):
        missing(f"{shell} is not installed")
    called, script = tmp_path / "called", tmp_path / "script"
    script.write_text(_printed("completion", shell), encoding="utf-8")
    program = tmp_path / "bin" / "secondcoder"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\nif [ -n "${VARIABLE}" ]; then exec {shlex.join([sys.executable, "-c", PROGRAM])}; fi\n'
        f'echo "$@" > {shlex.quote(str(called))}.part; mv {shlex.quote(str(called))}.part {shlex.quote(str(called))}\n'
    )
    program.chmod(0o700)
    folder = coded_study.folder
    for typed, meant in (("gloss", "glossary"), (f"-C {folder} passages R", f"-C {folder} passages RM")):
        keys = f"{READY.get(shell, '')}source {script}\n", f"secondcoder {typed}\t\n"
        _type(START[shell], keys, called, {"PATH": f"{program.parent}:{os.environ['PATH']}", "HOME": str(tmp_path)})
        assert called.read_text().strip() == meant
        called.unlink()


def _printed(*words: str) -> str:
    return subprocess.run([sys.executable, "-c", PROGRAM, *words], capture_output=True, text=True, check=True).stdout


def _type(words: list[str], keys: tuple[str, ...], until: Path, env: dict[str, str]) -> None:
    """Start a shell in a terminal, type a line whenever it has been quiet for a while, until the file is there."""
    import pty

    number, terminal = pty.fork()
    if not number:
        os.execvpe(words[0], words, os.environ | {"TERM": "xterm"} | env)
    left, end, shown = list(keys), time.monotonic() + 120, b""
    try:
        while not until.exists() and time.monotonic() < end:
            if select.select([terminal], [], [], 1.5)[0]:
                shown += os.read(terminal, 65536)
            elif left:
                os.write(terminal, left.pop(0).encode())
        assert until.exists(), shown.decode(errors="replace")
    finally:
        os.close(terminal)
        os.kill(number, 9)
        os.waitpid(number, 0)
