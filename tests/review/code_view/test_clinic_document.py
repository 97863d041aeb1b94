"""The codebook clinic of one code, as a Word document: for the adjudication session alone."""

from __future__ import annotations

from io import BytesIO

import pytest
from docx import Document
from secondcoder.domain.records import Coding, CodingPass
from secondcoder.review.security import LoginLinks
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study
from support.client import Client


@pytest.fixture
def review(trained_study: Study) -> ReviewSession:
    """A trained study that carl read too: he gives CO where others gave CO or CA, and nothing else."""
    corpus = trained_study.corpus
    with trained_study.store.transaction("test") as write:
        places = {coding.place for coding in corpus.codings if coding.code in ("CA", "CO")}
        marks = [Coding(*place, "CO", "carl") for place in sorted(places)]
        write.add_codings(marks, trained_study.codebook)
        write.add_passes(
            [
                CodingPass(each.id, "carl", 0, len(each.text), trained_study.codebook.ids)
                for each in corpus.coded_transcripts
            ]
        )
    return ReviewSession(trained_study)


def test_the_adjudication_session_takes_a_code_to_the_clinic(review: ReviewSession, logins: LoginLinks) -> None:
    both = Client(review, logins, "consensus", adjudicates=True)
    assert '"/clinic.docx?code=CO"' in both.get("/codes/CO")
    answer = both.http.get("/clinic.docx?code=CO")
    assert answer.status_code == 200
    lines = [paragraph.text for paragraph in Document(BytesIO(answer.content)).paragraphs]
    assert "Codebook clinic" in lines[0]
    assert any(line.startswith("Passage 1: ") and "carl" in line for line in lines)
    assert not any(line.startswith("CA ") for line in lines)


def test_no_coder_sees_it(review: ReviewSession, logins: LoginLinks) -> None:
    ada = Client(review, logins, "ada")
    assert "clinic.docx" not in ada.get("/codes/CO")
    answer = ada.http.get("/clinic.docx?code=CO")
    assert answer.status_code == 403
    assert "carl" not in answer.text


def test_a_code_that_is_not_there_is_no_page(review: ReviewSession, logins: LoginLinks) -> None:
    both = Client(review, logins, "consensus", adjudicates=True)
    assert both.http.get("/clinic.docx?code=NOPE").status_code == 404


def test_without_a_model_nothing_is_offered(by_hand: Study, logins: LoginLinks) -> None:
    both = Client(ReviewSession(by_hand), logins, "consensus", adjudicates=True)
    assert "clinic.docx" not in both.get("/codes/CA")
    assert "secondcoder train" in both.http.get("/clinic.docx?code=CA").text
