"""One person is one pseudonym, over all forms of the name, transcripts and runs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from secondcoder.deidentification.finding import DATE, NHS, PERSON, PLACE, PRACTICE
from secondcoder.deidentification.pseudonyms import TREES, Pseudonyms
from secondcoder.deidentification.staff_list import Listed

NAMES = st.from_regex(r"[A-Z][a-z]{2,8}( [A-Z][a-z]{2,8})?", fullmatch=True)


def given_to(*names: str) -> Pseudonyms:
    pseudonyms = Pseudonyms()
    pseudonyms.learn((PERSON, name) for name in names)
    return pseudonyms


def test_all_forms_of_a_name_are_one_person() -> None:
    forms = [
        "Whitlock",
        "Sarah",
        "whitlock's",
        "Sarah Whitlock",
        "S. Whitlock",
        "W-H-I-T-L-O-C-K",
        "Sarah Jane Whitlock",
    ]
    pseudonyms = given_to(*forms)
    assert {pseudonyms.of(PERSON, form) for form in forms} == {"Alder"}
    assert pseudonyms.unclear == {}


def test_particles_belong_to_the_surname() -> None:
    pseudonyms = given_to("van der Berg", "Elke van der Berg", "Berg")
    assert (
        pseudonyms.of(PERSON, "van der Berg")
        == pseudonyms.of(PERSON, "Elke van der Berg")
        != pseudonyms.of(PERSON, "Berg")
    )


def test_a_surname_of_two_people_is_told() -> None:
    pseudonyms = given_to("Tom Okoro", "Ann Okoro", "Okoro", "Tom")
    three = {pseudonyms.of(PERSON, name) for name in ("Tom Okoro", "Ann Okoro", "Okoro")}
    assert len(three) == 3
    assert list(pseudonyms.unclear) == ["Okoro"]
    assert pseudonyms.of(PERSON, "Tom") == pseudonyms.of(PERSON, "Tom Okoro")


@given(st.lists(NAMES, min_size=1, max_size=12, unique=True))
def test_later_runs_give_the_same(names: list[str]) -> None:
    first = given_to(*names)
    again = Pseudonyms(first.entries)
    again.learn((PERSON, name) for name in [*names, "Zebedee Quux"])
    assert {name: first.of(PERSON, name) for name in names} == {name: again.of(PERSON, name) for name in names}
    assert again.of(PERSON, "Zebedee Quux") not in {first.of(PERSON, name) for name in names} or {
        "zebedee",
        "quux",
    } & set(" ".join(names).casefold().split())


@given(st.lists(st.sampled_from(TREES), unique=True), st.lists(NAMES, max_size=70, unique=True))
def test_a_pseudonym_is_never_a_word_of_the_study(trees: list[str], names: list[str]) -> None:
    text = f"Dr {', '.join(trees)} and {', '.join(names)} were there."
    pseudonyms = Pseudonyms(taken=[text])
    pseudonyms.learn((PERSON, name) for name in [*trees, *names])
    words = set(text.casefold().replace(",", "").replace(".", "").split())
    assert not any(set(entry.pseudonym.casefold().split()) & words for entry in pseudonyms.entries)


def test_different_people_are_told_apart_when_the_trees_are_used_up() -> None:
    names = [f"{first}{second}" for first in "BCDFGHKLMN" for second in ("anx", "elx", "ilx", "olx", "unx", "arx")]
    pseudonyms = given_to(*names)
    assert len({pseudonyms.of(PERSON, name) for name in names}) == len(names)
    assert pseudonyms.of(PERSON, sorted(names)[-1]).split()[-1] == "2"


def test_places_are_numbered_and_numbers_only_named() -> None:
    pseudonyms = Pseudonyms()
    assert [pseudonyms.of(PLACE, each) for each in ("Leeds", "York", "leeds")] == [
        "[place 1]",
        "[place 2]",
        "[place 1]",
    ]
    assert pseudonyms.of(PRACTICE, "The Crescent") == pseudonyms.of(PRACTICE, "the crescent") == "[practice 1]"
    assert pseudonyms.of(NHS, "943 476 5919") == "[NHS number]"
    assert pseudonyms.of(DATE, "3 May 2021") == "[date]"
    assert Pseudonyms(keep_years=True).of(DATE, "3 May 2021") == "[date in 2021]"
    assert "943" not in str(pseudonyms.entries)


def test_a_row_of_the_staff_list_is_one_person() -> None:
    pseudonyms = Pseudonyms()
    pseudonyms.add_listed([Listed("Dr Jacqueline Eze", pseudonym="Nurse A", also=("Jax",)), Listed("Sam Lowe")])
    assert {pseudonyms.of(PERSON, name) for name in ("Jax", "Eze", "Jacqueline", "Jacqueline Eze")} == {"Nurse A"}
    assert "Lowe" not in {entry.original for entry in pseudonyms.entries}  # the key holds only who was met
