"""The study's settings: `secondcoder.toml`, checked against one schema, over the shipped defaults."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from secondcoder.domain.languages import languages, unknown_language
from secondcoder.domain.toml_text import BrokenTomlError, read_toml
from secondcoder.errors import StudyError, did_you_mean

EARLIER_RECIPE = {
    "segments": {"segmenter": "meaning-units", "sentence_pipeline": "", "max_words": 0, "code_interviewer": False},
    "embedding": {
        "prompt": "",
        "second": "",
        "second_prompt": "",
        "runtime": "torch",
        "precision": "fp32",
        "device": "cpu",
    },
    "learning": {
        "classifier": "stacked-kernels",
        "group": "transcript",
        "merge": "any",
        "purpose": "balanced",
        "scorers": [],
        "evidence": [],
    },
    "scorers": {},
}
"""What a recipe stands for that does not name them: the only parts of 0.1.0, and what was held out then."""


PLACE = re.compile(r"([\w.-]+|\[[\da-fA-F:.]+\])(?::(\d{1,5}))?")
"""A host, IPv6 in brackets, and where it is named a port."""


class _Section(BaseModel):
    # A misspelt setting must not pass for the default, and no number is infinite.
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


Seed = Annotated[int, Field(ge=0, le=2**32 - 1)]
"""What NumPy's and scikit-learn's generators take."""


class StoreSettings(_Section):
    """Where codings live; `{study}` relative URLs are resolved against the study folder."""

    url: str


class NetworkSettings(_Section):
    """Places on other machines that may be connected to, each HOST or HOST:PORT: for parts of other packages that need one."""

    allow: tuple[str, ...] = ()

    @property
    def places(self) -> list[tuple[str, int | None]]:
        """Host and port of each, None for any of its ports."""
        found = (PLACE.fullmatch(place) for place in self.allow)
        return [(place[1].strip("[]"), int(place[2]) if place[2] else None) for place in found if place]


class TranscriptSettings(_Section):
    """How transcripts are read."""

    interviewer_roles: tuple[str, ...]


class SegmentSettings(_Section):
    """How turns become segments, and when a segment carries a human code."""

    segmenter: str
    language: str
    sentence_pipeline: str = ""
    target_words: int = Field(ge=10, le=500)
    max_sentences: int = Field(ge=1, le=20)
    max_words: int = Field(ge=0, le=2000)  # 0: no limit, as in 0.1.0
    code_interviewer: bool = False
    overlap: float = Field(gt=0, le=1)


class EmbeddingSettings(_Section):
    """Which model turns text into vectors, what computes it, and a second one for another view of the same texts; "" for none."""

    model: str
    batch: int = Field(ge=1, le=100_000)
    runtime: Literal["openvino", "torch"] = "torch"
    precision: Literal["auto", "fp32", "bf16", "int8"] = "auto"
    device: str = "cpu"
    prompt: str = ""
    second: str = ""
    second_prompt: str = ""
    cache_mb: int = Field(default=2000, ge=0, le=10**9)


class ScorerSettings(_Section):
    """A model that reads a passage and a code's definition: what it is, its name, and where and how long it is asked."""

    type: str
    model: str = ""
    url: str = ""
    timeout: float = Field(default=60, gt=0, le=86_400)  # seconds


class OriginWeights(_Section):
    """How much a segment counts in learning, by the origin of its codings and passes; of several, the largest."""

    independent: float = Field(gt=0, le=10)
    adjudicated: float = Field(gt=0, le=10)
    reviewed: float = Field(gt=0, le=10)


class LearningSettings(_Section):
    """How codes are learned; every field is part of a model version's recipe."""

    classifier: str
    purpose: Literal["as people code", "balanced"] = "as people code"
    group: Literal["participant", "transcript", "case"]
    folds: int = Field(ge=2, le=50)
    seed: Seed
    use_question: bool
    min_examples: int = Field(ge=2, le=10**6)
    min_transcripts: int = Field(ge=2, le=10**6)
    roll_up: bool
    merge: Literal["share", "any", "majority"]
    bootstrap: int = Field(ge=100, le=10**5)
    weights: OriginWeights
    scorers: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


