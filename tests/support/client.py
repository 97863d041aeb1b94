"""A browser's hands without a browser."""

from __future__ import annotations

from secondcoder.review.app import make_app
from secondcoder.review.retrain_runner import Learner
from secondcoder.review.security import Door
from secondcoder.review.session import Desk
from starlette.testclient import TestClient


class Client:
    """One coder at a page: signed in, with the session's mark."""

    def __init__(
        self,
        desk: Desk,
        door: Door,
        coder: str = "ada",
        adjudicates: bool = False,
        learner: Learner | None = None,
    ) -> None:
        self.http = TestClient(make_app(desk, door, frozenset({"testserver"}), learner), follow_redirects=False)
        self.http.get("/enter", params={"token": door.invite(coder, adjudicates)})
        session = door.session(self.http.cookies.get("secondcoder_review"))
        assert session is not None
        self.mark = session.mark

    def get(self, url: str) -> str:
        answer = self.http.get(url)
        assert answer.status_code == 200, answer.text
        return answer.text

    def post(self, url: str = "/decide", headers: dict[str, str] | None = None, **form: object):
        sent = {"mark": self.mark} | {name: value for name, value in form.items() if value is not None}
        return self.http.post(url, data=sent, headers=headers or {})
