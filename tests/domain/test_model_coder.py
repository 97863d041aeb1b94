"""Names that only secondcoder's own model may have."""

from __future__ import annotations

import pytest
from secondcoder.domain.model_coder import is_own_name, model_coder


@pytest.mark.parametrize(
    "own", ["secondcoder", "Model", "m0003", "M0012", model_coder("m0003"), "Secondcoder m0003 (2)"]
)
def test_the_model_and_its_versions_are_no_names_for_others(own: str) -> None:
    assert is_own_name(own)


@pytest.mark.parametrize("other", ["Ana", "m3", "llama", "secondcoder's friend", "M. Odel", "consensus"])
def test_other_names_are_free(other: str) -> None:
    assert not is_own_name(other)
