"""What a study holds is its owner's alone from the moment it is there; a team shares one by a group on purpose."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from secondcoder.errors import StudyError
from secondcoder.store import opening
from secondcoder.study import create
from secondcoder.study.study import Study
from support.study_checks import CHEAP, TALK, UNCODED

pytestmark = pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    """As most systems have it: what is made can be read by everybody."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def open_to_others(folder: Path, bits: int = 0o077) -> list[str]:
    return sorted(
        str(path.relative_to(folder.parent)) for path in (folder, *folder.rglob("*")) if path.stat().st_mode & bits
    )


def test_at_the_command_line_every_file_is_its_owner_s(tmp_path: Path, run_cli) -> None:
    folder = tmp_path / "study"
    assert run_cli("init", folder, "--codebook", "npt-core")[0] == 0
    assert open_to_others(folder) == []
    (folder / "secondcoder.toml").write_text(CHEAP, encoding="utf-8")
    for arguments in (
        ("import", TALK),
        ("train",),
        ("code", "--out", folder / "suggestions.xlsx"),
        ("export", "--out", folder / "codings.csv"),
        ("export", "--audit", folder / "audit.csv"),
        ("chart", "--out", folder / "charts"),
        ("transcript", "show", UNCODED),
        ("check", "--backup", folder.parent / "copy"),
    ):
        code, _, err = run_cli("-C", folder, *arguments)
        assert code == 0, err
    assert open_to_others(folder) == []
    assert open_to_others(folder.parent / "copy") == []


def test_in_python_the_folder_is_closed_and_so_are_its_files(tmp_path: Path) -> None:
    """Where no umask was set: a library does not change that of the process that it runs in."""
    study = Study.create(tmp_path / "study", "npt-core")
    study.import_files([TALK])
    assert open_to_others(study.folder) == []
    study.close()
    assert os.umask(0o022) == 0o022


def test_an_empty_folder_that_becomes_a_study_is_closed(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    folder.mkdir(0o755)
    Study.create(folder, "npt-core").close()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("within", [True, False], ids=["in a group's folder", "the group's folder itself"])
def test_a_folder_that_a_group_was_given_stays_the_group_s(tmp_path: Path, run_cli, within: bool) -> None:
    team = tmp_path / "team"
    team.mkdir()
    team.chmod(0o2770)
    folder = team / "study" if within else team
    assert run_cli("init", folder, "--codebook", "npt-core")[0] == 0
    assert run_cli("-C", folder, "import", TALK)[0] == 0
    for path in (folder, *folder.rglob("*")):
        wanted = 0o070 if path.is_dir() else 0o060
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == wanted, path
    assert not [warning for warning in Study(folder).warnings() if "open to" in warning]


@pytest.mark.parametrize(("mode", "who"), [(0o755, "everybody who uses this machine"), (0o750, "a group of this")])
def test_check_says_where_others_can_read_an_older_study_and_how_to_close_it(
    coded_study: Study, mode: int, who: str
) -> None:
    folder = coded_study.folder
    folder.chmod(mode)
    (warning,) = [warning for warning in coded_study.warnings() if "open to" in warning]
    assert who in warning
    command = warning.split("To close it: ")[1].split(". ")[0]
    assert command == f"chmod -R go-rwx {folder.resolve()}"
    folder.chmod(0o700)
    assert not [warning for warning in coded_study.warnings() if "open to" in warning]


@pytest.mark.parametrize("point", ["new_folder", "create_store", "put_in_place"])
def test_a_killed_init_is_begun_again(tmp_path: Path, point: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "study"
    folder.mkdir()
    child = os.fork()
    if not child:
        monkeypatch.setattr(create, point, lambda *_: os._exit(9))
        Study.create(folder, "npt-core")
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    with pytest.raises(StudyError, match="is not a study"):
        Study(folder)
    Study.create(folder, "npt").close()
    assert Study.check(folder) == []


def test_a_folder_with_somebody_s_codebook_is_not_cleared(tmp_path: Path) -> None:
    (tmp_path / "codebook.yml").write_text("mine", encoding="utf-8")
    with pytest.raises(StudyError, match="not empty"):
        Study.create(tmp_path, "npt-core")
    assert (tmp_path / "codebook.yml").read_text(encoding="utf-8") == "mine"


def test_the_store_is_closed_before_anything_is_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    upgrade = opening._upgrade

    def looking(engine: object, path: Path | None = None) -> None:
        seen.append(stat.S_IMODE((tmp_path / "study.db").stat().st_mode))
        upgrade(engine)  # type: ignore[arg-type]

    monkeypatch.setattr(opening, "_upgrade", looking)
    opening.create_store("sqlite:///study.db", tmp_path).close()
    assert seen == [0o600]
