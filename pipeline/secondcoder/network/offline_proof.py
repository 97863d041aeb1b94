"""The proof that nothing needs the network: the demonstration and a review run without one, and a statement of how that went.

The statement holds its own SHA-256, so that a copy can be compared with the study's, whose audit trail names the same hash.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from secondcoder.errors import NetworkError, StudyError
from secondcoder.network.guard import RECORD
from secondcoder.network.installed import PACKAGE, changed_files, hashed_files, needed_packages

STATEMENT, AS_TEXT = "offline-proof.json", "offline-proof.txt"
Statement = Mapping[str, Any]


def run_offline() -> Statement:
    """Run the demonstration and a review's start without network, in a folder that is gone afterwards.

    Raises:
        NetworkError: something failed without network, or tried to reach another machine.
    """
    with TemporaryDirectory(prefix="secondcoder-offline-") as folder:
        outcome = _run(Path(folder))
    if faults := _faults(outcome):
        raise NetworkError(f"{' '.join(faults)} There is no proof, and nothing was kept.")
    return _signed({"statement": "secondcoder ran without network", **outcome, **_here()})


def _run(folder: Path) -> dict[str, Any]:
    record = folder / "refused"
    # A cache of its own: the models are made ready anew, as on a new machine.
    environment = {**os.environ, RECORD: str(record), "SECONDCODER_CACHE": str(folder / "cache")}
    command = [sys.executable, "-P", "-m", "secondcoder.network.cut_off_run", str(folder / "study")]
    done = subprocess.run(command, stdout=subprocess.PIPE, env=environment, encoding="utf-8", check=False)  # noqa: S603 - ourselves
    if done.returncode:
        raise NetworkError(f"The run without network could not be begun (it ended with {done.returncode}).")
    outcome: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    refused = record.read_text(encoding="utf-8").split() if record.is_file() else []
    return outcome | {"refused_to_python": sorted(set(refused))}


def _faults(outcome: Statement) -> list[str]:
    faults = [
        f"`{step['command']}` failed without network: {step['fault']}." for step in outcome["ran"] if step["fault"]
    ]
    if places := outcome["refused_to_python"]:
        faults.append(f"A connection was tried, and refused, to {', '.join(places)}.")
    faults += [f"The kernel counted {count} {what}." for what, count in outcome.get("tried", {}).items() if count]
    return faults


def _here() -> dict[str, Any]:
    files = hashed_files()
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "system": platform.platform(),
        "python": platform.python_version(),
        "secondcoder": _version(),
        "packages": needed_packages(),
        "changed_since_installed": changed_files(),
        "files_sha256": _digest(files),
        "files": files,
    }


def _version() -> str:
    from importlib.metadata import version

    return version(PACKAGE)


def _digest(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _signed(content: dict[str, Any]) -> Statement:
    return content | {"sha256": _digest(content)}


def is_whole(statement: Statement) -> bool:
    """Whether a statement is as it was made, by its own hash."""
    return statement.get("sha256") == _digest({key: value for key, value in statement.items() if key != "sha256"})


def read_statement(folder: Path) -> Statement | None:
    """The statement that a study's folder holds, None where there is none.

    Raises:
        StudyError: it was changed since it was made.
    """
    path = folder / STATEMENT
    if not path.is_file():
        return None
    try:
        statement = json.loads(path.read_text(encoding="utf-8"))
        whole = is_whole(statement)
    except (ValueError, AttributeError):
        whole = False
    if not whole:
        raise StudyError(f"{STATEMENT} is not as it was made. Make another: secondcoder check --offline")
    return dict(statement)


def as_files(statement: Statement) -> dict[str, str]:
    """The files by which a study keeps the statement: name -> content."""
    return {STATEMENT: json.dumps(statement, indent=1, ensure_ascii=False) + "\n", AS_TEXT: in_words(statement)}


def in_words(statement: Statement) -> str:
    """The statement as a page of text."""
    changed, at = statement["changed_since_installed"], statement["at"].replace("T", " ").removesuffix("+00:00")
    ran = "; ".join(f"{step['command']} ({step['seconds']} seconds)" for step in statement["ran"])
    lines = [
        f"secondcoder {statement['secondcoder']} ran without network.",
        "",
        f"When: {at} UTC, on {statement['system']}, Python {statement['python']}",
        f"What: {ran}",
        f"How: {_how(statement)}",
        f"Tried to reach another machine: {_tried(statement)}",
        f"Files of secondcoder: {len(statement['files'])}, SHA-256 over their hashes {statement['files_sha256']}",
    ]
    if changed is not None:
        lines.append(f"Changed since they were installed: {', '.join(changed) or 'none'}")
    lines.append(f"With: {', '.join(f'{name} {version}' for name, version in statement['packages'].items())}")
    return "\n".join([*lines, f"SHA-256 of this statement ({STATEMENT}): {statement['sha256']}", ""])


def _how(statement: Statement) -> str:
    guarded = "Python's own connections were held to this machine by the guard that every command has (an audit hook)"
    if why := statement["why_not_cut_off"]:
        return f"{guarded}. Not in a network namespace: {why}. So what is not Python was not watched."
    return f"in a network namespace whose only interface is its own loopback ({', '.join(statement['interfaces'])}). Also, {guarded}."


def _tried(statement: Statement) -> str:
    by_kernel = " and ".join(f"{count} {what}" for what, count in statement.get("tried", {}).items())
    return f"nothing. {f'The kernel counted {by_kernel}; the' if by_kernel else 'The'} guard refused nothing."
