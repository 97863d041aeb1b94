"""Where the parts of the workbench meet: interviews that change under open pages, what nobody may see, hostile forms, many at once."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from secondcoder.codebook.plan import NamedSteps
from secondcoder.codebook.yaml_file import dump_codebook
from secondcoder.domain.records import Coding, CodingPass, Origin
from secondcoder.store.transcript_changes import remove_transcript
from secondcoder.study.edit_transcript import TranscriptEdit
from secondcoder.study.study import Study
from support.change_checks import with_ids
from support.office import BOTH, MODEL, SUGGESTED, Office, unfollowed, unlooked
from support.review_checks import LINES, suggestion, talk


@pytest.fixture
def office(empty_study: Study) -> Iterator[Office]:
    opened = Office(empty_study)
    yield opened
    opened.close()


@pytest.fixture
def blind(empty_study: Study) -> Iterator[Office]:
    """Every passage with suggestions is coded before they are shown."""
    opened = Office(empty_study, blind=1.0)
    yield opened
    opened.close()


def span(at: int) -> dict[str, int]:
    turn = talk("t1").turns[2 * at + 1]
    return {"start": turn.start, "end": turn.end}


PLACE = f"{span(3)['start']}-{span(3)['end']}-t1"
"""Key of the fourth answer, on which RM is suggested."""


def origins(study: Study) -> dict[str, list[Origin]]:
    found: dict[str, list[Origin]] = {}
    for coding in study.store.codings():
        found.setdefault(coding.coder, []).append(coding.origin)
    return found


# -- interviews that change under open pages ------------------------------------------------------------------------------


def test_an_interview_removed_elsewhere_is_on_no_page_any_more(office: Office) -> None:
    office.code("ada", "t1", "code", code="CO", **span(2))
    office.decide("ada", "accept", "t1", 1, suggested="CA")
    office.outside.transcript_remove("t1")
    assert LINES[0] not in office.look("ada", "/code/t1")
    assert "No interview" in office.code("ada", "t1", "code", code="CO", **span(2)).text
    assert office.decide("ada", "accept", "t1", 3, suggested="RM").status_code == 409
    for url in ("/", "/queue", "/transcript/t1", "/codes", "/codes/CO", "/summary"):
        office.look("ada", url)
    office.look(BOTH, "/adjudicate")
    assert (office.study.store.codings(), office.study.store.decisions()) == ([], [])
    assert office.study.check_audit().faults == ()


def test_decisions_on_an_interview_that_came_back_are_seen_and_undone(office: Office) -> None:
    """Rows of the new one may have the numbers of those that went."""
    for at, code in ((0, "CO"), (1, "CA"), (3, "RM")):
        office.decide("ada", "accept", "t1", at, suggested=code)
    with office.outside.transaction() as write:  # by the verb, the model that suggests would go too
        remove_transcript(write, "t1")
    office.bring("t1")
    assert office.decide("ada", "reject", "t1", 1, suggested="CA").status_code == 200
    assert "rejected" in office.look("ada", "/transcript/t1")
    assert "Undone: CA rejected" in office.decide("ada", "undo", "t1", 1).json()["message"]
    assert [each.code for each in office.study.store.codings()] == []
    assert office.study.check_audit().faults == ()


def test_another_interviewer_takes_passages_and_suggestions_away_from_open_pages(office: Office) -> None:
    assert office.decide("ada", "accept", "t1", 1, suggested="CA").status_code == 200
    office.outside.transcript_edit("t1", TranscriptEdit(interviewer=("R",)))
    assert office.decide("ada", "accept", "t1", 3, suggested="RM").status_code == 409
    assert len(office.study.store.decisions()) == 1
    assert 'class="turn asks" id="turn2"' in office.look("ada", "/code/t1")
    assert office.decide("ada", "accept", "t2", 3, suggested="RM").status_code == 200
    assert office.study.check_audit().faults == ()


def test_settled_passages_go_with_their_interview_and_the_rest_is_undone_on_its_own(office: Office) -> None:
    for name in ("t1", "t2"):
        office.decide("ada", "accept", name, 1, suggested="CA")
        office.decide("ben", "reject", name, 1, suggested="CA")
        passage = f"{span(1)['start']}-{span(1)['end']}-{name}"
        settled = office.send(BOTH, "/adjudicate", passage=passage, holds=["CA"], request=f"s{name}")
        assert settled.status_code == 303
    office.outside.transcript_remove("t2")
    assert office.send(BOTH, "/adjudicate", verdict="undo", request="u1").headers["location"].endswith("t1&undone=1")
    assert "nothing left to undo" in office.send(BOTH, "/adjudicate", verdict="undo", request="u2").text
    assert Origin.ADJUDICATED not in {each.origin for each in office.study.store.codings()}
    assert office.study.check_audit().faults == ()


def test_an_interview_imported_meanwhile_opens_and_is_adjudicated(office: Office) -> None:
    """Nobody need open the study again."""
    office.look(BOTH, "/adjudicate")
    new, book = talk("t9"), office.study.codebook
    with office.outside.store.transaction("test") as write:
        write.add_transcripts([new])
        write.add_codings([Coding("t9", *new.turns[1].span, "CO", "ada")], book)
        write.add_passes([CodingPass("t9", coder, 0, len(new.text), book.ids) for coder in ("ada", "ben")])
    assert LINES[0] in office.look("ben", "/code/t9")
    assert "t9" in office.look(BOTH, "/adjudicate")


# -- what counts as independent -----------------------------------------------------------------------------------------


def test_what_a_model_once_suggested_there_stays_known(office: Office) -> None:
    """An edit or a removal takes suggestions away, not what people read of them."""
    assert "Suggested" in office.look("ada", "/codes/CO")
    office.outside.transcript_edit("t1", TranscriptEdit(interviewer=("none",)))
    office.outside.transcript_remove("t2")
    with office.outside.store.transaction("test") as write:
        write.add_transcripts([talk("t2")])
    for name in ("t1", "t2", "t3"):
        assert office.code("ada", name, "code", code="CO", **span(2)).status_code == 200
    assert [(each.transcript, each.origin.value) for each in office.study.store.codings()] == [
        ("t1", "reviewed"), ("t2", "reviewed"), ("t3", "independent"),
    ]  # fmt: skip


def test_others_codings_once_shown_are_not_forgotten(office: Office) -> None:
    office.code("ben", "t3", "code", code="F1", **span(1))
    office.code("ada", "t3", "code", code="CO", **span(2))
    assert LINES[1] not in office.look("ada", "/codes/F1")
    office.send("ada", "/codes/others")
    assert LINES[1] in office.look("ada", "/codes/F1")
    office.code("ada", "t3", "code", code="CO", **span(3))
    assert origins(office.study) == {"ada": [Origin.INDEPENDENT, Origin.REVIEWED], "ben": [Origin.INDEPENDENT]}
    office.outside.transcript_remove("t3")
    office.bring("t3")
    office.code("ada", "t3", "code", code="CO", **span(3))
    office.code("ben", "t3", "code", code="CO", **span(3))
    assert origins(office.study) == {"ada": [Origin.REVIEWED], "ben": [Origin.INDEPENDENT]}


# -- recoding and the looks ---------------------------------------------------------------------------------------------


def test_a_recoded_coding_takes_its_look_along(office: Office) -> None:
    """No reading is made up of the old look, and none is left when the coding goes."""
    office.code("ada", "t3", "code", code="CO", **span(0))
    office.code("ada", "t3", "newcode", id="N1")
    keys = re.findall(r'form="recode" name="holds" value="(\w+)"', office.look("ada", "/codes/CO"))
    assert office.send("ada", "/recode", holds=keys, code="CO", to="N1", sure="yes", request="c1").status_code == 303
    assert [each.code for each in office.study.store.codings()] == ["N1"]
    assert unlooked(office.study) == []
    assert "Nobody has said so of any part yet" in office.look("ada", "/code/t3")
    office.code("ada", "t3", "remove", key=office.keys("ada", "t3")[0])
    assert office.study.store.passes() == []
    assert office.study.check_audit().faults == ()


def test_a_code_given_by_hand_and_accepted_too_stays_when_the_hand_takes_it_away(office: Office) -> None:
    """It is there once as long as both gave it, and by the decision when the hand takes it back."""
    office.code("ada", "t1", "code", code="CA", **span(1))
    office.decide("ada", "accept", "t1", 1, suggested="CA")
    assert len(office.study.store.codings()) == 1
    office.code("ada", "t1", "remove", key=office.keys("ada", "t1")[0])
    assert unfollowed(office.study) == []
    assert [each.code for each in office.study.store.codings()] == ["CA"]
    assert "given in the review" in office.look("ada", f"/code/t1?edit={office.keys('ada', 't1')[0]}")
    office.decide("ada", "undo", "t1", 1)
    assert office.study.store.codings() == []
    assert office.study.check_audit().faults == ()


# -- what nobody may see ------------------------------------------------------------------------------------------------

PAGES = (
    "/", "/queue", "/queue?at=PLACE", "/transcript/t1", "/transcript/t1?at=PLACE~RM", "/queue?at=PLACE~RM",
    "/code/t1", "/code/t3", "/codebook", "/codes",
    "/codes/RM", "/codes/CP", "/codes/RM?coder=ben", "/codes/RM?valence=inhibits", "/passages.docx?code=RM", "/split?code=RM",
    "/split?code=RM&id0=X1&id1=X2", "/summary", "/summary.html", "/adjudicate", "/learn", "/learn/report", "/code/t1?edit=x",
    "/code/t1?about=RM", "/queue?code=RM", "/queue?text=worth", "/transcript/t1?code=RM", "/?code=RM",
)  # fmt: skip
SECRETS = ("SENTINELMEMO", "A sentinel of the evidence", "77 in 100", "0.7777")


def text_of(answer: Any) -> str:
    """What an answer says; of a Word document all its parts."""
    if answer.content[:2] != b"PK":
        return str(answer.text)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as document:
        return "\n".join(document.read(name).decode("utf-8", "replace") for name in document.namelist())


def secrets_told(office: Office, who: str) -> list[tuple[str, str]]:
    """Where a page tells what is to be held back: evidence, probabilities, memos of others."""
    told = []
    for url in PAGES:
        for headers in ({}, {"X-Asked-By": "page"}):
            answer = office.clients[who].http.get(url.replace("PLACE", PLACE), headers=headers)
            assert answer.status_code < 500, (url, answer.text[:500])
            told += [(url, secret) for secret in SECRETS if secret in text_of(answer)]
    return told


def secretive(office: Office) -> None:
    """A suggestion on the fourth answer with evidence of its own, and another coder's coding with a memo on all interviews."""
    transcript, (carrying, *_) = talk("t1"), suggestion(talk("t1"), 3, "RM", 0.7777).nearest
    nearest = (replace(carrying, text="A sentinel of the evidence"),)
    marks = [suggestion(transcript, *each) for each in SUGGESTED[:3]]
    with office.outside.store.transaction("test") as write:
        told = replace(suggestion(transcript, 3, "RM", 0.7777), nearest=nearest)
        write.replace_suggestions(MODEL, ["t1"], [*marks, told])
    office.clients["ada"].post("/renew")
    # On the other interview, too, on which nothing is suggested.
    for name in ("t1", "t3"):
        assert (
            office.code("ben", name, "code", code="RM", memo="SENTINELMEMO", valence="inhibits", **span(3)).status_code
            == 200
        )


