"""A model version that learned from an interview which is gone: its files go, its record stays, nothing uses it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from secondcoder.errors import ModelError
from secondcoder.study.purge_models import purge_models
from secondcoder.study.study import Study
from support.study_checks import CODED, UNCODED

WHY = "an interview was withdrawn"


def purge(study: Study, *transcripts: str) -> tuple[str, ...]:
    with study.alone("purge") as workspace:
        return purge_models(workspace, study.store, transcripts, WHY)


def faults(study: Study) -> list[str]:
    return [*study.check(study.folder), *map(str, study.check_audit().faults)]


def test_what_was_learned_is_gone_and_the_record_stays(trained_study: Study) -> None:
    version = trained_study.model_in_use
    manifest = trained_study.corpus.manifests[version]
    assert purge(trained_study, CODED[0]) == (version,)
    folder = trained_study.folder / "models" / version
    assert {path.name for path in folder.iterdir()} == {"manifest.json", "card.md", "card.html"}
    assert trained_study.corpus.manifests[version] == manifest
    assert trained_study.corpus.purged[version]["files"]["arrays.npz"] == manifest["files"]["arrays.npz"]
    assert trained_study.model_in_use is None
    row = trained_study.models()[0]
    assert (row["version"], row["in_use"], row["purged"]) == (version, False, WHY)
    assert trained_study.model_card(version).read_text(encoding="utf-8").startswith(f"# Model {version}")
    assert not (trained_study.folder / ".cache").exists()
    assert faults(trained_study) == []


def test_a_purged_version_is_used_by_nothing_and_the_next_takes_another_name(
    trained_study: Study, quick_training: None
) -> None:
    version = trained_study.model_in_use
    purge(trained_study, CODED[0])
    with pytest.raises(ModelError, match=f"{version} can be used no more.*withdrawn.*secondcoder train"):
        trained_study.models_use(version)
    for verb in (trained_study.code, trained_study.retrain):
        with pytest.raises(ModelError, match="secondcoder train"):
            verb()
    assert trained_study.train()["version"] != version
    assert trained_study.code().version == trained_study.model_in_use
    assert faults(trained_study) == []


def test_a_version_that_learned_from_others_stays(trained_study: Study) -> None:
    assert purge(trained_study, UNCODED) == ()
    assert trained_study.code().version == trained_study.model_in_use


def test_what_a_stop_left_is_named_and_goes_with_the_next_purge(trained_study: Study) -> None:
    version = trained_study.model_in_use
    arrays = trained_study.folder / "models" / version / "arrays.npz"
    content = arrays.read_bytes()
    purge(trained_study, CODED[0])
    arrays.write_bytes(content)  # as where the power went between the record and the files
    stray = trained_study.folder / "models" / "m0077"
    stray.mkdir()
    (stray / "arrays.npz").write_bytes(content)
    assert any(f"{version} was purged" in fault and "arrays.npz" in fault for fault in faults(trained_study))
    purge(trained_study)
    assert (arrays.exists(), stray.exists()) == (False, False)
    assert faults(trained_study) == []


def test_a_link_in_place_of_a_folder_is_not_followed(trained_study: Study, tmp_path: Path) -> None:
    version = trained_study.model_in_use
    folder, elsewhere = trained_study.folder / "models" / version, tmp_path / "elsewhere"
    folder.rename(elsewhere)
    folder.symlink_to(elsewhere, target_is_directory=True)
    purge(trained_study, CODED[0])
    assert (elsewhere / "arrays.npz").is_file()
    assert not folder.is_symlink()


def test_the_list_says_which_are_purged(trained_study: Study, run_cli: Callable[..., Any]) -> None:
    (version,) = purge(trained_study, CODED[0])
    status, out, messages = run_cli("-C", trained_study.folder, "models", "list")
    assert (status, f"{version} (purged)" in out) == (0, True)
    assert WHY in messages
    assert "No version is in use. Train one" in messages
