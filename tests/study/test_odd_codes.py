"""Codes with which something is wrong: no crash, no nonsense, a verdict that says what, and nothing suggested by default."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from secondcoder.errors import InputError, ModelError
from secondcoder.study.study import Study
from support.study_checks import CHEAP, recall_learning, train_remembering, write_csv

TRANSCRIPTS = ("ash", "birch", "cedar", "oak", "rowan", "yew")
TOPICS = {
    "told": ["explained", "meaning", "understood", "purpose", "sense"],
    "rest": ["tea", "bus", "rain", "monday", "dog", "weather", "garden", "shop"],
}
CODES = ("GOOD", "NEVER", "ONCE", "ALWAYS", "TWIN", "HOME")
LENGTH = 30
LEARNED: dict[str, Any] = {}


def _rows() -> Iterator[dict[str, str]]:
    """Six transcripts by one coder, and one that nobody coded."""
    for number, transcript in enumerate(TRANSCRIPTS):
        for at in range(LENGTH):
            yield _row(transcript, number, at, _codes(transcript, number, at), "anna")
    for at in range(LENGTH):
        yield _row("elder", 9, at, "", "")


def _row(transcript: str, number: int, at: int, codes: str, coder: str) -> dict[str, str]:
    return {"transcript": transcript, "order": str(at), "text": _text(number, at), "codes": codes, "coder": coder}


def _text(number: int, at: int) -> str:
    if at % 10 in {7, 8}:  # the same words twice, coded TWIN once
        return f"well it goes round again, number {at // 10}"
    words = TOPICS["told" if at % 5 == 0 else "rest"]
    return " ".join(words[(number + at * step) % len(words)] for step in (1, 2, 3)) + f" {number} {at}"


def _codes(transcript: str, number: int, at: int) -> str:
    carried = ["ALWAYS"]
    carried += ["GOOD"] * (at % 5 == 0) + ["TWIN"] * (at % 10 == 7)
    carried += ["ONCE"] * (number == 2 and at == 11) + ["HOME"] * (transcript == "oak" and at % 3 == 1)
    return "|".join(carried)


@pytest.fixture(scope="module")
def odd_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("odd")
    book = folder / "book.yml"
    codes = "".join(f"  - {{id: {code}, name: Code {code}, definition: about {code.lower()}}}\n" for code in CODES)
    book.write_text(f"id: odd\ntitle: Odd codes\ncodes:\n{codes}", encoding="utf-8")
    Study.create(folder / "study", book).close()
    (folder / "study" / "secondcoder.toml").write_text(CHEAP, encoding="utf-8")
    study = Study(folder / "study")
    study.import_files([write_csv(folder / "codes.csv", _rows())])
    LEARNED.update(train_remembering(study))
    study.close()
    return folder / "study"


@pytest.fixture
def odd(odd_folder: Path, open_copy: Callable[[Path], Study]) -> Study:
    return open_copy(odd_folder)


EXPECTED = {
    "GOOD": ("ready", "Average precision"),
    "NEVER": ("not learnable from these codes", "Nobody used it on the 180 passages"),
    "ONCE": ("needs more examples", "1 example in 1 transcript"),
    "ALWAYS": ("not learnable from these codes", "nothing tells it apart"),
    "TWIN": ("not learnable from these codes", "word-for-word twin"),
    "HOME": ("not learnable from these codes", "from one transcript"),
}


@pytest.mark.parametrize("code", CODES)
def test_the_verdict_says_what_is_wrong(odd, code):
    verdict, says = EXPECTED[code]
    found = odd.workspace().manifest["verdicts"][code]
    assert found["verdict"] == verdict
    assert says in found["reason"]
    assert found["withheld"] is (verdict == "not learnable from these codes")


def test_what_cannot_be_learned_is_not_suggested_unless_asked_for(odd):
    assert set(odd.workspace().withheld) == {"NEVER", "ALWAYS", "TWIN", "HOME"}
    assert set(odd.code().table["code"]) <= {"GOOD", "ONCE"}
    everything = odd.code(everything=True).table
    assert set(everything["code"]) == set(CODES)
    assert len(everything) == LENGTH * len(CODES)


def test_no_figure_is_nonsense(odd):
    table = odd.code(everything=True).table
    for column in ("probability", "rank_score", "threshold"):
        assert table[column].dropna().between(0, 1).all()
    good = table[table["code"] == "GOOD"]
    assert good["threshold"].between(0.01, 0.99).all()


def test_a_good_code_does_not_suffer_from_the_odd_ones(odd):
    table = odd.code().table
    found = set(table[table["code"] == "GOOD"]["segment"])
    assert found == set(range(0, LENGTH, 5))


def test_evaluation_says_which_codes_it_left_out(odd):
    report = odd.evaluate().to_json()
    json.dumps(report, allow_nan=False)
    assert {one["code"] for one in report["codes"] if one["scored"]} == {"GOOD", "TWIN", "HOME"} - {"HOME"}


def test_a_code_added_after_training_is_refused_until_trained_anew(odd, tmp_path):
    from secondcoder.exchange.importing import ImportOptions

    more = [_row("willow", 8, at, "GOOD|NEW" if at % 5 == 0 else "", "anna") for at in range(LENGTH)]
    odd.import_files([write_csv(tmp_path / "more.csv", more)], ImportOptions(add_codes=True))
    with pytest.raises(ModelError, match="secondcoder retrain"):
        odd.code()
    odd.train()
    found = odd.workspace().manifest["verdicts"]["NEW"]
    assert found["verdict"] == "needs more examples"  # six examples, all in one transcript, and not looked for before
    assert len(odd.code().table) > 0


def test_recall_leaves_out_what_is_withheld(odd):
    plan = odd.recall_plan(0.8)
    assert plan.codes == ("GOOD",)
    assert (plan.promised, plan.transcripts) == (True, 6)
    table = odd.code(recall=0.8).table
    scored = table[table["kind"] == "probability"]
    assert set(scored["code"]) == {"GOOD"}
    assert scored["probability"].min() >= plan.threshold - 1e-4  # with a single code, what any of the codes has
    assert set(odd.recall_plan(0.8, everything=True).codes) > {"GOOD"}


def test_a_recall_run_leaves_the_suggestions_of_the_version_as_they_are(odd):
    odd.code(recall=0.8)
    assert odd.status()["suggestions"] == 0
    assert odd.status()["next"].endswith("secondcoder code --out suggestions.xlsx")
    odd.code()
    before = odd.store.suggestions("m0001")
    odd.code(recall=0.99)
    assert odd.store.suggestions("m0001") == before != []
    assert not odd.check_audit().faults


@pytest.mark.parametrize("target", [0.0, 0.4, 1.0, 90.0])
def test_an_impossible_recall_is_refused(odd, target):
    with pytest.raises(InputError, match=r"between 0\.5 and 0\.99"):
        odd.code(recall=target)


def test_the_command_line_says_what_it_promises_and_what_it_withholds(odd, run_cli):
    odd.close()
    code, out, err = run_cli("-C", odd.folder, "code", "--recall", "0.8")
    assert code == 0
    assert out.startswith('"transcript"') or out.startswith("transcript")
    assert "Promised: in new transcripts that are like the 6 coded ones" in err
    assert "mean of the transcripts' shares" in err
    assert "share of all marks" in err
    assert "in the table alone" in err
    assert "of the passages" in err
    assert "of the words" in err
    assert "TWIN: " in err
    assert "--all shows them" in err
    assert run_cli("-C", odd.folder, "code", "--recall", "1.5")[0] == 2


def test_status_proposes_what_to_code_next(odd, run_cli):
    odd.close()
    code, out, _ = run_cli("-C", odd.folder, "status", "--next", "--json")
    assert code == 0
    to_code = json.loads(out)["to_code"]
    assert [one["transcript"] for one in to_code["transcripts"]] == ["elder"]
    assert to_code["transcripts"][0]["why"]
    assert "TWIN" not in json.dumps(to_code)  # short of examples, but more of the same would not help
    assert "to_code" not in json.loads(run_cli("-C", odd.folder, "status", "--json")[1])
    code, out, _ = run_cli("-C", odd.folder, "status", "--next")
    assert "1. elder" in out


def test_status_proposes_without_a_model_too(coded_study, run_cli):
    coded_study.close()
    code, out, _ = run_cli("-C", coded_study.folder, "status", "--next")
    assert code == 0
    assert "elder_gp" in out
    assert "unlike what is coded so far" in out


def test_training_prints_the_verdicts(odd, run_cli, monkeypatch):
    odd.close()
    recall_learning(monkeypatch, LEARNED)
    code, out, _ = run_cli("-C", odd.folder, "train")
    assert code == 0
    assert "Ready: GOOD." in out
    assert "  ALWAYS: All 180 passages" in out
