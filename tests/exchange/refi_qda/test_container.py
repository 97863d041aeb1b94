"""How programs and people pack projects, each as it was seen."""

from __future__ import annotations

import io
import unicodedata
from dataclasses import replace
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest
from secondcoder.errors import InputError
from secondcoder.exchange.registry import find_coded_format
from support.refi_projects import Dialect, Made, Marked, guid, meant, project_xml, read_project, told, write_project

TEXT = "I: How was it?\nP1: It was loud.\nI: And then?\nP1: We left.\n"
MADE = Made({"Talk.txt": (TEXT, [Marked(TEXT.index("loud"), TEXT.index("loud") + 4)])})
FILE = f"{guid('source', 'Talk.txt')}.txt"


def check(path: Path, made: Made = MADE) -> None:
    assert told(read_project(path), path) == meant(made)


@pytest.mark.parametrize(
    ("folder", "project"),
    [("Sources", "project.qde"), ("sources", "Project.qde"), ("SOURCES", "PROJECT.QDE"), ("sources", "My study 2.qde")],
)
def test_names_in_any_case(tmp_path: Path, folder: str, project: str) -> None:
    made = replace(MADE, dialect=Dialect(folder=folder, project=project))
    check(write_project(tmp_path / "a.qdpx", made), made)


def test_project_qde_goes_before_another_qde(tmp_path: Path) -> None:
    check(write_project(tmp_path / "a.qdpx", MADE, more={"old.qde": b"<Project/>"}))


def test_two_projects_are_refused(tmp_path: Path) -> None:
    made = replace(MADE, dialect=Dialect(project="one.qde"))
    path = write_project(tmp_path / "a.qdpx", made, more={"two.qde": b"<Project/>"})
    with pytest.raises(InputError, match=r"several projects \(one.qde, two.qde\)"):
        read_project(path)


@pytest.mark.parametrize(
    "more",
    [{"sources/.root": b""}, {"sources/": b""}, {"sources/unused.txt": b"\xff"}, {"__MACOSX/._x": b""}],
)
def test_what_else_lies_in_it_is_passed_over(tmp_path: Path, more: dict[str, bytes]) -> None:
    check(write_project(tmp_path / "a.qdpx", MADE, more=more))


def test_an_entry_without_a_name_is_refused(tmp_path: Path) -> None:
    path = write_project(tmp_path / "a.qdpx", MADE, more={"QQQQ": b""})
    path.write_bytes(path.read_bytes().replace(b"QQQQ", b"\0QQQ"))  # a name ends before U+0000
    with pytest.raises(InputError, match=r"a\.qdpx: its entry '' leads out"):
        read_project(path)


@pytest.mark.parametrize(
    "address",
    [FILE, f"Internal://{FILE}", f"internal://{FILE.lower()}", f"internal://sources/{FILE}", f"internal://sub\\{FILE}"],
)
def test_addresses_of_texts(tmp_path: Path, address: str) -> None:
    check(write_project(tmp_path / "a.qdpx", MADE, project_xml(MADE).replace(f"internal://{FILE}", address)))


@pytest.mark.parametrize("entry", [FILE, f"sources\\{FILE}", f"sources/deep/{FILE}"])
def test_places_of_texts(tmp_path: Path, entry: str) -> None:
    path = tmp_path / "a.qdpx"
    with ZipFile(path, "w", ZIP_STORED) as package:
        package.writestr("project.qde", project_xml(MADE))
        package.writestr(entry, TEXT)
    check(path)


def test_accents_of_a_file_name_in_the_other_form_and_written_as_in_a_web_address(tmp_path: Path) -> None:
    for address in ("internal://Gespräch 1.txt", "internal://Gespr%C3%A4ch%201.txt"):
        path = tmp_path / "a.qdpx"
        with ZipFile(path, "w") as package:
            package.writestr("project.qde", project_xml(MADE).replace(f"internal://{FILE}", address))
            package.writestr(unicodedata.normalize("NFD", "sources/Gespräch 1.txt"), TEXT)
        check(path)


def test_a_zip_around_it_that_the_finder_of_macos_made(tmp_path: Path) -> None:
    project, around = write_project(tmp_path / "team.qdpx", MADE), tmp_path / "team.zip"
    with ZipFile(around, "w") as package:
        package.write(project, "team.qdpx")
        package.writestr("__MACOSX/._team.qdpx", b"\0\5\x16\7")
    check(around)


def test_a_text_in_sources_goes_before_one_beside_it(tmp_path: Path) -> None:
    check(write_project(tmp_path / "a.qdpx", MADE, more={FILE: b"another"}))


