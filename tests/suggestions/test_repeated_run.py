"""A run over unchanged input: the suggestions of the run before it, as they would be computed again; anything else is computed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from secondcoder.learning import content_key
from secondcoder.store.transcript_changes import remove_transcript
from secondcoder.study.edit_transcript import TranscriptEdit
from secondcoder.study.study import Study
from secondcoder.suggestions import code as coding
from secondcoder.suggestions import repeated_run
from secondcoder.suggestions.repeated_run import run_key
from sqlalchemy import text
from support.study_checks import write_talks

pytestmark = pytest.mark.model


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """New interviews."""
    return write_talks(tmp_path, 4)


def _told(run: coding.CodingRun) -> tuple[object, ...]:
    return run.table.to_csv(), run.drift, run.withheld, run.missing, run.purpose, run.version, run.recall


def test_what_is_read_back_is_what_would_be_computed(trained_study, files, monkeypatch):
    first = trained_study.code(files)
    assert first.unchanged_since is None
    assert first.table["nearest_1"].any()
    assert first.table["carrying"].any()
    assert first.table["rank_score"].notna().any()
    before = trained_study.store.last_event("import")
    again = trained_study.code(files)
    assert _told(again) == _told(first)
    # Nothing was written but that the files were imported again.
    assert trained_study.store.last_event("import") == before
    last = trained_study.corpus.events("drift")[-1]
    assert again.unchanged_since == last["at"]
    monkeypatch.setattr(coding, "kept_run", lambda *of: None)
    anew = trained_study.code(files)
    assert anew.unchanged_since is None
    assert _told(anew) == _told(first)
    assert trained_study.corpus.events("drift")[-1]["detail"] == last["detail"]


def test_no_sentence_is_found_and_no_passage_scored_again(trained_study, files, monkeypatch):
    first = trained_study.code(files)
    monkeypatch.setattr(coding.Comparison, "add", None)
    monkeypatch.setattr("secondcoder.segments.sentence_pipelines._recogniser", None)
    assert trained_study.code(files).table.equals(first.table)


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".xlsx"])
def test_the_file_is_the_same_and_the_person_is_told(run_cli, trained_study, files, tmp_path, suffix):
    out = [tmp_path / f"{name}{suffix}" for name in ("first", "second")]
    ran = [run_cli("-C", trained_study.folder, "code", *files, "--out", path) for path in out]
    assert [code for code, *_ in ran] == [0, 0]
    at = trained_study.corpus.events("drift")[-1]["at"]
    line = f"Nothing changed since the run of {at[:10]} {at[11:16]} (UTC): these are its suggestions.\n"
    assert line not in ran[0][2]
    assert ran[1][2].replace(line, "").replace("second.", "first.") == ran[0][2]
    assert line in ran[1][2]
    if suffix == ".xlsx":  # a zip, in which the hour stands
        assert pd.read_excel(out[0]).equals(pd.read_excel(out[1]))
    else:
        assert out[0].read_bytes() == out[1].read_bytes()


def _set(section: str) -> Callable[[Study, pytest.MonkeyPatch], object]:
    def change(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
        path = study.folder / "secondcoder.toml"
        path.write_text(path.read_text(encoding="utf-8") + section, encoding="utf-8")

    return change


def _sql(statement: str) -> Callable[[Study, pytest.MonkeyPatch], None]:
    def change(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
        with study.store.transaction("somebody") as write:
            assert write.connection.execute(text(statement)).rowcount

    return change


def _exemplar_removed(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    """As by a secondcoder that left the models as they were."""
    name = study.workspace().load_model()[1].exemplars.places[0][0]
    with study.store.transaction("somebody") as write:
        remove_transcript(write, name)


CHANGES: dict[str, Callable[[Study, pytest.MonkeyPatch], object]] = {
    "segments": _set("[segments]\ntarget_words = 30\n"),
    "drift": _set("[drift]\nfalse_alarms = 0.1\n"),
    "library": lambda study, monkeypatch: monkeypatch.setattr(repeated_run, "installed", lambda name: "99"),
    "code": lambda study, monkeypatch: monkeypatch.setattr(content_key, "_code_of", lambda package: "other"),
    "turns": lambda study, monkeypatch: study.transcript_edit("talk 1", TranscriptEdit(renamed={"R": "Ada"})),
    "role": lambda study, monkeypatch: study.transcript_edit("talk 1", TranscriptEdit(role="nurse")),
    "exemplar": _exemplar_removed,
    "stored": _sql("UPDATE suggestions SET score = score + 0.0001"),
    "evidence": _sql("UPDATE suggestions SET evidence = replace(evidence, 'similarity\": 0', 'similarity\": 1')"),
    "taken away": _sql("DELETE FROM suggestions"),
    "all": lambda study, monkeypatch: study.code(named(study), everything=True),
    "as": lambda study, monkeypatch: study.code(named(study), as_coder="anna"),
    "others": lambda study, monkeypatch: study.code(),
    "version": lambda study, monkeypatch: study.train(),
    "removed": lambda study, monkeypatch: study.transcript_remove("talk 1"),
}


def named(study: Study) -> list[Path]:
    """The new interviews' files."""
    return sorted(study.folder.parent.rglob("talk *.txt"))


@pytest.mark.parametrize("what", CHANGES)
def test_whatever_changed_is_computed_anew(trained_study, files, monkeypatch, what):
    trained_study.code(files)
    assert trained_study.code(files).unchanged_since
    CHANGES[what](trained_study, monkeypatch)
    study = Study(trained_study.folder)
    changed = study.code(files)
    assert changed.unchanged_since is None
    monkeypatch.setattr(coding, "kept_run", lambda *of: None)
    assert study.code(files).table.equals(changed.table)
    study.close()


def test_a_key_says_what_computes_vectors_and_the_order_of_transcripts(trained_study, monkeypatch):
    workspace = trained_study.workspace()
    model, (first, second, *_) = workspace.load_model()[1], workspace.corpus.transcripts
    key = run_key(workspace, model, [first, second])
    assert key == run_key(trained_study.workspace(), model, [first, second])
    assert key != run_key(workspace, model, [first])
    for name in ("id", "sha256", "window"):
        with monkeypatch.context() as changed:
            changed.setitem(vars(workspace.pipeline), "embedder", _With(workspace.embedder, name))
            assert run_key(workspace, model, [first, second]) != key
    assert run_key(workspace, model, [first, second]) == key


class _With:
    """An embedder of which one thing is otherwise."""

    def __init__(self, inner: object, name: str) -> None:
        self._inner, self._name = inner, name

    def __getattr__(self, name: str) -> object:
        return "otherwise" if name == self._name else getattr(self._inner, name)


def test_what_other_models_say_is_asked_every_time(trained_study, files, monkeypatch):
    workspace = trained_study.workspace()
    model = workspace.load_model()[1]
    monkeypatch.setitem(vars(workspace), "manifest", {**workspace.manifest, "scorers": {"large": {"kept": ["CO"]}}})
    assert run_key(workspace, model, workspace.corpus.transcripts) is None
