"""A run over what nothing was changed of: its suggestions stand in the store, so they are read and not computed again.

A run leaves a key of all that decides it, and a digest of what it suggested. Where the newest run of a model version has the same key,
and the store still holds what it suggested, a run now would give these suggestions again, to the last byte.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version as installed
from typing import Any

from secondcoder.domain.records import Suggestion, Transcript
from secondcoder.drift.reports import DRIFT
from secondcoder.learning.content_key import code_version, content_key
from secondcoder.learning.model import Model
from secondcoder.model_store.version import LIBRARIES
from secondcoder.segments.kept_cuts import Repeatable
from secondcoder.segments.segmenter import new_segmenter
from secondcoder.segments.sentence_pipelines import SentenceFinder
from secondcoder.suggestions.packed_suggestions import digest_of
from secondcoder.workspace import Workspace

KEY, DIGEST = "decided_by", "suggested"
"""What the event of a run holds beside its comparison."""


@dataclass(frozen=True)
class KeptRun:
    """A run that is in the store: when it was (UTC), what it suggested, in its order, and its comparison (see `drift.comparison`)."""

    at: str
    suggestions: Sequence[Suggestion]
    drift: Mapping[str, Any]


def run_key(workspace: Workspace, model: Model, transcripts: Sequence[Transcript]) -> str | None:
    """A key of all that decides what a version suggests on transcripts; None where more decides it than a key can hold.

    Args:
        model: the workspace's.
    """
    manifest, settings = workspace.manifest, workspace.configuration
    segmenter = new_segmenter(settings.segments)
    # Other models' scores may change at any time, and a segmenter of another package need not say what its cuts follow from.
    if manifest.get("scorers") or "sha256" not in manifest or not isinstance(segmenter, Repeatable):
        return None
    embedder = workspace.embedder
    return content_key(
        (workspace.version, manifest["sha256"], workspace.codebook.hash),
        (embedder.id, embedder.sha256, embedder.window, segmenter.cut_by, SentenceFinder.of(settings.segments).made_of),
        [of.model_dump_json() for of in (settings.segments, settings.learning, settings.drift)],
        code_version(type(model.classifier)),
        [(library, installed(library)) for library in LIBRARIES],
        [_described(transcript) for transcript in transcripts],
        _exemplars(model, workspace.corpus.by_id),
    )


def kept_run(workspace: Workspace, model: Model, transcripts: Sequence[Transcript], key: str) -> KeptRun | None:
    """The version's newest run, where it has this key and the store holds all that it suggested."""
    corpus, version = workspace.corpus, workspace.version or ""
    runs = [event for event in corpus.events(DRIFT) if event["detail"]["model"] == version]
    names = {transcript.id for transcript in transcripts}
    # A transcript that was removed and is there again has not been coded.
    if not runs or runs[-1]["detail"].get(KEY) != key or not names <= {*corpus.suggested_on(version)}:
        return None
    drift = dict(runs[-1]["detail"])
    order = {code: at for at, code in enumerate(model.codes)}
    found = [one for one in corpus.suggestions(version) if one.transcript in names and one.code in order]
    found.sort(key=lambda one: (one.transcript, one.start, order[one.code]))
    if drift.pop(DIGEST) != digest_of(found):
        return None
    del drift[KEY]
    return KeptRun(runs[-1]["at"], found, drift)


def _described(transcript: Transcript) -> str:
    """All of a transcript that suggestions, their table and the comparison rest on."""
    turns = [
        (turn.start, turn.end, turn.speaker, turn.role, turn.time_start, turn.time_end) for turn in transcript.turns
    ]
    about = (
        transcript.id,
        transcript.case,
        transcript.participant,
        transcript.role,
        transcript.wave,
        transcript.unitised,
    )
    return json.dumps([transcript.text, about, turns])


def _exemplars(model: Model, transcripts: Mapping[str, Transcript]) -> list[tuple[str, str | None]]:
    """The transcripts from which nearest passages are shown, with their texts; None for one that was removed since."""
    names: dict[str, None] = dict.fromkeys(transcript for transcript, _, _ in model.exemplars.places)
    return [(name, transcripts[name].text if name in transcripts else None) for name in names]
