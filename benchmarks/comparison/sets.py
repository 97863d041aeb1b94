"""The benchmark sets as the classifier sees them: units in order, labels, vectors, questions, neighbours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from asked import tell
from secondcoder.codebook.model import Code
from secondcoder.configuration import load_configuration
from secondcoder.domain.arrays import Bools, Rows, Vectors
from secondcoder.domain.records import Segment, SpeakerRole, Transcript, Turn
from secondcoder.embedding import Embedder, open_embedder
from secondcoder.learning.assessment.splits import group_folds
from secondcoder.learning.codebook_texts import code_vectors
from secondcoder.learning.features import Features, build_features
from secondcoder.segments.meaning_units import MeaningUnitSegmenter

FEWEST = 20
FOLDS = 5
SEED = 20260101
SMALL = 700
"""Units of a set in a quick run."""


@dataclass(frozen=True)
class About:
    """Where a set's units lie, which column holds their labels, and what is to be said of it."""

    folder: str
    labels: str
    says: str
    distinct: bool = False


SETS = {
    "ohd_long1960s": About(
        "ohd_long1960s", "labels", "all turns; nobody is known to interview, so there is no question"
    ),
    "pdpilot_interviews": About(
        "pdpilot_interviews",
        "labels_top",
        "top-level codes; the units are the participants' turns, the interviewer's words serve (d) as question",
    ),
    "nhs_fft": About("nhs_fft", "labels", "all comments; a respondent's comments stand together"),
    "nhs_fft_distinct": About(
        "nhs_fft", "labels", "as nhs_fft, of comments with the same words only the first", distinct=True
    ),
}


@dataclass(frozen=True)
class BenchmarkFeatures(Features):
    """What secondcoder sees, and the type of the question that a unit answers, which only a peer made for it sees.

    Attributes:
        question_types: n types; "" where the set names no questions.
    """

    question_types: tuple[str, ...] = ()

    def take(self, rows: Rows) -> BenchmarkFeatures:
        """As for any features."""
        return with_types(super().take(rows), [self.question_types[row] for row in rows])


def with_types(features: Features, types: Sequence[str]) -> BenchmarkFeatures:
    """The same with n types of questions."""
    own = {field.name: getattr(features, field.name) for field in fields(Features)}
    return BenchmarkFeatures(**own, question_types=tuple(types))


@dataclass(frozen=True)
class BenchmarkSet:
    """n units with k codes.

    Attributes:
        features: what the methods see; most peers use `features.texts` and `features.vectors` alone.
        y: (n, k) the unit carries the code.
        code_embeddings: (k, d) vectors of the codes' names, which are all that these sets say of most codes; secondcoder hears them.
        fold: (n,) the fold in which a unit is held back; the same for every method.
    """

    name: str
    says: str
    codes: tuple[str, ...]
    features: BenchmarkFeatures
    y: Bools
    code_embeddings: Vectors
    fold: Rows

    @property
    def known(self) -> Bools:
        """(n, k): the sets keep no record of what coders looked for, so all is taken as looked for."""
        return np.ones_like(self.y)


def available(data: Path, names: Sequence[str]) -> tuple[list[str], list[str]]:
    """The sets that are there, and a message for each that is not."""
    paths = {name: data / SETS[name].folder / "units.parquet" for name in names}
    missing = [f"skipped {name}: {path} is not there" for name, path in paths.items() if not path.is_file()]
    return [name for name, path in paths.items() if path.is_file()], missing


def there(data: Path, names: Sequence[str]) -> list[str]:
    """The sets that are there; a message on stderr for each that is not."""
    found, messages = available(data, names)
    for message in messages:
        tell(message)
    return found


def cached_embedder(cache: Path) -> Embedder:
    """The shipped embedder, its vectors kept in the folder."""
    cache.mkdir(parents=True, exist_ok=True)
    return open_embedder(load_configuration().embedding, cache)


def load_set(data: Path, name: str, embedder: Embedder, quick: bool = False) -> BenchmarkSet:
    """Read a set; `quick` keeps whole documents, in a seeded order, until there are SMALL units."""
    about = SETS[name]
    units = pd.read_parquet(data / about.folder / "units.parquet")
    if about.distinct:
        units = units[~units["text"].str.strip().str.casefold().duplicated()]
    return benchmark_set(name, about.says, _some(units) if quick else units, about.labels, embedder)


def benchmark_set(
    name: str, says: str, units: pd.DataFrame, column: str, embedder: Embedder, fewest: int = FEWEST
) -> BenchmarkSet:
    """A set from a frame with doc_id, order, speaker, text, and labels divided by | in `column`; codes have `fewest` marks.

    An interviewer's units are no units here: they become the question of the ones that follow.
    """
    units = units.sort_values(["doc_id", "order"], kind="stable")
    segments: list[Segment] = []
    labels: list[set[str]] = []
    types: list[str] = []
    for document, rows in units.groupby("doc_id", sort=False):
        own = MeaningUnitSegmenter(load_configuration().segments).segment(transcript_of(str(document), rows))
        cells, asked = rows[column].tolist(), rows.get("question", pd.Series("", rows.index)).tolist()
        segments += own
        labels += [set(cells[segment.turn].split("|")) - {""} for segment in own]
        types += [question_type(asked[segment.turn]) for segment in own]
    counts = pd.Series([code for own in labels for code in own]).value_counts()
    codes = tuple(sorted(str(code) for code, n in counts.items() if n >= fewest))
    groups = [segment.transcript for segment in segments]
    return BenchmarkSet(
        name,
        says,
        codes,
        with_types(build_features(segments, groups, embedder), types),
        np.array([[code in own for code in codes] for own in labels]),
        code_vectors([Code.model_validate({"id": code, "name": code}) for code in codes], embedder),
        group_folds(groups, FOLDS, SEED),
    )


def question_type(question: str) -> str:
    """The three types into which pxtextmining sorts its survey's questions, or "" without one."""
    if not question:
        return ""
    if question == "What was good?":
        return "what_good"
    return "could_improve" if re.search(r"could (we|have).*(improve|better)", question) else "nonspecific"


def transcript_of(name: str, rows: pd.DataFrame) -> Transcript:
    """A document of units as a transcript whose units stay whole."""
    texts = rows["text"].tolist()
    starts = np.cumsum([0, *(len(text) + 1 for text in texts)]).tolist()
    turns = tuple(
        Turn(start, start + len(text), speaker or None, _role(speaker))
        for start, text, speaker in zip(starts, texts, rows["speaker"], strict=False)
    )
    return Transcript(name, "\n".join(texts), turns, unitised=True)


def _role(speaker: str) -> SpeakerRole | None:
    return {"interviewer": SpeakerRole.INTERVIEWER, "participant": SpeakerRole.PARTICIPANT}.get(speaker)


def _some(units: pd.DataFrame) -> pd.DataFrame:
    sizes = units["doc_id"].value_counts(sort=False).sample(frac=1, random_state=SEED)
    kept: Any = sizes.index[: max(2 * FOLDS, int((sizes.cumsum() < SMALL).sum()))]
    return units[units["doc_id"].isin(kept)]
