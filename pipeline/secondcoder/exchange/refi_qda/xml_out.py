"""Elements of XML as text: escaped, and without the characters that XML 1.0 cannot hold."""

from __future__ import annotations

import re
from collections.abc import Mapping

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# As references: a parser takes plain ones for line ends and blanks.
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_ATTRIBUTE = _TEXT | str.maketrans({'"': "&quot;", "\t": "&#9;", "\n": "&#10;"})


def element(tag: str, attributes: Mapping[str, str | None], *content: str) -> str:
    """An element on a line of its own around content that is XML already; attributes that are None are left out."""
    named = "".join(
        f' {name}="{_legal(value).translate(_ATTRIBUTE)}"' for name, value in attributes.items() if value is not None
    )
    inner = "".join(content)
    return f"<{tag}{named}>{inner}</{tag}>\n" if inner else f"<{tag}{named}/>\n"


def text_element(tag: str, text: str) -> str:
    """An element with text, '' without any."""
    return f"<{tag}>{_legal(text).translate(_TEXT)}</{tag}>\n" if text else ""


def wrapper(tag: str, *content: str) -> str:
    """An element around others, '' without any: the schema allows no empty one."""
    return element(tag, {}, *content) if any(content) else ""


def _legal(text: str) -> str:
    """One for one, so that what is shown of a text stays as long as it is."""
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)
