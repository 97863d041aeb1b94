"""Old code pages: the right letters, or a refusal that names both, and the person's word before every guess."""

from __future__ import annotations

from pathlib import Path

import pytest
from secondcoder.errors import InputError, ReadError
from secondcoder.transcripts import read_transcript
from secondcoder.transcripts.encoding import decode, reading_as

# Invented talk, a turn in each language, with letters that its code pages write differently.
TALK = {
    "Czech": "Sešli jsme se v kuchyni a řekli jsme si, k čemu to je. Žádná sestra nebyla proti.",
    "Hungarian": "Leültünk a konyhában és megbeszéltük, hogy mire való. Egyik nővér sem ellenezte, később bővült.",
    "Romanian": "Ne-am aşezat în bucătărie şi am discutat pentru ce este. Nicio asistentă nu a spus că nu.",
    "Croatian": "Sjeli smo u kuhinju i rekli čemu to služi. Nijedna sestra nije bila protiv, već su pomagale.",
    "Polish": "Usiedliśmy w kuchni i ustaliliśmy, po co to jest. Żadna z pielęgniarek się nie sprzeciwiła.",
    "Turkish": "Mutfağa oturduk ve bunun ne işe yaradığını konuştuk. Hemşireler şaşırdı ama iyi oldu.",
    "Portuguese": "Sentámo-nos na cozinha e decidimos para que servia. Não havia oposição, também é útil.",
    "Italian": "Ci siamo seduti in cucina e abbiamo deciso perché serviva. Così è più facile, però non c'è tempo.",
    "Swedish": "Vi satte oss i köket och bestämde vad det var bra för. Ingen sköterska sa nej på måndag.",
    "Danish": "Vi satte os i køkkenet og aftalte, hvad det var godt for. Ingen sygeplejerske sagde nej på mødet.",
    "German": "Wir haben uns in die Küche gesetzt und überlegt, wofür das gut ist. Später hieß es, es wäre schön.",
    "French": "On s'est assis à la cuisine, et on a décidé à quoi ça servait. L’infirmière était d’accord, voilà.",
    "Spanish": "Nos sentamos en la cocina y decidimos para qué servía. ¿Y la enfermera? También, según él mañana.",
    "English": "It’s been “busy” at the café – really. We’ve got £5 left, and that was it.",
}
PAGES = ("cp1252", "cp1250", "cp1254", "mac_roman", "iso8859_2", "iso8859_9", "cp850", "cp852")


def fits(talk: str, page: str) -> bool:
    try:
        return bool(talk.encode(page))
    except UnicodeEncodeError:
        return False


@pytest.mark.parametrize(
    ("language", "page"), [(language, page) for language in TALK for page in PAGES if fits(TALK[language], page)]
)
def test_a_turn_is_read_with_the_right_letters(language: str, page: str) -> None:
    text = f"I: ok?\nR: {TALK[language]}\n"
    decoded = decode(text.encode(page), "a.txt")
    assert decoded.text == text
    assert decoded.guessed
    assert "import with --encoding NAME" in decoded.notes[0]


@pytest.mark.parametrize("language", TALK)
@pytest.mark.parametrize("page", PAGES)
def test_a_few_words_are_read_right_or_refused(language: str, page: str) -> None:
    words = TALK[language].split()
    for text in (" ".join(words[at : at + 3]) for at in range(len(words) - 2)):
        if text.isascii() or not fits(text, page):
            continue
        read = _read_or_refused(text.encode(page))
        # Where too little is said to tell, the commoner code page is a guess, and marked as one.
        assert read in (text, None) or len([letter for letter in text if not letter.isascii()]) <= 2


def _read_or_refused(data: bytes) -> str | None:
    try:
        return decode(data, "a.txt").text
    except ReadError:
        return None


def test_a_guess_shows_the_word_and_not_the_row_of_a_table() -> None:
    table = 't,1,I,kdo to byl?\nt,2,R,"Přišli jsme a už to je dobře"\n'
    assert decode(table.encode("cp1250"), "c.csv").remark == "Přišli"


