"""The filled checklists: every item once, every sentence that of the methods section, and language models where they took part."""

from __future__ import annotations

import re
import shutil
from contextlib import closing
from io import BytesIO
from pathlib import Path

from docx import Document
from secondcoder.agreement.coefficients import KAPPA
from secondcoder.audit.methods.checklists import COREQ, FOR_THE_AUTHORS, SRQR
from secondcoder.audit.methods.language_models import NOT_APPLICABLE, TOPICS
from secondcoder.reports.word import shown_markdown, word_document
from secondcoder.review.session import ReviewSession
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from support.model_coder_checks import import_as, knowing, scored_table, truth
from support.review_checks import word
from support.study_checks import UNCODED, dump

ARCHIVE = Path(__file__).parents[1] / "support" / "study-0.1.0.zip"
Rows = list[list[str]]
SCORER = "chat-completions/1:small"
PROMPTS = "c0ffee" * 10 + "c0ff"


def _tables(text: str) -> dict[str, Rows]:
    """Heading -> rows of its table, without the head."""
    parts = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    return {
        part.split(" ")[0].strip(): [
            [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            for line in part.splitlines()
            if re.match(r"\| (?!item )", line)
        ]
        for part in parts
    }


def _row(text: str, table: str, topic: str) -> list[str]:
    (found,) = (row for row in _tables(text)[table] if row[1] == topic)
    return found


def test_every_item_has_a_row_with_a_record_or_is_for_the_authors(trained_study: Study) -> None:
    tables = _tables(trained_study.export_checklists())
    assert [row[0] for row in tables["COREQ"]] == [str(n) for n in range(1, 33)]
    assert [row[0] for row in tables["SRQR"]] == [str(n) for n in range(1, 22)]
    assert [row[1] for row in tables["GUIDE-LLM"]] == [*TOPICS]
    for rows in tables.values():
        assert all(len(row) == 5 and row[3] and not row[4] for row in rows)
        assert all(bool(row[2]) != (row[3] == FOR_THE_AUTHORS) for row in rows)


def test_what_is_said_is_said_by_the_methods_section_for_that_item_and_once_in_a_list(trained_study: Study) -> None:
    told = trained_study.export_methods().partition("## For you to add")[0].partition("## Material")[2]
    tagged = {
        (sentence.strip(), tag)
        for line in told.splitlines()
        for sentence, tags in re.findall(r"(\S.*?) \[((?:COREQ|SRQR|GRRAS|TRIPOD)[^\]]*)\]", line)
        for tag in tags.split("; ")
    }
    tables = _tables(trained_study.export_checklists())
    for checklist in (COREQ, SRQR):
        said = [
            (shown_markdown(sentence), f"{checklist.name} {row[0]}")
            for row in tables[checklist.name]
            for sentence in row[2].split("<br>")
            if sentence and not sentence.startswith("See also")
        ]
        assert len(said) > 5
        assert set(said) <= tagged
        texts = [sentence for sentence, _ in said]
        assert len(texts) == len(set(texts))
        # What stands once in the list is all that the section says for it.
        assert set(texts) == {sentence for sentence, tag in tagged if tag.startswith(f"{checklist.name} ")}


def test_without_a_language_model_its_items_do_not_apply(trained_study: Study, empty_study: Study) -> None:
    for study in (trained_study, empty_study):
        rows = _tables(study.export_checklists())["GUIDE-LLM"]
        assert {row[2] for row in rows} == {f"{NOT_APPLICABLE}."}
    assert "llm-checklist.com" in empty_study.export_checklists()


def test_a_scorer_fills_the_items_of_language_models(trained_study: Study) -> None:
    asked = {"settings": "temperature 0", "prompts_sha256": PROMPTS}
    entry = {"says": "The language model small, run on the same machine, was asked.", "kept": ["CO"], "asked": asked}
    _add_version(trained_study, {"scorers": {SCORER: entry}})
    text = trained_study.export_checklists()
    assert NOT_APPLICABLE not in text
    rows = {topic: _row(text, "GUIDE-LLM", topic) for topic in TOPICS}
    assert f"Scorer {SCORER} took part in model m0002." in rows["model identity and version"][2]
    assert entry["says"] in rows["access mode"][2]
    assert "temperature 0" in rows["parameters"][2]
    assert PROMPTS in rows["prompts"][2]
    assert trained_study.codebook.hash in rows["prompts"][2]
    assert "used for CO; dropped" in rows["human validation"][2]
    assert "hash-chained audit trail" in rows["code and logs"][2]
    assert all("m0002" in rows[topic][3] for topic in TOPICS[:5])


def test_what_an_older_version_did_not_record_of_a_scorer_is_not_made_up(trained_study: Study) -> None:
    _add_version(trained_study, {"scorers": {SCORER: {"says": "It was asked.", "kept": []}}})
    text = trained_study.export_checklists()
    assert _row(text, "GUIDE-LLM", "parameters")[2:4] == [f"{SCORER}: not recorded.", FOR_THE_AUTHORS]
    assert "SHA-256 (not recorded)" in shown_markdown(_row(text, "GUIDE-LLM", "prompts")[2])


def _add_version(study: Study, more: dict[str, object]) -> None:
    manifest = study.workspace().manifest | {"version": "m0002"} | more
    with study.store.transaction("maria") as write:
        write.add_model("m0002", "m0001", manifest, in_use=True)


def test_an_imported_model_is_set_beside_people_and_the_rest_left_to_the_authors(
    coded_study: Study, tmp_path: Path
) -> None:
    table = scored_table(tmp_path / "scored.csv", coded_study, knowing(truth(coded_study)))
    import_as(coded_study, table)
    before = dump(coded_study.folder)
    text = coded_study.export_checklists()
    assert dump(coded_study.folder) == before
    identity = _row(text, "GUIDE-LLM", "model identity and version")[2]
    assert "gpt: its codings of 7 transcripts were imported on" in identity
    assert "from scored.csv." in identity
    assert _row(text, "GUIDE-LLM", "prompts")[3] == FOR_THE_AUTHORS
    said = _row(text, "GUIDE-LLM", "human validation")[2]
    agreed = coded_study.agree().to_json()
    people = [["anna", "gpt"], ["ben", "gpt"]]
    pairs = [pair for pair in agreed["pairs"] if sorted(pair["coders"]) in people and pair["scope"] == "all"]
    of_model = [pair["pooled"][KAPPA]["value"] for pair in pairs]
    assert len(of_model) == 2
    assert all(f" {value:.2f} (95% interval" in said for value in of_model)


def test_an_imported_model_without_people_is_not_said_to_be_validated(empty_study: Study, tmp_path: Path) -> None:
    talk = tmp_path / "t1.txt"
    talk.write_text("Interviewer: And then?\nP1: We all sat down and agreed what it was for.\n", encoding="utf-8")
    empty_study.import_files([talk])
    import_as(empty_study, scored_table(tmp_path / "scored.csv", empty_study, lambda *_: 0.9))
    said = _row(empty_study.export_checklists(), "GUIDE-LLM", "human validation")[2]
    assert said.startswith("gpt beside people: ")
    assert "kappa of" not in said


def test_the_supervised_model_is_told_with_hashes_packages_and_thresholds(trained_study: Study) -> None:
    text, manifest = trained_study.export_checklists(), trained_study.workspace().manifest
    shown = shown_markdown("\n".join(" ".join(row) for row in _tables(text)["The"]))
    for held in (manifest["arrays_sha256"], manifest["training"]["sha256"], manifest["codebook"]["hash"]):
        assert held in shown
    assert all(f"{name} {version}" in shown for name, version in manifest["libraries"].items())
    for code in manifest["scored"]:
        assert f"{code} {manifest['thresholds'][code]:.2f}" in shown
    assert "Nothing so far: nobody has decided on suggestions." in shown
    judged = shown_markdown(_row(text, "The", "judged by held-out human codes")[2])
    assert judged.startswith("In nested cross-validation")
    assert judged in trained_study.export_methods()


def test_what_was_on_screen_is_counted_from_the_decisions(trained_study: Study) -> None:
    with (trained_study.folder / CONFIGURATION).open("a", encoding="utf-8") as file:
        file.write("[review]\nblind = 0.5\n")
    study = Study(trained_study.folder)
    study.code(everything=True)
    review = ReviewSession(study)
    passages = review.interviews[UNCODED].passages
    blind = next(at for at, passage in enumerate(passages) if passage.is_blind)
    seen = next(at for at, passage in enumerate(passages) if passage.suggestions and not passage.is_blind)
    for code in ("CO", "CA"):
        review.decide("ada", word(review, blind, "add", transcript=UNCODED, code=code))
    review.decide("ada", word(review, seen, "accept", transcript=UNCODED, suggested=passages[seen].suggestions[0].code))
    said = shown_markdown(_row(study.export_checklists(), "The", "what was on screen")[2])
    assert "3 decisions: 1 with the suggestions on screen, 2 before they were shown." in said
    assert "50% of the passages with suggestions were set to be coded before the suggestions were shown" in said
    study.close()


def test_a_study_of_version_0_1_has_its_checklists(tmp_path: Path) -> None:
    shutil.unpack_archive(ARCHIVE, tmp_path)
    with closing(Study(tmp_path / "study")) as study:
        text = study.export_checklists()
    assert "secondcoder 0.1.0" in _row(text, "The", "packages")[2]
    assert "27 decisions: 17 with the suggestions on screen" in _row(text, "The", "what was on screen")[2]


def test_on_the_command_line_in_word_and_markdown(coded_study: Study, run_cli, tmp_path: Path) -> None:
    for name in ("lists.md", "lists.docx"):
        code, out, err = run_cli("-C", coded_study.folder, "export", "--checklists", tmp_path / name)
        assert (code, out, "for the authors to say" in err) == (0, "", True)
    assert (tmp_path / "lists.md").read_text(encoding="utf-8") == coded_study.export_checklists()
    document = Document(BytesIO((tmp_path / "lists.docx").read_bytes()))
    assert document.sections[0].page_width > document.sections[0].page_height
    assert len(document.tables[0].rows) == 33
    code, _, err = run_cli("-C", coded_study.folder, "export", "--checklists", tmp_path / "lists.pdf")
    assert (code, "Name it lists.md or lists.docx" in err) == (1, True)
    assert not (tmp_path / "lists.pdf").exists()


def test_names_with_signs_of_markdown_stay_in_their_cells(coded_study: Study) -> None:
    with coded_study.store.transaction("a|b <i>") as write:
        codings = [coding for coding in coded_study.corpus.codings if coding.coder == "anna"][:1]
        write.add_codings([type(codings[0])(*codings[0].place, "CO", "a|b <i>")], coded_study.codebook)
    text = coded_study.export_checklists()
    said = _row(text, "COREQ", "number of coders")[2]
    assert "<i>" not in said
    table = Document(BytesIO(word_document(text, landscape=True))).tables[0]
    assert "a|b <i> 1 transcript" in table.rows[24].cells[2].text
