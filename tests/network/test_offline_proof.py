"""`check --offline`: what was run, how it was cut off, and a statement that shows when it was changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from secondcoder.errors import NetworkError, StudyError
from secondcoder.network import installed, offline_proof
from secondcoder.network.guard import RECORD
from secondcoder.network.offline_proof import (
    AS_TEXT,
    STATEMENT,
    in_words,
    is_whole,
    read_statement,
    run_offline,
)

PLAYED = """
import sys
from pathlib import Path
from secondcoder.network import cut_off_run
cut_off_run.COMMAND = (sys.executable, "-P", "-c", sys.argv[1])
sys.exit(cut_off_run._main(Path("study")))
"""
"""The run with another program in the place of secondcoder."""
SERVES = """
import http.server, sys
from secondcoder.network.guard import refuse_connections
refuse_connections()
# tries
if "review" in sys.argv:
    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200); self.end_headers(); self.wfile.write(b"<html></html>")
        def log_message(self, *_): pass
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    print(f"Preparing\\nhttp://127.0.0.1:{server.server_port}/enter?token=1", flush=True)
    server.serve_forever()
"""
MARK = "# tries\n"
IN_C = """
import ctypes, socket, struct
libc = ctypes.CDLL(None)
address = struct.pack("=H", socket.AF_INET) + struct.pack("!H4s8x", 443, socket.inet_aton("192.0.2.1"))
libc.connect(libc.socket(socket.AF_INET, socket.SOCK_STREAM, 0), address, len(address))
"""
IN_PYTHON = """
try:
    import socket
    socket.create_connection(("192.0.2.1", 443), timeout=1)
except Exception:
    pass
"""


def played(program: str, record: Path) -> dict:
    """The outcome of a run in which `program` stands for secondcoder."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", PLAYED, program],
        env={**os.environ, RECORD: str(record)}, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    refused = record.read_text(encoding="utf-8").split() if record.exists() else []
    return json.loads(done.stdout.splitlines()[-1]) | {"refused_to_python": refused}


def test_a_run_in_which_nothing_is_tried_has_no_fault(tmp_path: Path) -> None:
    outcome = played(SERVES, tmp_path / "refused")
    assert [step["command"].split()[:2] for step in outcome["ran"]] == [
        ["secondcoder", "demo"],
        ["secondcoder", "review,"],
    ]
    assert offline_proof._faults(outcome) == []


def test_an_attempt_that_is_kept_quiet_is_found(tmp_path: Path) -> None:
    """One in Python is refused, and noted down; one in C is counted by the kernel."""
    quiet = played(SERVES.replace(MARK, IN_PYTHON), tmp_path / "one")
    assert offline_proof._faults(quiet)[0].startswith("A connection was tried, and refused, to 192.0.2.1:443")
    outcome = played(SERVES.replace(MARK, IN_C), tmp_path / "other")
    if outcome["why_not_cut_off"]:
        pytest.skip(outcome["why_not_cut_off"])
    assert offline_proof._faults(outcome) == ["The kernel counted 2 packets without a route."]


@pytest.mark.parametrize(
    ("program", "fault"),
    [
        ("raise SystemExit(1)", "`secondcoder demo` failed without network: it ended with 1."),
        (
            "import sys; 'review' in sys.argv and sys.exit('no port')",
            "failed without network: it did not start (no port).",
        ),
        (SERVES.replace("<html></html>", "<html>"), "failed without network: its first page is not whole."),
    ],
)
def test_a_step_that_fails_is_a_fault(program: str, fault: str, tmp_path: Path) -> None:
    (found,) = offline_proof._faults(played(program, tmp_path / "refused"))
    assert found.endswith(fault)


@pytest.fixture
def outcome(monkeypatch: pytest.MonkeyPatch) -> dict:
    """What a run found, without running."""
    found = {
        "ran": [{"command": "secondcoder demo", "seconds": 41.5, "fault": ""}],
        "why_not_cut_off": "",
        "interfaces": ["lo"],
        "tried": {"packets without a route": 0},
        "refused_to_python": [],
    }
    monkeypatch.setattr(offline_proof, "_run", lambda _: found)
    return found


