"""A study that takes several projects, or one again: nothing of the earlier ones is lost or passed over without a word."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from secondcoder.exchange.registry import merged_memory
from support.refi_projects import Made, Marked, guid, project_xml, read_project, write_project

TEXT = "I: How was it?\nP1: It was loud, and long.\n"
LOUD, LONG = (Marked(TEXT.index(word), TEXT.index(word) + 4) for word in ("loud", "long"))
MADE = Made({"Talk.txt": (TEXT, [LOUD, LONG])})


def with_note_and_set(path: Path, made: Made, word: str) -> Path:
    about = (
        f'<Notes><Note guid="{guid(word)}" name="{word}"><PlainTextContent>{word}.</PlainTextContent></Note></Notes>'
        f'<Sets><Set guid="{guid("set", word)}" name="Set {word}"><MemberCode targetGUID="{guid("code", "Noise")}"/></Set></Sets>'
    )
    return write_project(path, made, project_xml(made).replace("</Sources>", f"</Sources>{about}"))


def test_notes_and_sets_of_an_earlier_project_are_kept_beside_those_of_a_later_one(tmp_path: Path) -> None:
    first = read_project(with_note_and_set(tmp_path / "a.qdpx", MADE, "One"))
    other = Made({"Walk.txt": (TEXT.replace("loud", "slow"), [LOUD])})
    second = read_project(with_note_and_set(tmp_path / "b.qdpx", other, "Two"), remembered=first.memory)
    memory = merged_memory(first.memory, second.memory)
    assert [each["name"] for each in memory["notes"]] == ["One", "Two"]
    assert [each["name"] for each in memory["sets"]] == ["Set One", "Set Two"]
    again = read_project(with_note_and_set(tmp_path / "b.qdpx", other, "Two"), remembered=memory)
    assert merged_memory(memory, again.memory) == memory


def test_codings_that_a_newer_version_lacks_are_told_of(tmp_path: Path) -> None:
    first = read_project(write_project(tmp_path / "a.qdpx", MADE))
    newer = replace(MADE, texts={"Talk.txt": (TEXT, [LOUD])})
    context = {"known": first.transcripts, "remembered": first.memory}
    data = read_project(write_project(tmp_path / "b.qdpx", newer), **context)
    assert any("1 coding of an earlier import is not in it any more" in note for note in data.notes)
    again = read_project(tmp_path / "a.qdpx", **context)
    assert not any("any more" in note for note in again.notes)


def test_a_colleagues_copy_of_the_project_lacks_nothing(tmp_path: Path) -> None:
    first = read_project(write_project(tmp_path / "a.qdpx", MADE))
    bens = replace(MADE, texts={"Talk.txt": (TEXT, [replace(LOUD, user="Ben")])})
    data = read_project(write_project(tmp_path / "b.qdpx", bens), known=first.transcripts, remembered=first.memory)
    assert not any("any more" in note for note in data.notes)
