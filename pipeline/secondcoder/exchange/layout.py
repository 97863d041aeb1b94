"""What the person says of how coded files are laid out, for all files of an import: formats ask for it while they sniff and read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from secondcoder.errors import InputError


@dataclass(frozen=True)
class Layout:
    """The person's words.

    Attributes:
        columns: of sheets, what is in a column of which name, by what it is: `{"text": "Quotation Content"}`.
        comments: whether Word's comments are "codes" or "notes"; None where their content decides.
        highlights: of Word documents, the code that a colour stands for, by the colour's name.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    comments: str | None = None
    highlights: Mapping[str, str] = field(default_factory=dict)

    @property
    def options(self) -> list[str]:
        """The same as words of the command line."""
        said = {
            "--columns": _joined(self.columns),
            "--comments": self.comments,
            "--highlights": _joined(self.highlights),
        }
        return [word for option, value in said.items() if value for word in (option, value)]


def _joined(pairs: Mapping[str, str]) -> str:
    return ",".join(f"{key}={value}" for key, value in pairs.items())


_said: ContextVar[Layout] = ContextVar("layout", default=Layout())  # noqa: B039 - frozen


@contextmanager
def laid_out(layout: Layout) -> Iterator[None]:
    """While inside, this is what the person said."""
    token = _said.set(layout)
    try:
        yield
    finally:
        _said.reset(token)


def said_layout() -> Layout:
    """What the person said of the layout."""
    return _said.get()


def pairs(option: str, given: Iterable[str]) -> dict[str, str]:
    """`text=Quotation Content, document=Document`, from one word or several, as a mapping; InputError for what is no pair.

    A comma divides pairs only where another `=` follows, since names of columns and codes hold commas.
    """
    found: dict[str, str] = {}
    for word in given:
        pieces: list[str] = []
        for piece in word.split(","):
            if "=" in piece or not pieces:
                pieces.append(piece)
            else:
                pieces[-1] += f",{piece}"
        for piece in pieces:
            key, equals, value = (part.strip() for part in piece.partition("="))
            if not (key and equals and value):
                raise InputError(f"{option} '{piece.strip()}' is no pair NAME=NAME. Nothing was done.")
            found[key.casefold()] = value
    return found
