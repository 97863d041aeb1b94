"""A package beside secondcoder adds a part of each kind, one file a part, and a study uses them from import to agreement."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from secondcoder.agreement import measure
from secondcoder.domain.records import Coding
from secondcoder.errors import InputError, ModelError
from secondcoder.exchange.importing import ImportOptions
from secondcoder.model_store.folder import read_folder
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from support.agreement_checks import yes_no
from support.installed import install_folder
from support.transcript_checks import INTERVIEWER, PARTICIPANT, read_content, roles, spoken_turns, times

SETTINGS = """
[embedding]
model = "letters"
[segments]
segmenter = "whole-turns"
[learning]
classifier = "logistic"
"""
SCORERS = """
[embedding]
model = "words"
[learning]
scorers = ["words"]
[scorers.words]
type = "shared-words"
model = "plain"
"""
ANSWER = "We have no room and no computer. It is a corridor. " * 12
CAPTIONS = """1
00:00:01,000 --> 00:00:03,500
Interviewer 1: How was it?

2
00:00:03,500 --> 00:00:06,000
Participant: <i>Long,</i>

3
00:00:06,000 --> 00:00:08,000
and cold.

4
00:00:08,000 --> 00:00:09,250
Interviewer 1: And then?
"""
Cli = Callable[..., tuple[int, str, str]]
TALK = f"Interviewer: How is it going?\nP1: {ANSWER}\nInterviewer: And her?\nP1: She explained what it is for.\n"


@pytest.fixture(autouse=True)
def _outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plug_ins_end: None) -> None:
    install_folder(monkeypatch, tmp_path / "site")


@pytest.fixture
def study(coded_study: Study) -> Iterator[Study]:
    """The small coded study, to be learned with the parts from outside."""
    (coded_study.folder / CONFIGURATION).write_text(SETTINGS, encoding="utf-8")
    study = Study(coded_study.folder)
    yield study
    study.close()


def _reopened(study: Study, settings: str = SETTINGS) -> Study:
    (study.folder / CONFIGURATION).write_text(settings, encoding="utf-8")
    return Study(study.folder)


def test_a_study_trains_and_codes_with_parts_from_outside_and_its_methods_name_them(
    study: Study, tmp_path: Path
) -> None:
    manifest = study.train()
    assert (manifest["classifier"], manifest["embedder"]["id"]) == ("logistic/1", "letters@1")
    assert (manifest["recipe"]["learning"]["classifier"], manifest["recipe"]["segments"]["segmenter"]) == (
        "logistic",
        "whole-turns",
    )
    assert manifest["scored"]
    arrays = read_folder(study.folder / "models", "m0001")[1]["arrays.npz"]
    assert b"classifier.weights" in arrays
    assert b"classifier.told" not in arrays
    path = tmp_path / "new.txt"
    path.write_text(TALK, encoding="utf-8")
    table = study.code([path], everything=True).table
    assert sorted(set(table["text"])) == sorted([ANSWER.strip(), "She explained what it is for."])
    text = study.export_methods()
    for sentence in (
        "hashed counts of letter triples",
        "Every answer was one segment",
        "logistic regression was fitted for each code",
    ):
        assert sentence in text
    assert "kernel" not in text
    assert "n-gram" not in text


def test_what_was_learned_with_them_loads_again_and_is_evaluated(study: Study) -> None:
    study.train()
    before = study.code(everything=True).table
    again = _reopened(study)
    assert again.code(everything=True).table.equals(before)
    assert 0.1 < again.evaluate().to_json()["macro_ap"] <= 1
    again.close()


def test_another_classifier_in_the_settings_is_a_change_and_the_same_one_is_not(study: Study) -> None:
    study.train()
    with pytest.raises(InputError, match="Nothing has changed"):
        study.retrain()
    shipped = _reopened(study, SETTINGS.replace('"logistic"', '"stacked-kernels"'))
    assert shipped.retrain(promote=True).manifest["classifier"] == "stacked-kernels/1"
    assert "kernel ridge" in shipped.export_methods()
    shipped.close()


def test_without_the_package_the_model_says_which_classifier_it_needs(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    (study.folder / CONFIGURATION).write_text(SETTINGS.replace('"letters"', '"words"'), encoding="utf-8")
    study = Study(study.folder)
    study.train()
    study.close()
    monkeypatch.setattr("secondcoder.domain.plugins.entry_points", lambda group: ())
    bare = _reopened(study, '[embedding]\nmodel = "words"\n')
    with pytest.raises(
        ModelError, match=r"classifier 'logistic', which cannot be used: .*no installed package provides"
    ):
        bare.workspace().load_model()
    bare.close()


def test_a_model_of_another_layout_is_refused(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    study.train()
    from outside_parts.logistic import LogisticClassifier

    monkeypatch.setattr(LogisticClassifier, "format", "logistic/2")
    with pytest.raises(ModelError, match="learned by classifier 'logistic/1'; the one installed reads 'logistic/2'"):
        study.workspace().load_model()


def test_a_scorer_is_asked_and_its_answers_are_kept(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    study = _reopened(study, SCORERS)
    manifest = study.train()
    assert manifest["recipe"]["scorers"] == {"words": {"type": "shared-words", "model": "plain"}}
    (scorer,) = manifest["scorers"].values()
    assert set(scorer["kept"]) <= set(manifest["scored"])
    assert "answers of scorer shared-words/1:plain" in (study.folder / "models" / "m0001" / "card.md").read_text()
    assert "Words in common with the definition were counted." in study.export_methods()
    study.close()
    from outside_parts.shared_words import SharedWordsScorer

    monkeypatch.setattr(SharedWordsScorer, "probabilities", lambda *_: pytest.fail("asked again"))
    again = _reopened(study, SCORERS)
    assert set(again.evaluate().to_json()["scorers"]) == {"shared-words/1:plain"}
    again.close()


def test_two_embedders_are_two_views_and_the_model_names_both(study: Study) -> None:
    two = '[embedding]\nmodel = "words"\nsecond = "letters"\n'
    study = _reopened(study, two)
    manifest = study.train()
    assert (manifest["embedder"]["id"], manifest["embedder"]["width"]) == ("words@1 + letters@1", 64 + 128)
    before = study.code(everything=True).table
    for sentence in ("hashed counts of letter triples", "two views of each text", "Three kernel ridge regressions"):
        assert sentence in study.export_methods()
    study.close()
    again = _reopened(study, two)
    assert again.code(everything=True).table.equals(before)
    again.close()
    one = _reopened(study, '[embedding]\nmodel = "words"\n')
    with pytest.raises(ModelError, match=r"vectors of words@1 \+ letters@1 .*the configuration names words@1"):
        one.code()
    one.close()


def test_on_the_command_line(study: Study, run_cli: Cli) -> None:
    code, _, error = run_cli("-C", study.folder, "train")
    assert (code, error.count("Traceback")) == (0, 0)


def test_a_transcript_format_is_found_by_content_with_speakers_times_and_interviewer(tmp_path: Path) -> None:
    transcript = read_content(tmp_path, CAPTIONS, "p01.srt")
    assert spoken_turns(transcript) == [
        ("Interviewer 1", "How was it?"), ("Participant", "Long, and cold."), ("Interviewer 1", "And then?"),
    ]  # fmt: skip
    assert times(transcript) == [(1.0, 3.5), (3.5, 8.0), (8.0, 9.25)]
    assert roles(transcript) == {"Interviewer 1": INTERVIEWER, "Participant": PARTICIPANT}
    assert read_content(tmp_path, CAPTIONS, "named_otherwise.txt").format == "SubRip"


def test_import_takes_its_transcripts(empty_study: Study, tmp_path: Path, run_cli: Cli) -> None:
    path = tmp_path / "p01.srt"
    path.write_text(CAPTIONS, encoding="utf-8")
    code, out, _ = run_cli("-C", empty_study.folder, "import", path)
    assert code == 0
    assert out.split()[-5:] == ["SubRip", "3", "Interviewer", "1*,", "Participant"]
    path.write_text(CAPTIONS.replace("00:00:06,000 --> ", "00:00:0x,000 --> "), encoding="utf-8")
    with pytest.raises(InputError, match=r"p01\.srt line 10: '00:00:0x,000' is not a time"):
        empty_study.import_files([path])


def test_a_coding_format_is_exported_imported_and_adds_codes(coded_study: Study, tmp_path: Path, run_cli: Cli) -> None:
    out = tmp_path / "codings.csv"
    codings = coded_study.store.codings()
    assert run_cli("-C", coded_study.folder, "export", "--format", "csv-long", "--out", out)[:2] == (0, "")
    assert len(out.read_text().splitlines()) == 1 + len(codings)
    assert run_cli("-C", coded_study.folder, "export", "--format", "csv-long")[1] == out.read_text()
    imported = coded_study.import_files([out])
    assert (imported.codings, imported.notes) == ([], ["codings.csv: read as CSV-long"])
    more = tmp_path / "more.txt"  # by its content: the name says plain text
    more.write_text(out.read_text().replace(",CO,", ",Courage,", 1))
    with pytest.raises(InputError, match=r"more\.txt line \d+: label 'Courage' is not in the codebook"):
        coded_study.import_files([more])
    imported = coded_study.import_files([more], ImportOptions(add_codes=True))
    assert (imported.added_codes, len(imported.codings)) == (["Courage"], 1)


def test_what_a_coding_format_does_not_say_was_looked_for_stays_unknown(empty_study: Study, tmp_path: Path) -> None:
    (tmp_path / "p01.srt").write_text(CAPTIONS, encoding="utf-8")
    (tmp_path / "codings.csv").write_text("document,from,to,label,rater,origin\np01,42,57,CO,ana,independent\n")
    empty_study.import_files([tmp_path / "codings.csv", tmp_path / "p01.srt"])
    assert empty_study.store.codings() == [Coding("p01", 42, 57, "CO", "ana")]
    assert empty_study.store.passes() == []


@pytest.mark.parametrize("rows", [(4, 1, 1, 4), (8, 2, 1, 4), (4, 10, 1, 40)])
def test_a_coefficient_has_its_value(rows: tuple[int, int, int, int]) -> None:
    """Yule's Y does not change when rows or columns are scaled, and is kappa where both coders use the code on half (Yule 1912)."""
    assert measure("yule_y", yes_no(*rows)).value == pytest.approx(measure("cohen_kappa", yes_no(4, 1, 1, 4)).value)


