"""Codebooks as YAML: those that ship, people's own, and back to text."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from secondcoder.codebook.model import FORMAT, Code, Codebook, codebook_from
from secondcoder.codebook.shipped import SHIPPED
from secondcoder.codebook.yaml_load import BrokenYamlError, parse_yaml
from secondcoder.errors import CodebookError, did_you_mean

MOST_BYTES = 20_000_000


def parse_codebook(text: str, place: str, *, of_person: bool = False) -> Codebook:
    """A codebook from YAML text; CodebookError names `place`, every fault and where it lies.

    `of_person`: somebody wrote it, and a text with the character U+0000 is refused, which no database keeps.
    """
    try:
        data = parse_yaml(text, nul=not of_person)
    except BrokenYamlError as error:
        line = f" line {error.line}" if error.line else ""
        raise CodebookError(f"{place}{line}: not valid YAML ({error}).") from None
    if not isinstance(data, dict):
        raise CodebookError(
            f"{place}: not a codebook. It must begin with 'format: {FORMAT}'. `secondcoder codebook new own.yml` writes an example."
        )
    return codebook_from(data, f"{place}: not a valid codebook.")


def load_codebook(source: str | Path) -> Codebook:
    """A shipped codebook by name (one of `SHIPPED`) or one from a YAML file."""
    if str(source) in SHIPPED:
        return parse_codebook(shipped_text(str(source)), f"{source}.yml")
    path = Path(source)
    if not path.is_file():
        near = did_you_mean(str(source), SHIPPED)
        raise CodebookError(
            f"No codebook '{source}': it is neither a file nor one of {', '.join(SHIPPED)}.{near} `secondcoder codebook new own.yml` "
            "writes an example to start from."
        )
    return parse_codebook(text_of(path), path.name, of_person=True)


def text_of(path: Path) -> str:
    """A codebook's file as text; CodebookError for one that cannot be read, is too large, or is no UTF-8."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise CodebookError(f"{path.name}: over {MOST_BYTES:,} bytes, and no codebook has as many.")
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise CodebookError(f"{path.name}: not UTF-8 text. Save it as UTF-8 and try again.") from None
    except OSError as error:
        raise CodebookError(f"{path.name}: cannot be read ({error.strerror}).") from None


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
