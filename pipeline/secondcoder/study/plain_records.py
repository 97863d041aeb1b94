"""The plain records that verbs of a study give, with their keys: what `--json` prints, too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias, TypedDict

Manifest: TypeAlias = dict[str, Any]
"""A model version's manifest, as its folder holds it in manifest.json: version, parent, codebook, embedder, recipe, training, scored,
out_of_fold, verdicts, gate, sha256, each as plain values."""


class CaseCounts(TypedDict):
    """Of one case: its transcripts, how many of them are coded, and its attributes in a line."""

    transcripts: int
    coded: int
    attributes: str


class CodingCounts(TypedDict):
    """Of one code: its name, its codings, and the transcripts that they lie in."""

    name: str
    codings: int
    transcripts: int


class CacheUse(TypedDict, total=False):
    """Of the cache of vectors: its size and its limit in bytes, and what it holds."""

    bytes: int
    limit: int


class Status(TypedDict):
    """What is in a study, as `Study.status` gives it.

    `codings` are all of people; `unplaced` counts those that reach no segment, with a sentence; `model_coders` are imported models;
    `cases` and `codes` are by id; `model` is the version in use, and `model_fits` whether it knows the present codebook; `since_model`
    counts codings more than it learned from; `drift` says how new transcripts compare; `next` is the next step as a sentence.
    """

    transcripts: int
    coded: int
    uncoded: int
    codings: int
    unplaced: Mapping[str, object]
    coders: list[str]
    model_coders: Mapping[str, Mapping[str, object]]
    codebook: str
    pack_of: str | None
    model: str | None
    model_fits: bool
    unknown_to_model: Mapping[str, object]
    since_model: int
    to_assign: int
    suggestions: int
    earlier_suggestions: Mapping[str, int]
    not_suggested_for: int
    stopped: str | None
    cases: Mapping[str, CaseCounts]
    codes: Mapping[str, CodingCounts]
    drift: Mapping[str, object] | None
    names_found: Mapping[str, object] | None
    cache: CacheUse
    next: str


class ListedVersion(TypedDict):
    """One model version, as `Study.models` lists it.

    `made` and `used` have `at` (UTC), `who` and, of `used`, `why` and `before`; `purged` is the reason why it can be used no more;
    `gate` the outcome of the comparison with the version before, with its `reasons`; `macro_ap` the mean over codes of average
    precision out of fold; `unknown` what it does not know of the present codebook, in words.
    """

    version: str
    parent: str | None
    in_use: bool
    made: Mapping[str, str] | None
    used: Mapping[str, str] | None
    purged: str | None
    transcripts: int | None
    examples: int
    codes_scored: int
    macro_ap: float | None
    gate: str
    reasons: list[str]
    unknown: str


class ListedChange(TypedDict):
    """One confirmed change of the codebook: its number, when (UTC) and by whom, the codebook before and after, and its steps in
    words."""

    change: int
    at: str
    who: str
    before: str
    after: str
    steps: list[str]


class TranscriptToCode(TypedDict):
    """A transcript to code next, and why."""

    transcript: str
    case: str | None
    role: str | None
    wave: str | None
    why: str


class PassageToCode(TypedDict):
    """A passage to code next, its turn (from 1) and its page in the review; `random` where it was drawn, and not chosen."""

    transcript: str
    start: int
    end: int
    turn: int
    page: str
    random: bool
    text: str
    why: str


class ToCode(TypedDict):
    """What to code next."""

    transcripts: list[TranscriptToCode]
    passages: list[PassageToCode]
