"""The codebooks that ship, by name: the one list that commands, help and tests read. Imports nothing, as `--help` needs it."""

from __future__ import annotations

ABOUT = {
    "npt": "the 16 sub-constructs of Normalisation Process Theory and five factors of a study in general practice",
    "npt-core": "its four constructs and the same five factors",
    "npt-cmo": "contexts, mechanisms and outcomes of the 2022 NPT coding manual",
    "nomad": "the 23 items of the NoMAD survey, to lay interviews beside its answers",
    "cfir": "the Consolidated Framework for Implementation Research, 2.0",
    "tdf": "the 14 domains of the Theoretical Domains Framework, version 2",
    "com-b": "capability, opportunity and motivation for a behaviour, two kinds of each",
    "re-aim": "reach, effectiveness, adoption, implementation, maintenance, and PRISM's contexts",
}
"""Name -> what it holds, in a line. Each is configs/codebooks/NAME.yml, whose id is the name."""
SHIPPED = tuple(ABOUT)
CHOICES = "|".join(SHIPPED)
"""As commands show what may stand there."""


def lines() -> str:
    """Name and what it holds, a line each, as `init --help` shows them."""
    wide = max(map(len, SHIPPED))
    return "\n".join(f"{name:<{wide}}  {about}" for name, about in ABOUT.items())
