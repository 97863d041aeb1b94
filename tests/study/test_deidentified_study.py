"""A study that was coded, trained on, suggested on, reviewed and exported, and is de-identified then: nothing found is left in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from secondcoder.cli.name_key import people_of
from secondcoder.codebook.yaml_file import dump_codebook
from secondcoder.deidentification.key_file import read_key
from secondcoder.deidentification.moves import Moves
from secondcoder.deidentification.pseudonyms import Pseudonyms
from secondcoder.domain.records import Case, CellNote, Coding, CodingPass, ModelCoding
from secondcoder.errors import InputError, StudyError
from secondcoder.review.action_request import read_action
from secondcoder.review.coding.desk import Desk
from secondcoder.review.session import ReviewSession
from secondcoder.store.cell_notes import put_cell_note
from secondcoder.study.deidentify.apply import Applied, KeyFile
from secondcoder.study.deidentify.found_words import FoundWords
from secondcoder.study.deidentify.review_sheet import Decided
from secondcoder.study.edit_transcript import TranscriptEdit
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from support.deidentify_checks import MarkedWords, files_with, marked_words, write_interviews
from support.study_checks import CHEAP, everything

PASSPHRASE = "words that nobody would guess"
FINDER = "secondcoder.study.deidentify.find.Finder"


@pytest.fixture(scope="module")
def coded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study in whose every corner a name stands."""
    parent = tmp_path_factory.mktemp("deidentified")
    folder = parent / "study"
    Study.create(folder, "npt-core").close()
    (folder / CONFIGURATION).write_text(CHEAP, encoding="utf-8")
    (parent / "interviews").mkdir()
    study = Study(folder)
    _quote_in_codebook(study)
    study.import_files(write_interviews(parent / "interviews"))
    _code(study)
    study.train()
    study.code()
    _review(study)
    study.close()
    return folder


def _quote_in_codebook(study: Study) -> None:
    """Two codebooks of the study quote an interview, one after the other."""
    for quote in ("Chinedu rang me.", "Dr Okonkwo and Chinedu rang me."):
        book = study.codebook
        codes = [book.codes[0].model_copy(update={"examples": (quote,)}), *book.codes[1:]]
        (study.folder / "codebook.yml").write_text(
            f"# ours\n{dump_codebook(book.model_copy(update={'codes': tuple(codes)}))}"
        )
        study.codebook_change(study.codebook_plan())


def _code(study: Study) -> None:
    book, codes = study.codebook, study.codebook.ids
    by_id = study.corpus.by_id
    with study.store.transaction("maria") as write:
        write.put_cases([Case("Hawthorn Surgery", {"manager": "Siobhan Gallagher"})])
        for name in [*by_id][:7]:
            turns = [turn for turn in by_id[name].turns if turn.speaker != "Interviewer"]
            # Some end within a word, and so within a name here and there.
            spans = [(turn.start, turn.end - at % 9) for at, turn in enumerate(turns)]
            memos = ["Ask Siobhan Gallagher." if at == 2 else "" for at in range(len(spans))]
            write.add_codings(
                [Coding(name, *span, codes[at % 3], "maria", memo=memos[at]) for at, span in enumerate(spans)], book
            )
            write.add_passes([CodingPass(name, "maria", 0, len(by_id[name].text), codes)])
            write.add_model_codings([ModelCoding(name, "gpt", *spans[0], codes[:2])])
        put_cell_note(
            write, CellNote("case", "Hawthorn Surgery", codes[0], "", "Dr Okonkwo leads, at Hawthorn Surgery.")
        )
        note = {"guid": "A" * 8, "name": "Chinedu", "text": "Chinedu told me so.", "user": "", "of": []}
        write.log("remembered for export", format="qdpx", memory={"notes": [note]})


def _review(study: Study) -> None:
    review = ReviewSession(study)
    shown = [passage for passage in review.passages if passage.suggestions and not passage.is_blind]
    for at, passage in enumerate(shown[:6]):
        said = {"suggested": passage.suggestions[0].code, "memo": "As Tomasz said"}
        review.decide("ben", read_action({"verdict": "accept", "passage": passage.key, "request": f"r{at}", **said}))
    desk = Desk(review, "ada", review.transcripts["gp8"])
    turn = review.transcripts["gp8"].turns[3]
    desk.code((turn.start, turn.end - 4), study.codebook.ids[0], memo="Dilys again")
    desk.undo()
    desk.code((turn.start + 2, turn.end), study.codebook.ids[1], memo="Dilys again")
    study.export(study.folder.parent / "out.qdpx", suggestions=True)
    study.transcript_edit("gp1", TranscriptEdit(case="Hawthorn Surgery", participant="Bronwen"))


