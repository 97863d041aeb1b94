"""Codebooks as YAML: those that ship, people's own, and back to text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Any, ClassVar

import yaml

from secondcoder.codebook.model import FORMAT, Code, Codebook, codebook_from
from secondcoder.domain.wording import shorten
from secondcoder.errors import CodebookError, did_you_mean

_SAFE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml, ten times as fast, where PyYAML was built with it
NOTHING = "tag:yaml.org,2002:null"
MOST_KEYS = 1000  # of a mapping with those merged into it (`<<`), where each may double what the next one merges
# What PyYAML's constructors raise for values that are none: `!!bool x`, a 31st of February, a number of 5,000 figures.
NO_VALUES = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)
SHIPPED = ("npt", "npt-core", "npt-cmo", "cfir")


class LOADER(_SAFE):  # type: ignore[misc]
    """All values as they are written: an id NO is not False, and 1.10 is not 1.1."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {
        first: [pair for pair in pairs if pair[0] in (NOTHING, "tag:yaml.org,2002:merge")]
        for first, pairs in _SAFE.yaml_implicit_resolvers.items()
    }


class _Loader(LOADER):
    """Refuses what YAML would lose or blow up in silence: a key that stands twice, and merges of merges."""

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
    keys = Counter(key.value for key, _ in node.value if isinstance(key.value, str) and key.value != "<<")
    for key, count in keys.items():
        if count > 1:
            raise yaml.constructor.ConstructorError(None, None, f"'{key}' stands twice", node.start_mark)


def parse_codebook(text: str, place: str) -> Codebook:
    """A codebook from YAML text; CodebookError names `place`, every fault and where it lies."""
    try:
        data = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}" if mark else ""
        raise CodebookError(f"{place}{line}: not valid YAML ({getattr(error, 'problem', error)}).") from None
    except NO_VALUES as error:
        raise CodebookError(f"{place}: a value that is none ({shorten(str(error), 80)}).") from None
    if not isinstance(data, dict):
        raise CodebookError(
            f"{place}: not a codebook. It must begin with 'format: {FORMAT}'. `secondcoder codebook new own.yml` writes an example."
        )
    return codebook_from(data, f"{place}: not a valid codebook.")


def load_codebook(source: str | Path) -> Codebook:
    """A shipped codebook by name (`npt`, `npt-core`, `npt-cmo`, `cfir`) or one from a YAML file."""
    if str(source) in SHIPPED:
        return parse_codebook(shipped_text(str(source)), f"{source}.yml")
    path = Path(source)
    if not path.is_file():
        near = did_you_mean(str(source), SHIPPED)
        raise CodebookError(
            f"No codebook '{source}': it is neither a file nor one of {', '.join(SHIPPED)}.{near} `secondcoder codebook new own.yml` "
            "writes an example to start from."
        )
    try:
        return parse_codebook(path.read_text(encoding="utf-8"), path.name)
    except UnicodeDecodeError:
        raise CodebookError(f"{path.name}: not UTF-8 text. Save it as UTF-8 and try again.") from None


def example_text() -> str:
    """The YAML of a small codebook with remarks, to start one's own from."""
    return resources.files("secondcoder.configs").joinpath("codebook-example.yml").read_text(encoding="utf-8")


def shipped_text(name: str) -> str:
    """The YAML of a shipped codebook, comments included."""
    return resources.files("secondcoder.configs").joinpath("codebooks", f"{name}.yml").read_text(encoding="utf-8")


def dump_codebook(book: Codebook) -> str:
    """YAML that `parse_codebook` reads back to an equal codebook."""
    return _dump(book.model_dump(mode="json"))


def dump_codes(codes: Iterable[Code]) -> str:
    """YAML of codes as entries of a codebook's `codes`, without what goes without saying."""
    return _dump([code.model_dump(mode="json", exclude_defaults=True) for code in codes])


def _dump(data: Any) -> str:
    text = yaml.dump(_without_empty(data), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    return str(text)


class _Dumper(yaml.SafeDumper):
    """Quotes the Unicode line ends, which PyYAML would otherwise fold into spaces."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, '"' if set(text) & set("\x85\u2028\u2029") else None)


_Dumper.add_representer(str, _text)


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_empty(item) for key, item in value.items() if item not in (None, [], "", {})}
    if isinstance(value, list):
        return [_without_empty(item) for item in value]
    return value
