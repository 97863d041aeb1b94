"""What became of a study's codes: confirmed changes of the codebook, and everything older read in the present codes.

Codings, passes and decisions are never rewritten: each knows after which change it was made, and the later ones are applied when
it is read.
"""

from secondcoder.codebook_changes.present import (
    Assignment,
    Pending,
    pending,
    present_codings,
    present_decision,
    present_passes,
)
from secondcoder.codebook_changes.steps import Change, Fates, Kind, Step

__all__ = [
    "Assignment",
    "Change",
    "Fates",
    "Kind",
    "Pending",
    "Step",
    "pending",
    "present_codings",
    "present_decision",
    "present_passes",
]
