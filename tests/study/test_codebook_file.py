"""codebook.yml and store change both or neither, wherever a process ends; who reads meanwhile sees one of the two states."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from secondcoder.codebook.plan import NamedSteps
from secondcoder.errors import StudyError, UnconfirmedError
from secondcoder.exchange.importing import ImportOptions
from secondcoder.store import Store, Writer
from secondcoder.study import codebook_file
from secondcoder.study.study import Study
from support.study_checks import everything, write_csv

ADDING = ImportOptions(add_codes=True)
KILLED = 9


def add_a_code(folder: Path) -> None:
    rows = [{"transcript": "new", "order": 0, "text": "It went on.", "codes": "Length", "coder": "anna"}]
    Study(folder).import_files([write_csv(folder.parent / "more.csv", rows)], ADDING)


def rename_a_code(folder: Path) -> None:
    study = Study(folder)
    text = (folder / "codebook.yml").read_text(encoding="utf-8")
    edited = folder.parent / "edited.yml"
    edited.write_text(re.sub(r"\bCO\b", "CX", text), encoding="utf-8")
    study.codebook_change(study.codebook_plan(edited, NamedSteps(rename={"CO": "CX"})), edited)


def killed_at(place: Any, name: str, times: int, before: bool) -> Callable[[pytest.MonkeyPatch], None]:
    """The process ends at the n-th call of a function, as by SIGKILL: nothing that should happen on the way out does."""

    def arm(patch: pytest.MonkeyPatch) -> None:
        work, calls = getattr(place, name), iter(range(1, 1000))

        def call(*arguments: Any, **options: Any) -> Any:
            last = next(calls) == times
            if last and before:
                os._exit(KILLED)
            result = work(*arguments, **options)
            if last:
                os._exit(KILLED)
            return result

        patch.setattr(place, name, call)

    return arm


POINTS = {
    "before the draft": killed_at(codebook_file, "write_draft", 1, before=True),
    "with half a draft": killed_at(Path, "write_bytes", 1, before=True),
    "after the draft": killed_at(codebook_file, "write_draft", 1, before=False),
    "as the change is written": killed_at(Writer, "add_change", 1, before=False),
    "before the commit": killed_at(Writer, "seal", 1, before=False),
    "after the commit": killed_at(codebook_file, "settle", 1, before=True),
    "before the file": killed_at(Path, "replace", 1, before=True),
    "after the file": killed_at(Path, "replace", 1, before=False),
}


@pytest.mark.skipif(os.name != "posix", reason="a process is forked, so that it can end anywhere")
@pytest.mark.parametrize("change", [add_a_code, rename_a_code])
@pytest.mark.parametrize("point", POINTS)
def test_killed_anywhere_both_are_new_or_both_old(
    coded_study: Study, monkeypatch: pytest.MonkeyPatch, point: str, change: Callable[[Path], None]
) -> None:
    folder, before = coded_study.folder, coded_study.codebook
    number = len(coded_study.corpus.history.changes)
    coded_study.close()
    child = os.fork()
    if not child:
        POINTS[point](monkeypatch)
        try:
            change(folder)
        finally:
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == KILLED
    study = Study(folder)
    changed = len(study.corpus.history.changes) > number
    assert changed == (point in ("after the commit", "before the file", "after the file"))
    # Read before anything is mended, and asked as `check` does.
    assert (study.codebook != before) == changed
    assert Study.check(folder) == []
    assert all(coding.code in study.codebook for coding in study.corpus.codings)
    if not changed:
        change(folder)
    with study.changing("the next command"):
        pass
    assert study.codebook.hash == study.corpus.history.changes[-1].after
    assert [path.name for path in folder.iterdir() if path.name.endswith((".new", ".part"))] == []
    assert (
        (folder / "codebook.yml").read_text(encoding="utf-8").count("id: CX\n" if change is rename_a_code else "Length")
    )
    assert study.check_audit().faults == ()
    study.close()


def test_a_file_that_cannot_be_replaced_leaves_the_change_in_effect(
    coded_study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where another program holds codebook.yml open on Windows."""

    def held(*_: Any) -> None:
        raise OSError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", held)
        add_a_code(coded_study.folder)
        with pytest.raises(StudyError, match=r"cannot be brought up to date .* Nothing was changed"):
            coded_study.transcript_remove("ash_gp")
    assert "Length" not in (coded_study.folder / "codebook.yml").read_text(encoding="utf-8")
    assert "Length" in coded_study.codebook
    with coded_study.changing("the next command"):
        pass
    assert "Length" in (coded_study.folder / "codebook.yml").read_text(encoding="utf-8")


def test_an_edit_by_hand_is_never_overwritten(coded_study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even by a change that was made before it and not yet put in place."""
    with monkeypatch.context() as patch:
        patch.setattr(codebook_file, "settle", lambda folder, store: None)
        add_a_code(coded_study.folder)
    path = coded_study.folder / "codebook.yml"
    edited = path.read_text(encoding="utf-8") + "\n# looked at\n"
    path.write_text(edited, encoding="utf-8")
    with coded_study.changing("the next command"):
        pass
    assert path.read_text(encoding="utf-8") == edited
    with pytest.raises(UnconfirmedError):
        _ = coded_study.codebook


def test_a_commit_that_fails_leaves_no_draft(coded_study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything(coded_study.folder)

    def fails(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Writer, "seal", fails)
    with pytest.raises(KeyboardInterrupt):
        add_a_code(coded_study.folder)
    assert everything(coded_study.folder) == before


def test_an_interruption_after_the_commit_takes_nothing_back(
    coded_study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl+C may come between the commit and the end of the command."""
    begun = Store.transaction

    def interrupted(store: Store, who: str) -> Any:
        from contextlib import contextmanager

        @contextmanager
        def transaction() -> Any:
            with begun(store, who) as write:
                yield write
            raise KeyboardInterrupt

        return transaction()

    with monkeypatch.context() as patch:
        patch.setattr(Store, "transaction", interrupted)
        with pytest.raises(KeyboardInterrupt):
            add_a_code(coded_study.folder)
    assert "Length" in coded_study.codebook
    assert "Length" in (coded_study.folder / "codebook.yml").read_text(encoding="utf-8")
    assert Study.check(coded_study.folder) == []
