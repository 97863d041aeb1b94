"""The review application: where a researcher decides on suggestions, on this machine, without being led."""

from secondcoder.review.session import Desk

__all__ = ["Desk"]
