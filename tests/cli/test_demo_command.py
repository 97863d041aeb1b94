"""`secondcoder demo` a second time: it says what is there, and computes nothing; `--open` opens it."""

from __future__ import annotations

from pathlib import Path

import pytest
from secondcoder.demo.demo_folder import FILES, SUMMARY, TITLE
from secondcoder.reports.page import page


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "my demo"
    (folder / FILES).mkdir(parents=True)
    (folder / SUMMARY).write_text(page(TITLE, []), encoding="utf-8")

    def refuse(*_: object) -> None:
        pytest.fail("it was computed again")

    monkeypatch.setattr("secondcoder.demo.demo.run_demo", refuse)
    return folder


def test_what_is_there_is_said_with_the_ways_on(made: Path, run_cli) -> None:
    code, out, said = run_cli("demo", made)
    assert (code, f"The demonstration is in {made} already." in said) == (0, True)
    for words in (str(made / SUMMARY), f"secondcoder -C '{made}' status", f"secondcoder demo '{made}' --open"):
        assert words in out


def test_open_opens_it(made: Path, run_cli, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[str] = []
    monkeypatch.setattr("secondcoder.cli.review_command.serve_study", served.append)
    assert run_cli("demo", made, "--open")[0] == 0
    assert served == [str(made)]


def test_a_demonstration_that_did_not_end_is_gone_on_with(made: Path, run_cli) -> None:
    (made / SUMMARY).unlink()
    with pytest.raises(pytest.fail.Exception, match="computed again"):
        run_cli("demo", made)
