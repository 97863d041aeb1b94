"""How a draft of results writes names, counts and quotations in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from secondcoder.domain.wording import listed
from secondcoder.reports.word import plain_markdown

if TYPE_CHECKING:
    import pandas as pd

Tables = Mapping[str, "pd.DataFrame"]
"""By name."""
VALENCES = {"promotes": "promoting", "inhibits": "inhibiting", "mixed": "mixed"}
"""Column of counts -> what its passages are called."""


def one_line(text: object) -> str:
    """A name or a remark as Markdown that shows it as it is, on one line."""
    return plain_markdown(" ".join(str(text).split()))


def is_said(value: Any) -> bool:
    """There is a value: neither missing nor empty."""
    import pandas as pd

    return not pd.isna(value) and str(value).strip() != ""


def whole(value: Any) -> int:
    """A count of a table; 0 where it is missing."""
    return int(value) if is_said(value) else 0


def valence_words(counts: Mapping[Any, Any]) -> str:
    """'8 promoting, 3 inhibiting', or ''."""
    return ", ".join(f"{whole(counts[name])} {word}" for name, word in VALENCES.items() if whole(counts[name]))


def by_value(values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(value, 'Ash and Oak'): the names that share a value, in order."""
    for value in dict.fromkeys(values.values()):
        yield value, listed([one_line(name) for name, of in values.items() if of == value])


def quoted(quote: Mapping[Any, Any]) -> Iterator[str]:
    """A quotation with its source in a journal's manner: role, case, wave."""
    yield from (f"> {plain_markdown(line.strip())}" for line in str(quote["text"]).splitlines() if line.strip())
    source = [one_line(quote[what]) for what in ("role", "case", "wave") if is_said(quote[what])]
    yield from (">", f"> — {', '.join(source) or '[source]'}")
