"""NHS and CHI numbers by their check digit, and the other numbers, however they are written and said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.deidentification.finding import CHI, INSURANCE, NHS, PHONE, REGISTRATION, Finding, apart
from secondcoder.deidentification.numbers import RULES, check_digit_right
from secondcoder.deidentification.rules import Stretch

SAID = ("oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
FORMS = ("{}", "{} ", "{}-", "{}  ")


def found(text: str) -> list[Finding]:
    return apart(one for rule in RULES for one in rule.find(Stretch(text, text)))


def kinds(text: str) -> dict[str, str]:
    return {text[one.start : one.end]: one.kind for one in found(text)}


@st.composite
def nhs_numbers(draw: st.DrawFn) -> str:
    """Nine digits, and the check digit of the NHS Data Dictionary: 11 less the weighted sum modulo 11; those with 10 are not given."""
    nine = draw(st.integers(400_000_000, 799_999_999).map(str))
    check = (
        11 - sum(int(digit) * weight for digit, weight in zip(nine, (10, 9, 8, 7, 6, 5, 4, 3, 2), strict=True)) % 11
    ) % 11
    return draw(st.just(nine + str(check))) if check < 10 else draw(nhs_numbers())


@pytest.mark.parametrize(
    ("digits", "right"),
    [
        ("9434765919", True),  # the example of the NHS Data Dictionary
        ("9434765918", False),
        ("4505577104", True),  # a test patient of NHS Digital
        ("943476591", False),
        ("94347659199", False),
        ("²²²²²²²²²²", False),
    ],
)
def test_check_digits(digits: str, right: bool) -> None:
    assert check_digit_right(digits) is right


@given(nhs_numbers(), st.lists(st.sampled_from(["", " ", "-", ".", "  ", "\u00a0"]), min_size=9, max_size=9))
def test_a_valid_number_is_found_however_it_is_spaced(number: str, gaps: list[str]) -> None:
    written = "".join(digit + gap for digit, gap in zip(number, [*gaps, ""], strict=True))
    assert kinds(f"It's {written}, I think.").get(written) == NHS
    assert all(one.sure for one in found(f"It's {written}, I think."))


@given(nhs_numbers(), st.lists(st.sampled_from([" ", ", "]), min_size=9, max_size=9))
def test_a_valid_number_is_found_as_it_is_said(number: str, gaps: list[str]) -> None:
    said = "".join(SAID[int(digit)] + gap for digit, gap in zip(number, [*gaps, ""], strict=True))
    assert kinds(f"my number is {said} love") == {said: NHS}


@given(nhs_numbers(), st.integers(1, 9))
def test_a_wrong_check_digit_is_never_sure(number: str, off: int) -> None:
    wrong = number[:9] + str((int(number[9]) + off) % 10)
    for text in (f"NHS number {wrong}", f"it was {wrong[:3]} {wrong[3:6]} {wrong[6:]}", wrong):
        assert not any(one.kind == NHS and one.sure for one in found(text))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("chi 1403521522", {"1403521522": CHI}),
        ("NI number AB123456C or qq 12 34 56 c", {"AB123456C": INSURANCE, "qq 12 34 56 c": INSURANCE}),
        ("07700 900 123 or +44 20 7946 0018", {"07700 900 123": PHONE, "+44 20 7946 0018": PHONE}),
        (
            "oh one six three two, nine six oh double one four",
            {"oh one six three two, nine six oh double one four": PHONE},
        ),
        (
            "double oh four four two oh seven nine four six oh oh one eight",
            {"double oh four four two oh seven nine four six oh oh one eight": PHONE},
        ),
        ("with the GMC since 1998, number 7034562", {"7034562": REGISTRATION}),
        ("my PIN is 18F2204E", {"18F2204E": REGISTRATION}),
        ("the hospital number's RX1 4471902", {"RX1 4471902": REGISTRATION}),
    ],
)
def test_numbers_of_one_person(text: str, wanted: dict[str, str]) -> None:
    assert kinds(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "140/90, 138/85, 142/88, and 6.5 7.2 8.1 on the sugars",
        "1,200 pounds of the 2019-2020 budget, 12 000 letters, 98 percent",
        "one or two of us, three at most, nine to five",
        "participant P07, vitamin B12, HbA1c 48, 3,412 patients since 2018",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert kinds(text) == {}