def test_no_page_tells_what_is_held_back_until_the_passage_is_coded(blind: Office) -> None:
    secretive(blind)
    assert secrets_told(blind, "ada") == []
    page = blind.look("ada", "/codes")
    assert "by ben" not in page
    blind.decide("ada", "looked", "t1", 3)
    told = {secret for _, secret in secrets_told(blind, "ada")}
    assert "A sentinel of the evidence" in told
    assert "SENTINELMEMO" not in told


def test_others_codings_appear_once_one_has_finished(blind: Office) -> None:
    secretive(blind)
    blind.code("ada", "t3", "read")
    assert "SENTINELMEMO" in {secret for _, secret in secrets_told(blind, "ada")}


# -- hostile forms ------------------------------------------------------------------------------------------------------

HOSTILE = (
    "-1",
    "99999999999",
    "9" * 4000,
    "1e3",
    "²",
    "0x10",
    "nan",
    "\ud800",
    "\x00",
    "'; DROP TABLE codings;--",
    "😀" * 999,
    " ",
    "None",
)
FIELDS = (
    "start", "end", "code", "key", "valence", "memo", "turn", "words", "from", "to", "part", "which", "holds", "passage", "suggested",
    "request", "undoes", "seconds", "other", "id0", "id1", "to", "parent", "name", "definition", "id", "verdict", "transcript", "at",
)  # fmt: skip
FORMS = (
    *(("ada", "/code/t3", {"action": action}) for action in ("code", "change", "remove", "read", "unread", "undo", "newcode", "?")),
    ("ada", "/decide", {"verdict": "accept"}), ("ada", "/decide", {"verdict": "all"}), ("ada", "/decide", {"verdict": "add"}),
    ("ada", "/decide", {"verdict": "undo"}), (BOTH, "/adjudicate", {}), (BOTH, "/adjudicate", {"verdict": "undo"}),
    ("ada", "/recode", {}), ("ada", "/recode", {"sure": "yes"}), ("ada", "/split", {}), ("ada", "/split", {"code": "CO"}),
    ("ada", "/codes/others", {}), ("ada", "/code/nowhere", {"action": "code"}),
)  # fmt: skip

