"""A study with a language model on this machine: a real server that knows the codes, from training to coding without it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from secondcoder.configuration import ScorerSettings
from secondcoder.errors import ModelError
from secondcoder.scoring.chat_completions import ChatCompletionScorer
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from support.model_server import Reply, serving, weighs

Cli = Callable[..., tuple[int, str, str]]
SECTION = (
    '[learning]\nscorers = ["local"]\n[scorers.local]\ntype = "chat-completions"\nmodel = "small"\nurl = "{url}"\n'
)


def _set(study: Study, more: str) -> None:
    path = study.folder / CONFIGURATION
    plain = path.read_text(encoding="utf-8").partition("[learning]\nscorers")[0]
    path.write_text(plain + more, encoding="utf-8")


def _settings(study: Study, more: str = "") -> Study:
    _set(study, more)
    return Study(study.folder)


def _knowing(study: Study) -> Reply:
    """Says yes with .9 where people said so, and with .1 elsewhere."""
    workspace = study.workspace()
    data = workspace.training_data(workspace.corpus.coded_transcripts)
    names = [workspace.codebook[code].name for code in data.labels.codes]
    marked = {
        (segment.text, name)
        for segment, row in zip(data.segments, data.labels.y, strict=True)
        for name in np.array(names)[row].tolist()
    }

    def reply(body: dict[str, Any]) -> Any:
        told, _, passage = body["messages"][-1]["content"].partition("\n\nPassage\n")
        said = (passage.rpartition("\n\n")[0], told.removeprefix("Code\n").partition(":")[0]) in marked
        said = said or "no room at all" in passage
        return weighs(Yes=0.9 if said else 0.1, No=0.1 if said else 0.9)

    return reply


def test_from_training_to_coding_and_what_is_missing_is_named(coded_study: Study, tmp_path: Path, run_cli: Cli) -> None:
    said = ("It was like that. We had no room at all. Nobody asked.", "We had no room at all then.")
    new, newer = tmp_path / "new.txt", tmp_path / "newer.txt"
    for path, answer in zip((new, newer), said, strict=True):
        path.write_text(f"Interviewer: And then?\nP1: {answer}\n", encoding="utf-8")
    with serving(_knowing(coded_study)) as server:
        study = _settings(coded_study, SECTION.format(url=server.url))
        manifest = study.train()
        kept = manifest["scorers"]["chat-completions/1:small"]["kept"]
        assert kept
        how = ChatCompletionScorer(ScorerSettings(type="chat-completions", model="small")).how_asked
        assert manifest["scorers"]["chat-completions/1:small"]["asked"] == how
        study.code([new])
        before = study.code(everything=True).table
        asked = len(server.asked)
        # Not of a passage without one of its sentences, as evidence is found.
        passages = {prompt.partition("\n\nPassage\n")[2].rpartition("\n\n")[0] for prompt in server.prompts}
        assert said[0] in passages
        assert passages <= {one.text for one in study.workspace().segments(study.workspace().corpus.transcripts)}
        report = json.loads(run_cli("-C", study.folder, "evaluate", "--json")[1])
        assert set(report["scorers"]["chat-completions/1:small"]) == set(manifest["scored"])
        assert len(server.asked) == asked
        assert server.url not in json.dumps(manifest)
        study.close()
    assert f"used for {kept[0]}" in (study.folder / "models" / "m0001" / "card.md").read_text(encoding="utf-8")
    # The server is gone: what it said is known, and only of something new it would have to be asked.
    study = _settings(study, SECTION.format(url=server.url))
    assert study.code(everything=True).table.equals(before)
    study.close()
    code, _, error = run_cli("-C", study.folder, "code", newer)
    assert (code, "Start it and run the same command again" in error) == (1, True)
    bare = _settings(study)
    with pytest.raises(ModelError, match=r"Model m0001 cannot be used as it is.*'chat-completions/1:small'.*has none"):
        bare.code()
    # Its successor is compared with it by the answers that are kept.
    assert "scorers" not in bare.retrain(promote=True).manifest
    assert len(bare.code().table)
    bare.close()


def test_a_name_without_a_section_and_a_setting_that_is_misspelt(coded_study: Study, run_cli: Cli) -> None:
    _set(coded_study, SECTION.format(url="http://127.0.0.1:9/v1").replace('["local"]', '["locl"]'))
    error = run_cli("-C", coded_study.folder, "train")[2]
    assert "learning.scorers names 'locl', but there is no section [scorers.locl]. Did you mean 'local'?" in error
    _set(coded_study, SECTION.format(url="http://127.0.0.1:9/v1").replace("model =", "modle ="))
    assert (
        "setting 'scorers.local.modle' is not known. Did you mean 'model'?"
        in run_cli("-C", coded_study.folder, "train")[2]
    )


def test_another_machine_is_refused_before_anything_is_read(coded_study: Study, run_cli: Cli) -> None:
    _set(coded_study, SECTION.format(url="http://192.168.0.3/v1"))
    code, _, error = run_cli("-C", coded_study.folder, "train")
    assert (code, "Nothing was sent." in error) == (1, True)
