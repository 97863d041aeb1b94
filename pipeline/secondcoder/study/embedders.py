"""Which embedders there are, which one a study uses, and its settings changed to use another."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from secondcoder.configuration import EmbeddingSettings, load_configuration
from secondcoder.domain.plugins import outside_parts, shipped_parts
from secondcoder.domain.toml_text import read_toml
from secondcoder.embedding.cache_folder import usage
from secondcoder.embedding.embedder import GROUP, PACKAGE, Embedder, new_embedder
from secondcoder.embedding.fetched import Fetched, fetched_models
from secondcoder.errors import SecondcoderError, StudyError
from secondcoder.reports.whole_file import put_in_place, write_draft
from secondcoder.study.folder import CONFIGURATION
from secondcoder.workspace import CACHE

SECTION = re.compile(r"^\[embedding\][ \t]*(#.*)?$", re.MULTILINE)
MODEL = re.compile(r"""^model[ \t]*=[ \t]*("[^"\n]*"|'[^'\n]*')""", re.MULTILINE)


def list_embedders(study: Path) -> list[dict[str, Any]]:
    """Every embedder that settings may name, and what the study uses, where the folder is a study's."""
    settings = _settings(study)
    found = dict.fromkeys(sorted(shipped_parts(PACKAGE)), "packaged")
    found |= {part.name: f"of {part.dist.name if part.dist else 'a package'}" for part in outside_parts(GROUP)}
    fetched = fetched_models()
    found |= dict.fromkeys(fetched, "fetched")
    used = [] if settings is None else [name for name in (settings.model, settings.second) if name]
    found |= {name: "a folder" for name in used if name not in found}
    kept = {of["model"]: of for of in usage(study / CACHE)["models"]}
    return [
        _row(name, place, fetched.get(name), settings if name in used else None, kept) for name, place in found.items()
    ]


def _settings(study: Path) -> EmbeddingSettings | None:
    path = study / CONFIGURATION
    return load_configuration(path).embedding if path.is_file() else None


def _row(
    name: str, place: str, folder: Path | None, settings: EmbeddingSettings | None, kept: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    row: dict[str, Any] = {"name": name, "place": place, "in_use": settings is not None, "fault": None}
    if folder is not None:
        record = Fetched.of(folder)
        row |= {"folder": str(folder), "revision": record.revision if record else None}
    if settings is None:
        return row
    prompt = settings.prompt if name == settings.model else settings.second_prompt
    try:
        embedder = new_embedder(settings.model_copy(update={"model": name, "prompt": prompt}))
        row |= _of(embedder, settings, kept.get(embedder.id))
    except SecondcoderError as error:
        row["fault"] = str(error)
    return row


def _of(embedder: Embedder, settings: EmbeddingSettings, kept: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "id": embedder.id,
        "runtime": settings.runtime,
        "precision": settings.precision,
        "window": embedder.window,
        # Where nothing is kept, the model has to be loaded to be asked.
        "width": (kept or {}).get("width") or embedder.width,
        "cached": kept["entries"] if kept else 0,
    }


def check_study(study: Path) -> None:
    """StudyError where the folder is no study whose settings can be changed."""
    if _settings(study) is None:
        raise StudyError(f"{study} is not a study: it has no {CONFIGURATION}. Name one with -C. Nothing was changed.")


def use_embedder(study: Path, name: str) -> bool:
    """Set embedding.model in the study's settings, and leave every other line; False where it is set already.

    Raises:
        StudyError: the folder is no study, its settings are written in a way that only a person should change, or others of them
            do not go with that model.
    """
    check_study(study)
    path = study / CONFIGURATION
    if load_configuration(path).embedding.model == name:
        return False
    draft = path.with_name(f".{CONFIGURATION}.part")
    try:
        write_draft(path, _with_model(path.read_text(encoding="utf-8-sig"), name).encode(), draft)
        if load_configuration(draft).embedding.model != name or _all_but_model(draft) != _all_but_model(path):
            raise StudyError(f"{draft.name}: its section [embedding] is written in an unusual way.")
        put_in_place(draft, path)
    except OSError as error:
        raise StudyError(f"{path.name} could not be written ({error.strerror}). Nothing was changed.") from None
    except StudyError as error:
        fault = str(error).replace(draft.name, path.name)
        raise StudyError(f'{fault} Set model = "{name}" under [embedding] by hand. Nothing was changed.') from None
    finally:
        draft.unlink(missing_ok=True)
    return True


def _all_but_model(path: Path) -> dict[str, Any]:
    settings = read_toml(path)
    return settings | {"embedding": settings.get("embedding", {}) | {"model": None}}


def _with_model(text: str, name: str) -> str:
    section = SECTION.search(text)
    line = f"model = {json.dumps(name)}"
    if section is None:
        return f"{text.rstrip()}\n\n[embedding]\n{line}\n"
    rest = text[section.end() :]
    following = re.search(r"^\[", rest, re.MULTILINE)
    own, after = (rest, "") if following is None else (rest[: following.start()], rest[following.start() :])
    own = MODEL.sub(lambda _: line, own, count=1) if MODEL.search(own) else f"\n{line}{own}"
    return text[: section.end()] + own + after
