"""The application: its routes, and the checks that every request passes first."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from secondcoder.domain.names import readable
from secondcoder.errors import DecisionError, InputError, NoSuchPageError, SecondcoderError, UnconfirmedError
from secondcoder.review import (
    actions,
    adjudication_pages,
    code_view_actions,
    code_view_pages,
    demonstration_pages,
    pages,
    recordings,
    retrain_pages,
    summary_pages,
)
from secondcoder.review.app_state import AppState, Handler
from secondcoder.review.charts import pages as chart_pages
from secondcoder.review.coding import pages as coding_pages
from secondcoder.review.retrain_runner import RetrainRunner
from secondcoder.review.security import (
    DOCUMENT_POLICY,
    HEADERS,
    MEDIA,
    LoginLinks,
    Session,
    has_csrf_token,
    is_own_host,
    is_own_page,
)
from secondcoder.review.session import ReviewSession

LARGEST_FORM, MOST_FIELDS = 200_000, 5000
ENDED = "this page's session has ended. secondcoder review prints a new link when it starts, and on Enter in the window where it runs."
DOCUMENT = (b"content-security-policy", DOCUMENT_POLICY.encode())
NO_REFERRER = (b"referrer-policy", b"no-referrer")
"""Of the page whose address may hold a token."""
GET: dict[str, Handler] = {
    "/": pages.overview,
    "/queue": pages.queue_page,
    "/transcript/{transcript:path}": pages.transcript_page,
    "/code/{transcript:path}": coding_pages.show,
    "/codebook": pages.codebook_page,
    "/codes": code_view_pages.codes_page,
    "/codes/{code:path}": code_view_pages.code_page,
    "/passages.docx": code_view_pages.document,
    "/clinic.docx": code_view_pages.clinic_document,
    "/split": code_view_actions.split_page,
    "/chart": chart_pages.chart_page,
    "/chart/cell": chart_pages.cell_page,
    "/chart/integration": chart_pages.integration_page,
    "/summary": summary_pages.summary_page,
    "/summary.html": summary_pages.summary_file,
    "/adjudicate": adjudication_pages.adjudicate_page,
    "/learn": retrain_pages.retrain_page,
    "/learn/report": retrain_pages.report_page,
    "/demonstration": demonstration_pages.tour,
    "/demonstration/summary": demonstration_pages.summary,
    "/recording/{transcript:path}": recordings.recording,
}
POST: dict[str, Handler] = {
    "/decide": actions.decide,
    "/code/{transcript:path}": coding_pages.act,
    "/adjudicate": adjudication_pages.settle,
    "/learn": retrain_pages.retrain,
    "/renew": retrain_pages.reopen,
    "/recode": code_view_actions.recode,
    "/split": code_view_actions.split,
    "/codes/others": code_view_actions.show_others,
    "/chart/cell": chart_pages.save_note,
}


def make_app(
    review: ReviewSession,
    logins: LoginLinks,
    hosts: frozenset[str],
    runner: RetrainRunner | None = None,
    recorded: Mapping[str, Path] | None = None,
    demonstration: Path | None = None,
) -> ASGIApp:
    """The application over an open review.

    Args:
        hosts: what the Host header may read.
        runner: trains new versions of the study's model; the study's own by default.
        recorded: the recording of each interview that has one.
        demonstration: the summary of the demonstration, where the study is one: it opens on a page that leads round.
    """
    state = AppState(
        review,
        logins,
        hosts,
        runner or RetrainRunner(review.study.folder),
        recordings=recorded or {},
        demonstration=demonstration,
    )
    static = str(resources.files("secondcoder.review").joinpath("static"))
    routes = [
        Route("/enter", _entrance(state), methods=["GET", "POST"]),
        Mount("/static", StaticFiles(directory=static)),
        *(Route(path, _guarded(state, handler, changes=False), methods=["GET"]) for path, handler in GET.items()),
        *(Route(path, _guarded(state, handler, changes=True), methods=["POST"]) for path, handler in POST.items()),
    ]
    # Around everything, so that static files and errors are guarded too.
    return _Guard(Starlette(routes=routes, exception_handlers={404: _no_page(state)}), hosts, bool(recorded))


class _Guard:
    """Refuses requests for other hosts, and adds the security headers to every response."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str], plays: bool) -> None:
        self.app, self.hosts = app, hosts
        policy = "Content-Security-Policy"
        own = HEADERS | {policy: HEADERS[policy] + MEDIA} if plays else HEADERS
        self.headers = {name.lower().encode(): value.encode() for name, value in own.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = self.headers
                # A report keeps its own policy; a response cannot bring any other.
                if DOCUMENT in message["headers"]:
                    headers = headers | dict([DOCUMENT])
                if scope["path"] == "/enter":
                    headers = headers | dict([NO_REFERRER])
                others = [pair for pair in message["headers"] if pair[0].lower() not in headers]
                message["headers"] = [*others, *headers.items()]
            await send(message)

        await (self._refusal(Request(scope)) or self.app)(scope, receive, send_with_headers)

    def _refusal(self, request: Request) -> Response | None:
        """What answers a request that no route is to see."""
        if not is_own_host(request.headers.get("host"), self.hosts):
            return PlainTextResponse("This server answers only to its own name.", 421)
        # A proxy may go by the other length, and take the rest for another request (RFC 9112, section 6.1).
        if {"content-length", "transfer-encoding"}.issubset(request.headers.keys()):
            return PlainTextResponse("Refused: the request has two lengths.", 400, {"Connection": "close"})
        return None


def _entrance(state: AppState) -> Any:
    async def enter(request: Request) -> Response:
        if request.method == "HEAD":  # a preview of the link must not use it up
            return Response(status_code=405)
        # The page that opens the browser posts its token, so that no address holds it.
        given = await _form(request) if request.method == "POST" else request.query_params
        cookie = state.logins.open(given.get("token", ""))
        if cookie is None:
            # The used link opened again in the same browser.
            if state.logins.session(request.cookies.get(state.logins.cookie)):
                return state.page("entered.html", None, start="/")
            return state.page(
                "closed.html",
                None,
                403,
                reason="This link was used already, is too old, or is not one of this server's.",
            )
        # A page and not a redirect: browsers withhold a Strict cookie on a redirect that another site began.
        session = state.logins.session(cookie)
        coder = session.coder if session and not session.adjudicates else None
        start = await run_in_threadpool(_first_page, state, coder) if coder else "/"
        response = state.page("entered.html", None, start=start)
        # Not `secure`: the server speaks plain HTTP, over which such a cookie may not come back.
        response.set_cookie(state.logins.cookie, cookie, httponly=True, samesite="strict", path="/")
        return response

    return enter


def _first_page(state: AppState, coder: str) -> str:
    return demonstration_pages.ADDRESS if state.demonstration else coding_pages.first_page(state.review, coder)


def _guarded(state: AppState, handler: Handler, *, changes: bool) -> Any:
    async def endpoint(request: Request) -> Response:
        session = state.logins.session(request.cookies.get(state.logins.cookie))
        if session is None:
            if request.headers.get("x-asked-by") == "page":
                return PlainTextResponse(ENDED, 403)
            return state.page(
                "closed.html", None, 403, reason="This page opens with the link that secondcoder printed."
            )
        form: dict[str, str] = {}
        if changes:
            if not is_own_page(request.headers, state.hosts):
                return PlainTextResponse("Refused: the request came from another site.", 403)
            form = await _form(request)
            if not has_csrf_token(session, form.get("mark")):
                return PlainTextResponse("Refused: the request lacks this session's token. Reload the page.", 403)
        # The store blocks while it writes, so no handler may run on the event loop.
        return await run_in_threadpool(_handled, state, handler, session, request, form)

    return endpoint


async def _form(request: Request) -> dict[str, str]:
    """The form's text fields, in characters that any database holds; the ticked values of `holds` one a line under '*holds'.

    Raises:
        HTTPException: 413 where it is too large, 400 where it is none.
    """
    request = Request(request.scope, _bounded(request.receive))
    async with request.form(max_files=0, max_fields=MOST_FIELDS) as sent:
        form = {name: _storable(value) for name, value in sent.items() if isinstance(value, str)}
        # items() keeps one value a name, and ticked boxes share theirs.
        form["*holds"] = "\n".join(_storable(value) for value in sent.getlist("holds") if isinstance(value, str))
    return form


def _bounded(receive: Receive) -> Receive:
    """What is received, up to LARGEST_FORM bytes: a request in chunks does not say its size."""
    come = 0

    async def bounded() -> Message:
        nonlocal come
        message = await receive()
        come += len(message.get("body", b""))
        if come > LARGEST_FORM:
            raise HTTPException(413, "Refused: the form is too large.")
        return message

    return bounded


def _storable(text: str) -> str:
    """The text without what no UTF-8 can write, and without NUL, which PostgreSQL refuses."""
    return readable(text).replace("\0", "\N{REPLACEMENT CHARACTER}")


def _handled(state: AppState, handler: Handler, session: Session, request: Request, form: dict[str, str]) -> Response:
    """The handler's response; an error that secondcoder raised on purpose is shown with its message."""
    try:
        state.keep_up()
        # Who says "no other code" of a page that lacks a code has not looked for that one.
        if form.get("codebook", state.review.book.hash) != state.review.book.hash:
            raise DecisionError(
                "The codebook has changed since this page was shown. Look at it again. Nothing was recorded."
            )
        return handler(state, session, request, form)
    except NoSuchPageError as error:
        return _refused(state, session, request, 404, str(error))
    except (InputError, UnconfirmedError) as error:
        return _refused(state, session, request, 409, str(error))
    except SecondcoderError as error:
        return _refused(state, session, request, 500, str(error))


def _refused(state: AppState, session: Session | None, request: Request, status: int, reason: str) -> Response:
    """The reason as a page with a way back, or for a page's script as text."""
    if request.headers.get("x-asked-by") == "page":
        return PlainTextResponse(reason, status)
    return state.page("refused.html", session, status, reason=reason, missing=status == 404)


def _no_page(state: AppState) -> Any:
    async def refuse(request: Request, error: Exception) -> Response:
        session = state.logins.session(request.cookies.get(state.logins.cookie))
        return _refused(state, session, request, 404, "This address leads to no page of the review.")

    return refuse
