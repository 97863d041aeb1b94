"""YAML that somebody wrote, read with bounds: nothing nested without end, lost in silence, or blown up by what refers to it.

Values are as they are written: an id NO is not False, 1.10 is not 1.1, and 190:20:30 is no number of seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import yaml

from secondcoder.domain.wording import shorten

MOST_CHARACTERS = 5_000_000
"""Of a file; the longest codebook that ships has 60,000."""
MOST_VALUES = 200_000
"""Of a file, and of what comes of it once each `*name` stands for its value."""
DEEPEST = 20
"""Collections within collections; a codebook nests 5."""
MOST_KEYS = 1000
"""Of a mapping with those merged into it (`<<`), where each may double what the next one merges."""
NOTHING, MERGE = "tag:yaml.org,2002:null", "tag:yaml.org,2002:merge"
TAGS = frozenset({"!", NOTHING, *(f"tag:yaml.org,2002:{kind}" for kind in ("str", "map", "seq"))})
_SAFE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml, ten times as fast, where PyYAML was built with it


class BrokenYamlError(ValueError):
    """What is no YAML, or none that is read; the text says why, and `line` where, None where that is not known."""

    def __init__(self, why: str, line: int | None = None) -> None:
        super().__init__(why)
        self.line = line


class _Loader(_SAFE):  # type: ignore[misc]
    """Reads all values as they are written; refuses keys that stand twice, of which YAML keeps the last, and merges of merges."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {
        first: [pair for pair in pairs if pair[0] in (NOTHING, MERGE)]
        for first, pairs in _SAFE.yaml_implicit_resolvers.items()
    }

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._seen: dict[int, Any] = {}  # by id, which holds while the node lives

    def flatten_mapping(self, node: Any) -> None:
        if id(node) not in self._seen:  # what was merged into it before may stand in it twice
            self._seen[id(node)] = node
            _refuse_twice(node)
        super().flatten_mapping(node)
        if len(node.value) > MOST_KEYS:
            raise yaml.constructor.ConstructorError(None, None, "merges too much with `<<`", node.start_mark)


def _refuse_twice(node: Any) -> None:
    seen: set[str] = set()
    for key, _ in node.value:
        if isinstance(key.value, str) and key.value != "<<":
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"'{key.value}' stands twice", key.start_mark)
            seen.add(key.value)


def parse_yaml(text: str, nul: bool = False) -> Any:
    """The value of a YAML text: dicts, lists, texts and None; the texts hold U+0000 only with `nul`.

    Raises:
        BrokenYamlError: it is none, or has what the bounds above refuse.
    """
    text = text.removeprefix("\ufeff")
    if len(text) > MOST_CHARACTERS:
        raise BrokenYamlError(f"over {MOST_CHARACTERS:,} characters")
    try:
        _look_through(text, nul)
        value = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise BrokenYamlError(str(getattr(error, "problem", None) or error), mark and mark.line + 1) from None
    # A key that is a list cannot be one, and PyYAML may fail on what stands beside it.
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        if isinstance(error, BrokenYamlError):
            raise
        raise BrokenYamlError(f"a value that is none ({shorten(str(error), 80)})") from None
    _refuse_much(value)
    return value


def _look_through(text: str, nul: bool) -> None:
    """What a loader would fail on or pass over, seen in the events, of which it takes no deeper stack to read more."""
    depth = 0
    documents = 0
    for count, event in enumerate(yaml.parse(text, Loader=_SAFE), start=1):
        line = event.start_mark.line + 1 if event.start_mark else None
        documents += isinstance(event, yaml.DocumentStartEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        tag = getattr(event, "tag", None)
        if documents > 1:
            raise BrokenYamlError("a second document begins here; one file holds one", line)
        if depth > DEEPEST or count > MOST_VALUES:
            raise BrokenYamlError(
                f"nests over {DEEPEST} deep" if depth > DEEPEST else f"over {MOST_VALUES:,} values", line
            )
        if tag is not None and tag not in TAGS:
            raise BrokenYamlError(f"the tag {shorten(tag, 60)}: values are taken as they are written", line)
        if not nul and "\x00" in getattr(event, "value", ""):
            raise BrokenYamlError("the character U+0000, which no database keeps", line)


def _refuse_much(value: Any) -> None:
    values = characters = 0
    for each in _each(value):
        values, characters = values + 1, characters + (len(each) if isinstance(each, str) else 0)
        if values > MOST_VALUES or characters > MOST_CHARACTERS:
            raise BrokenYamlError("what `*` refers to makes too much of it")


def _each(value: Any) -> Iterator[Any]:
    """Every value, as often as it stands there; without end where one holds itself."""
    left = [value]
    while left:
        value = left.pop()
        yield value
        if isinstance(value, dict):
            left += [*value, *value.values()]
        elif isinstance(value, list):
            left += value
