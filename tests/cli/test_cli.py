"""The command line: what it offers, where it prints, how it ends, and what it loads."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import click
import pytest
from secondcoder.cli import COMMANDS, main
from secondcoder.codebook.yaml_file import load_codebook
from secondcoder.study.study import Study
from support.places import ROOT
from support.study_checks import CHEAP, CODED, TALK, UNCODED, everything, write_csv

HEAVY = {"torch", "spacy", "pandas", "sqlalchemy", "numpy", "sklearn", "transformers", "pydantic", "alembic"}
BRIEF = 'import sys; sys.argv = ["secondcoder", *sys.argv[1:]]\nfrom secondcoder.cli import main\n'
LOADED = "\nfinally:\n    print('LOADED', *sorted({name.partition('.')[0] for name in sys.modules}))"


def command_named(name: str) -> click.Command:
    command = import_module(f"secondcoder.cli.{name}_command").command
    assert isinstance(command, click.Command)
    return command


def in_fresh_python(code: str, *arguments: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str, run_cli) -> None:
    code, out, _ = run_cli(name, "--help")
    assert code == 0
    assert command_named(name).help
    assert "Usage: secondcoder " + name in out
    for one in command_named(name).params:
        assert isinstance(one, click.Argument) or one.help, f"{name} {one.name} has no help"


def test_every_command_module_is_listed() -> None:
    folder = Path(import_module("secondcoder.cli").__file__ or "").parent
    assert {path.stem.removesuffix("_command") for path in folder.glob("*_command.py")} == set(COMMANDS)


def test_the_command_list_is_the_help(run_cli) -> None:
    code, out, _ = run_cli("--help")
    assert code == 0
    listed = [line.split()[0] for line in out.partition("Commands:")[2].splitlines() if line[2:3].strip()]
    assert [one for one in listed if one in COMMANDS] == list(COMMANDS)


@pytest.mark.parametrize("name", ["import", "export"])
def test_a_grouped_help_shows_each_option_once_and_fits_a_terminal(name: str, run_cli, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERMINAL_WIDTH", "80")
    out = run_cli(name, "--help")[1]
    command = command_named(name)
    options = [each.opts[-1] for each in command.params if isinstance(each, click.Option)]
    listed = out[out.index(f"\n{next(iter(command.groups))}:\n") :]
    shown = re.findall(r"^  (?:-\w, )?(--[\w-]+)", listed, re.MULTILINE)
    assert sorted(shown) == sorted([*options, "--help"])
    assert max(map(len, out.splitlines())) <= 80


def test_the_version_is_the_package_s(run_cli) -> None:
    import secondcoder

    assert run_cli("--version")[1] == f"secondcoder, version {secondcoder.__version__}\n"


@pytest.mark.parametrize("arguments", [["--help"], ["import", "--help"], ["code", "--help"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    *_, last = in_fresh_python(f"{BRIEF}try:\n    main(){LOADED}", *arguments, "-h")
    loaded = set(last.removeprefix("LOADED ").split())
    assert "click" in loaded
    assert not loaded & HEAVY


@pytest.mark.parametrize(
    "what", ["secondcoder", "secondcoder.cli", "secondcoder.study.study", "secondcoder.exchange.importing"]
)
def test_importing_loads_neither_torch_nor_spacy(what: str) -> None:
    (last,) = in_fresh_python(f"import sys\ntry:\n    import {what}{LOADED}")
    assert not set(last.split()) & {"torch", "spacy", "transformers", "sentence_transformers"}


def test_the_review_starts_without_what_only_training_needs() -> None:
    (last,) = in_fresh_python(f"import sys\ntry:\n    import secondcoder.review.serving{LOADED}")
    assert not set(last.split()) & {"torch", "spacy", "pandas", "scipy", "sklearn", "openvino"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["improt"], "There is no command 'improt'. Did you mean 'import'?"),
        (["xyzzy"], "There is no command 'xyzzy'."),
        (["import"], "PATH"),
        (["import", "--manifest", "nowhere.csv", "x.txt"], "nowhere.csv"),
        (["import", "--codr", "anna", "x.txt"], "--coder"),
        (["evaluate", "--by", "segment"], "'segment' is not one of"),
        (["codebook", "shwo"], "shwo"),
        (["init"], "DIR"),
        (["status", "--jsn"], "--json"),
        (["-C"], "-C"),
    ],
)
def test_wrong_usage_ends_with_2_and_a_hint(arguments: list[str], message: str, run_cli) -> None:
    code, out, said = run_cli(*arguments)
    assert (code, out) == (2, "")
    assert message in said


def test_init_makes_a_study_that_says_what_comes_next(run_cli, tmp_path: Path) -> None:
    code, out, said = run_cli("init", tmp_path / "new", "--codebook", "npt-core")
    assert (code, out) == (0, "")
    assert "npt-core" in said
    assert "import" in said
    assert run_cli("-C", tmp_path / "new", "status")[0] == 0


def test_init_with_an_unknown_codebook_ends_with_1(run_cli, tmp_path: Path) -> None:
    code, _, said = run_cli("init", tmp_path / "new", "--codebook", "ntp")
    assert (code, (tmp_path / "new").exists()) == (1, False)
    assert "Did you mean 'npt'?" in said


def test_import_shows_who_asks_and_counts(empty_study: Study, run_cli) -> None:
    code, out, said = run_cli("-C", empty_study.folder, "import", TALK)
    assert code == 0
    assert all(name in out for name in (*CODED, UNCODED))
    assert "I*" in out
    assert "Imported 7 transcripts and 39 codings by anna, ben." in said
    assert "nothing" not in out


def test_import_takes_its_options(empty_study: Study, run_cli, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("Q: How was it?\nA: Well.\nQ: And then?\nA: Fine.\n")
    options = ["--case", "Ash", "--wave", "late", "--role", "GP", "--participant", "P1", "--interviewer", "Q"]
    assert run_cli("-C", empty_study.folder, "import", tmp_path / "one.txt", *options)[0] == 0
    (one,) = empty_study.store.transcripts()
    assert (one.case, one.wave, one.role, one.participant) == ("Ash", "late", "GP", "P1")
    assert [turn.role for turn in one.turns] == ["interviewer", "participant"] * 2


def test_import_takes_coder_and_new_codes(coded_study: Study, run_cli, tmp_path: Path) -> None:
    table = write_csv(tmp_path / "codes.csv", [{"transcript": "new", "text": "Hm.", "codes": "Doubt"}])
    assert run_cli("-C", coded_study.folder, "import", table)[0] == 1
    code, _, said = run_cli("-C", coded_study.folder, "import", table, "--add-codes", "--coder", "cleo")
    assert code == 0
    assert "added 1 code " in said
    assert [(one.code, one.coder) for one in coded_study.corpus.codings if one.transcript == "new"] == [
        ("Doubt", "cleo")
    ]


@pytest.mark.usefixtures("quick_training")
def test_status_and_train_as_json(coded_study: Study, run_cli) -> None:
    code, out, _ = run_cli("-C", coded_study.folder, "status", "--json")
    assert (code, json.loads(out)["transcripts"]) == (0, 7)
    code, out, _ = run_cli("-C", coded_study.folder, "train", "--json")
    assert (code, json.loads(out)["version"]) == (0, "m0001")
    assert json.loads(run_cli("-C", coded_study.folder, "status", "--json")[1])["model"] == "m0001"


def test_evaluate_gives_its_figures_as_json_and_as_a_table(
    coded_study: Study, run_cli, capsys: pytest.CaptureFixture[str]
) -> None:
    (coded_study.folder / "secondcoder.toml").write_text(CHEAP + "[learning]\nfolds = 3\nbootstrap = 100\n")
    code, out, _ = run_cli("-C", coded_study.folder, "evaluate", "--json", "--by", "transcript")
    report = json.loads(out)
    assert code == 0
    assert {"macro_f1", "micro_f1", "macro_ap", "pooled_kappa", "n_segments", "n_transcripts", "codes"} <= report.keys()
    assert (report["n_transcripts"], report["grouped_by"]) == (6, "transcript")
    assert "NaN" not in out
    import_module("secondcoder.cli.evaluate_command")._print(report)
    out, said = capsys.readouterr()
    assert "average precision" in out
    assert "held out by transcript" in said


@pytest.mark.model
def test_code_prints_a_table_or_writes_it(trained_study: Study, run_cli, tmp_path: Path) -> None:
    code, out, said = run_cli("-C", trained_study.folder, "code")
    assert code == 0
    assert out.startswith('"transcript",')
    assert "by model m0001" in said
    code, nothing, said = run_cli("-C", trained_study.folder, "code", "--out", tmp_path / "out.csv")
    assert (code, nothing) == (0, "")
    assert (tmp_path / "out.csv").read_text(encoding="utf-8-sig") == out
    assert "Written to" in said


def test_export_and_import_agree(coded_study: Study, run_cli, tmp_path: Path) -> None:
    assert run_cli("-C", coded_study.folder, "export", "--out", tmp_path / "out.xlsx")[0] == 0
    before = coded_study.corpus.codings, coded_study.corpus.passes
    assert run_cli("-C", coded_study.folder, "import", tmp_path / "out.xlsx")[0] == 0
    assert (coded_study.corpus.codings, coded_study.corpus.passes) == before


def test_check_ends_with_0_or_1(coded_study: Study, run_cli) -> None:
    assert run_cli("-C", coded_study.folder, "check") == (0, "No fault found.\n", "")
    (coded_study.folder / "codebook.yml").write_text("")
    code, out, said = run_cli("-C", coded_study.folder, "check")
    assert (code, said) == (1, "1 fault found.\n")
    assert out.startswith("- codebook.yml: not a codebook")


def test_codebook_shows_the_whole_one_code_or_a_shipped_one(empty_study: Study, run_cli) -> None:
    show = ("-C", empty_study.folder, "codebook", "show")
    assert all(one in run_cli(*show)[1] for one in load_codebook("npt-core").ids)
    assert "Does not count:" in run_cli(*show, "coherence")[1]
    assert "CP.ENR" in run_cli(*show, "npt")[1]
    code, _, said = run_cli(*show, "Coherense")
    assert (code, "Did you mean 'Coherence'?" in said) == (1, True)


@pytest.mark.parametrize("suffix", ["yml", "csv", "xlsx", "CSV", "pdf"])
def test_codebook_export_goes_by_suffix(empty_study: Study, run_cli, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out.{suffix}"
    code, _, said = run_cli("-C", empty_study.folder, "codebook", "export", path)
    assert (code, path.exists()) == ((1, False) if suffix == "pdf" else (0, True))
    if suffix == "yml":
        assert load_codebook(path) == empty_study.codebook
    assert said


def test_codebook_check_and_import(empty_study: Study, run_cli, tmp_path: Path) -> None:
    own = tmp_path / "own.yml"
    own.write_text("id: own\ntitle: Ours\ncodes: [{id: A, name: Aa}]\n")
    code, out, _ = run_cli("-C", empty_study.folder, "codebook", "check", own)
    assert (code, "1 code, no fault" in out, "Without a definition" in out) == (0, True, True)
    assert run_cli("-C", empty_study.folder, "codebook", "import", own)[0] == 0
    own.write_text("id: own\ntitle: Ours\ncodes: [{id: A, nam: Aa}]\n")
    before = everything(empty_study.folder)
    code, _, said = run_cli("-C", empty_study.folder, "codebook", "import", own)
    assert (code, "code A, nam" in said, "Did you mean 'name'?" in said) == (1, True, True)
    assert everything(empty_study.folder) == before


def test_settings_of_a_new_study_are_the_shipped_ones(run_cli, tmp_path: Path) -> None:
    run_cli("init", tmp_path / "new", "--codebook", "none")
    shipped = tomllib.loads((ROOT / "configs" / "default.toml").read_text(encoding="utf-8"))
    assert tomllib.loads((tmp_path / "new" / "secondcoder.toml").read_text(encoding="utf-8")) == shipped


def test_a_bug_where_no_study_is_needed_is_not_called_damage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("secondcoder.demo.demo.run_demo", fails)
    monkeypatch.setattr(sys, "argv", ["secondcoder", "demo"])
    with pytest.raises(ZeroDivisionError):
        main()
