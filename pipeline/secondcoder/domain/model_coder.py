"""The name under which a model version stands beside people in other programs: what bears it is no human coding."""

from __future__ import annotations

import re

from secondcoder.domain.names import folded, name

SUGGESTED_BY = "Suggested by "
"""How the description of a suggestion begins, with the model's name after it."""
_VERSION = re.compile(r"m\d{4,}")
_NAME = re.compile(r"secondcoder m\d+\b", re.IGNORECASE)


def model_coder(version: str) -> str:
    """'secondcoder m0003', the coder that a model version is called in other programs."""
    return f"secondcoder {version}"


def is_model_coder(coder: str) -> bool:
    """The name is a model version's, also where another program put something after it."""
    return _NAME.match(name(coder)) is not None


def is_own_name(coder: str) -> bool:
    """The name is kept for secondcoder's own model and its versions: no person and no other model may have it."""
    return folded(coder) in ("secondcoder", "model") or bool(_VERSION.fullmatch(folded(coder))) or is_model_coder(coder)


def is_suggestion(coder: str, memo: str) -> bool:
    """A coding of this coder with this memo is a suggestion, also where another program gave it to the person who imported it."""
    return is_model_coder(coder) or (memo.startswith(SUGGESTED_BY) and is_model_coder(memo.removeprefix(SUGGESTED_BY)))