def test_the_statement_says_what_ran_and_with_what(outcome: dict) -> None:
    statement = run_offline()
    assert statement["packages"]["torch"] == metadata.version("torch")
    assert {"cli/__init__.py", "configs/default.toml", "network/guard.py"} <= statement["files"].keys()
    assert not any(name.endswith(".pyc") for name in statement["files"])
    text = in_words(statement)
    assert "What: secondcoder demo (41.5 seconds)" in text
    assert "whose only interface is its own loopback (lo)" in text
    assert "nothing. The kernel counted 0 packets without a route; the guard refused nothing." in text
    assert statement["sha256"] in text
    outcome |= {"why_not_cut_off": "the system has no network namespaces"}
    del outcome["interfaces"], outcome["tried"]
    text = in_words(run_offline())
    assert (
        "Not in a network namespace: the system has no network namespaces. So what is not Python was not watched."
        in text
    )
    assert "nothing. The guard refused nothing." in text


def test_a_statement_that_was_changed_is_known(outcome: dict, coded_study) -> None:
    assert read_statement(coded_study.folder) is None
    coded_study.keep_offline_proof(run_offline())
    path = coded_study.folder / STATEMENT
    assert is_whole(read_statement(coded_study.folder) or {})
    for changed in (path.read_text().replace("41.5", "41.6"), path.read_text()[:-9], "[]", "{}"):
        path.write_text(changed)
        with pytest.raises(StudyError, match=r"offline-proof\.json is not as it was made"):
            read_statement(coded_study.folder)


def test_it_is_kept_with_the_study_and_its_hash_in_the_trail(outcome: dict, coded_study, run_cli) -> None:
    coded_study.close()
    code, out, err = run_cli("-C", coded_study.folder, "check", "--offline")
    assert code == 0, err
    statement = json.loads((coded_study.folder / STATEMENT).read_text(encoding="utf-8"))
    assert out == (coded_study.folder / AS_TEXT).read_text(encoding="utf-8") == in_words(statement)
    code, out, _ = run_cli("-C", coded_study.folder, "check", "--audit")
    assert (code, "run without network 1" in out) == (0, True)


def test_without_a_study_it_is_only_shown(outcome: dict, run_cli, tmp_path: Path) -> None:
    code, out, err = run_cli("-C", tmp_path, "check", "--offline")
    assert code == 0
    assert "ran without network" in out
    assert "Not kept" in err
    assert list(tmp_path.iterdir()) == []
    assert run_cli("-C", tmp_path, "check", "--offline", "--audit")[0] == 2


def test_what_failed_is_no_proof(outcome: dict, run_cli, tmp_path: Path) -> None:
    outcome |= {"refused_to_python": ["telemetry.example.org:443"]}
    with pytest.raises(NetworkError, match=r"to telemetry\.example\.org:443\. There is no proof"):
        run_offline()
    assert run_cli("-C", tmp_path, "check", "--offline")[0] == 1


def test_a_file_that_was_changed_since_it_was_installed_is_named(tmp_path: Path, monkeypatch) -> None:
    """By RECORD as pip leaves it (https://packaging.python.org/en/latest/specifications/recording-installed-packages/)."""
    information = tmp_path / "secondcoder-9.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: secondcoder\nVersion: 9\n")
    # Of "1\n" and "2\n", by openssl dgst -sha256 -binary | basenc --base64url, without the padding.
    recorded = {
        "a": "Q1WkaxnTSNwvV8BG-O9j1FOOu5NgAPPJ7pVKJ0YN2GU",
        "b": "U8I05ehHK2rFHBrhyrP-BvrQU7646_2Jd7AQZVv908M",
        "gone": "U8I05ehHK2rFHBrhyrP-BvrQU7646_2Jd7AQZVv908M",
    }
    lines = [f"secondcoder/{name}.py,sha256={digest},2" for name, digest in recorded.items()]
    (information / "RECORD").write_text("\n".join([*lines, "secondcoder-9.dist-info/RECORD,,"]))
    (tmp_path / "secondcoder").mkdir()
    (tmp_path / "secondcoder" / "a.py").write_text("1\n")
    (tmp_path / "secondcoder" / "b.py").write_text("3\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert installed.changed_files() == ["secondcoder/b.py", "secondcoder/gone.py"]
