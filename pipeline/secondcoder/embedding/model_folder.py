"""What a sentence-transformers folder says of itself, read without loading it: weights, window, prompts, and what it would run."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from secondcoder.domain.json_text import parse_json
from secondcoder.errors import ModelError, did_you_mean

MODULES, PROMPTS, WINDOW = "modules.json", "config_sentence_transformers.json", "sentence_bert_config.json"
TRANSFORMER = "Transformer"
OWN = ("sentence_transformers.", "torch.nn.")
"""Packages of the parts that may be run: any other is code of the folder's own."""
WEIGHTS, PICKLED = "*.safetensors", ("*.bin", "*.pt", "*.pkl")
FETCHED = "fetched.json"
"""The record of a model that was fetched: no part of the model."""
READ = {".json", ".txt", ".model"}
"""Endings of the files that decide, beside the weights, what a text's vector is: settings, pooling, vocabulary."""


@dataclass(frozen=True, slots=True)
class _Module:
    """A line of a folder's list of modules: where the module lies, and its class."""

    path: str
    kind: str


@dataclass(frozen=True)
class ModelFolder:
    """A folder as `SentenceTransformer.save` writes it; messages call it by `name`."""

    path: Path
    name: str

    @cached_property
    def places(self) -> list[Path]:
        """The folders of its modules, in order; ModelError when it brings code of its own."""
        places = [self.path / module.path for module in self._modules]
        strange = [module.kind for module in self._modules if not module.kind.startswith(OWN)]
        if strange or any("auto_map" in _json(place / "config.json", {}) for place in places):
            raise ModelError(
                f"{self.name}: it brings code of its own{f' ({strange[0]})' if strange else ''}, which is never run. Choose a model "
                "that sentence-transformers and transformers know by themselves."
            )
        return places

    @cached_property
    def weights(self) -> Path:
        """The first module's weights.

        Raises:
            ModelError: there are none, some are pickled, or the folder brings code of its own.
        """
        places = self.places
        for place in places:
            if not _files(place, WEIGHTS) and any(_files(place, ending) for ending in PICKLED):
                raise ModelError(
                    f"{self.name}: no model.safetensors in {place.name}. Only weights without pickle are loaded. Convert it: "
                    "SentenceTransformer(FOLDER).save(ANOTHER), on a machine where you trust it."
                )
        found = [file for place in places for file in _files(place, WEIGHTS)]
        if not found:
            raise ModelError(f"{self.name}: no model.safetensors in it. Only weights without pickle are loaded.")
        return found[0]

    @cached_property
    def sha256(self) -> str:
        """Of the first module's weights."""
        return sha256_of(self.weights)

    @property
    def rest(self) -> str:
        """6 digits of `rest_sha256`."""
        return self.rest_sha256[:6]

    @cached_property
    def rest_sha256(self) -> str:
        """SHA-256 of all else that makes a vector: further weights, settings, pooling, prompts, vocabulary."""
        digest = hashlib.sha256()
        for file in sorted(self.path.rglob("*")):
            counts = file.suffix in READ or file.match(WEIGHTS)
            if counts and file.is_file() and file not in (self.weights, self.path / FETCHED):
                digest.update(f"{file.relative_to(self.path).as_posix()}\0{sha256_of(file)}\n".encode())
        return digest.hexdigest()

    @cached_property
    def _modules(self) -> list[_Module]:
        # A folder of a bare transformer has no list of modules; sentence-transformers takes the mean of its tokens.
        written = _json(self.path / MODULES, [{"path": "", "type": f"{OWN[0]}{TRANSFORMER}"}])
        return [self._module(each) for each in written]

    def _module(self, written: Any) -> _Module:
        """ModelError for what describes no module, or one outside the folder."""
        path, kind = (
            (written.get("path", ""), written.get("type", OWN[0])) if isinstance(written, dict) else (None, None)
        )
        if not (isinstance(path, str) and isinstance(kind, str)):
            raise ModelError(
                f"{self.name}: its {MODULES} does not say what its modules are. Save or fetch the model again."
            )
        if Path(path).is_absolute() or ".." in Path(path).parts or "\0" in path:
            raise ModelError(
                f"{self.name}: its module '{path[:60]}' leads out of its folder, so the model was not loaded."
            )
        return _Module(path, kind)

    @property
    def first(self) -> str:
        """The kind of the first module, such as "Transformer" or "StaticEmbedding"."""
        kind = self._modules[0].kind if self._modules else ""
        return TRANSFORMER if kind == OWN[0] else kind.rpartition(".")[2]

    @cached_property
    def _pooling(self) -> dict[str, Any]:
        of = [module for module in self._modules[1:2] if module.kind.endswith(".Pooling")]
        settings: dict[str, Any] = _json(self.path / of[0].path / "config.json", {}) if of else {}
        return settings

    @property
    def pools_by_mean(self) -> bool:
        """A text's vector is made from the mean of its tokens' vectors, the prompt's included."""
        if not (self.path / MODULES).is_file():
            return True
        # Today's one setting, or a yes and noes of earlier versions.
        modes = self._pooling.get("pooling_mode") or [
            name.removeprefix("pooling_mode_").removesuffix("_tokens")
            for name, chosen in self._pooling.items()
            if name.startswith("pooling_mode_") and chosen
        ]
        return modes in ("mean", ["mean"]) and not self.leaves_prompt_out

    @property
    def leaves_prompt_out(self) -> bool:
        """The prompt is read, but its tokens are no part of the vector."""
        return not self._pooling.get("include_prompt", True)

    @property
    def window(self) -> int | None:
        """`max_seq_length`; None where the folder does not state it."""
        stated = _json(self.path / WINDOW, {}).get("max_seq_length")
        return stated if isinstance(stated, int) and stated > 0 else None

    def prompt(self, wanted: str = "") -> str:
        """What the model is given before every text: the prompt of that name, by default the folder's default.

        Raises:
            ModelError: the folder has no prompt of that name.
        """
        settings = _json(self.path / PROMPTS, {})
        prompts: dict[str, str | None] = settings.get("prompts") or {}
        usual = settings.get("default_prompt_name") or ""
        if not (isinstance(prompts, dict) and all(isinstance(each, str | None) for each in (usual, *prompts.values()))):
            raise ModelError(
                f"{self.name}: its {PROMPTS} does not say what its prompts are. Save or fetch the model again."
            )
        if wanted and wanted not in prompts:
            raise ModelError(
                f"{self.name}: it has no prompt '{wanted}'.{did_you_mean(wanted, prompts)} Known: {', '.join(prompts) or 'none'}. "
                "Set embedding.prompt."
            )
        return prompts.get(wanted or usual) or ""


def _files(place: Path, pattern: str) -> list[Path]:
    return sorted(place.glob(pattern))


def _json(path: Path, otherwise: Any) -> Any:
    """The file's content where it is JSON of the kind that is due, else `otherwise`."""
    try:
        content = parse_json(path.read_bytes())
    except (OSError, ValueError):
        return otherwise
    return content if isinstance(content, type(otherwise)) else otherwise


def sha256_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
