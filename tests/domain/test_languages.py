"""The table of languages, beside what spaCy has and how labels are written."""

from __future__ import annotations

import pkgutil

import pytest
from secondcoder.domain.languages import as_written, find_language, language_of, languages
from secondcoder.errors import InputError, StudyError


def test_every_language_of_spacy_is_there_and_no_other() -> None:
    import spacy.lang

    packages = {module.name for module in pkgutil.iter_modules(spacy.lang.__path__) if module.ispkg}
    assert set(languages()) == packages - {"xx"}


def test_names_are_those_of_spacys_classes() -> None:
    import spacy.util

    for code in ("de", "fr", "el", "nb", "pl", "sv", "zh"):
        assert type(spacy.blank(code)).__name__ == languages()[code].name


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("de", "de"),
        ("DE", "de"),
        ("de-AT", "de"),
        ("pt_BR", "pt"),
        ("German", "de"),
        ("deutsch", "de"),
        ("francais", "fr"),
        ("Français", "fr"),
        ("no", "nb"),
        ("Ancient Greek", "grc"),
    ],
)
def test_a_language_is_known_by_code_region_and_name(written: str, code: str) -> None:
    assert find_language(written).code == code


def test_an_unknown_language_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match="Did you mean 'german'"):
        find_language("germn")
    with pytest.raises(InputError, match="en, de, fr"):
        find_language("zz")
    with pytest.raises(StudyError, match=r"segments\.language: 'klingon'"):
        language_of("klingon")


def test_nobody_asks_and_answers_by_one_word() -> None:
    asking = {word for each in languages().values() for rank in each.interviewers for word in rank}
    answering = {word for each in languages().values() for word in each.participants}
    assert not asking & answering
    labels = asking | answering
    for each in languages().values():
        assert not labels & {*each.before_colon, *each.in_sentences}
        assert [word for word in each.openers if word != word.casefold()] == []


def test_accents_may_be_missing() -> None:
    assert as_written(["enquêtée", "intervistata"]) == ("enquêtée", "enquetee", "intervistata")
