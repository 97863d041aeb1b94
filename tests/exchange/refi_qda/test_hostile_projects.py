"""Projects that nobody's program wrote end in one clear error, in little memory, and leave the study as it was."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from secondcoder.errors import SecondcoderError
from secondcoder.study.study import Study
from support.hostile_projects import HOSTILE, MADE, TEXT
from support.places import ROOT
from support.refi_projects import project_xml, read_project, told, write_project
from support.study_checks import everything

MOST_MEMORY = 500  # MB, of a process that has imported everything that secondcoder imports
PATIENCE = 120  # seconds, so that a test that hangs ends; each takes under two
IMPORT = """
import json, re, sys
from pathlib import Path
from secondcoder.errors import SecondcoderError
from secondcoder.study.study import Study
study = Study(Path(sys.argv[1]))
try:
    study.import_files([Path(sys.argv[2])])
    said = ""
except SecondcoderError as error:
    said = str(error)
finally:
    study.close()
memory = re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())
print(json.dumps([said, int(memory[1]) // 1024]))
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study with the project's codes and its transcript."""
    folder = tmp_path_factory.mktemp("hostile")
    path = write_project(folder / "good.qdpx", MADE)
    made = Study.create(folder / "study", path)
    assert len(made.import_files([path]).codings) == 1
    made.close()
    return folder / "study"


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="memory is told by /proc")
@pytest.mark.parametrize("kind", HOSTILE)
def test_one_clear_error_in_little_memory_and_the_study_as_it_was(tmp_path: Path, study: Path, kind: str) -> None:
    make, fault = HOSTILE[kind]
    path = tmp_path / "hostile.qdpx"
    make(path)
    before = everything(study)
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "pipeline")}
    command = [sys.executable, "-c", IMPORT, str(study), str(path)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE, env=environment)
    said, memory = json.loads(ran.stdout)
    assert re.search(fault, said), said
    assert said.startswith("hostile.qdpx")
    assert said.endswith("Nothing was imported.")
    assert said.count("Nothing was") == 1
    assert memory < MOST_MEMORY
    assert everything(study) == before


@pytest.mark.parametrize(
    "kind", [each for each in HOSTILE if not re.search(r"bomb|gigabyte|MB|000|deep|millions", each)]
)
def test_small_ones_are_refused(tmp_path: Path, kind: str) -> None:
    make, fault = HOSTILE[kind]
    make(tmp_path / "hostile.qdpx")
    with pytest.raises(SecondcoderError, match=fault):
        read_project(tmp_path / "hostile.qdpx")


def test_a_damaged_byte_is_refused_or_changes_nothing(tmp_path: Path) -> None:
    path = write_project(tmp_path / "a.qdpx", MADE)
    whole, expected = path.read_bytes(), told(read_project(path), path)
    draw = random.Random(7)
    for at in range(0, len(whole), 3):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << draw.randrange(8))]) + whole[at + 1 :])
        try:
            data = read_project(path)
        except SecondcoderError:
            continue
        text = {each.id: each.text for each in data.transcripts}
        assert [text[each.transcript][each.start : each.end] for each in data.codings] == [
            row[3] for row in expected
        ] or any("left out" in note for note in data.notes)


def test_damaged_xml_never_fails_otherwise_than_by_a_clear_error(tmp_path: Path) -> None:
    xml, draw = project_xml(MADE), random.Random(11)
    pieces = re.findall(r"<[^>]*>|\w+=|\"[^\"]*\"", xml)
    for _ in range(300):
        at, other = draw.randrange(len(xml)), draw.choice(pieces)
        damaged = draw.choice(
            [
                xml[:at] + other + xml[at:],
                xml.replace(other, "", 1),
                xml.replace(other, draw.choice(pieces), 1),
                xml.replace(other, "&#1;", 1),
            ]
        )
        path = write_project(tmp_path / "a.qdpx", MADE, damaged, {"more.txt": TEXT.encode()})
        with suppress(SecondcoderError):
            assert all(0 <= each.start < each.end <= len(TEXT) for each in read_project(path).codings)
