"""Identifiers of a project: those that another program gave, else our own, which follow from names so that exports repeat."""

from __future__ import annotations

import re
from collections.abc import Iterable
from uuid import NAMESPACE_URL, uuid5

from secondcoder.codebook.model import GUID, Code
from secondcoder.domain.records import Suggestion

NAMESPACE = uuid5(NAMESPACE_URL, "urn:secondcoder:refi-qda")


def guid(written: str | None) -> str:
    """A GUID in the form in which they are compared: upper case, without braces; '' for none."""
    return (written or "").strip().strip("{}").upper()


def real_guid(written: str) -> str:
    """The same where it has the form of a GUID; '' for anything else, which a codebook does not keep."""
    return own if re.fullmatch(GUID, own := guid(written)) else ""


def own_guid(*parts: object) -> str:
    """The identifier of what these parts name (UUIDv5, RFC 9562), in upper case without braces: the same at any time."""
    return str(uuid5(NAMESPACE, "\x1f".join(map(str, parts)))).upper()


def code_guid(code: Code) -> str:
    """A code's identifier in projects and codebooks: the one that it came with, else one that follows from its id."""
    return code.guid or own_guid("code", code.id)


def suggestion_guid(study: str, suggestion: Suggestion) -> str:
    """The identifier of a suggestion in any export of a study: it is another for another model version."""
    return own_guid(study, "suggestion", suggestion.model, *suggestion.place, suggestion.code)


def model_user_guid(study: str, suggestions: Iterable[Suggestion]) -> str:
    """The identifier of the model's user in an export of these suggestions: it tells which export came back."""
    return own_guid(study, "model user", *(suggestion_guid(study, each) for each in suggestions))


class Guids:
    """The identifiers of one document, in which none may stand twice."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, known: str | None, *parts: object) -> str:
        """The known identifier if it is free, else our own of what `parts` name."""
        found = known if known and known not in self._taken else own_guid(*parts)
        number = 2
        while found in self._taken:
            found, number = own_guid(*parts, number), number + 1
        self._taken.add(found)
        return found
