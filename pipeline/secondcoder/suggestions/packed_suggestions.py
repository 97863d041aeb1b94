"""Suggestions packed until all are there: as objects, those of hundreds of interviews take more memory than all else."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

from secondcoder.domain.records import SCORED, Suggestion
from secondcoder.store.evidence import read_evidence, write_evidence


class PackedSuggestions:
    """Suggestions, packed some transcripts at a time; they come out one by one, in the order in which they came."""

    def __init__(self) -> None:
        # In memory: nothing of an interview is written to another place than its study.
        self._parts: list[bytes] = []
        self._digest = sha256()

    def add(self, suggestions: Sequence[Suggestion]) -> None:
        """Those that come next."""
        told = b"".join(map(_line, suggestions))
        self._digest.update(told)
        self._parts.append(zlib.compress(told))

    @property
    def digest(self) -> str:
        """SHA-256 of all with their evidence, as `digest_of` has it."""
        return self._digest.hexdigest()

    def __iter__(self) -> Iterator[Suggestion]:
        for part in self._parts:
            for line in zlib.decompress(part).splitlines():
                values, evidence = json.loads(line)
                yield Suggestion(**dict(zip(SCORED, values, strict=True)), **read_evidence(evidence))


def digest_of(suggestions: Iterable[Suggestion]) -> str:
    """SHA-256 of suggestions with their evidence, in their order."""
    digest = sha256()
    for one in suggestions:
        digest.update(_line(one))
    return digest.hexdigest()


def _line(one: Suggestion) -> bytes:
    # As ASCII, so that a text holds no other line end; the evidence as the store has it.
    evidence = json.dumps(write_evidence(one))
    return json.dumps([[getattr(one, name) for name in SCORED], evidence]).encode() + b"\n"
