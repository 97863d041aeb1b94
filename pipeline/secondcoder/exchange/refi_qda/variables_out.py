"""Cases and what is known of them and of transcripts: REFI-QDA's cases, and variables with their values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from secondcoder.domain.records import Case, Transcript
from secondcoder.exchange.refi_qda.xml_out import element, text_element

ABOUT = ("participant", "role", "wave")
"""What a transcript says of itself, each as a variable of its source."""
_LEGAL: Mapping[str, str] = {
    "Boolean": r"true|false|0|1",
    "Integer": r"[+-]?\d+",
    "Float": r"[+-]?(\d+(\.\d*)?|\.\d+)",
    "Date": r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])",
    "DateTime": r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?Z?",
}
"""What values of a type look like; a type with other ones is written as text, since one of them would make the file invalid."""

Values = Mapping[str, str]


def about(transcript: Transcript) -> dict[str, str]:
    """What is known of a transcript, by name; nothing that is not filled."""
    own = {name: getattr(transcript, name) or "" for name in ABOUT}
    return {name: value for name, value in {**transcript.attributes, **own}.items() if value}


class Variables:
    """The variables of a project, by name, with their types and identifiers.

    Args:
        wanted: name -> the type that it had in the project it came from; text unless its values are of that type.
        guid_of: the identifier of a variable.
    """

    def __init__(self, values: Sequence[Values], wanted: Mapping[str, str], guid_of: Callable[[str], str]) -> None:
        given: dict[str, list[str]] = {}
        for of_one in values:
            for name, value in of_one.items():
                given.setdefault(name, []).append(value)
        self._types = {name: _type(wanted.get(name, ""), all_values) for name, all_values in given.items()}
        self._guids = {name: guid_of(name) for name in given}

    def elements(self) -> Iterator[str]:
        """The variables, in the order in which they first appear."""
        for name, kind in self._types.items():
            yield element("Variable", {"guid": self._guids[name], "name": name, "typeOfVariable": kind})

    def values(self, values: Values) -> Iterator[str]:
        """The values of one case or source."""
        for name, value in values.items():
            reference = element("VariableRef", {"targetGUID": self._guids[name]})
            yield element("VariableValue", {}, reference, text_element(f"{self._types[name]}Value", value))


def _type(wanted: str, values: Sequence[str]) -> str:
    legal = _LEGAL.get(wanted)
    return wanted if legal and all(re.fullmatch(legal, value, re.ASCII) for value in values) else "Text"


def case_element(case: Case, guid: str, variables: Variables, sources: Sequence[str]) -> str:
    """A case with its values and its transcripts."""
    references = (element("SourceRef", {"targetGUID": source}) for source in sources)
    values = variables.values({name: value for name, value in case.attributes.items() if value})
    return element("Case", {"guid": guid, "name": case.id}, *values, *references)
