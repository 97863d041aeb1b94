"""What the review refuses, in a sentence for the person at the screen."""

from __future__ import annotations

from secondcoder.errors import InputError


class DecisionError(InputError):
    """A decision does not fit the passage as it stands; nothing was recorded."""
