"""Which languages an embedder knows, as far as it says so itself: the packaged ones here, a folder by the head of its README."""

from __future__ import annotations

import re
from pathlib import Path

from secondcoder.configuration import EmbeddingSettings
from secondcoder.domain.languages import ENGLISH
from secondcoder.embedding.fetched import fetched_folder

ANY = "any"
PACKAGED = {"minilm": frozenset({ENGLISH}), "words": frozenset({ANY})}
"""MiniLM was trained on English; hashed words know no language."""
MULTILINGUAL = "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2"
"""A small model for some 50 languages (Reimers & Gurevych 2020, doi:10.18653/v1/2020.emnlp-main.365)."""
_HEAD = re.compile(r"\A---\s*\n(.*?)\n---\s*$", re.DOTALL | re.MULTILINE)
_LANGUAGE = re.compile(r"^language:[ \t]*(\[[^\]]*\]|[^\n\[]*)((?:\n[ \t]*-[ \t]*[^\n]+)*)", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z]{2,}")
_MANY = frozenset({"multilingual", "multi", "mul"})


def languages_known(settings: EmbeddingSettings) -> frozenset[str] | None:
    """Codes of the languages that the study's embedders know, `ANY` among them for all; None where one does not say."""
    each = [_known(model) for model in (settings.model, settings.second) if model]
    said = [known for known in each if known is not None]
    return frozenset().union(*said) if len(said) == len(each) else None


def _known(model: str) -> frozenset[str] | None:
    if model in PACKAGED:
        return PACKAGED[model]
    for folder in (Path(model).expanduser(), fetched_folder(model)):
        if (folder / "README.md").is_file():
            return said_languages((folder / "README.md").read_text(encoding="utf-8", errors="replace"))
    return None


def said_languages(readme: str) -> frozenset[str] | None:
    """The entry `language` in the YAML head of a model card (https://huggingface.co/docs/hub/model-cards); None without one."""
    head = _HEAD.search(readme)
    entry = _LANGUAGE.search(head[1]) if head else None
    words = {word.casefold() for word in _WORD.findall(f"{entry[1]} {entry[2]}")} if entry else set()
    if words & _MANY:
        return frozenset({ANY})
    return frozenset(words) or None
