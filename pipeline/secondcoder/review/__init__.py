"""The review application: where a researcher decides on suggestions, on this machine, some of them blind."""

from secondcoder.review.session import ReviewSession

__all__ = ["ReviewSession"]
