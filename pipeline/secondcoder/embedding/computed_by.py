"""How an embedder's id tells what computed its vectors: `+openvino-bf16` at its end, and nothing for torch in fp32.

The same weights computed otherwise give nearly the same vectors, so a model fits; but not to the last byte.
"""

from __future__ import annotations

import re

ENDING = re.compile(r"\+(openvino|torch)-(\w+)")
BETWEEN = " + "
"""Stands between the ids of two views."""


def weights_alone(embedder_id: str) -> str:
    """The id without what computed it."""
    return ENDING.sub("", embedder_id)


def computed_in_words(embedder_id: str) -> str:
    """Such as "openvino in bf16"; of two views that are computed alike, once."""
    told = (
        f"{found[1]} in {found[2]}" if (found := ENDING.search(one)) else "torch in fp32"
        for one in embedder_id.split(BETWEEN)
    )
    return " and ".join(dict.fromkeys(told))


def precisions(embedder_id: str) -> set[str]:
    """Such as {"bf16"}, over its views."""
    return {found[2] if (found := ENDING.search(one)) else "fp32" for one in embedder_id.split(BETWEEN)}
