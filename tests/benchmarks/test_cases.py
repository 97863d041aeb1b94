"""The cases beside the checkout, by their right outcomes; skipped where they are absent."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

import pytest
from support.places import BENCHMARKS, SHARED

FOLDER = SHARED / "cases"
NAMES = sorted(path.parent.name for path in FOLDER.glob("*/OUTCOME.txt"))
# Wrong today: to be mended, and then to be taken off this list.
OPEN: dict[str, str] = {}

pytestmark = [
    pytest.mark.shared,
    pytest.mark.slow,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the cases do not lie beside this checkout"),
]


@pytest.fixture
def cases(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return import_module("cases")


def _marked(name: str) -> object:
    return pytest.param(name, marks=[pytest.mark.xfail(reason=OPEN[name], strict=True)] if name in OPEN else [])


@pytest.mark.parametrize("name", map(_marked, NAMES))
def test_a_case(cases: ModuleType, name: str) -> None:
    faults = cases.outcome(FOLDER / name, cases.CASES[name])
    assert not faults, "\n".join(faults)


def test_hostile_files(cases: ModuleType) -> None:
    wrong = {name: faults for name, faults in cases.outcomes(FOLDER, ("hostile/",)) if faults}
    assert not wrong, "\n".join(f"{name}: {faults}" for name, faults in wrong.items())
