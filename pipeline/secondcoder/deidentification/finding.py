"""What was found: a stretch of text that identifies somebody, of what kind it is, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

PERSON, PRACTICE, HOSPITAL, SCHOOL = "person", "practice", "hospital", "school"
ORGANISATION, PLACE, ADDRESS, POSTCODE = "organisation", "place", "address", "postcode"
PHONE, EMAIL, WEB = "phone number", "email", "web address"
NHS, CHI, INSURANCE = "NHS number", "CHI number", "National Insurance number"
REGISTRATION, OTHER_NUMBER = "registration number", "other number"
DATE, AGE = "date", "age"

KINDS = (
    *(PERSON, PRACTICE, HOSPITAL, SCHOOL, ORGANISATION, PLACE, ADDRESS, POSTCODE, PHONE, EMAIL, WEB),
    *(NHS, CHI, INSURANCE, REGISTRATION, OTHER_NUMBER, DATE, AGE),
)
"""Every kind, in the order in which reports list them."""

SURE = 0.6
"""Below this score a finding is doubtful: it is replaced like the others, and the review sheet asks about it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """An identifying stretch: `[start, end)` of the text, without title ("Dr") and possessive ("'s").

    Attributes:
        kind: one of `KINDS`.
        score: in (0, 1]; how sure the rule is, for ordering and for `sure`. It is no probability.
        found_by: the rule, in words for the review sheet ("title before a name", "staff list").
    """

    start: int
    end: int
    kind: str
    score: float
    found_by: str

    @property
    def sure(self) -> bool:
        """Whether nobody needs to be asked."""
        return self.score >= SURE


def apart(findings: Iterable[Finding]) -> list[Finding]:
    """Findings in order, none over another: those that overlap become one, of the kind and score of the surest, then the longest.

    They are joined, not chosen from, so that no letter of any of them is left.
    """
    joined: list[Finding] = []
    for one in sorted(findings, key=lambda each: each.start):
        if joined and one.start < joined[-1].end:
            joined.append(_both(joined.pop(), one))
        else:
            joined.append(one)
    return joined


def _both(first: Finding, second: Finding) -> Finding:
    best = max(first, second, key=lambda each: (each.score, each.end - each.start))
    return replace(best, start=first.start, end=max(first.end, second.end))