class RetrainingSettings(_Section):
    """When a candidate takes the place of the model in use."""

    margin: float = Field(ge=0, le=0.5)
    code_margin: float = Field(ge=0, le=0.5)
    alarm: float = Field(gt=0, lt=0.5)


class ReviewSettings(_Section):
    """How passages are chosen and ordered for a researcher's review, and whether new codes may be added while coding."""

    blind: float = Field(ge=0, le=1)
    below: float = Field(ge=0, lt=1)  # below 1, since the number to draw is divided by 1 - below
    sample_seed: Seed
    order: Literal["code", "transcript"]
    fold: float = Field(ge=0, le=1)
    new_codes: bool = True


class DriftSettings(_Section):
    """How readily new transcripts are said to differ from those that the model learned from."""

    false_alarms: float = Field(gt=0, le=0.5)


class AgreementSettings(_Section):
    """What the team would accept of the model as a coder, beside people.

    `margin` is the largest loss of kappa, None for none; `cost_benefit` the ε of the alternative annotator test.
    """

    margin: float | None = Field(default=None, gt=0, lt=1)
    cost_benefit: float = Field(default=0.2, ge=0, lt=1)


class LevelSettings(_Section):
    """A level at which a programme works: what it means, and the codes that stand for it, where the codebook has any."""

    about: str = ""
    codes: tuple[str, ...] = ()


def _defined(level: Any) -> Any:
    """A definition alone is a level too."""
    return {"about": level} if isinstance(level, str) else level


class ChartingSettings(_Section):
    """What the extent of integration is judged by, what is shown beside it, and how cases are grouped; "" for none."""

    constructs: tuple[str, ...]
    beside: tuple[str, ...]
    factors: str
    compare: str
    levels: dict[str, Annotated[LevelSettings, BeforeValidator(_defined)]]


class DataProtectionSettings(_Section):
    """What only the researchers can say in the pack for an ethics committee (`export --ethics`); "" where it is still to be said."""

    controller: str = ""
    officer: str = ""
    purpose: str = ""
    basis: str = ""
    people: str = ""
    recipients: str = ""
    approval: str = ""
    keep_until: str = ""


class Configuration(_Section):
    """All settings of a study."""

    store: StoreSettings
    network: NetworkSettings = NetworkSettings()
    transcripts: TranscriptSettings
    segments: SegmentSettings
    embedding: EmbeddingSettings
    learning: LearningSettings
    retraining: RetrainingSettings
    review: ReviewSettings
    drift: DriftSettings
    agreement: AgreementSettings
    charting: ChartingSettings
    data_protection: DataProtectionSettings = DataProtectionSettings()
    scorers: dict[str, ScorerSettings] = {}

    @property
    def scorers_in_use(self) -> dict[str, ScorerSettings]:
        """The sections that `learning.scorers` names, by name."""
        return {name: self.scorers[name] for name in self.learning.scorers}


def default_text() -> str:
    """The shipped default.toml, comments included."""
    return resources.files("secondcoder.configs").joinpath("default.toml").read_text(encoding="utf-8")


def load_configuration(path: Path | None = None) -> Configuration:
    """The settings in `path` over the defaults; StudyError names the file and each unknown or impossible setting."""
    settings = tomllib.loads(default_text())
    if path is not None:
        # Over the defaults, so that a study from before a setting existed still opens.
        own = _read(path)
        settings = _over(settings, own)
        if isinstance(charting := own.get("charting"), dict) and "levels" in charting:
            settings["charting"]["levels"] = charting["levels"]  # another programme works at other levels
    place = path.name if path else "default.toml"
    try:
        configuration = Configuration.model_validate(settings)
    except ValidationError as error:
        raise StudyError("\n".join(f"{place}: {_plainly(fault, settings)}" for fault in error.errors())) from None
    if faults := [f"{place}: {fault}" for fault in _contradictions(configuration)]:
        raise StudyError("\n".join(faults))
    return configuration


