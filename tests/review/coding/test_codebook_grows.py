"""The codebook while interviews are coded: new codes, and pages from before a change."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from secondcoder.codebook.model import Code
from secondcoder.errors import DecisionError
from secondcoder.exchange.importing import ImportOptions
from secondcoder.review.coding.desk import Desk
from secondcoder.review.security import LoginLinks
from secondcoder.review.session import ReviewSession
from secondcoder.study.edit_transcript import TranscriptEdit
from secondcoder.study.study import Study
from support.change_checks import renamed
from support.coding_checks import Coder, marks, passes
from support.review_checks import settings
from support.study_checks import write_csv


def test_a_new_code_is_in_the_codebook_its_history_and_the_open_page(ada: Coder, study: Study) -> None:
    ada.code("CP", 12, 30)
    said = ada.do("newcode", id="CP.LEAD", name="Leading", parent="CP", definition="Somebody leads.")
    assert said["message"] == "Added to the codebook: CP.LEAD."
    ada.code("CP.LEAD", 12, 30)
    ids = study.codebook.ids
    assert ids[ids.index("CP") + 1] == "CP.LEAD"
    assert study.codebook["CP.LEAD"].family == "construct"
    (change,) = study.codebook_history()
    assert change["who"] == "ada"
    assert "CP.LEAD" in change["steps"][0]
    # What was coded before was no look for it; what is coded now is.
    assert ["CP.LEAD" in look.codes for look in study.store.passes()] == [False, True]
    assert study.check_audit().faults == ()
    for _ in range(2):
        ada.do("undo")
    assert (marks(study), passes(study)) == ([], [])


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"id": ""}, "at least 1 character"),
        ({"id": "A|B"}, "control character"),
        ({"id": "co"}, "stands for both"),
        ({"id": "NEW", "parent": "NOWHERE"}, "not in the codebook"),
    ],
)
def test_a_code_that_cannot_be_is_refused(ada: Coder, study: Study, fields: dict[str, str], why: str) -> None:
    before = study.codebook_file
    assert why in ada.refused("newcode", **fields)
    assert (study.codebook_file, study.codebook_history()) == (before, [])


def test_a_settled_codebook_takes_no_new_code(study: Study) -> None:
    settings(study, new_codes=False)
    ada = Coder(ReviewSession(study))
    assert "settled" in ada.refused("newcode", id="NEW")
    assert "New code" not in ada.client.get("/code/t1")


def test_who_has_not_seen_a_new_code_has_not_looked_for_it(study: Study) -> None:
    """Two people at one server: the page of the second was shown before the first added a code."""
    logins = LoginLinks()
    ada = Coder(ReviewSession(study), "ada", logins)
    before = study.codebook.hash
    ada.do("newcode", id="NEW")
    for action, fields in (("read", {}), ("code", {"code": "CO", "start": 12, "end": 30})):
        assert "codebook has changed since this page" in ada.refused(action, codebook=before, **fields)
    ada.do("read", codebook=study.codebook.hash)
    assert [look.codes for look in study.store.passes()] == [study.codebook.ids]


def test_a_decision_of_a_page_from_before_a_new_code_is_refused(review: ReviewSession) -> None:
    ada, before = Coder(review), review.book.hash
    assert f'name="codebook" value="{before}"' in ada.client.get("/queue")
    ada.do("newcode", id="NEW")
    key = review.interviews["t1"].passages[2].key
    sent = {"verdict": "looked", "passage": key, "headers": {"X-Asked-By": "page"}}
    assert ada.client.post(codebook=before, request="r1", **sent).status_code == 409
    assert review.study.store.decisions() == []
    assert ada.client.post(codebook=review.study.codebook.hash, request="r2", **sent).status_code == 200
    assert [look.codes for look in review.study.store.passes()] == [review.study.codebook.ids]


def test_who_codes_by_a_codebook_of_before_looks_at_the_new_one_first(ada: Coder, study: Study) -> None:
    shown = study.codebook.hash
    Coder(ReviewSession(study), "ben").do("newcode", id="NEW")
    assert "has changed since this page" in ada.refused("code", code="CO", start=12, end=30, codebook=shown)
    assert marks(study) == []
    assert 'data-code="NEW"' in ada.client.get("/code/t1")
    ada.do("code", code="CO", start=12, end=30, codebook=study.codebook.hash)
    assert study.store.passes()[0].codes == study.codebook.ids


def test_what_was_prepared_before_a_change_is_refused(study: Study) -> None:
    """A request that is under way when an interview is edited or removed writes nothing."""
    review = ReviewSession(study)
    desk = Desk(review, "ada", review.transcripts["t1"])
    study.transcript_edit("t2", TranscriptEdit(case="ash"))
    with pytest.raises(DecisionError, match="changed while this page was open"):
        desk.code((12, 30), "CO")
    study.transcript_remove("t1")
    with pytest.raises(DecisionError, match="changed while this page was open"):
        desk.code((12, 30), "CO")
    assert marks(study) == []


def test_a_renamed_code_is_shown_under_its_present_name(ada: Coder, study: Study) -> None:
    key = ada.code("CO", 12, 30)
    after = renamed(study).codebook
    ada = Coder(ReviewSession(study))
    assert 'data-code="SENSE"' in ada.client.get("/code/t1")
    key = ada.do("change", key=key, valence="promotes")["keys"][0]
    assert [coding.code for coding in study.store.codings()] == ["CO"]
    ada.do("change", key=key, start=14, end=30)
    assert [coding.code for coding in study.store.codings()] == ["SENSE"]
    assert [look.codes for look in study.store.passes()] == [after.ids]


def test_two_new_codes_and_an_import_at_once_are_all_there(study: Study, tmp_path: Path) -> None:
    """From two browsers, and from a command in another process's place."""
    rows = [{"transcript": "more", "order": 0, "text": "It went on.", "codes": "Imported", "coder": "cy"}]
    table, review = write_csv(tmp_path / "more.csv", rows), ReviewSession(study)
    desks = [Desk(review, coder, review.transcripts["t1"]) for coder in ("ada", "ben")]

    def imports() -> None:
        other = Study(study.folder)
        other.import_files([table], ImportOptions(add_codes=True))
        other.close()

    with ThreadPoolExecutor(3) as threads:
        added = [
            threads.submit(desk.new_code, Code(id=f"of_{desk.coder}", name=desk.coder, family="construct"))
            for desk in desks
        ]
        for done in [*added, threads.submit(imports)]:
            done.result()
    assert {"of_ada", "of_ben", "Imported"} <= {*study.codebook.ids}
    assert len(study.corpus.history.changes) == 3
    assert study.check_audit().faults == ()
