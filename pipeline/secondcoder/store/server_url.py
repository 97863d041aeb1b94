"""The address of a database server: how it is read and shown, and that what goes there is encrypted.

PostgreSQL's client by itself asks for TLS and goes on without (sslmode=prefer): whoever offers a server, or listens, then reads the
interviews, and with some ways of logging in the password (https://www.postgresql.org/docs/current/libpq-ssl.html, table 32.1).
"""

from __future__ import annotations

import os
import re
from ipaddress import ip_address

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from secondcoder.errors import StoreError
from secondcoder.network.guard import let_through

PATIENCE = "10"
"""Seconds that a database server may take to answer, where the URL says no other: by itself a client waits for minutes."""
CLEAR = ("disable", "allow", "prefer")
"""Values of sslmode with which a connection may go unencrypted."""


def parsed(url: str) -> URL:
    """The setting store.url as SQLAlchemy reads it; StoreError where it is no URL."""
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        # Not the parser's words: they may quote the password.
        raise StoreError(
            f"The setting store.url is '{without_password(url)}', which is no URL. The usual one: sqlite:///study.db. In a password, "
            "write @ as %40, : as %3A and / as %2F; better leave it out, and put it into ~/.pgpass."
        ) from None


def without_password(url: str) -> str:
    """What stands before the first colon and after the last @: no password, however it is written."""
    scheme, colon, rest = url.partition(":")
    return f"{scheme}:***@{rest.rpartition('@')[2].partition('?')[0]}" if "@" in rest else f"{scheme}{colon and ':***'}"


def server_url(url: str) -> URL:
    """With psycopg as PostgreSQL's driver, whichever of its names it has; encrypted, unless it says or means otherwise."""
    # SQLAlchemy takes psycopg2 for a bare postgresql://, and does not know postgres://.
    read = parsed(url)
    if read.host:
        let_through(read.host, read.port)
    if read.get_backend_name() not in ("postgresql", "postgres"):
        return read
    bare = read.drivername in ("postgresql", "postgres")
    usual = {"connect_timeout": PATIENCE} | ({} if _says_how(read) or _stays_here(read) else {"sslmode": "require"})
    missing = {name: value for name, value in usual.items() if name not in read.query}
    return (read.set(drivername="postgresql+psycopg") if bare else read).update_query_dict(missing)


def clear_text_warning(url: str) -> str | None:
    """What to say of a server on another machine to which the interviews may travel unencrypted; None for any other."""
    read = parsed(url)
    mode = read.query.get("sslmode", os.environ.get("PGSSLMODE"))
    if read.get_backend_name() not in ("postgresql", "postgres") or _stays_here(read) or mode not in CLEAR:
        return None
    return (
        f"The interviews, and perhaps the password, travel to the database server unencrypted (sslmode={mode}): whoever can listen on "
        "the way reads them. Where the server offers TLS, write sslmode=verify-full into store.url instead."
    )


def password_warning(url: str) -> str | None:
    """What to say of a password that stands in the settings; None where none does."""
    read = parsed(url)
    if not (read.password or "password" in read.query):
        return None
    return (
        "The database's password stands in secondcoder.toml, which is copied and shared. Take it out of store.url, and put it into "
        "~/.pgpass, readable by you alone (docs/teams-on-postgresql.md)."
    )


def _says_how(read: URL) -> bool:
    """The environment says how to connect, or a service file may (libpq's pg_service.conf)."""
    return bool(os.environ.get("PGSSLMODE") or os.environ.get("PGSERVICE") or "service" in read.query)


def _stays_here(read: URL) -> bool:
    """Every server that the client may try is on this machine: a socket in a folder, or a loopback address."""
    told = read.query.get("hostaddr") or read.query.get("host") or read.host or os.environ.get("PGHOST", "")
    hosts = ",".join((told,) if isinstance(told, str) else told).split(",")
    return all(_is_here(host) for host in hosts)


def _is_here(host: str) -> bool:
    if host in ("", "localhost") or host.startswith(("/", "@")):
        return True
    bare = re.sub(r":\d+$", "", host) if host.count(":") == 1 else host
    try:
        return bare == "localhost" or ip_address(bare.strip("[]")).is_loopback
    except ValueError:
        return False
