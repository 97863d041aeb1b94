"""Which files an import takes: what lies beside them is named, and one bad file hides no other."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from secondcoder.errors import InputError
from secondcoder.exchange.find_files import find_files
from secondcoder.study.study import Study

TALK = "I: How did it start?\nR: With a phone call about {}.\nI: Who called?\nR: The manager.\n"
BESIDE = (
    "Thumbs.db",
    "desktop.ini",
    "Desktop.ini",
    "ehthumbs.db",
    ".DS_Store",
    "~$gp1.docx",
    "._gp1.docx",
    ".~lock.gp1.odt#",
    "~WRL0003.tmp",
    "Icon\r",
    "__MACOSX/._gp1.txt",
    "$RECYCLE.BIN/x.txt",
    ".git/config",
    "gp1.txt~",
    "gp1.docx.bak",
    "gp2.docx.crdownload",
    "gp3.docx - Shortcut.lnk",
    "Site.webloc",
)


def put(path: Path, about: str = "it") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(TALK.format(about), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", BESIDE)
def test_what_systems_leave_is_passed_over_and_named(tmp_path: Path, name: str) -> None:
    good = put(tmp_path / "Ash" / "gp1.txt")
    put(tmp_path / "Ash" / name)
    found = find_files([tmp_path])
    assert found.files == [(good, ("Ash",))]
    first = name.split("/", maxsplit=1)[0].strip("\r")
    assert len(found.notes) == 1
    assert found.notes[0].startswith(f"passed over, as no files of the study: {first}")


def test_many_are_counted(tmp_path: Path) -> None:
    put(tmp_path / "gp1.txt")
    for number in range(12):
        put(tmp_path / f"._{number:02}.txt")
    assert find_files([tmp_path]).notes[0].endswith("._06.txt, ._07.txt and 4 others")


def test_a_name_outright_is_taken_unless_a_system_left_it(tmp_path: Path) -> None:
    hidden, left = put(tmp_path / ".draft.txt"), put(tmp_path / "Thumbs.db")
    found = find_files([hidden, left])
    assert (found.files, found.passed_over) == ([(hidden, ())], ["Thumbs.db"])


def test_links_out_of_the_folder_and_links_to_nothing_are_named(tmp_path: Path) -> None:
    good, elsewhere = put(tmp_path / "study" / "gp1.txt"), put(tmp_path / "other" / "gp2.txt")
    (good.parent / "linked").symlink_to(elsewhere.parent)
    (good.parent / "gone.txt").symlink_to(tmp_path / "nothing.txt")
    found = find_files([good.parent])
    assert [path for path, _ in found.files] == [good]
    assert found.notes == ["not followed, as links: gone.txt and linked/"]


def test_a_linked_file_is_read_only_where_it_lies_in_the_folder(tmp_path: Path) -> None:
    good, elsewhere = put(tmp_path / "study" / "Ash" / "gp1.txt"), put(tmp_path / "secret" / "passwd")
    inner, outer = good.parent.parent / "same.txt", good.parent / "evil.txt"
    inner.symlink_to(good)
    outer.symlink_to(elsewhere)
    os.link(elsewhere, good.parent / "hard.txt")  # a name of its own, which whoever made the folder could read
    found = find_files([good.parent.parent])
    assert [path.name for path, _ in found.files] == ["gp1.txt", "hard.txt", "same.txt"]
    assert found.notes == ["not followed, as links: evil.txt"]
    assert find_files([outer]).files == [(outer, ())]  # somebody said so


def test_pipes_and_sockets_in_a_folder_are_named_and_not_waited_for(tmp_path: Path) -> None:
    good = put(tmp_path / "gp1.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(str(tmp_path / "s.txt"))
        found = find_files([tmp_path])
    assert found.files == [(good, ())]
    assert found.notes == ["passed over, as no files of the study: pipe.txt and s.txt"]


def test_the_import_says_what_it_passed_over(empty_study: Study, tmp_path: Path) -> None:
    put(tmp_path / "in" / "gp1.txt")
    put(tmp_path / "in" / "Thumbs.db")
    imported = empty_study.import_files([tmp_path / "in"])
    assert imported.notes[-1] == "passed over, as no files of the study: Thumbs.db"


def test_all_that_is_wrong_is_said_at_once(empty_study: Study, tmp_path: Path) -> None:
    put(tmp_path / "in" / "gp1.txt")
    (tmp_path / "in" / "scan.png").write_bytes(b"\x89PNG")
    (tmp_path / "in" / "broken.docx").write_bytes(b"PK\x03\x04")
    (tmp_path / "in" / "manifest.csv").write_text("file,case\ngp9.txt,Ash\n", encoding="utf-8")
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(InputError) as caught:
        empty_study.import_files([tmp_path / "in", tmp_path / "missing.txt", tmp_path / "pipe.txt"])
    message = str(caught.value)
    for part in (
        "scan.png: a picture",
        "broken.docx: the file is cut off",
        "'gp9.txt' is named",
        "missing.txt does not",
        "pipe.txt is no",
    ):
        assert part in message
    assert message.startswith("5 files cannot be imported:")
    assert message.endswith("Nothing was imported.")
    assert empty_study.store.transcripts() == []


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"caf\xe9", "caf%E9"),
        (b"caf\x82 2", "caf%82 2"),
        (b"tab\there", "tab here"),
        (b"two\nlines", "two lines"),
        ("Zoe\u0308".encode(), "Zoë"),
        ("a\u2028b".encode(), "a b"),
    ],
)
def test_any_bytes_in_a_name_give_an_id_that_can_be_written(
    empty_study: Study, tmp_path: Path, raw: bytes, shown: str
) -> None:
    folder = os.fsencode(tmp_path) + b"/in/" + raw
    os.makedirs(folder)
    with open(folder + b"/" + raw + b".txt", "w", encoding="utf-8") as file:
        file.write(TALK.format("a name"))
    imported = empty_study.import_files([tmp_path / "in"])
    (transcript,) = imported.transcripts
    assert (transcript.id, transcript.case, transcript.source) == (shown, shown, f"{shown}.txt")
    composed = raw.decode("utf-8", "replace") == "Zoe\u0308"  # which looks as it did
    assert any("what no table can" in note for note in imported.notes) != composed
    table = tmp_path / "codes.csv"
    empty_study.import_files([tmp_path / "in"])  # the same name again, and the same transcript
    table.write_text(f"transcript,start,end,text,codes,coder\n{shown},3,6,How,CO,ana\n", encoding="utf-8")
    assert len(empty_study.import_files([table]).codings) == 1
    assert len(empty_study.corpus.by_id) == 1


def test_what_a_study_keeps_in_its_folder_is_no_transcript(empty_study: Study) -> None:
    put(empty_study.folder / "gp1.txt")
    imported = empty_study.import_files([empty_study.folder])
    assert [transcript.id for transcript in imported.transcripts] == ["gp1"]
    passed = next(note for note in imported.notes if note.startswith("passed over"))
    assert all(name in passed for name in ("secondcoder.toml", "codebook.yml", "study.db"))


def test_a_codebook_beside_transcripts_elsewhere_is_not_passed_over(tmp_path: Path) -> None:
    put(tmp_path / "codebook.yml")
    assert [path.name for path, _ in find_files([tmp_path]).files] == ["codebook.yml"]
