"""Pipes, sockets and devices that are given as files: refused in words, and neither waited for nor replaced."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from secondcoder.cli import COMMANDS, cli
from secondcoder.cli.paths import PathType
from secondcoder.study.folder import CODEBOOK
from secondcoder.study.study import Study

GIVEN = [
    ("import", "PIPE"), ("import", "--manifest", "PIPE", "FILE"), ("import", "--speakers", "PIPE", "FILE"), ("code", "PIPE"),
    ("code", "PIPE", "--out", "run/"), ("review", "import", "PIPE"), ("codebook", "import", "PIPE"), ("codebook", "check", "PIPE"),
    ("codebook", "show", "PIPE"), ("codebook", "change", "PIPE"),
    ("codebook", "assign", "PIPE"), ("init", "new", "--codebook", "PIPE"),
    ("pack", "open", "PIPE", "new"), ("pack", "merge", "PIPE"), ("agree", "--settle", "PIPE"), ("chart", "--notes", "PIPE"),
    ("review", "--audio", "PIPE", "--no-browser"), ("export", "--out", "PIPE"), ("status", "--out", "PIPE"), ("-C", "PIPE", "status"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
@pytest.mark.parametrize("words", GIVEN, ids=" ".join)
def test_a_pipe_is_refused_and_not_waited_for(words: tuple[str, ...], coded_study: Study, tmp_path: Path) -> None:
    coded_study.close()
    pipe, file = tmp_path / "pipe.csv", tmp_path / "a.txt"
    os.mkfifo(pipe)
    file.write_text("I: How?\nR: Well.\n", encoding="utf-8")
    typed = [str(pipe) if word == "PIPE" else str(file) if word == "FILE" else word for word in words]
    study = [] if "-C" in words else ["-C", str(coded_study.folder)]
    program = [sys.executable, "-c", "from secondcoder.cli import main; main()", *study, *typed]
    said = subprocess.run(
        program, cwd=tmp_path, check=False, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL
    )
    assert said.returncode in (1, 2)
    assert said.stderr.startswith(("secondcoder: ", "Usage: "))
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.slow
def test_a_pipe_in_the_place_of_the_codebook_is_not_waited_for(coded_study: Study, tmp_path: Path) -> None:
    coded_study.close()
    for name in (CODEBOOK, "secondcoder.toml", "study.db"):
        (coded_study.folder / name).unlink()
        os.mkfifo(coded_study.folder / name)
        program = [
            sys.executable,
            "-c",
            "from secondcoder.cli import main; main()",
            "-C",
            str(coded_study.folder),
            "status",
        ]
        said = subprocess.run(program, check=False, capture_output=True, text=True, timeout=60)
        assert said.returncode == 1
        assert said.stderr.startswith("secondcoder: ")


def test_sockets_and_devices_are_no_files(tmp_path: Path) -> None:
    command = click.Command(
        "x", params=[click.Argument(["path"], type=PathType(path_type=Path))], callback=lambda path: None
    )
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(str(tmp_path / "s"))
        for special in (tmp_path / "s", Path("/dev/null"), Path("/dev/zero")):
            assert "neither a file nor a folder" in CliRunner().invoke(command, [str(special)]).output
    for plain in (tmp_path, tmp_path / "new", Path(__file__), "a" * 5000, "\udce9"):
        assert CliRunner().invoke(command, [str(plain)]).exit_code == 0


def test_every_path_of_every_command_is_looked_at() -> None:
    def paths(command: click.Command) -> list[click.Parameter]:
        below = [path for each in getattr(command, "commands", {}).values() for path in paths(each)]
        return [each for each in command.params if isinstance(each.type, click.Path)] + below

    found = [each for name in COMMANDS for each in paths(cli.get_command(click.Context(cli), name))]
    assert len(found) > 25
    assert [each.name for each in found if not isinstance(each.type, PathType)] == []
