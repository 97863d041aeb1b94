"""The reference of the settings, from configs/default.toml, its comments, and the limits that the settings are checked by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markdown_text import DOCS, definition, sentence
from secondcoder.configuration import Configuration

DEFAULTS = DOCS.parent / "configs" / "default.toml"
SECTION = re.compile(r"(?P<off># )?\[(?P<name>[\w.]+)\]\s*(?:#\s*(?P<said>.*))?$")
SETTING = re.compile(r'(?P<off># )?(?P<key>\w+) = (?P<value>"""|"[^"]*"|\[[^\]]*\]|[^#\s]+)\s*(?:#\s*(?P<said>.*))?$')


@dataclass
class Block:
    """Some settings and what is said of them together; or of the section, where there are none."""

    section: str
    said: list[str] = field(default_factory=list)
    settings: list[re.Match[str]] = field(default_factory=list)


def settings_page(source: Path = DEFAULTS) -> str:
    """Markdown: the sections in the file's order, every setting with its default, limits and comment."""
    parts, section = [], None
    for block in blocks(source.read_text(encoding="utf-8")):
        if block.section != section:
            section = block.section
            parts.append(f"\n## `[{section}]`\n")
        said = sentence(" ".join(block.said))
        parts += [said + "\n"] if said else []
        parts += [_setting(section, each) for each in block.settings]
    return "\n".join(parts)


def blocks(text: str) -> Iterator[Block]:
    """The file in stretches: comments, and the settings that follow them without other comments or blank lines between."""
    block, long = Block(""), False
    for line in text.splitlines():
        if long:
            long = '"""' not in line
            continue
        if not line.strip():
            yield from _if_any(block)
            block = Block(block.section)
        elif found := SECTION.match(line):
            said = block.said if not block.settings else []  # what stands right above a section is said of it
            if block.settings:
                yield block
            block = Block(found["name"], [*said, *([found["said"]] if found["said"] else [])])
        elif found := SETTING.match(line):
            long = found["value"] == '"""'
            block.settings.append(found)
        elif line.startswith("#"):
            if block.settings:
                yield block
                block = Block(block.section)
            block.said.append(line.removeprefix("#").strip())
        else:
            raise ValueError(f"configs/default.toml has a line that is neither comment nor setting: {line}")
    yield from _if_any(block)


def _if_any(block: Block) -> Iterator[Block]:
    if block.section and (block.said or block.settings):
        yield block


def _setting(section: str, found: re.Match[str]) -> str:
    value = "a text of several lines" if found["value"] == '"""' else f"`{found['value']}`"
    shown = f"not set; such as {value}" if found["off"] else value
    said = sentence((found["said"] or "").rstrip(";"))
    limits = _limits(section, found["key"])
    parts = [f"Default: {shown}." if not found["off"] else f"{shown[0].upper()}{shown[1:]}.", limits, _ended(said)]
    return definition(f"`{found['key']}`", " ".join(filter(None, parts)))


def _ended(text: str) -> str:
    return text and text[0].upper() + text[1:] + ("" if text.endswith((".", "?")) else ".")


def _limits(section: str, key: str) -> str:
    """What the value may be, in words."""
    schema = _schema(section).get(key, {})
    schema = next((each for each in schema.get("anyOf", ()) if each.get("type") != "null"), schema)
    if "enum" in schema:
        return "One of " + ", ".join(f"`{each}`" for each in schema["enum"]) + "."
    words = {"minimum": "at least", "exclusiveMinimum": "above", "maximum": "at most", "exclusiveMaximum": "below"}
    found = [f"{word} {schema[name]:,}".replace(",", " ") for name, word in words.items() if name in schema]
    return f"{' and '.join(found).capitalize()}." if found else ""


def _schema(section: str) -> dict[str, Any]:
    """The properties of a section in the settings' JSON schema."""
    whole = Configuration.model_json_schema()
    at = whole
    for name in section.split("."):
        at = at.get("properties", {}).get(name) or at.get("additionalProperties", {})
        if "$ref" in at:
            at = whole["$defs"][at["$ref"].rpartition("/")[2]]
        if not isinstance(at, dict):
            return {}
    return at.get("properties", {})
