"""Dates that point to a day, months of birth, and ages over 89.

The Safe Harbor list of the US privacy rule (45 CFR 164.514(b)(2)) takes out ages over 89 and every part of a date but the year. Here
a month without a day ("in March 2021") stays too, unless somebody was born in it: interviews date what happened by months, and a month
alone points to nobody. A year, "last Tuesday", "the Wednesday clinic" and ages up to 89 stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from secondcoder.deidentification.finding import AGE, DATE, Finding
from secondcoder.deidentification.rules import Rule, Stretch

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|"
    r"dec(?:ember)?)\b\.?"
)
_ONES = r"(?:one|two|three|four|five|six|seven|eight|nine)"
_ORDINAL_ONES = r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)"
_TEENS = r"(?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)"
_ORDINAL_WORD = (
    rf"(?:{_ORDINAL_ONES}|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|"
    rf"twentieth|twenty[ -]{_ORDINAL_ONES}|thirtieth|thirty[ -]first)"
)
_ORDINAL = rf"(?:{_ORDINAL_WORD}|(?:[12]?\d|3[01])\s?(?:st|nd|rd|th))"
_NUMERAL = r"(?:0?[1-9]|[12]\d|3[01])"
_TENS = r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
_YEAR_WORD = (
    rf"(?:(?:eighteen|nineteen|twenty)[ -](?:{_TENS}(?:[ -]{_ONES})?|{_TEENS}|(?:oh|o)[ -]{_ONES})|"
    rf"two thousand(?: and {_ONES}| and {_TEENS})?)"
)
_YEAR = rf"(?:(?:,? ?|,? in |,? of )(?:(?:18|19|20)\d\d|['’]\d\d|{_YEAR_WORD})\b)"
_WRITTEN = re.compile(
    rf"\b(?:{_ORDINAL}(?: day)? (?:of )?{_MONTH}{_YEAR}?|{_MONTH},? (?:the )?{_ORDINAL}\b{_YEAR}?|{_NUMERAL} (?:of )?{_MONTH}{_YEAR}?|"
    rf"{_MONTH} {_NUMERAL}\b(?!\s?(?:%|per|pounds|quid|hours|weeks|patients)){_YEAR}?|{_ORDINAL} of the {_ORDINAL}\b{_YEAR}?)",
    re.IGNORECASE,
)
_FIGURES = re.compile(
    r"(?<![\d/.\-])(?:(?:0?[1-9]|[12]\d|3[01])(?P<sep>[/.\-])(?:0?[1-9]|1[0-2])(?P=sep)(?:(?:18|19|20)\d\d|\d\d)|"
    r"(?:18|19|20)\d\d(?P<iso>[/\-])(?:0[1-9]|1[0-2])(?P=iso)(?:0[1-9]|[12]\d|3[01])|"
    rf"{_NUMERAL}-{_MONTH}-(?:(?:18|19|20)\d\d|\d\d))(?![\d/\-])",
    re.IGNORECASE,
)
_BIRTH = re.compile(
    rf"\b(?:born|birthday|date of birth|d\.?o\.?b\.?)\b[^.?!\n]{{0,30}}?\b(?P<date>{_MONTH}(?:{_YEAR})?)", re.IGNORECASE
)
# "it may 2 be": a month that is a word too, in lower case beside a numeral, is none.
_ALSO_WORDS = re.compile(r"(?:\d (?:may|march|mar|sun|dec|sept?)|(?:may|march|mar|dec) \d)")
_NUMBER = rf"(?:9\d|1[01]\d|ninety(?:[ -]{_ONES})?|(?:a|one) hundred(?:(?: and)?[ -]{_ONES})?)"
_NOT_AGE = (
    rf"(?![\w%\-])(?!\.\d)(?! (?:and )?(?:{_TENS}|{_TEENS}|\d))(?! on (?:air|oxygen|room|two|it)\b)(?!,?\s?(?:per|"
    rf"percent|%|mg|mils?|ml|mmol|over|"
    r"beats|patients|people|pounds|quid|p\b|miles|minutes?|hours?|days?|weeks?|months?|times|of|odd|or|calls|alerts|kilos?|kg|stone|steps|degrees)\b)"
)
_AGES = re.compile(
    rf"\b(?:aged? (?:of |about |over )?(?P<aged>{_NUMBER})\b|(?P<old>{_NUMBER}(?:[ -]years?[ -]olds?|"
    rf"[ -]years? (?:of age|young)|[ -]?y/?o\b))|"
    rf"(?:(?:he|she|they|who|that|mum|mam|dad|nan|gran|mother|father|wife|husband)(?:['’](?:s|re|d be|ll be)| is| was|"
    rf" are| were|['’]s gone|['’]s turned)|"
    rf"\bI(?:['’]m|['’]ll be|['’]d be| am| was)|turned|turning|reached|(?:her|his|my|their) (?:age|birthday)[^.?!\n]{{0,12}})"
    rf"(?: (?:now|nearly|almost|about|over|only|just|getting on for))? (?P<said>{_NUMBER}(?: years? (?:old|young|of age))?){_NOT_AGE}"
    rf"(?P<again>,? (?P=said)(?![\w%]))?)",
    re.IGNORECASE,
)


def _dates(stretch: Stretch) -> Iterator[Finding]:
    for match in _WRITTEN.finditer(stretch.text):
        if not _ALSO_WORDS.match(match[0]):
            yield Finding(*_trimmed(match[0], match.start()), DATE, 0.9, "a day")
    for match in _FIGURES.finditer(stretch.text):
        yield Finding(*match.span(), DATE, 0.9, "a day in figures")
    for match in _BIRTH.finditer(stretch.text):
        yield Finding(*_trimmed(match["date"], match.start("date")), DATE, 0.8, "month of birth")


def _trimmed(words: str, start: int) -> tuple[int, int]:
    return start, start + len(words.rstrip(" ,."))


def _ages(stretch: Stretch) -> Iterator[Finding]:
    for match in _AGES.finditer(stretch.text):
        for group, score in (("aged", 0.9), ("old", 0.9), ("said", 0.65), ("again", 0.65)):
            if match[group]:
                words = match[group].lstrip(", ")
                yield Finding(match.end(group) - len(words), match.end(group), AGE, score, "age over 89")


RULES = (Rule("dates", (DATE,), _dates), Rule("ages", (AGE,), _ages))
