"""The pack for an ethics committee: every file is accounted for, settings fill in what only people know, nothing else is claimed."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from secondcoder.audit.ethics.forms import TO_SAY
from secondcoder.audit.ethics.pack import TITLE
from secondcoder.audit.ethics.whereabouts import in_bytes, whereabouts
from secondcoder.audit.names_found import MEASURED
from secondcoder.reports.page import markdown, page
from secondcoder.reports.word import word_document
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study

GIVEN = """
[data_protection]
controller = "University of Nowhere, records@nowhere.example"
officer = "dpo@nowhere.example"
purpose = "How link workers came to surgeries, an invented study"
basis = "Articles 6(1)(e) and 9(2)(j)"
people = "eight invented people"
recipients = "the three authors"
approval = "REC 00/00/0000"
keep_until = "2031-12-31"
"""


@pytest.fixture
def folder(trained_study: Study) -> Path:
    """A trained study's folder, closed."""
    trained_study.close()
    return trained_study.folder


def _text(study: Study) -> str:
    pack = study.export_ethics()
    return markdown(TITLE, pack.sections, "page.html")


def test_every_file_of_the_folder_is_accounted_for_once(folder: Path) -> None:
    (folder / "exports").mkdir()
    (folder / "exports" / "codings.csv").write_text("a")
    (folder / "study.before-0006.db").write_text("an older store")
    with closing(Study(folder)) as study:
        kept = list(whereabouts(study.workspace()))
        on_disk = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    assert sum(each.files for each in kept) == len(on_disk)
    assert sum(each.size for each in kept) == sum(on_disk)
    assert kept[-1].where == "exports"
    assert "word for word" in next(each.holds for each in kept if each.where == "study.before-*.db")


def test_settings_fill_in_what_only_people_know(folder: Path) -> None:
    with closing(Study(folder)) as study:
        before = _text(study)
    settings = folder / CONFIGURATION
    settings.write_text(settings.read_text(encoding="utf-8") + GIVEN, encoding="utf-8")
    with closing(Study(folder)) as study:
        after = _text(study)
    for said in re.findall(r'= "(.*)"', GIVEN):
        assert said in after
        assert said not in before
    row = re.compile(r"^\| ([a-g–]) \|.*$", re.MULTILINE)
    assert [found[1] for found in row.finditer(after)] == [*"abcdefg", "–"]  # Article 30(1)(a) to (g), and the basis
    left = [found[1] for found in row.finditer(after) if TO_SAY in found[0]]
    assert left == ["e", "g"]  # what became of exports, and whether the disk is encrypted


@pytest.mark.parametrize(
    ("until", "told"), [("2001-01-31", True), ("2999-12-31", False), ("five years", False), ("", False)]
)
def test_check_tells_when_the_date_for_erasure_has_passed(folder: Path, until: str, told: bool) -> None:
    settings = folder / CONFIGURATION
    written = f'{settings.read_text(encoding="utf-8")}\n[data_protection]\nkeep_until = "{until}"\n'
    settings.write_text(written, encoding="utf-8")
    with closing(Study(folder)) as study:
        assert any("to be kept until 2001-01-31" in warning for warning in study.warnings()) == told


def test_a_place_that_the_settings_allow_is_no_silence(folder: Path) -> None:
    settings = folder / CONFIGURATION
    allowed = '\n[network]\nallow = ["embedder.example:443"]\n'
    settings.write_text(settings.read_text(encoding="utf-8") + allowed, encoding="utf-8")
    with closing(Study(folder)) as study:
        said = _text(study)
    assert "embedder.example:443" in said
    assert "sends nothing anywhere" not in said
    assert "computing on this machine alone" not in said


def test_what_was_measured_of_de_identification_is_told(folder: Path) -> None:
    counts = {"all": {"part": 19, "of": 20, "interval": [0.75, 0.99]}}
    with closing(Study(folder)) as study:
        with study.transaction() as write:
            write.log(MEASURED, passages=40, interviews=6, listed=3, recall=counts, precision=counts)
        assert "19 of 20 noted by hand were found, 95% interval 75% to 99%" in _text(study)


def test_page_and_word_document_hold_the_same_words(folder: Path) -> None:
    with closing(Study(folder)) as study:
        pack = study.export_ethics()
    shown = re.sub(r"</?code>", "", page(TITLE, pack.sections, pack.about))
    shown = re.sub(r"<[^>]+>", " ", shown)
    document = Document(BytesIO(word_document(markdown(TITLE, pack.sections, "page.html"))))
    words = [paragraph.text for paragraph in document.paragraphs]
    words += [cell.text for table in document.tables for row in table.rows for cell in row.cells]

    def plain(text: str) -> str:
        return " ".join(re.sub(r"[`&]|#39;|amp;", "", text).replace("'", "").split())

    missing = [line for line in words if plain(line) not in plain(shown)]
    assert not missing


def test_no_figure_of_a_proof_or_a_recall_that_was_never_made(folder: Path) -> None:
    with closing(Study(folder)) as study:
        text = _text(study)
    assert "Not made yet" in text
    assert "Not done with secondcoder" in text


def test_a_scorer_and_a_database_server_are_named_as_connections(folder: Path) -> None:
    settings = folder / CONFIGURATION
    text = settings.read_text(encoding="utf-8") + "[learning]\n"
    scorer = '\n[scorers.local]\ntype = "chat-completions"\nurl = "http://127.0.0.1:9/v1"\nmodel = "small"\n'
    settings.write_text(text.replace("[learning]", '[learning]\nscorers = ["local"]', 1) + scorer, encoding="utf-8")
    with closing(Study(folder)) as study:
        said = _text(study)
    assert "http://127.0.0.1:9/v1" in said
    assert "no setting of this study lets it connect" not in said
    assert "local" in said
    assert "chatbot" not in said


def test_the_command_writes_both_and_says_what_to_do(
    folder: Path, tmp_path: Path, run_cli: Callable[..., tuple[int, str, str]]
) -> None:
    code, _, said = run_cli("-C", folder, "export", "--ethics", tmp_path / "ethics")
    assert code == 0
    assert {path.name for path in (tmp_path / "ethics").iterdir()} == {"data-protection.html", "data-protection.docx"}
    assert TO_SAY in said


@pytest.mark.parametrize(
    ("size", "said"), [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (2_500_000_000_000, "2500.0 GB")]
)
def test_sizes(size: int, said: str) -> None:
    assert in_bytes(size) == said
