"""What can be wrong with a wish for agreement; each is an InputError with one clear message.

InputError
└── AgreementError          agreement cannot be computed from what was given
    ├── RatingsError        ratings, names or options that cannot be used
    ├── OneCoderError       fewer than two coders
    ├── NoOverlapError      nothing that two coders both looked at
    ├── UnusedCodeError     a code that was asked for and that nobody used
    └── VersionsError       the coders worked with codebooks that differ on these codes
"""

from __future__ import annotations

from secondcoder.errors import InputError


class AgreementError(InputError):
    """Agreement cannot be computed from what was given."""


class RatingsError(AgreementError):
    """Ratings, names or options cannot be used."""


class OneCoderError(AgreementError):
    """There are fewer than two coders to compare."""


class NoOverlapError(AgreementError):
    """There is nothing that two coders both looked at."""


class UnusedCodeError(AgreementError):
    """A code was asked for by name, and none of the coders used it."""


class VersionsError(AgreementError):
    """The coders worked with codebooks that differ on the codes compared."""