@pytest.mark.parametrize(
    ("said", "spoilt"),
    [
        ("Im Café für uns", "cp1252"),
        ("It’s so", "cp1252"),
        ("źle, że", "cp1252"),
        ("Привет", "cp1252"),
        ("Où ça", "latin-1"),
    ],
)
def test_accents_that_were_spoilt_before_are_named(said: str, spoilt: str) -> None:
    text = said.encode().decode(spoilt, "ignore")
    assert "spoilt" in " ".join(decode(f"I: {text}".encode(), "a.txt").notes)
    assert decode(f"I: {said}".encode(), "a.txt").notes == ()


def test_where_two_are_as_likely_both_are_named() -> None:
    # 0xE8 is `è` in Western and `č` in Central European code pages, and no word tells the language.
    with pytest.raises(ReadError) as refusal:
        decode(b"I: Xyz?\nR: Qu\xe8x.\n", "a.txt")
    message = str(refusal.value)
    assert "'Quèx.'" in message
    assert "'Qučx.'" in message
    assert "secondcoder import --encoding NAME" in message


@pytest.mark.parametrize(
    "page", ["cp1250", "mac_roman", "utf-16-le", "utf-16-be", "utf-32-le", "shift_jis", "koi8_r", "latin1"]
)
def test_what_the_person_says_goes_before_a_guess(tmp_path: Path, page: str) -> None:
    speech = {"shift_jis": "今日はどうでしたか。", "koi8_r": "Как дела?"}.get(page, "Deux cafés.")
    if page == "cp1250":
        speech = "Łódź."
    (tmp_path / "a.txt").write_bytes(f"I: ok?\nR: {speech}\nI: ok?\nR: ok.\n".encode(page))
    with reading_as(page):
        transcript = read_transcript(tmp_path / "a.txt")
    assert transcript.text.split("\n")[1] == f"R: {speech}"
    assert not any("guess" in note for note in transcript.notes)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_file_that_says_what_it_is_is_read_so_whatever_was_said(encoding: str) -> None:
    with reading_as("cp1250"):
        decoded = decode("R: Łódź, café.".encode(encoding), "a.txt")
    assert decoded.text == "R: Łódź, café."
    assert decoded.notes == (("read as utf-8, which it is, and not as cp1250",) if encoding == "utf-8" else ())


def test_what_the_person_said_holds_for_that_import_alone() -> None:
    with reading_as("mac_roman"):
        assert decode(b"caf\x8e", "a.txt").text == "café"
    with pytest.raises(ReadError):
        decode(b"caf\x8e\x00", "a.txt")


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ("cp1520", "--encoding 'cp1520' is no encoding that Python knows. Did you mean 'cp1250'"),
        ("rot13", "--encoding 'rot13' is no encoding"),
        ("zip", "--encoding 'zip' is no encoding"),
        ("", None),
    ],
)
def test_an_encoding_that_is_none_is_refused(named: str, message: str | None) -> None:
    if message is None:
        with reading_as(named):
            assert decode(b"plain", "a.txt").encoding == "utf-8"
        return
    with pytest.raises(InputError) as refusal, reading_as(named):
        pass
    assert message[:30] in str(refusal.value)


def test_bytes_that_the_named_encoding_lacks_are_placed() -> None:
    with (
        pytest.raises(ReadError, match=r"a\.txt line 2: not text in cp1252: the byte 0x81 is none of its characters"),
        reading_as("cp1252"),
    ):
        decode(b"I: ok?\nR: caf\x81\n", "a.txt")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize(
    "text", ["I: Ça va ?\nR: Très bien.\n", "И: Как дела?\nР: Хорошо, спасибо.\n", "Ε: Πώς;\nΑ: Καλά.\n"]
)
def test_wide_encodings_without_a_mark(encoding: str, text: str) -> None:
    decoded = decode(text.encode(encoding), "a.txt")
    assert (decoded.text, decoded.encoding) == (text, encoding)
    assert decoded.notes[0].startswith(f"read as {encoding}, a guess")


@pytest.mark.parametrize(
    "data", [b"I: a bell \x07 rang", b"\x00\x01\x02\x03" * 20, b"ab\x00cd\x00ef", bytes(range(64)) * 4]
)
def test_binary_content_is_no_wide_text(data: bytes) -> None:
    with pytest.raises(ReadError, match="control characters"):
        decode(data, "a.txt")
