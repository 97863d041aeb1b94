"""What the tests of coding by hand share: a study as it is after its first import, and a coder's page of an interview."""

from __future__ import annotations

from typing import Any

from secondcoder.domain.records import Case, Transcript
from secondcoder.review.security import LoginLinks
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study

from support.client import Client
from support.review_checks import talk

ALL = (0, len(talk("t1").text))
"""The span of a whole interview of six answers."""


def fresh_study(study: Study, *transcripts: Transcript) -> Study:
    """Interviews and nothing else: by default t1 and t2, of six answers each."""
    with study.store.transaction("test") as write:
        write.add_codebook(study.codebook)
        write.put_cases(Case(name) for name in sorted({each.case for each in transcripts if each.case}))
        write.add_transcripts(transcripts or (talk("t1"), talk("t2")))
    return study


def marks(study: Study) -> list[tuple[object, ...]]:
    """The codings: code, start, end, coder, valence, memo."""
    return [(coding.code, *coding.span, coding.coder, coding.valence, coding.memo) for coding in study.store.codings()]


def passes(study: Study) -> list[tuple[str, int, int]]:
    """The coding passes: coder, start, end."""
    return [(look.coder, *look.span) for look in study.store.passes()]


class Coder:
    """Somebody coding interviews by the requests that the page's script sends."""

    def __init__(self, review: ReviewSession, coder: str = "ada", logins: LoginLinks | None = None) -> None:
        self.name, self.client = coder, Client(review, logins or LoginLinks(), coder)

    def ask(self, action: str, transcript: str = "t1", **fields: object) -> Any:
        """The server's answer to an action."""
        asked = {"X-Asked-By": "page"}
        return self.client.post(f"/code/{transcript}", headers=asked, action=action, **fields)

    def do(self, action: str, transcript: str = "t1", **fields: object) -> dict[str, Any]:
        """An action that is done; what the page's script gets."""
        answer = self.ask(action, transcript, **fields)
        assert answer.status_code == 200, answer.text
        said: dict[str, Any] = answer.json()
        return said

    def code(self, code: str, start: int, end: int, transcript: str = "t1") -> str:
        """Code a span; the coding's key on the page."""
        key: str = self.do("code", transcript, code=code, start=start, end=end)["keys"][0]
        return key

    def refused(self, action: str, transcript: str = "t1", **fields: object) -> str:
        """Why an action is refused."""
        answer = self.ask(action, transcript, **fields)
        assert answer.status_code == 409, answer.text
        return str(answer.text)
