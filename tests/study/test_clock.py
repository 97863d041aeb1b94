"""A clock that is wrong, or is put back: the order of what happened is that of the trail, and nothing ends in an error."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from secondcoder.codebook.plan import NamedSteps
from secondcoder.exchange.importing import ImportOptions
from secondcoder.study import backup
from secondcoder.study.edit_transcript import TranscriptEdit
from secondcoder.study.study import Study
from support.study_checks import CHEAP, TALK, write_csv

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def backwards() -> Iterator[datetime]:
    return (datetime(2026, 5, 1, tzinfo=UTC) - timedelta(days=n) for n in count())


@pytest.fixture(params=["1970", "an hour back with each look"])
def odd_clock(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    times = backwards()

    class Odd(datetime):
        @classmethod
        def now(cls, tz=None):  # type: ignore[no-untyped-def, override]
            return (EPOCH if request.param == "1970" else next(times)).astimezone(tz)

    for place in ("store.row_writer", "store.folder_lock", "study.backup"):
        monkeypatch.setattr(f"secondcoder.{place}.datetime", Odd)


@pytest.mark.usefixtures("odd_clock")
def test_every_verb_works_and_the_last_word_counts(tmp_path: Path, run_cli) -> None:
    folder = tmp_path / "study"
    Study.create(folder, "npt-core").close()
    (folder / "secondcoder.toml").write_text(CHEAP, encoding="utf-8")
    study = Study(folder)
    study.import_files([TALK])
    rows = [{"transcript": "new", "order": 0, "text": "It went on.", "codes": "Length", "coder": "anna"}]
    study.import_files([write_csv(tmp_path / "more.csv", rows)], ImportOptions(add_codes=True))
    for wave in ("second", "third", "fourth"):
        study.transcript_edit("ash_gp", TranscriptEdit(wave=wave))
    for old, new in (("Length", "Long"), ("Long", "Longer")):
        edited = tmp_path / f"{new}.yml"
        text = (folder / "codebook.yml").read_text(encoding="utf-8").replace(f"id: {old}\n", f"id: {new}\n")
        edited.write_text(text, encoding="utf-8")
        study.codebook_change(study.codebook_plan(edited, NamedSteps(rename={old: new})), edited)
    study.train()
    study.code()
    assert study.corpus.by_id["ash_gp"].wave == "fourth"
    assert [coding.code for coding in study.corpus.codings if coding.transcript == "new"] == ["Longer"]
    assert "study made" in [event["what"] for event in study.store.events()][:2]
    study.back_up(tmp_path / "copy.zip")
    study.close()
    for arguments in (
        ("status",),
        ("codebook", "history"),
        ("export", "--audit", tmp_path / "audit.csv"),
        ("check", "--audit"),
    ):
        code, _, err = run_cli("-C", folder, *arguments)
        assert code == 0, err


def test_a_file_from_before_zips_goes_into_one(coded_study: Study, tmp_path: Path) -> None:
    """Its time is earlier than a zip can say."""
    import os

    os.utime(coded_study.folder / "codebook.yml", (0, 0))
    assert backup.back_up(coded_study, tmp_path / "copy.zip").path.is_file()