def test_a_project_that_was_unpacked_and_packed_again_as_a_folder(tmp_path: Path) -> None:
    project, again = write_project(tmp_path / "team.qdpx", MADE), tmp_path / "again.zip"
    with ZipFile(project) as inside, ZipFile(again, "w") as package:
        for name in inside.namelist():
            package.writestr(f"Team/{name}", inside.read(name))
        package.writestr("__MACOSX/._project.qde", b"\0\5\x16\7")
    check(again)


def test_a_zip_around_it_and_another_suffix(tmp_path: Path) -> None:
    inner = write_project(tmp_path / "a.qdpx", MADE)
    renamed = tmp_path / "a.zip"
    renamed.write_bytes(inner.read_bytes())
    around = tmp_path / "sent.zip"
    with ZipFile(around, "w") as package:
        package.writestr("folder/a.qdpx", inner.read_bytes())
        package.writestr("__MACOSX/x", b"")
    for path in (renamed, around):
        found = find_coded_format(path, (".zip",))
        assert found is not None
        assert found.name == "qdpx"
        check(path)
    with ZipFile(around, "a") as package:
        package.writestr("b.qdpx", inner.read_bytes())
    with pytest.raises(InputError, match="it holds 2 projects"):
        read_project(around)


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b"\n \n"])
def test_what_stands_before_the_declaration(tmp_path: Path, mark: bytes) -> None:
    path = tmp_path / "a.qdpx"
    with ZipFile(path, "w") as package:
        package.writestr("project.qde", mark + project_xml(MADE).encode())
        package.writestr(f"sources/{FILE}", TEXT)
    check(path)


def test_utf16_text_and_xml(tmp_path: Path) -> None:
    path = tmp_path / "a.qdpx"
    with ZipFile(path, "w") as package:
        package.writestr("project.qde", project_xml(MADE).replace('"utf-8"', '"utf-16"').encode("utf-16"))
        package.writestr(f"sources/{FILE}", TEXT.encode("utf-16"))
    check(path)


def test_a_text_in_an_old_code_page_is_guessed_and_said_so(tmp_path: Path) -> None:
    text = "I: Où est-ce que ça a commencé, déjà ?\nP1: À la cuisine, très tôt, dès l'été. C'était déjà là.\n" * 4
    made = Made({"Talk.txt": (text, [Marked(text.index("très"), text.index("tôt") + 3)])})
    path = tmp_path / "a.qdpx"
    with ZipFile(path, "w") as package:
        package.writestr("project.qde", project_xml(made))
        package.writestr(f"sources/{FILE}", text.encode("cp1252"))
    check(path, made)
    assert any("a guess" in note for note in read_project(path).notes)


def test_a_control_character_costs_no_position(tmp_path: Path) -> None:
    text = TEXT.replace("It was", "It\x1fwas\x00")
    made = Made({"Talk.txt": (text, [Marked(text.index("loud"), text.index("loud") + 4)])})
    path = write_project(tmp_path / "a.qdpx", made)
    check(path, made)
    assert "control characters" in " ".join(read_project(path).notes)


@pytest.mark.parametrize("outside", ["absolute:///etc/passwd", "relative:///../secret.txt", "internal://missing.txt"])
def test_a_text_that_is_not_in_it_is_left_out_and_named(tmp_path: Path, outside: str) -> None:
    extra = (
        f'<TextSource guid="{guid("x")}" name="Elsewhere" plainTextPath="{outside}">'
        f'<PlainTextSelection guid="{guid("y")}" startPosition="0" endPosition="1">'
        f'<Coding guid="{guid("z")}"><CodeRef targetGUID="{guid("code", "Noise")}"/></Coding></PlainTextSelection></TextSource>'
    )
    path = write_project(tmp_path / "a.qdpx", replace(MADE, extra=extra))
    check(path)
    assert any("'Elsewhere' was left out with 1 coding" in note for note in read_project(path).notes)


def test_files_of_other_formats_are_not_taken(tmp_path: Path) -> None:
    word = io.BytesIO()
    with ZipFile(word, "w") as package:
        package.writestr("word/document.xml", "<w/>")
    for name, content in {
        "a.docx": word.getvalue(),
        "a.txt": TEXT.encode(),
        "b.zip": b"PK\x03\x04broken",
        "c.zip": b"",
    }.items():
        (tmp_path / name).write_bytes(content)
        found = find_coded_format(tmp_path / name, (".docx", ".txt", ".zip"))
        assert found is None or found.name != "qdpx"
