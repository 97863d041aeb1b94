"""A lock that a database server holds for one process: an advisory lock of PostgreSQL (its documentation, section 13.3.5).

It belongs to a connection of its own, and goes when that ends, however its process does. Who holds it, and since when, is told by the
name that this connection bears in the server's list of activity, which every user of the server may read.
"""

from __future__ import annotations

import getpass
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, NullPool, create_engine, text
from sqlalchemy.exc import DatabaseError

LONGEST = 63
"""Characters of a connection's name (NAMEDATALEN)."""
KEPT_ALIVE = text(
    "SELECT set_config(name, wanted.value, false) FROM pg_settings JOIN (VALUES ('tcp_keepalives_idle', '60'), "
    "('tcp_keepalives_interval', '10'), ('tcp_keepalives_count', '6'), ('idle_session_timeout', '0')) AS wanted (name, value) "
    "USING (name)"
)
"""The connection says nothing for hours: it stays open, and where its machine lost power the server knows within two minutes."""
TRAINING, CHANGE = 24257, 24258
"""0x5EC1 and 0x5EC2: those of the trail's end (`chain.LOCK`), of notes and of coders are others."""
# The second number is the schema's, since each may hold a study of its own.
TAKE = text("SELECT pg_try_advisory_lock(CAST(:which AS integer), hashtext(current_schema()))")
HOLDER = text(
    "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND granted AND objsubid = 2 "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND classid = CAST(:which AS integer) "
    "AND objid = hashtext(current_schema())::bigint & 4294967295"
)


class HeldElsewhereError(Exception):
    """Another connection holds the lock; the message names its holder, '' where it went meanwhile."""


@contextmanager
def held_on_server(engine: Engine, what: str, which: int = TRAINING) -> Iterator[Callable[[], bool]]:
    """Inside, nobody else holds the lock of this database's study; gives a function that says whether it is still held.

    Raises:
        HeldElsewhereError: somebody holds it.
        sqlalchemy.exc.DatabaseError: the server cannot be reached.
    """
    named = {"application_name": _name(what)}
    # Of its own, and without a transaction, which would keep the server from clearing up for as long as the lock is held.
    own = create_engine(engine.url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=named)
    connection = own.connect()
    try:
        connection.execute(KEPT_ALIVE)
        if not connection.execute(TAKE, {"which": which}).scalar_one():
            raise HeldElsewhereError(_holder(connection, which))
        yield lambda: _answers(connection)
    finally:
        with suppress(Exception):  # what ended with the server is released
            connection.close()


def _answers(connection: Connection) -> bool:
    """Whether the connection still stands, and with it what it holds."""
    try:
        connection.execute(text("SELECT 1"))
    except DatabaseError:
        return False
    return True


def _holder(connection: Connection, which: int) -> str:
    return str(connection.execute(HOLDER, {"which": which}).scalar() or "")


def _name(what: str) -> str:
    """'retrain by ada on laptop, since 2026-02-03 10:32 UTC'."""
    since = f", since {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    return (
        f"{what} by {_person()} on {socket.gethostname()}".encode("ascii", "replace").decode()[: LONGEST - len(since)]
        + since
    )


def _person() -> str:
    with suppress(OSError, KeyError):  # a user without a name, as in a container
        return getpass.getuser()
    return "somebody"
