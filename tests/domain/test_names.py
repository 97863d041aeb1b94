"""Names: one written form, and which are the same."""

from __future__ import annotations

import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.domain import names
from secondcoder.domain.names import ByName, Spellings, file_name, folded, free_name, known_name, name, same

SAME = {
    "capitals": ("Ana", "ANA"),
    "é in one and two characters": ("Zo\u00eb", "Zoe\u0308"),
    "Korean, composed or not": ("한", unicodedata.normalize("NFD", "한")),
    "no-break space": ("Jo Marsh", "Jo\u00a0Marsh"),
    "ideographic space": ("山田 花子", "山田\u3000花子"),
    "outer blanks": ("gp1", " gp1\t"),
    "byte order mark": ("gp1", "\ufeffgp1"),
    "zero-width space": ("gp1", "gp\u200b1"),
    "sharp s": ("Strauß", "STRAUSS"),
    "final sigma": ("ΝΙΚΟΣ", "Νικος"),
    "joiner between Latin letters": ("Anna", "An\u200dna"),
    "blank of Braille": ("Jo Marsh", "Jo\u2800Marsh"),
    "Hangul filler": ("gp1", "\u3164gp1"),
    "tag": ("gp1", "gp1\U000e0031"),
    "emoji in colour": ("\u2695 Ana", "\u2695\ufe0f Ana"),
    "form of a Chinese character": ("葛城", "葛\U000e0100城"),
    "isolated direction": ("سارة", "\u2067سارة\u2069"),
    "Angstrom sign": ("\u212bsa", "\u00c5sa"),
}


@pytest.mark.parametrize("pair", SAME)
def test_spellings_that_nobody_tells_apart_are_one_name(pair: str) -> None:
    first, second = SAME[pair]
    assert same(first, second)
    assert known_name(second, [first]) == first
    assert ByName({first: 1}).get(second) == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [("Ana", "Anna"), ("e", "é"), ("gp 1", "gp1"), ("CO2", "CO²"), ("o", "ø"), ("مصاحبه\u200cگر", "مصاحبهگر")],
)
def test_what_looks_different_is_different(first: str, second: str) -> None:
    assert not same(first, second)


@given(st.text())
def test_one_form_is_its_own_form(written: str) -> None:
    assert name(name(written)) == name(written)
    assert folded(folded(written)) == folded(written) == folded(name(written))
    assert name(written) == name(written).strip()


@given(st.binary(max_size=30))
def test_any_file_name_can_be_stored_and_stands_on_one_line(raw: bytes) -> None:
    text = file_name(raw.decode("utf-8", "surrogateescape"))
    text.encode("utf-8")
    assert text.isprintable() or not set(text) & set("\n\r\t\0\u2028\u2029")


def test_bytes_that_are_no_utf8_are_shown_as_in_an_address() -> None:
    assert file_name(b"caf\xe9 1.txt".decode("utf-8", "surrogateescape")) == "caf%E9 1.txt"


def test_the_exact_spelling_goes_first() -> None:
    both = ByName({"Ana": 1, "ana": 2})
    assert (both["Ana"], both["ana"], both["ANA"]) == (1, 2, 1)


def test_a_mapping_by_name_shows_what_is_added_later() -> None:
    names = {"One": 1}
    found = ByName(names)
    assert found.get("two") is None
    names["Two"] = 2
    assert found["TWO"] == 2


def test_the_first_spelling_stands_and_what_looks_otherwise_is_told() -> None:
    spellings = Spellings()
    spellings.learn("coder", ["Ana", "Ben", "ben"])
    assert [
        spellings.of("coder", written) for written in ("ana ", "An\u0061", "ben", "BEN", "Zoe\u0308", "Zo\u00eb")
    ] == [
        "Ana",
        "Ana",
        "ben",
        "Ben",
        "Zoë",
        "Zoë",
    ]
    assert spellings.notes == ["coder 'ana' is taken for 'Ana'", "coder 'BEN' is taken for 'Ben'"]
    assert spellings.of("case", "ANA") == "ANA"  # another kind


@pytest.mark.parametrize(
    "spelt", ["مصاحبه\u200cگر", "क्\u200dष", "\U0001f469\u200d\u2695\ufe0f", "葛\U000e0100城", "\u2764\ufe0f"]
)
def test_what_a_script_is_spelt_with_stays(spelt: str) -> None:
    assert name(spelt) == spelt


def test_bytes_of_the_command_line_are_written_out() -> None:
    assert name("An\udce9") == "An%E9"


def test_a_name_that_is_taken_gets_the_first_free_number() -> None:
    assert free_name(["Time", "Barriers: Time"], set()) == "Time"
    assert free_name(["Time", "Barriers: Time"], {"time"}) == "Barriers: Time"
    assert free_name(["Time"], {"time", "time (2)"}) == "Time (3)"
    assert free_name(["TIME"], {"time"}, "{}-{}") == "TIME-2"


def test_names_are_found_among_many_without_going_through_all_of_them_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each name is folded once as it comes, and once as it is asked for, however the mapping grows."""
    folds = Counter[str]()

    def counting(written: str) -> str:
        folds[written] += 1
        return written.casefold()

    monkeypatch.setattr(names, "folded", counting)
    there: dict[str, int] = {}
    found = ByName(there)
    for number in range(500):
        assert found.get(f"NAME {number}") is None
        there[f"name {number}"] = number
    assert found["NAME 499"] == 499
    assert folds.total() < 3 * 500
