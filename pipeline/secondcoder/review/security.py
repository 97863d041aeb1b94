"""Who may ask: one-time links, sessions, and what every request and answer must carry.

The server listens on this machine, but other programs and pages of the browser can reach it. So every page wants a session
that only the link gives; the Host header must be ours (DNS rebinding); a request that changes anything must come from our own
page (Sec-Fetch-Site, Origin) and carry the session's own mark; and no page may be framed.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from threading import Lock
from time import monotonic
from urllib.parse import urlsplit

COOKIE = "secondcoder_review"
TOKEN_BYTES = 32
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared, not listened on
PATIENCE = 12 * 3600.0
"""Seconds after which a session that asks nothing ends."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: browsers then send forms with "Origin: null", which cannot be told from another site's.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}

DOCUMENT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "sandbox"
)
"""For a page written to be opened from a folder: it carries its style and pictures, and may do nothing at all."""


@dataclass
class Session:
    """One browser's way in: whose it is, and the mark that its forms carry."""

    coder: str
    adjudicates: bool = False
    mark: str = field(default_factory=lambda: secrets.token_urlsafe(TOKEN_BYTES))
    seen: float = field(default_factory=monotonic)


class Door:
    """Links that open once, and the sessions they opened. Nothing of it is written down: a new start makes new links.

    Args:
        cookie: its name. Browsers keep cookies by host and not by port, so each server on a host wants another.
    """

    def __init__(self, cookie: str = COOKIE) -> None:
        self.cookie = cookie
        self._links: dict[str, Session] = {}
        self._sessions: dict[str, Session] = {}
        self._lock = Lock()

    def invite(self, coder: str, adjudicates: bool = False) -> str:
        """A new token that opens once."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        with self._lock:
            self._links[token] = Session(coder, adjudicates)
        return token

    def open(self, token: str) -> str | None:
        """Spend a token; the cookie of the new session, or None for a token that is unknown or spent."""
        with self._lock:
            known = _match(token, self._links)
            if known is None:
                return None
            cookie = secrets.token_urlsafe(TOKEN_BYTES)
            session = self._links.pop(known)
            session.seen = monotonic()
            self._sessions[cookie] = session
            return cookie

    def session(self, cookie: str | None) -> Session | None:
        """The session of a cookie, if it is there and was used lately."""
        with self._lock:
            known = _match(cookie or "", self._sessions)
            if known is None:
                return None
            session = self._sessions[known]
            if monotonic() - session.seen > PATIENCE:
                del self._sessions[known]
                return None
            session.seen = monotonic()
            return session

    def close(self, cookie: str | None) -> None:
        """End a session."""
        with self._lock:
            known = _match(cookie or "", self._sessions)
            if known is not None:
                del self._sessions[known]


def _match(given: str, known: Iterable[str]) -> str | None:
    """The known token that equals the given one, in a time that does not depend on how much of it is right."""
    found = None
    for token in known:
        if hmac.compare_digest(token.encode(), given.encode("utf-8", "surrogateescape")):
            found = token
    return found


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
    if origin is None:
        return True
    netloc = urlsplit(origin).netloc.casefold()
    return bool(netloc) and (netloc == (headers.get("host") or "").casefold() or netloc in own)


def has_mark(session: Session, given: str | None) -> bool:
    """The request carries the session's own mark."""
    return hmac.compare_digest(session.mark.encode(), (given or "").encode("utf-8", "surrogateescape"))


def own_hosts(host: str, port: int, names: Iterable[str] = ()) -> frozenset[str]:
    """What the Host header may read: the address listened on, loopback's names, and names given by hand, with a port or without.

    '*:PORT' stands for any address in digits, where the server listens on all of them.
    """
    loopback = ("127.0.0.1", "localhost", "[::1]")
    bare = "*" if host in EVERYWHERE else f"[{host}]" if ":" in host else host
    given = [one.casefold() for one in names]
    return frozenset(f"{one}:{port}".casefold() for one in (*loopback, bare, *given)) | frozenset(given)
