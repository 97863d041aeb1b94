"""What learning works on: segments with what is seen and what is known of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from secondcoder.learning.features import Features
from secondcoder.learning.labels import LabelMatrix
from secondcoder.records import Segment


@dataclass(frozen=True)
class Material:
    """n segments, transcript by transcript, with their labels and features."""

    segments: Sequence[Segment]
    labels: LabelMatrix
    features: Features

    @property
    def transcripts(self) -> list[str]:
        """n transcript ids."""
        return [segment.transcript for segment in self.segments]
