"""Talk that stands in a table of a Word document."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.transcript_checks import spoken_turns
from support.word_checks import TALK, cell, document, paragraph, read, run, table


def test_a_hidden_row_of_a_table_is_not_read(tmp_path: Path) -> None:
    hidden = "<w:trPr><w:hidden/></w:trPr>"
    rows = [
        (cell("I"), cell("How?")),
        (hidden, cell("R"), cell("Margaret.")),
        (cell("R"), cell("So.")),
        (cell("I"), cell("Ah.")),
    ]
    transcript = read(tmp_path, document(table(*rows)))
    assert spoken_turns(transcript) == [("I", "How?"), ("R", "So."), ("I", "Ah.")]
    assert transcript.notes == ("not read: 1 stretch of hidden text",)


def test_a_deleted_row_is_gone(tmp_path: Path) -> None:
    gone = f"<w:trPr><w:del/></w:trPr>{cell('R')}{cell('No.')}"
    rows = [(cell("I"), cell("How?")), (gone,), (cell("R"), cell("So.")), (cell("I"), cell("Ah."))]
    transcript = read(tmp_path, document(table(*rows)))
    assert spoken_turns(transcript) == [("I", "How?"), ("R", "So."), ("I", "Ah.")]
    assert transcript.notes == ("1 tracked change read as if all were accepted",)


def across(text: str, columns: int) -> str:
    return cell(text, f'<w:gridSpan w:val="{columns}"/>')


def of_talk(*further: str) -> list[tuple[str, ...]]:
    return [(cell(who), cell(said), *map(cell, further)) for who, said in TALK]


def test_a_row_merged_across_is_text_and_nobodys_speech(tmp_path: Path) -> None:
    rows = of_talk()
    rows.insert(2, (across("Part two: the second year", 2),))
    transcript = read(tmp_path, document(table(*rows)))
    assert spoken_turns(transcript) == TALK
    assert "\nPart two: the second year\n" in transcript.text
    assert transcript.notes == ("1 merged row of a table in the text, as nobody's speech unless a label begins it",)


def test_speech_that_reaches_over_a_further_column_is_speech(tmp_path: Path) -> None:
    rows = of_talk("a note")
    rows[3] = (cell("R"), across("The manager did.", 2))
    assert spoken_turns(read(tmp_path, document(table(*rows)))) == TALK


@pytest.mark.parametrize("titles", [(), ("Speaker", "Text", "Notes")])
def test_a_further_column_is_text_and_nobodys_speech(tmp_path: Path, titles: tuple[str, ...]) -> None:
    rows = [tuple(map(cell, titles))] * bool(titles) + of_talk("a rather long note by the typist")
    transcript = read(tmp_path, document(table(*rows)))
    assert spoken_turns(transcript) == TALK
    assert transcript.text.count("a rather long note") == 4
    which = "'Notes'" if titles else "3"
    assert transcript.notes == (f"column {which} of a table is in the text, as nobody's speech",)


@pytest.mark.parametrize(
    "titles", [("Sprecher", "Text"), ("Beszélő", "Szöveg"), ("話者", "発話"), ("Hvem", "Hva de sier")]
)
def test_titles_in_other_languages_are_nobodys_turn(tmp_path: Path, titles: tuple[str, ...]) -> None:
    transcript = read(tmp_path, document(table(tuple(map(cell, titles)), *of_talk())))
    guessed = len(titles[1].split()) < 3 and titles[0] != "Sprecher"
    assert spoken_turns(transcript) == ([titles] if len(titles[1].split()) > 2 else []) + TALK
    assert (
        transcript.notes[:guessed]
        == (f"first row of a table taken for titles: '{titles[0]}' and '{titles[1]}'",) * guessed
    )


@pytest.mark.parametrize("names", [("Interviewer", "Participant"), ("Moderator", "Åse Lie"), ("Q", "A")])
def test_a_column_a_speaker(tmp_path: Path, names: tuple[str, str]) -> None:
    rows = [(cell(said), cell("")) if at % 2 == 0 else (cell(""), cell(said)) for at, (_, said) in enumerate(TALK)]
    transcript = read(tmp_path, document(table(tuple(map(cell, names)), *rows)))
    assert spoken_turns(transcript) == [(names[at % 2], said) for at, (_, said) in enumerate(TALK)]
    assert (
        transcript.notes[0]
        == f"first row of a table taken for the speakers of its columns: '{names[0]}' and '{names[1]}'"
    )


def test_a_row_of_a_column_a_speaker_may_hold_both(tmp_path: Path) -> None:
    rows = [(cell(asked), cell(said)) for (_, asked), (_, said) in zip(TALK[::2], TALK[1::2], strict=True)]
    transcript = read(tmp_path, document(table((cell("Question"), cell("Answer")), *rows)))
    assert spoken_turns(transcript) == [(("Question", "Answer")[at % 2], said) for at, (_, said) in enumerate(TALK)]


@pytest.mark.parametrize("place", ["above", "between"])
def test_sentences_that_nobody_says_are_named(tmp_path: Path, place: str) -> None:
    sentence = paragraph(run("Thank you for coming today, and do begin where you like."))
    talk = table(*of_talk())
    transcript = read(tmp_path, document(sentence + talk if place == "above" else talk + sentence + talk))
    assert transcript.notes == (
        "1 line above the first label or between tables, read as nobody's speech: "
        "'Thank you for coming today, and do begin where you like.'",
    )


def test_the_speaker_stands_left_of_the_speech_where_codes_recur_right_of_it(tmp_path: Path) -> None:
    assert spoken_turns(read(tmp_path, document(table(*of_talk("CO"))))) == TALK


def test_times_in_two_columns(tmp_path: Path) -> None:
    rows = [(cell(f"0:0{n}"), cell(f"0:0{n + 1}"), cell(who), cell(said)) for n, (who, said) in enumerate(TALK)]
    transcript = read(tmp_path, document(table(*rows)))
    assert spoken_turns(transcript) == TALK
    assert [(turn.time_start, turn.time_end) for turn in transcript.turns] == [(n, n + 1) for n in range(4)]


def test_a_transcript_in_a_table_that_only_holds_it(tmp_path: Path) -> None:
    outer = table((f"<w:tc>{table(*of_talk())}{paragraph()}</w:tc>",))
    assert spoken_turns(read(tmp_path, document(outer))) == TALK


def test_a_table_that_is_no_transcript_is_named(tmp_path: Path) -> None:
    form = table((cell("Site"), cell("North")), (cell("Years in post"), cell("Eleven")))
    body = form + "".join(paragraph(run(f"{who}: {said}")) for who, said in TALK)
    transcript = read(tmp_path, document(body))
    assert spoken_turns(transcript) == TALK
    assert transcript.notes == ("1 table read cell by cell, as paragraphs",)
