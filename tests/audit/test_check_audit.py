"""`secondcoder check --audit` on the command line."""

from __future__ import annotations

from pathlib import Path

from secondcoder.audit import verify
from secondcoder.store import open_store
from support.audit_checks import tamper


def head_of(folder: Path) -> str:
    store = open_store("sqlite:///study.db", folder)
    head = verify(store).head
    store.close()
    return head


def test_a_clean_study_prints_what_was_verified_and_the_head(coded_study, run_cli) -> None:
    folder = coded_study.folder
    code, out, _ = run_cli("-C", folder, "check", "--audit")
    assert code == 0
    assert head_of(folder) in out
    assert "Compared with the trail: transcripts 7;" in out
    assert "Note the head down" in out
    code, out, _ = run_cli("-C", folder, "check", "--head", head_of(folder)[:12])
    assert (code, out.splitlines()[-1]) == (0, "No fault found.")


def test_each_fault_is_told_and_the_exit_is_1(coded_study, run_cli) -> None:
    tamper(
        coded_study.folder, "UPDATE codings SET memo = 'added' WHERE id = 1", "UPDATE events SET who = 'x' WHERE id = 3"
    )
    code, out, err = run_cli("-C", coded_study.folder, "check", "--audit")
    assert (code, err) == (1, "3 faults found.\n")
    assert "events row 3" in out
    assert "backup" in out
    assert run_cli("-C", coded_study.folder, "check")[0] == 0


def test_a_noted_head_that_is_gone_is_a_fault(coded_study, run_cli) -> None:
    code, out, _ = run_cli("-C", coded_study.folder, "check", "--head", "f" * 64)
    assert code == 1
    assert "not in the chain" in out
    code, _, err = run_cli("-C", coded_study.folder, "check", "--head", "latest")
    assert code == 1
    assert "'latest' is no head of an audit trail" in err
