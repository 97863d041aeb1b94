"""A study tells what its cache keeps, and mends what is damaged in it."""

from __future__ import annotations

import json

from secondcoder.study.study import Study
from secondcoder.workspace import CACHE


def test_status_tells_what_is_kept_and_check_mends_it(trained_study: Study, run_cli) -> None:
    folder = trained_study.folder
    files = list((folder / CACHE).rglob("*.shard"))
    told = json.loads(run_cli("-C", folder, "status", "--json")[1])["cache"]
    (model,) = told["models"]
    assert (model["model"], model["width"], told["limit"]) == ("words@1", 64, 2 * 10**9)
    assert told["bytes"] == sum(file.stat().st_size for file in files)
    assert f"{model['entries']} by words@1" in run_cli("-C", folder, "status")[1]
    files[0].write_bytes(b"damaged")
    code, out, _ = run_cli("-C", folder, "check")
    assert code == 0
    assert "damaged" in out
    assert run_cli("-C", folder, "check")[1] == "No fault found.\n"


def test_a_removed_transcript_leaves_no_vector_behind(trained_study: Study) -> None:
    assert list((trained_study.folder / CACHE).rglob("*.shard"))
    trained_study.transcript_remove("ash_gp")
    assert not list((trained_study.folder / CACHE).rglob("*.shard"))
    assert trained_study.status()["cache"]["bytes"] == 0
