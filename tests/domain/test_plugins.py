"""Parts by name: the shipped ones and those of other packages, and one clear error for each fault of a package."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from secondcoder.configuration import load_configuration
from secondcoder.embedding import open_embedder
from secondcoder.errors import ModelError, PluginError, StudyError
from secondcoder.learning.classifier import new_classifier
from secondcoder.segments.segmenter import new_segmenter
from support.installed import install_module

SEGMENTS = load_configuration().segments
pytestmark = pytest.mark.usefixtures("plug_ins_end")


def _package(
    patch: pytest.MonkeyPatch, site: Path, content: str, entries: Mapping[str, str], name: str = "extra-parts"
) -> None:
    install_module(patch, site, content, "segmenters", entries, name)


def _segmenter(name: str) -> object:
    return new_segmenter(SEGMENTS.model_copy(update={"segmenter": name}))


def test_the_defaults_are_the_shipped_parts() -> None:
    settings = load_configuration()
    assert type(new_segmenter(settings.segments)).__name__ == "MeaningUnitSegmenter"
    assert type(new_classifier(settings.learning.classifier, 5, 0)).__name__ == "StackedKernelClassifier"
    assert type(open_embedder(settings.embedding)).__name__ == "OpenVinoMeanEmbedder"


def test_a_part_that_nobody_provides_is_named_with_the_nearest_one() -> None:
    with pytest.raises(
        StudyError, match=r"learning\.classifier is 'stacked-kernel', .* Did you mean 'stacked-kernels'\?"
    ):
        new_classifier("stacked-kernel", 5, 0)
    with pytest.raises(StudyError, match=r"segments\.segmenter is 'x', .* Known: meaning-units\."):
        _segmenter("x")


def test_a_package_that_cannot_be_imported_is_named_and_harms_only_who_asks_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _package(monkeypatch, tmp_path / "site", "import no_such_library\n", {"broken": "outside:Segmenter"})
    assert _segmenter("meaning-units")
    assert "outside" not in sys.modules
    with pytest.raises(PluginError, match=r"'broken' of extra-parts 1\.0 .*ModuleNotFoundError: .*no_such_library"):
        _segmenter("broken")


def test_an_entry_point_that_leads_nowhere_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _package(monkeypatch, tmp_path / "site", "", {"absent": "outside:Segmenter"})
    with pytest.raises(PluginError, match=r"'absent' of extra-parts 1\.0 .*AttributeError"):
        _segmenter("absent")


def test_a_name_that_is_taken_is_refused_whoever_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = "class Segmenter:\n    def __init__(self, settings): ...\n"
    names = {"meaning-units": "outside:Segmenter", "twice": "outside:Segmenter"}
    _package(monkeypatch, tmp_path / "one", content, names, "one-package")
    _package(monkeypatch, tmp_path / "two", content, {"twice": "outside:Segmenter"}, "two-package")
    with pytest.raises(PluginError, match=r"secondcoder itself; .*'meaning-units' of one-package"):
        _segmenter("meaning-units")
    with pytest.raises(PluginError, match=r"of one-package 1\.0.*of two-package 1\.0"):
        _segmenter("twice")


def test_a_part_that_lacks_a_method_is_refused_before_it_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = "class Segmenter:\n    def __init__(self, settings): ...\n    def segment(self, transcript): return []\n"
    _package(monkeypatch, tmp_path / "site", content, {"mute": "outside:Segmenter"})
    with pytest.raises(
        PluginError, match=r"segments\.segmenter is 'mute', .* no complete segmenter: it has no describe\."
    ):
        _segmenter("mute")


def test_an_embedder_that_is_no_name_is_a_folder(tmp_path: Path) -> None:
    settings = load_configuration().embedding.model_copy(update={"model": str(tmp_path / "not-there")})
    with pytest.raises(ModelError, match="no installed embedder, no folder on this machine"):
        open_embedder(settings)
