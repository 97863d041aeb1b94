"""Real commands at once, and killed: whatever happens, codebook.yml and store go together, and the next command works."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from secondcoder.study.study import Study
from support.study_checks import write_csv

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")]
KILLS = 12


def start(folder: Path, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", "from secondcoder.cli import main; main()", "-C", folder, *arguments]
    return subprocess.Popen([*map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def table(path: Path, code: str, units: int = 3) -> Path:
    rows = [
        {"transcript": path.stem, "order": at, "text": f"It went on {at}.", "codes": code, "coder": "anna"}
        for at in range(units)
    ]
    return write_csv(path, rows)


def is_whole(folder: Path) -> None:
    assert Study.check(folder) == []
    study = Study(folder)
    assert {coding.code for coding in study.corpus.codings} <= {*study.codebook.ids}
    assert study.check_audit().faults == ()
    study.close()


def test_eight_imports_at_once_all_succeed(coded_study: Study, tmp_path: Path) -> None:
    coded_study.close()
    codes = [f"New{n}" for n in range(8)]
    running = [
        start(coded_study.folder, "import", table(tmp_path / f"t{code}.csv", code), "--add-codes") for code in codes
    ]
    ended = [(each.communicate(), each.returncode) for each in running]
    assert [code for _, code in ended] == [0] * len(codes), ended
    assert {*codes} <= {*Study(coded_study.folder).codebook.ids}
    is_whole(coded_study.folder)


def test_an_import_and_a_rename_at_once_both_count(coded_study: Study, tmp_path: Path) -> None:
    folder = coded_study.folder
    coded_study.close()
    edited = tmp_path / "edited.yml"
    edited.write_text(re.sub(r"\bCO\b", "CX", (folder / "codebook.yml").read_text(encoding="utf-8")), encoding="utf-8")
    importing = start(folder, "import", table(tmp_path / "long.csv", "CO", 2000))
    time.sleep(1.0)
    renaming = start(folder, "codebook", "change", edited, "--rename", "CO=CX", "--yes")
    ended = [(each.communicate(), each.returncode) for each in (importing, renaming)]
    # The import read the codebook before the rename or after it; then it says that there is no such code, and brings nothing.
    assert ended[1][1] == 0, ended
    given = {coding.code for coding in Study(folder).corpus.codings if coding.transcript == "long"}
    assert given == ({"CX"} if ended[0][1] == 0 else set())
    is_whole(folder)


@pytest.mark.parametrize("what", ["import", "rename"])
def test_killed_at_random_moments_both_are_new_or_both_old(coded_study: Study, tmp_path: Path, what: str) -> None:
    folder = coded_study.folder
    coded_study.close()
    moments = random.Random(7)
    lasts = 0.0
    for number in range(KILLS):
        if what == "import":
            arguments: tuple[object, ...] = (
                "import",
                table(tmp_path / f"t{number}.csv", f"New{number}"),
                "--add-codes",
            )
        else:
            here = Study(folder)
            old, new = next(code for code in here.codebook.ids if code.startswith("C")), f"CX{number}"
            here.close()
            edited = tmp_path / f"edited{number}.yml"
            text = (folder / "codebook.yml").read_text(encoding="utf-8")
            edited.write_text(re.sub(rf"\b{old}\b", new, text), encoding="utf-8")
            arguments = ("codebook", "change", edited, "--rename", f"{old}={new}", "--yes")
        began = time.monotonic()
        running = start(folder, *arguments)
        if number:
            time.sleep(moments.uniform(0.4 * lasts, lasts))
            running.send_signal(signal.SIGKILL)
        out = running.communicate()
        if not number:
            assert running.returncode == 0, out
            lasts = time.monotonic() - began
        is_whole(folder)
