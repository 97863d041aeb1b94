"""Who may use the server: single-use login links, sessions, and the checks on every request and response.

The server listens on this machine, but other programs and pages of the browser can reach it. So every page needs a session
that only a login link gives; the Host header must be ours (DNS rebinding); a request that changes anything must come from our own
page (Sec-Fetch-Site, Origin) and carry the session's own token (CSRF); and no page may be framed.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from threading import Event, Lock
from time import monotonic
from urllib.parse import urlsplit

COOKIE = "secondcoder_review"
TOKEN_BYTES = 32
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared, not listened on
IDLE_LIMIT = 12 * 3600.0
"""Seconds without a request after which a session ends."""
LINK_LIMIT = 12 * 3600.0
"""Seconds after which a link that nobody opened ends."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Frame-Options": "DENY",  # for browsers that do not know frame-ancestors
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: browsers then send forms with "Origin: null", which cannot be told from another site's.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",  # talk is not to stay in the browser's cache
}

MEDIA = "; media-src 'self'"
"""What the policy allows as well where the server has recordings."""

DOCUMENT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "sandbox"
)
"""For a page written to be opened from a folder: its style and pictures are inside it, and it may load and run nothing."""


@dataclass
class Session:
    """One browser's login: whose it is, and the token that its forms carry."""

    coder: str
    adjudicates: bool = False
    csrf_token: str = field(default_factory=lambda: secrets.token_urlsafe(TOKEN_BYTES))
    last_used: float = field(default_factory=monotonic)


@dataclass
class _Invitation:
    """What a token opens, until when, and whether it was used."""

    session: Session
    until: float
    used: Event = field(default_factory=Event)


class LoginLinks:
    """Single-use login tokens, and the sessions they opened; in memory only, so a new start makes new links.

    Args:
        cookie: its name. Browsers keep cookies by host and not by port, so each server on a host needs another.
    """

    def __init__(self, cookie: str = COOKIE) -> None:
        self.cookie = cookie
        self._links: dict[str, _Invitation] = {}
        self._sessions: dict[str, Session] = {}
        self._lock = Lock()

    def invite(self, coder: str, adjudicates: bool = False, lasts: float = LINK_LIMIT) -> str:
        """A new token that opens one session, within `lasts` seconds."""
        token, now = secrets.token_urlsafe(TOKEN_BYTES), monotonic()
        with self._lock:
            self._links = {old: link for old, link in self._links.items() if link.until > now}
            self._links[token] = _Invitation(Session(coder, adjudicates), now + lasts)
        return token

    def open(self, token: str) -> str | None:
        """Use a token; the cookie of the new session, or None for a token that is unknown, used or too old."""
        with self._lock:
            known = _match(token, self._links)
            if known is None:
                return None
            link = self._links.pop(known)
            link.used.set()
            if monotonic() > link.until:
                return None
            cookie = secrets.token_urlsafe(TOKEN_BYTES)
            # The link may have been made long before it was opened.
            link.session.last_used = monotonic()
            self._sessions[cookie] = link.session
            return cookie

    def wait_for(self, token: str, seconds: float) -> None:
        """Return when the token was used, at the latest after so many seconds."""
        with self._lock:
            link = self._links.get(token)
        if link is not None:
            link.used.wait(seconds)

    def session(self, cookie: str | None) -> Session | None:
        """The session of a cookie, if there is one and it was used recently."""
        with self._lock:
            known = _match(cookie or "", self._sessions)
            if known is None:
                return None
            session = self._sessions[known]
            if monotonic() - session.last_used > IDLE_LIMIT:
                del self._sessions[known]
                return None
            session.last_used = monotonic()
            return session

    def close(self, cookie: str | None) -> None:
        """End a session."""
        with self._lock:
            known = _match(cookie or "", self._sessions)
            if known is not None:
                del self._sessions[known]


def _match(given: str, known: Iterable[str]) -> str | None:
    """The known token that equals the given one, in a time that does not depend on how much of it is right."""
    matching = None
    for token in known:
        # As bytes: compare_digest raises on text beyond ASCII.
        if hmac.compare_digest(token.encode(), given.encode("utf-8", "surrogateescape")):
            matching = token
    return matching


def is_own_host(host: str | None, own: frozenset[str]) -> bool:
    """The Host header names this server; where it listens on every address, an address in digits does too.

    Digits are safe: a page of another site can make its own name lead here (DNS rebinding), but no address.
    """
    if host is None:
        return False
    name, _, port = host.casefold().rpartition(":")
    return host.casefold() in own or (f"*:{port}" in own and _is_address(name))


def _is_address(name: str) -> bool:
    try:
        ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True


def is_own_page(headers: Mapping[str, str], own: frozenset[str]) -> bool:
    """A request that changes something comes from a page of ours, as far as the browser says where it comes from."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None and site != "same-origin":
        return False
    # Older browsers send neither; the form's token is still asked for.
    if origin is None:
        return True
    netloc = urlsplit(origin).netloc.casefold()
    # The origin "null", which sandboxed pages send, has no netloc.
    return bool(netloc) and (netloc == (headers.get("host") or "").casefold() or netloc in own)


def has_csrf_token(session: Session, given: str | None) -> bool:
    """The request carries the session's own token."""
    return hmac.compare_digest(session.csrf_token.encode(), (given or "").encode("utf-8", "surrogateescape"))


def own_hosts(host: str, port: int, names: Iterable[str] = ()) -> frozenset[str]:
    """What the Host header may read: the address listened on, loopback's names, and names given by hand, with a port or without.

    '*:PORT' stands for any address in digits, where the server listens on all of them.
    """
    loopback = ("127.0.0.1", "localhost", "[::1]")
    bare = "*" if host in EVERYWHERE else f"[{host}]" if ":" in host else host
    given = [name.casefold() for name in names]
    return frozenset(f"{name}:{port}".casefold() for name in (*loopback, bare, *given)) | frozenset(given)
