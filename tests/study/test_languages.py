"""Studies in other languages than English: how they are made, what is said to be missing, and the whole loop on two invented ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from secondcoder.charting.report.write import write_findings
from secondcoder.configuration import load_configuration
from secondcoder.deidentification.staff_list import Listed
from secondcoder.domain.records import SpeakerRole
from secondcoder.errors import InputError
from secondcoder.study.study import Study
from support.places import ROOT
from support.played_review import decide_by

CORPORA = ROOT / "corpora"


def settings_of(study: Study, old: str, new: str) -> Study:
    """The study opened anew with one line of its settings changed."""
    path = study.folder / "secondcoder.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    study.close()
    return Study(study.folder)


def missing(study: Study) -> list[str]:
    return list(study.status()["language"]["missing"])


def test_the_settings_of_a_german_study(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "s", "npt-core", language="German")
    assert study.configuration.segments.language == "de"
    assert study.configuration.transcripts.interviewer_roles[:2] == ("interviewer", "interviewerin")
    usual = load_configuration()
    assert study.configuration.embedding == usual.embedding
    study.close()


def test_english_lacks_nothing_and_its_settings_are_the_shipped_ones(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "s", "npt-core")
    assert study.configuration == load_configuration()
    assert missing(study) == []
    study.close()


def test_an_empty_codebook_is_in_the_language_of_the_talk(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "s", "none", language="fr")
    assert study.codebook.language == "fr"
    study.close()


def test_an_unknown_language_makes_no_study(tmp_path: Path, run_cli: Callable[..., tuple[int, str, str]]) -> None:
    code, _, told = run_cli("init", tmp_path / "s", "--codebook", "npt-core", "--language", "frensh")
    assert (code, "Did you mean 'french'?" in told) == (1, True)
    assert not (tmp_path / "s").exists()


def test_what_is_not_there_is_said_with_its_mend(tmp_path: Path, run_cli: Callable[..., tuple[int, str, str]]) -> None:
    code, _, told = run_cli("init", tmp_path / "s", "--codebook", "npt-core", "--language", "de")
    assert code == 0
    for part in (
        "'minilm' does not know German",
        "embedder get sentence-transformers/paraphrase",
        "written in 'en'",
        "--list",
    ):
        assert part in told
    code, printed, _ = run_cli("-C", tmp_path / "s", "check")
    assert (code, printed.count("warning: ")) == (0, 4)
    printed = run_cli("-C", tmp_path / "s", "status")[1]
    assert "'minilm' does not know German" in printed


def test_a_multilingual_embedder_by_its_folder_mends_it(tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    (folder / "README.md").write_text("---\nlanguage: [de, en]\n---\n", encoding="utf-8")
    study = Study.create(tmp_path / "s", "npt-core", language="de")
    before = study.status()["language"]
    study = settings_of(study, 'model = "minilm"', f'model = "{folder}"')
    after = study.status()["language"]
    assert (len(before["for_models"]), after["for_models"]) == (2, [])
    (folder / "README.md").unlink()
    assert "does not say whether it knows German" in study.status()["language"]["for_models"][0]
    study.close()


def test_a_language_without_words_asks_for_the_label(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "s", "none", language="ja")
    told = " ".join(study.status()["language"]["missing"])
    assert "--interviewer LABEL" in told
    assert "sentences end at stops alone" in told
    study.close()


@pytest.mark.model
def test_names_are_looked_for_by_a_list_alone(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "s", "npt-core", language="de")
    study.import_files([CORPORA / "german" / "transcripts" / "kanal_mfa.txt"])
    with pytest.raises(InputError, match="talk is German"):
        study.deidentify_find()
    found = study.deidentify_find([Listed("Jenny"), Listed("Kowalski")])
    # No noun is taken for a name because it has a capital.
    assert {row.words for row in found} == {"Jenny", "Kowalski"}
    study.close()


STUDIES = [
    pytest.param("de", "german", "minilm", ("KS", "TB"), marks=[pytest.mark.slow, pytest.mark.model]),
    pytest.param("fr", "french", "words", ("LM", "AD"), marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("language", "name", "embedder", "coders"), STUDIES)
def test_the_whole_loop(tmp_path: Path, language: str, name: str, embedder: str, coders: tuple[str, str]) -> None:
    study = Study.create(tmp_path / "s", "npt-core", language=language)
    study = settings_of(study, 'model = "minilm"', f'model = "{embedder}"')
    study.import_files([CORPORA / name])
    corpus = study.corpus
    assert set(coders) == set(corpus.coders)
    assert all({turn.role for turn in each.turns} == {*SpeakerRole} for each in corpus.transcripts)
    study.train()
    card = (study.folder / "models" / "m0001" / "card.md").read_text(encoding="utf-8")
    assert ("does not know German" in card) == (embedder == "minilm")
    assert "spaCy's rules for" in study.export_methods()
    assert study.evaluate() is not None

    suggested = study.code(everything=True).table
    assert set(suggested["transcript"]) == {each.id for each in corpus.transcripts} - {
        c.transcript for c in corpus.codings
    }
    texts = {each.id: each.text for each in corpus.transcripts}
    for row in suggested.itertuples():
        assert texts[row.transcript][row.start : row.end] == row.text
        assert all(part in row.text for part in str(row.carrying).split(" [...] ") if row.carrying)
    study.code()
    decided = decide_by(study, [], tmp_path / "review.xlsx")
    assert decided["reject"] == decided.total() > 0
    assert study.retrain() is not None

    assert set(coders) < set(study.agree().coders)
    written = write_findings(study.chart(), tmp_path / "chart")
    page = next(path for path in written if path.suffix == ".html").read_text(encoding="utf-8")
    assert {"de": "Hausärztin", "fr": "médiatrice"}[language] in page
    for path in (tmp_path / "out.csv", tmp_path / "out.qdpx"):
        study.export(path)
    again = Study.create(tmp_path / "again", "npt-core", language=language)
    again.import_files([tmp_path / "out.qdpx"])
    assert {each.text for each in again.corpus.transcripts} == set(texts.values())
    again.close()
    study.close()
