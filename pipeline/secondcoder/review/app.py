"""The application: routes, and the guard before them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from secondcoder.domain.records import Suggestion
from secondcoder.errors import SecondcoderError
from secondcoder.review import wording
from secondcoder.review.code_colours import stripes
from secondcoder.review.errors import DecisionError
from secondcoder.review.retrain_runner import Learner
from secondcoder.review.security import (
    DOCUMENT_POLICY,
    HEADERS,
    Door,
    Session,
    has_mark,
    is_own_host,
    is_own_page,
)
from secondcoder.review.session import Desk
from secondcoder.review.text_rendering import visible

LARGEST_FORM = 200_000
ENDED = "this page's session has ended. secondcoder review prints a new link when it starts, and on Enter in the window where it runs."
DOCUMENT = (b"content-security-policy", DOCUMENT_POLICY.encode())


@dataclass
class Room:
    """What the handlers share."""

    desk: Desk
    door: Door
    hosts: frozenset[str]
    learner: Learner
    templates: Environment = field(init=False)

    def __post_init__(self) -> None:
        self.templates = _environment(self.desk)

    def renew(self) -> None:
        """A new desk over the same study: the suggestions of the model in use now, for everybody."""
        self.desk = Desk(self.desk.study, self.desk.all_blind)
        self.templates = _environment(self.desk)

    @classmethod
    def of(cls, desk: Desk) -> Room:
        """A room without a door, for what is rendered outside a server."""
        return cls(desk, Door(), frozenset(), Learner(desk.study.folder))

    def page(self, name: str, session: Session | None, status: int = 200, **context: Any) -> HTMLResponse:
        """A template as a response."""
        return HTMLResponse(self.render(name, session, **context), status)

    def render(self, name: str, session: Session | None, **context: Any) -> str:
        """A template as text."""
        return self.templates.get_template(name).render(session=session, **context)


def _environment(desk: Desk) -> Environment:
    made = Environment(
        loader=PackageLoader("secondcoder.review"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["plain"] = visible
    made.filters["said"] = wording.said
    made.filters["duration"] = wording.duration
    made.globals.update(
        book=desk.book,
        stripes=stripes(desk.book),
        study_name=desk.study.folder.resolve().name,
        likelihood=wording.likelihood,
        meaning=wording.probability_meaning,
        counted=wording.counted,
        percent=percent,
    )
    return made


def percent(one: Suggestion) -> str:
    """'62 in 100' for a probability, '' for a rank."""
    return f"{round(100 * one.score)} in 100" if one.calibrated else ""


Handler = Callable[[Room, Session, Request, dict[str, str]], Response]


def make_app(desk: Desk, door: Door, hosts: frozenset[str], learner: Learner | None = None) -> ASGIApp:
    """The application over an open desk; `hosts` is what the Host header may read, `learner` starts lessons on the desk's study."""
    from secondcoder.review import actions, adjudication_pages, pages, retrain_pages, summary_pages

    room = Room(desk, door, hosts, learner or Learner(desk.study.folder))
    get: dict[str, Handler] = {
        "/": pages.overview,
        "/queue": pages.queue_page,
        "/transcript/{transcript:path}": pages.transcript_page,
        "/codebook": pages.codebook_page,
        "/summary": summary_pages.summary_page,
        "/summary.html": summary_pages.summary_file,
        "/adjudicate": adjudication_pages.adjudicate_page,
        "/learn": retrain_pages.learning_page,
        "/learn/report": retrain_pages.report_page,
    }
    post: dict[str, Handler] = {
        "/decide": actions.decide,
        "/adjudicate": adjudication_pages.settle,
        "/learn": retrain_pages.learn,
        "/renew": retrain_pages.renew,
    }
    static = str(resources.files("secondcoder.review").joinpath("static"))
    routes = [
        Route("/enter", _entrance(room), methods=["GET"]),
        Mount("/static", StaticFiles(directory=static)),
        *(Route(path, _guarded(room, handler, changes=False), methods=["GET"]) for path, handler in get.items()),
        *(Route(path, _guarded(room, handler, changes=True), methods=["POST"]) for path, handler in post.items()),
    ]
    return _Guard(Starlette(routes=routes), hosts)


class _Guard:
    """Refuses hosts that are not ours, and puts the headers on every answer."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self.app, self.hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name.lower().encode(): value.encode() for name, value in HEADERS.items()}
                if DOCUMENT in message["headers"]:
                    own |= [DOCUMENT]
                kept = [pair for pair in message["headers"] if pair[0].lower() not in own]
                message["headers"] = [*kept, *own.items()]
            await send(message)

        if not is_own_host(Request(scope).headers.get("host"), self.hosts):
            await PlainTextResponse("This server answers only to its own name.", 421)(scope, receive, dressed)
            return
        await self.app(scope, receive, dressed)


def _entrance(room: Room) -> Any:
    async def enter(request: Request) -> Response:
        if request.method == "HEAD":  # a preview of the link must not spend it
            return Response(status_code=405)
        cookie = room.door.open(request.query_params.get("token", ""))
        if cookie is None:
            if room.door.session(request.cookies.get(room.door.cookie)):
                return room.page("entered.html", None)
            return room.page(
                "closed.html", None, 403, reason="This link was used already, or is not one of this server's."
            )
        # A page and not a redirect: a Strict cookie does not go along on a redirect that another site began.
        response = room.page("entered.html", None)
        response.set_cookie(room.door.cookie, cookie, httponly=True, samesite="strict", path="/")
        return response

    return enter


def _guarded(room: Room, handler: Handler, *, changes: bool) -> Any:
    async def endpoint(request: Request) -> Response:
        session = room.door.session(request.cookies.get(room.door.cookie))
        if session is None:
            if request.headers.get("x-asked-by") == "page":
                return PlainTextResponse(ENDED, 403)
            return room.page("closed.html", None, 403, reason="This page opens with the link that secondcoder printed.")
        form: dict[str, str] = {}
        if changes:
            if not is_own_page(request.headers, room.hosts):
                return PlainTextResponse("Refused: the request came from another site.", 403)
            if int(request.headers.get("content-length") or 0) > LARGEST_FORM:
                return PlainTextResponse("Refused: the form is too large.", 413)
            async with request.form(max_files=0, max_fields=2000) as sent:
                form = {name: value for name, value in sent.items() if isinstance(value, str)}
                form["*holds"] = "\n".join(value for value in sent.getlist("holds") if isinstance(value, str))
            if not has_mark(session, form.get("mark")):
                return PlainTextResponse(
                    "Refused: the request does not carry this session's mark. Reload the page.", 403
                )
        return await run_in_threadpool(_handled, room, handler, session, request, form)

    return endpoint


def _handled(room: Room, handler: Handler, session: Session, request: Request, form: dict[str, str]) -> Response:
    """The handler's answer; what secondcoder refuses on purpose is said in its own words."""
    try:
        return handler(room, session, request, form)
    except DecisionError as error:
        status, said = 409, str(error)
    except SecondcoderError as error:
        status, said = 500, str(error)
    if request.headers.get("x-asked-by") == "page":
        return PlainTextResponse(said, status)
    return room.page("refused.html", session, status, reason=said)
