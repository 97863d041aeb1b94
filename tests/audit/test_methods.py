"""The methods section: every number is the store's, every sentence names its items, and what is not known is not said."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
from secondcoder.audit.methods.section import YOURS
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study
from support.audit_checks import tamper
from support.review_checks import small_study, word
from support.study_checks import dump

COREQ, SRQR = range(1, 33), range(1, 22)


def _told(text: str) -> str:
    """The sentences alone, as one string."""
    body = text[text.index("## Material") : text.index("## For you to add")]
    return body.split("## Not said")[0]


def _sql(study: Study, query: str) -> int:
    connection = sqlite3.connect(study.folder / "study.db")
    (found,) = connection.execute(query).fetchone()
    connection.close()
    return int(found)


@pytest.fixture
def text(trained_study: Study) -> str:
    return trained_study.export_methods()


def test_every_sentence_names_items_that_exist(text: str) -> None:
    for paragraph in (line for line in _told(text).splitlines() if line and not line.startswith("#")):
        assert paragraph.endswith("]")
        tags = re.findall(r"\[((?:COREQ|SRQR)[^\]]*)\]", paragraph)
        assert len(re.findall(r"[.] (?=[A-Z0-9])", re.sub(r"\[[^\]]*\]", "", paragraph))) < 3 * len(tags)
        for tag in "; ".join(tags).split("; "):
            name, number = tag.split()
            assert int(number) in {"COREQ": COREQ, "SRQR": SRQR}[name]
    yours = " ".join(items for items, _ in YOURS)
    assert re.fullmatch(r"(?:(?:COREQ|SRQR) [\d, -]+(?:; | |$))+", yours)


def test_its_numbers_are_those_of_the_store(trained_study: Study, text: str) -> None:
    transcripts, cases = (_sql(trained_study, f"SELECT count(*) FROM {table}") for table in ("transcripts", "cases"))
    assert f"The material was {transcripts} transcripts of {cases} cases." in text
    codings = _sql(trained_study, "SELECT count(*) FROM codings WHERE origin = 'independent'")
    assert f"Codings by origin: independent {codings}." in text
    events = _sql(trained_study, "SELECT count(*) FROM events")
    assert f"audit trail of {events} events" in text
    trained = trained_study.workspace().manifest["training"]
    assert f"from {trained['segments']} segments of {trained['transcripts']} transcripts" in text
    for coder in ("anna", "ben"):
        of = _sql(trained_study, f"SELECT count(DISTINCT transcript) FROM coding_passes WHERE coder = '{coder}'")
        assert f"{coder} {of} transcripts" in text


def test_no_number_is_told_that_the_records_do_not_hold(trained_study: Study, text: str) -> None:
    told = re.sub(r"\[(?:COREQ|SRQR)[^\]]*\]|doi:\S+|95%|words@1|Its source: .*?wording\.", "", _told(text))
    numbers = {float(number) for number in re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.]*\w)", told)}
    manifest, settings = trained_study.workspace().manifest, trained_study.configuration
    held = set(map(float, re.findall(r"\d+(?:\.\d+)?", f"{manifest} {settings}")))
    held |= {round(value, 2) for value in manifest["out_of_fold"].values()}
    agreed = trained_study.agree().to_json()
    held |= {round(agreed[name], 2) for name in ("pooled_kappa", "alpha_masi")} | {float(agreed["n_units"])}
    counts = ("transcripts", "cases", "codings", "events")
    held |= {float(_sql(trained_study, f"SELECT count(*) FROM {table}")) for table in counts}
    held |= {float(n) for n in range(1, 10)}  # transcripts by role, wave and coder; codes by family
    dates = {float(part) for event in trained_study.store.events() for part in event["at"][:10].split("-")}
    assert numbers - held - dates == set()


def test_an_empty_study_says_what_is_not_there(empty_study: Study) -> None:
    text = empty_study.export_methods()
    assert "The material was 0 transcripts." in text
    for reason in ("Agreement between coders: ", "The model: none has been trained", "Review: nobody has decided"):
        assert f"\n- {reason}" in text
    assert "kappa" not in _told(text)
    assert "classifier" not in _told(text)


def test_the_reviews_figures_are_told_only_where_there_are_any(empty_study: Study) -> None:
    review = ReviewSession(small_study(empty_study, blind=0.5, below=0.25))
    blind = next(one for one in review.interviews["t1"].passages if one.is_blind)
    at = review.interviews["t1"].passages.index(blind)
    before = empty_study.export_methods()
    assert "Review: nobody has decided" in before
    review.decide("ada", word(review, at, "add", code="CO"))
    review.decide("ada", word(review, at, "looked"))
    text = empty_study.export_methods()
    assert "50% of the passages with suggestions were set to be coded before the suggestions were shown" in text
    assert "25% of the passages shown were set to be drawn from those without any suggestion" in text
    assert "Decisions that hold, by ada: " in text
    assert "(elusion): none has been reviewed, so there is no share." in text


def test_a_review_is_still_told_when_another_model_is_in_use(empty_study: Study) -> None:
    review = ReviewSession(small_study(empty_study, blind=0.0, below=0.0))
    at = next(n for n, one in enumerate(review.interviews["t1"].passages) if one.suggestions)
    first = review.interviews["t1"].passages[at].suggestions[0].code
    review.decide("ada", word(review, at, "accept", suggested=first))
    (told,) = re.findall(r"^A suggestion became a coding only.*$", empty_study.export_methods(), re.MULTILINE)
    assert f"by ada on suggestions of model {review.model}: accepted 1." in told
    with empty_study.store.transaction("maria") as write:
        write.add_model("m0009", review.model, dict(empty_study.workspace().manifest), in_use=True)
    assert told in empty_study.export_methods()


def test_the_same_records_give_the_same_bytes_and_are_not_touched(trained_study: Study, text: str) -> None:
    before = dump(trained_study.folder)
    assert trained_study.export_methods() == text
    assert dump(trained_study.folder) == before


def test_a_trail_that_is_not_whole_is_not_praised(trained_study: Study) -> None:
    tamper(trained_study.folder, "UPDATE events SET who = 'x' WHERE id = 1")
    text = trained_study.export_methods()
    assert "hash-chained" not in text
    assert "it is not whole" in text


def test_on_the_command_line(coded_study: Study, run_cli, tmp_path: Path) -> None:
    code, out, err = run_cli("-C", coded_study.folder, "export", "--methods", tmp_path / "methods.md")
    assert (code, out, "Wrote" in err) == (0, "", True)
    assert (tmp_path / "methods.md").read_text(encoding="utf-8") == coded_study.export_methods()
    code, _, err = run_cli("-C", coded_study.folder, "export", "--methods", tmp_path / "methods.docx")
    assert code == 1
    assert "Name it methods.md" in err


def test_what_the_gate_said_of_retrainings_is_told(trained_study: Study) -> None:
    with trained_study.store.transaction("maria") as write:
        for at, (passed, overruled) in enumerate([(True, False), (False, False), (False, True)], start=2):
            manifest = {"gate": {"passed": passed, "overruled": overruled}}
            write.add_model(f"m{at:04}", "m0001", manifest, in_use=False)
    text = trained_study.export_methods()
    assert "4 model versions were trained." in text
    assert "3 of them came of retraining" in text
    assert "(held back 1, passed 1, promoted by hand 1)" in text
    assert "might fall by 0.01 at most" in text


def test_a_model_of_an_earlier_codebook_is_said_to_be_one(trained_study: Study) -> None:
    assert "by version" not in trained_study.export_methods()
    book = (trained_study.folder / "codebook.yml").read_text(encoding="utf-8")
    new = trained_study.folder.parent / "new.yml"
    new.write_text(book.replace("version: ", "version: '9' #", 1), encoding="utf-8")
    version = trained_study.codebook.version
    trained_study.codebook_import(new)
    assert (
        f"(model m0001) learned the codes, by version {version} of the codebook, from" in trained_study.export_methods()
    )