SOUND = {"start": "12", "end": "40", "code": "CO", "passage": PLACE, "request": "r1", "suggested": "RM"}
ANSWERS = (200, 303, 400, 403, 404, 409, 413)


def sent_raw(office: Office, who: str, url: str, fields: dict[str, str]) -> int:
    """A form as a browser never sends it, lone surrogates and all."""
    from urllib.parse import quote_plus

    def written(value: str) -> str:
        return quote_plus(value.encode("utf-8", "surrogatepass"))

    client = office.clients[who]
    body = "&".join(f"{written(name)}={written(value)}" for name, value in ({"mark": client.token} | fields).items())
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Asked-By": "page"}
    return int(client.http.post(url, content=body, headers=headers).status_code)


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda value: ascii(value)[:12])
def test_no_field_of_any_form_is_a_fault_of_the_program(office: Office, hostile: str) -> None:
    for who, url, fixed in FORMS:
        for fields in (dict.fromkeys(FIELDS, hostile) | fixed, SOUND | fixed | {"memo": hostile, "start": hostile}):
            status = sent_raw(office, who, url, fields)
            assert status in ANSWERS, (url, fixed, fields, status)
    for url in (
        "/queue?at=",
        "/codes/",
        "/code/t3?edit=",
        "/code/t3?since=",
        "/split?code=",
        "/passages.docx?code=CO&text=",
        "/adjudicate",
    ):
        for who in ("ada", BOTH):
            answer = office.clients[who].http.get(
                url + (hostile.encode("utf-8", "surrogatepass").hex("%", 1).join(("%", "")))
            )
            assert answer.status_code < 500, (url, answer.text[:500])
    assert office.study.check_audit().faults == ()


