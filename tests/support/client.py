"""A coder's browser without a browser: requests to the application. `app`: one that others use too."""

from __future__ import annotations

from secondcoder.review.app import make_app
from secondcoder.review.retrain_runner import RetrainRunner
from secondcoder.review.security import LoginLinks
from secondcoder.review.session import ReviewSession
from starlette.testclient import TestClient
from starlette.types import ASGIApp


class Client:
    """One coder at a page: signed in, with the session's token."""

    def __init__(
        self,
        review: ReviewSession,
        logins: LoginLinks,
        coder: str = "ada",
        adjudicates: bool = False,
        runner: RetrainRunner | None = None,
        app: ASGIApp | None = None,
    ) -> None:
        app = app or make_app(review, logins, frozenset({"testserver"}), runner)
        self.http = TestClient(app, follow_redirects=False)
        self.http.get("/enter", params={"token": logins.invite(coder, adjudicates)})
        session = logins.session(self.http.cookies.get("secondcoder_review"))
        assert session is not None
        self.token = session.csrf_token

    def get(self, url: str) -> str:
        answer = self.http.get(url)
        assert answer.status_code == 200, answer.text
        return answer.text

    def post(self, url: str = "/decide", headers: dict[str, str] | None = None, **form: object):
        sent = {"mark": self.token} | {name: value for name, value in form.items() if value is not None}
        return self.http.post(url, data=sent, headers=headers or {})
