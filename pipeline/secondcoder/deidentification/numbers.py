"""Numbers that belong to one person: NHS, CHI and National Insurance numbers, telephones, professional registrations.

NHS numbers (England, Wales, Isle of Man) and CHI numbers (Scotland) have ten digits, the last a check digit modulo 11 (NHS Data
Dictionary, "NHS NUMBER"); a CHI number begins with the date of birth as DDMMYY. A number whose check digit is wrong is doubtful: it
was misheard or is something else, and it is replaced all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from secondcoder.deidentification.digits import DigitRun, digit_runs
from secondcoder.deidentification.finding import CHI, INSURANCE, NHS, OTHER_NUMBER, PHONE, REGISTRATION, Finding
from secondcoder.deidentification.rules import Rule, Stretch

_NEAR = 60
"""Characters before a number in which words say what it is."""
_ABOUT_PHONE = re.compile(
    r"\b(?:phone|number|mobile|ring|rang|call|called|dial|text|landline|fax|bleep|on)\b", re.IGNORECASE
)
_ABOUT_NHS = re.compile(r"\b(?:nhs|health) number\b|\bnhs\b", re.IGNORECASE)
_ABOUT_CHI = re.compile(r"\bchi\b", re.IGNORECASE)
_GROUPED = re.compile(r"\d{3}.{0,2}\d{3}.{0,2}\d{4}")
_UNBROKEN = re.compile(r"\d{7}")
_INSURANCE = re.compile(r"\b[A-Z]{2}[ .\-]?(?:\d{2}[ .\-]?){3}[A-D]\b", re.IGNORECASE)
_NMC_PIN = re.compile(r"\b\d{2}[A-L]\d{4}[A-Z]\b", re.IGNORECASE)
_REGISTERED = re.compile(
    r"\b(?:GMC|NMC|HCPC|GPhC|GDC|GOC|PIN|registration|(?:hospital|patient|registration|reference|case|record|unit|payroll|staff|employee|"
    r"membership|licence|policy|passport|badge|account)['’s]* (?:number|no|ref|reference|id|pin)|MRN)\b(?:[^\d.?!\n]|"
    r"\b(?:19|20)\d\d\b){0,40}?"
    r"(?P<number>(?<!\w)(?=[\dA-Z -]{5})(?-i:[A-Z]{0,4})\d{0,2}[ \-]?\d[\dA-Z\-]{3,11}\b(?: \d{2,5}\b)*)",
    re.IGNORECASE,
)


def check_digit_right(digits: str) -> bool:
    """Whether ten digits end in the check digit of an NHS or CHI number: weights 10 to 2, eleven minus the remainder, 11 being 0."""
    if len(digits) != 10 or not digits.isascii() or not digits.isdigit():
        return False
    due = 11 - sum(int(digit) * weight for digit, weight in zip(digits[:9], range(10, 1, -1), strict=True)) % 11
    return int(digits[9]) == (0 if due == 11 else due)


def _is_date(digits: str) -> bool:
    try:
        datetime.strptime(digits, "%d%m%y")
    except ValueError:
        return False
    return True


def _runs(stretch: Stretch) -> Iterator[Finding]:
    for run in digit_runs(stretch.text):
        if found := _ten_digits(stretch.text, run) or _phone(stretch.text, run):
            kind, score, by = found
            yield Finding(run.start, run.end, kind, score, by)


def _ten_digits(text: str, run: DigitRun) -> tuple[str, float, str] | None:
    if len(run.digits) != 10:
        return None
    before = text[max(0, run.start - _NEAR) : run.start]
    birth = run.digits[0] in "0123" and _is_date(run.digits[:6])
    if check_digit_right(run.digits):
        kind = CHI if birth and not _ABOUT_NHS.search(before) else NHS
        return kind, 0.95, "ten digits with the right check digit"
    if _ABOUT_CHI.search(before) and birth:
        return CHI, 0.5, "called a CHI number, with a wrong check digit"
    if run.digits[0] == "0":
        return None  # a telephone
    if _ABOUT_NHS.search(before):
        return NHS, 0.5, "called an NHS number, with a wrong check digit"
    grouped = _GROUPED.fullmatch(text[run.start : run.end])
    return (NHS, 0.3, "ten digits with a wrong check digit") if grouped or run.spoken else None


def _phone(text: str, run: DigitRun) -> tuple[str, float, str] | None:
    import phonenumbers

    written = text[run.start : run.end]
    digits = run.digits
    before = text[max(0, run.start - _NEAR) : run.start]
    if digits.startswith("0") or written.startswith("+"):
        number = ("+" if written.startswith("+") else "") + digits
        try:
            possible = phonenumbers.is_possible_number(phonenumbers.parse(number, "GB"))
        except phonenumbers.NumberParseException:
            possible = False
        if possible and len(digits) >= 10:
            return PHONE, 0.9, "telephone number"
        if len(digits) >= 5 and (run.spoken or _ABOUT_PHONE.search(before)):
            return PHONE, 0.5, "part of a telephone number"
    if 6 <= len(digits) <= 9 and _ABOUT_PHONE.search(before):
        return PHONE, 0.4, "digits where a telephone number is spoken of"
    return (OTHER_NUMBER, 0.4, "a long number") if _UNBROKEN.search(written) else None


def _insurance(stretch: Stretch) -> Iterator[Finding]:
    for match in _INSURANCE.finditer(stretch.text):
        yield Finding(*match.span(), INSURANCE, 0.95, "form of a National Insurance number")


def _registrations(stretch: Stretch) -> Iterator[Finding]:
    for match in _NMC_PIN.finditer(stretch.text):
        yield Finding(*match.span(), REGISTRATION, 0.8, "form of a NMC PIN")
    for match in _REGISTERED.finditer(stretch.text):
        yield Finding(*match.span("number"), REGISTRATION, 0.96, "called a registration or record number")


RULES = (
    Rule("digits", (NHS, CHI, PHONE, OTHER_NUMBER), _runs),
    Rule("National Insurance", (INSURANCE,), _insurance),
    Rule("registration", (REGISTRATION,), _registrations),
)
