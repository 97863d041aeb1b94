"""What is no file, or none that should be read: links out of a folder, pipes, sockets, devices, folders named like files."""

from __future__ import annotations

import os
import resource
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from secondcoder.errors import SecondcoderError
from secondcoder.exchange.codebooks.files import read_codebook
from secondcoder.exchange.find_files import find_files
from secondcoder.exchange.import_result import ImportOptions
from secondcoder.exchange.importing import read_all
from secondcoder.exchange.manifest import read_manifest
from secondcoder.exchange.pack.archive import read_pack
from secondcoder.exchange.refi_qda.container import is_project
from secondcoder.exchange.tables.rows import read_table
from secondcoder.study.study import Study
from secondcoder.transcripts import read_transcript
from support.study_checks import everything

TALK = "I: How did it start?\nR: With a phone call about it.\n"
SUFFIXES = (
    ".txt",
    ".docx",
    ".odt",
    ".pdf",
    ".xlsx",
    ".csv",
    ".parquet",
    ".jsonl",
    ".json",
    ".qdpx",
    ".rqda",
    ".yml",
    ".secondcoder-pack",
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="pipes, links and limits are POSIX's")


@contextmanager
def at_once(seconds: int = 20) -> Iterator[None]:
    """A reading that waits for a pipe ends as a failure."""

    def stop(*_: object) -> None:
        raise AssertionError("it waits")

    before = signal.signal(signal.SIGALRM, stop)
    now = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[0]) * resource.getpagesize()
    most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (now + 2**30, most[1]))  # what reads a device to its end fails soon
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        resource.setrlimit(resource.RLIMIT_AS, most)
        signal.signal(signal.SIGALRM, before)


def pipe(path: Path) -> None:
    os.mkfifo(path)


def open_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


def folder(path: Path) -> None:
    path.mkdir()
    (path / "within").write_text("x", encoding="utf-8")


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def ring(path: Path) -> None:
    path.symlink_to(path)


NO_FILES: tuple[Callable[[Path], None], ...] = (pipe, open_socket, folder, device, ring)
READERS: dict[str, Callable[[Path], object]] = {
    "transcript": read_transcript,
    "table": read_table,
    "manifest": read_manifest,
    "codebook": read_codebook,
    "pack": read_pack,
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("make", NO_FILES)
def test_what_is_no_file_is_refused_at_once_by_name_whatever_its_suffix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], None], reader: str
) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path may have 100 characters
    for suffix in SUFFIXES:
        path = Path(f"odd{suffix}")
        make(path)
        with at_once(), pytest.raises(SecondcoderError, match="odd"):
            READERS[reader](path)
        assert not is_project(path)


@pytest.mark.parametrize("make", [pipe, open_socket, device, ring])
def test_an_import_names_what_is_no_file_and_leaves_the_study(
    empty_study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], None]
) -> None:
    before = everything(empty_study.folder)
    monkeypatch.chdir(tmp_path)
    make(Path("odd.txt"))
    Path("good.txt").write_text(TALK, encoding="utf-8")
    with at_once(), pytest.raises(SecondcoderError, match=r"odd\.txt"):
        empty_study.import_files([Path("odd.txt").absolute(), Path("good.txt").absolute()])
    assert everything(empty_study.folder) == before


def test_a_folder_gives_its_files_alone_and_says_what_was_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "elsewhere.txt"
    secret.write_text("I: Who are you?\nR: Not in this study.\n", encoding="utf-8")
    inside = tmp_path / "in"
    (inside / "case").mkdir(parents=True)
    (inside / "case" / "a.txt").write_text(TALK, encoding="utf-8")
    (inside / "case" / "same.txt").symlink_to("a.txt")
    (inside / "case" / "out.txt").symlink_to(secret)
    (inside / "up").symlink_to(inside)
    monkeypatch.chdir(inside)
    for make, name in ((pipe, "p.txt"), (open_socket, "s.txt"), (device, "d.txt"), (ring, "r.txt")):
        make(Path(name))
    with at_once():
        found = find_files([inside])
    assert [path.name for path, _ in found.files] == ["a.txt", "same.txt"]
    assert found.notes == [
        "passed over, as no files of the study: p.txt and s.txt",
        "not followed, as links: d.txt, r.txt, up/ and out.txt",
    ]


@pytest.mark.parametrize(
    "name",
    [
        b"n\xe9.txt",
        b"\xff\xfe.txt",
        b"a\nb.txt",
        b"a\x1b[31mb.txt",
        "a\u202eb.txt".encode(),
        b"-rf.txt",
        b"--out.txt",
        b"$(x).txt",
        b"%00.txt",
        b"a" * 240 + b".txt",
    ],
)
def test_any_name_of_a_file_gives_a_transcript_whose_name_can_be_written(tmp_path: Path, name: bytes) -> None:
    path = Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), name)))
    path.write_text(TALK, encoding="utf-8")
    (transcript,) = read_all([path], ImportOptions(), _book(), {}).transcripts
    for written in (transcript.id, transcript.source):
        assert written.encode()
        assert written.isprintable()


def _book():
    from secondcoder.codebook.yaml_file import load_codebook

    return load_codebook("npt-core")


@pytest.mark.parametrize(
    ("suffix", "head"), [(".docx", b"PK\x03\x04"), (".pdf", b"%PDF-1.4\n"), (".txt", b"I: a\n"), (".csv", b"a,b\n")]
)
def test_a_file_of_gigabytes_is_refused_by_its_size(tmp_path: Path, suffix: str, head: bytes) -> None:
    path = tmp_path / f"vast{suffix}"
    with path.open("wb") as file:
        file.write(head)
        file.truncate(3 * 2**30)  # sparse: it takes no room
    with at_once(), pytest.raises(SecondcoderError, match=f"vast{suffix}: 3,221,225,472 bytes"):
        read_all([path], ImportOptions(), _book(), {})


def test_what_may_not_be_opened_is_one_error(tmp_path: Path) -> None:
    """In a process without root's rights, to which no file is locked."""
    names = [f"locked{suffix}" for suffix in SUFFIXES]
    for name in names:
        (tmp_path / name).write_bytes(b"x")
        (tmp_path / name).chmod(0)
    for above in (tmp_path, *tmp_path.parents[:2]):
        above.chmod(0o755)
    for name in names:  # what is imported on the way may lie where only root looks
        _refused(tmp_path / name)
    process = os.fork()
    if process == 0:
        code = 1
        try:
            if os.geteuid() == 0:
                os.setuid(65534)
            code = sum(not _refused(tmp_path / name) for name in names)
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0


def _refused(path: Path) -> bool:
    for read in (
        lambda: read_all([path], ImportOptions(), _book(), {}),
        lambda: read_codebook(path),
        lambda: read_pack(path),
        lambda: read_table(path),
    ):
        try:
            read()
        except SecondcoderError as error:
            if path.name not in str(error):
                os.write(2, f"{error}\n".encode())
                return False
        except Exception as error:
            os.write(2, f"{path.name}: {error!r}\n".encode())
            return False
    return True