def recipe_of(configuration: Configuration) -> dict[str, Any]:
    """What decides how a model comes out; it is kept with each version."""
    recipe = configuration.model_dump(mode="json", include={"segments", "embedding", "learning"})
    # How much is kept changes no vector; where a scorer is asked, and how long it is waited for, no answer.
    del recipe["embedding"]["cache_mb"]
    return recipe | {
        "scorers": {name: {"type": of.type, "model": of.model} for name, of in configuration.scorers_in_use.items()}
    }


def complete_recipe(recipe: dict[str, Any]) -> dict[str, Any]:
    """A recipe as it was kept, with what an older one does not name as it was in its time."""
    return _over(EARLIER_RECIPE, recipe)


def with_recipe(configuration: Configuration, recipe: dict[str, Any]) -> Configuration:
    """The same settings, but learned by another recipe; what an older one does not name stays as it is."""
    return Configuration.model_validate(_over(configuration.model_dump(), complete_recipe(recipe)))


def _read(path: Path) -> dict[str, Any]:
    try:
        return read_toml(path)
    except FileNotFoundError:
        raise StudyError(f"{path.name} is missing. Is this a study folder? `secondcoder init DIR` makes one.") from None
    except OSError as error:
        raise StudyError(f"{path.name} cannot be read ({error.strerror}).") from None
    except BrokenTomlError as error:
        raise StudyError(f"{path.name}: not valid TOML ({error}).") from None


def _contradictions(configuration: Configuration) -> Iterator[str]:
    """Settings that are possible each by itself, but not together."""
    for name in configuration.learning.scorers:
        if name not in configuration.scorers:
            near = did_you_mean(name, configuration.scorers)
            yield f"learning.scorers names '{name}', but there is no section [scorers.{name}].{near}"
    if configuration.segments.language not in languages():
        yield f"segments.language: {unknown_language(configuration.segments.language)}"
    for place in configuration.network.allow:
        if not PLACE.fullmatch(place):
            yield f"network.allow names '{place}', which is no HOST or HOST:PORT, such as models.example.ac.uk:443."
    of = configuration.embedding
    if of.second_prompt and not of.second:
        yield "embedding.second_prompt is set, but embedding.second names no model. Name one, or take the prompt away."
    if (of.second, of.second_prompt) == (of.model, of.prompt):
        yield (
            f"embedding.second is '{of.second}' with the same prompt as embedding.model, and so no other view of the texts. Name "
            'another model or prompt, or set second = "".'
        )
    for name, level in configuration.charting.levels.items():
        if not level.about.strip() and not level.codes:
            yield f'charting.levels.{name} has neither a definition nor codes: {name} = "what is done at this level".'


def _over(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        merged[key] = _over(base[key], value) if isinstance(value, dict) and isinstance(base.get(key), dict) else value
    return merged


def _plainly(fault: Any, settings: dict[str, Any]) -> str:
    place = ".".join(str(step) for step in fault["loc"])
    if fault["type"] == "tuple_type":
        return f'{place}: a list is needed, such as ["one", "two"].'
    if fault["type"] != "extra_forbidden":
        return f"{place}: {fault['msg']}."
    siblings = settings if len(fault["loc"]) == 1 else settings[str(fault["loc"][0])]
    if fault["loc"][0] == "scorers":  # whose sections have no defaults that would name all settings
        siblings = ScorerSettings.model_fields
    if fault["loc"][:2] == ("charting", "levels"):
        siblings = LevelSettings.model_fields
    # The merged settings hold the unknown name too, which must not be proposed for itself.
    near = did_you_mean(str(fault["loc"][-1]), [key for key in siblings if key != fault["loc"][-1]])
    return f"setting '{place}' is not known.{near}"
