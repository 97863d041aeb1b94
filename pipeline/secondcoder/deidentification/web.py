"""E-mail and web addresses and names on social media, also as they are spoken: "gwen dot price at nhs dot net"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from secondcoder.deidentification.finding import EMAIL, WEB, Finding
from secondcoder.deidentification.rules import Rule, Stretch

_TOP = "(?:com|org|net|edu|gov|info|biz|io|me|tv|app|dev|ai|uk|ie|eu|scot|wales|cymru|london|example|invalid|test)"
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+'’-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_SPOKEN_EMAIL = re.compile(
    r"\b[\w'-]{1,64}(?: (?:dot|underscore|dash|hyphen) [\w'-]{1,64}){0,4} at [\w-]{1,63}(?: dot [\w-]{1,63}){0,4} dot "
    rf"{_TOP}\b",
    re.IGNORECASE,
)
_URL = re.compile(
    rf"\b(?:https?://[^\s<>\"]{{3,2000}}|www\.[^\s<>\"]{{3,2000}}|(?:[a-z0-9-]{{1,63}}\.){{1,5}}{_TOP}\b(?:/[^\s<>\"]{{0,2000}})?)",
    re.IGNORECASE,
)
_SPOKEN_URL = re.compile(r"\b(?:www|double u double u double u)(?: dot [\w-]{1,63}){1,5}", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w.@])@[A-Za-z][\w.]{2,63}")
_AFTER = ".,;:!?)]}'’\""


def _addresses(stretch: Stretch) -> Iterator[Finding]:
    for pattern, kind, score, by in (
        (_EMAIL, EMAIL, 0.97, "e-mail address"),
        (_SPOKEN_EMAIL, EMAIL, 0.8, "spoken e-mail address"),
        (_URL, WEB, 0.9, "web address"),
        (_SPOKEN_URL, WEB, 0.8, "spoken web address"),
        (_HANDLE, WEB, 0.85, "name on social media"),
    ):
        for match in pattern.finditer(stretch.text):
            end = match.start() + len(match[0].rstrip(_AFTER))
            yield Finding(match.start(), end, kind, score, by)


RULES = (Rule("addresses on the net", (EMAIL, WEB), _addresses),)