@pytest.fixture
def folder(coded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(FINDER, MarkedWords)
    return Path(shutil.copytree(coded, tmp_path / "study"))


def deidentify(folder: Path, keep: str = "") -> tuple[list[FoundWords], Applied]:
    """Find, and replace all but some words."""
    study = Study(folder)
    rows = study.deidentify_find()
    decided = [Decided(row, kept=row.words == keep) for row in rows]
    done = study.deidentify_apply(decided, KeyFile(folder.parent / "names.key", PASSPHRASE))
    study.close()
    return rows, done


@pytest.mark.slow
def test_nothing_that_was_found_is_left_in_any_file(folder: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    Study.create(fresh, "npt-core").close()
    # Not words of the codebook's own definitions, nor figures that any offset may be.
    words = {each for each in (*marked_words(), "siobhan-gallagher") if not each.isdecimal() or len(each) > 4}
    usual = files_with(fresh, *words).keys()
    words -= usual
    assert len(words) > 250
    there = {"Siobhan Gallagher", "siobhan-gallagher", "Chinedu", "Tomasz", "Bronwen", "Dilys"}
    assert files_with(folder, *there).keys() == there
    _, done = deidentify(folder)
    assert files_with(folder, *words) == {}
    assert done.reworded == 2
    assert (folder / "codebook.yml").read_text().startswith("# ours\n")
    assert {word for found in done.left.values() for word in found} <= usual
    assert done.models == ("m0001",)


@pytest.mark.slow
def test_the_study_goes_on_as_before(folder: Path) -> None:
    study = Study(folder)
    codings = len(study.corpus.codings)
    study.close()
    deidentify(folder)
    study = Study(folder)
    assert study.check_audit().faults == ()
    assert study.examine()[0] == []
    assert len(study.corpus.codings) == codings
    assert study.model_in_use is None
    study.train()
    study.code()
    assert ReviewSession(study).passages
    assert study.check_audit().faults == ()
    study.close()


@pytest.mark.slow
def test_a_second_run_finds_nothing_and_the_key_knows_everybody(folder: Path) -> None:
    rows, _ = deidentify(folder)
    entries = read_key(folder.parent / "names.key", PASSPHRASE)
    known = Pseudonyms(entries)
    named = {(row.kind, row.words): row.pseudonym for row in rows if row.kind in ("person", "practice", "place")}
    assert {(kind, words): known.of(kind, words) for kind, words in named} == named
    study = Study(folder)
    with pytest.raises(InputError, match="Nothing was found"):
        study.deidentify_find(people_of(None), entries)
    study.close()


@pytest.mark.slow
def test_interviews_do_not_come_back_with_their_names(folder: Path, coded: Path) -> None:
    deidentify(folder)
    study = Study(folder)
    before = everything(folder)
    interviews = sorted((coded.parent / "interviews").iterdir())
    for files in ([interviews[0]], [interviews[-1]], interviews):
        with pytest.raises(InputError, match="bring the names back"):
            study.import_files(files)
    study.close()
    assert everything(folder) == before


@pytest.mark.slow
def test_nothing_is_changed_where_a_place_would_quote_other_words(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(folder)
    span = Moves.span
    monkeypatch.setattr(
        Moves, "span", lambda moves, start, end: (span(moves, start, end)[0], span(moves, start, end)[1] + 1)
    )
    with pytest.raises(StudyError, match="Nothing was changed"):
        deidentify(folder)
    assert everything(folder) == before


@pytest.mark.slow
def test_words_that_are_kept_stay_where_they_are(folder: Path) -> None:
    _, done = deidentify(folder, keep="Chinedu")
    assert files_with(folder, "Chinedu", "Tomasz") == {"Chinedu": ["study.db"]}
    assert "Chinedu" not in str(done.left)