def test_a_coefficient_is_in_the_table_the_json_the_page_and_the_methods(
    coded_study: Study, tmp_path: Path, run_cli: Cli
) -> None:
    page, table = tmp_path / "agree.html", tmp_path / "agree.csv"
    agree = ("-C", coded_study.folder, "agree", "--no-model")
    figures = json.loads(run_cli(*agree, "--json", "--out", page)[1])
    assert figures["codes"]["CA"]["yule_y"]["value"] == pytest.approx(
        figures["pairs"][0]["codes"]["CA"]["yule_y"]["value"]
    )
    assert run_cli(*agree, "--out", table)[0] == 0
    assert "yule_y" in table.read_text(encoding="utf-8-sig").splitlines()[0]
    shown = page.read_text(encoding="utf-8")
    for words in (">Y</th>", "Y = (√(ad) - √(bc)) / (√(ad) + √(bc))", "doi:10.2307/2340126"):
        assert words in shown
    methods = shown[shown.index("Data coders (item 24)") :]
    assert "Yule&#39;s Y" in methods


def test_a_codebook_format_from_outside_reads_and_writes(run_cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "own.list").write_text("Aa\nBb")
    _, _, told = run_cli("init", tmp_path / "study", "--codebook", tmp_path / "own.list")
    assert "note: read as a list" in told
    assert run_cli("-C", tmp_path / "study", "codebook", "export", tmp_path / "out.list")[0] == 0
    assert (tmp_path / "out.list").read_text() == "Aa\nBb"