@pytest.mark.slow
@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda value: ascii(value)[:12])
def test_nor_is_one_field_among_sound_ones(office: Office, hostile: str) -> None:
    for who, url, fixed in FORMS:
        for field in FIELDS:
            status = sent_raw(office, who, url, SOUND | fixed | {field: hostile})
            assert status in ANSWERS, (url, fixed, field, status)
    assert office.study.check_audit().faults == ()


def test_forms_that_are_too_much_are_refused(office: Office) -> None:
    many = {f"field{at}": "x" for at in range(10_000)}
    assert sent_raw(office, "ada", "/code/t3", {"action": "code"} | many) in (400, 413)
    assert sent_raw(office, "ada", "/code/t3", {"action": "code", "memo": "x" * 300_000}) == 413
    assert office.study.store.codings() == []


def test_a_key_of_another_interview_or_coder_and_a_retired_code_are_refused(office: Office) -> None:
    office.code("ada", "t3", "code", code="CO", **span(0))
    (key,) = office.keys("ada", "t3")
    for who, name in (("ada", "t1"), ("ben", "t3")):
        for action in ("change", "remove", "unread"):
            assert office.code(who, name, action, key=key, code="CA").status_code == 409
    shown = office.study.codebook.hash
    path = office.study.folder.parent / "book.yml"
    path.write_text(dump_codebook(with_ids(office.outside.codebook, {"CA": None})), encoding="utf-8")
    office.outside.codebook_change(office.outside.codebook_plan(path, NamedSteps(retire=("CA",))), path)
    for fields in ({"code": "CA"}, {"code": "CO", "codebook": shown}):
        assert office.code("ada", "t3", "code", **fields, **span(1)).status_code == 409
    assert office.decide("ada", "accept", "t1", 1, suggested="CA").status_code == 409
    assert len(office.study.store.codings()) == 1


# -- many at once -------------------------------------------------------------------------------------------------------


def test_two_coders_in_two_tabs_lose_nothing_and_double_nothing(office: Office) -> None:
    """The same acts sent twice at once by each of two coders, with a new code in between."""
    spans = [(at, code) for at in range(6) for code in ("CO", "CA", "F1")]

    def work(who: str) -> list[int]:
        return [office.code(who, "t3", "code", code=code, **span(at)).status_code for at, code in spans]

    def grow() -> int:
        return int(office.code("ada", "t3", "newcode", id="NEW").status_code)

    with ThreadPoolExecutor(5) as pool:
        tabs = [pool.submit(work, who) for who in ("ada", "ben", "ada", "ben")]
        assert pool.submit(grow).result() == 200
        told = [tab.result() for tab in tabs]
    # Where the codebook grew under way, a request may have been refused: then both were, or one went through.
    given = {(each.coder, each.start, each.code) for each in office.study.store.codings()}
    assert len(given) == len(office.study.store.codings())
    accepted = sum(status == 200 for tab in told for status in tab)
    assert accepted == len(given) >= len(spans)
    assert unlooked(office.study) == []
    assert office.study.check_audit().faults == ()
