"""A coefficient from an outside package that is at fault: one clear error. That it works: tests/outside_package."""

from __future__ import annotations

from pathlib import Path

import pytest
from secondcoder.agreement import coefficients
from secondcoder.errors import PluginError
from support.installed import OUTSIDE, install_module

YULE = (OUTSIDE / "outside_parts" / "yule.py").read_text(encoding="utf-8")
pytestmark = pytest.mark.usefixtures("plug_ins_end")


@pytest.mark.parametrize(
    ("content", "value", "fault"),
    [
        (YULE, "outside:yule_y", "is function and not Coefficient"),
        (YULE, "secondcoder.agreement.coefficients.registry:_SHIPPED", "is tuple and not Coefficient"),
        (YULE.replace('"yule_y"', '"cohen_kappa"'), "outside:YULE_Y", "is called 'cohen_kappa', a name that is taken"),
    ],
)
def test_an_entry_point_that_brings_none_or_one_of_a_known_name_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, value: str, fault: str
) -> None:
    install_module(monkeypatch, tmp_path / "site", content, "agreement_coefficients", {"yule": value})
    with pytest.raises(PluginError, match=fault):
        coefficients()
