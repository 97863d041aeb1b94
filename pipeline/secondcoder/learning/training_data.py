"""What learning works on: segments with what is seen and what is known of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from secondcoder.domain.records import Segment
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.features import Features


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
