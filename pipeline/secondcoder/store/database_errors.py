"""What a database's error means for the person at the keyboard."""

from __future__ import annotations

from sqlalchemy.exc import DatabaseError

from secondcoder.errors import StoreError

SAYS = "`secondcoder check` says all that is wrong."
LOOKS = "`secondcoder check` says whether it is damaged."
REMEDIES = {
    "disk is full": "The disk is full. Free some space and run the command again.",
    "is locked": "Another secondcoder is writing to it. Wait until that command has ended and try again.",
    "not a database": "The file is damaged or not a store. Bring it back from a backup.",
    "malformed": f"The file is damaged. {SAYS} Bring it back from a backup.",
    "no such table": f"A table of it is missing. {SAYS} Bring it back from a backup.",
    "no such column": f"A column of it is missing. {SAYS} Bring it back from a backup.",
    "decode to UTF-8": f"It holds text that cannot be read. {SAYS} Bring it back from a backup.",
    "readonly": "The folder cannot be written. Check its permissions.",
    "unable to open": "The file cannot be opened. Check that the folder exists and can be written.",
    "disk I/O error": "The disk refused to write. Check that it has space and is not write-protected.",
}
"""Words of SQLite's messages (sqlite3ErrStr in its main.c) and what to do."""
NO_ANSWER = (
    "The database server that store.url names does not answer. Is it running, and can it be reached from this machine?"
)
SERVERS = {
    "password authentication failed": "The database server refused the user name or the password. Check store.url and ~/.pgpass.",
    "no password supplied": "The database server asks for a password. Put it into ~/.pgpass, or into the environment as PGPASSWORD.",
    'FATAL:  database "': "The server has no database of the name in store.url. Whoever runs the server can create it.",
    'FATAL:  role "': "The server does not know the user that store.url names. Whoever runs the server can add them.",
    "server does not support SSL": "The database server offers no TLS, so that the interviews and perhaps the password would travel "
    "unencrypted. Whoever runs the server can turn it on (ssl = on). In a network that is yours alone: add sslmode=disable to "
    "store.url, after a ? or &.",
    "certificate verify failed": "The database server's certificate is not one that you trust. Put the certificate of who signed it "
    "into ~/.postgresql/root.crt, or add sslrootcert=FILE to store.url.",
    "root certificate file": "sslmode=verify-full needs the certificate of who signed the database server's: put it into "
    "~/.postgresql/root.crt, or add sslrootcert=system to store.url.",
    "no pg_hba.conf entry": "The database server lets nobody in from here under that name. Whoever runs the server can change that.",
    "permission denied": "The user that store.url names may not do this. Whoever runs the database server can grant it.",
    "too many clients": "The database server has no connection left. Try again when somebody has closed theirs.",
    "terminating connection": "The database server was stopped or restarted. Try again.",
    "server closed the connection": "The database server was stopped or restarted. Try again.",
    "Connection refused": NO_ANSWER,
    "Is the server running": NO_ANSWER,
    "failed to resolve host": NO_ANSWER,
    "timeout expired": NO_ANSWER,
}
"""Words of PostgreSQL's messages and of its client library's, in English, and what to do."""


def plain_store_error(error: DatabaseError, name: str) -> StoreError:
    """The StoreError to show for a database's error in the study `name`."""
    # The driver's words alone: SQLAlchemy's add the statement with its values, which may be talk.
    fault = str(error.orig)
    known = (remedy for words, remedy in {**REMEDIES, **SERVERS}.items() if words in fault)
    remedy = next(known, f"The database said: {' '.join(fault.split()).rstrip('.')}. {LOOKS}")
    return StoreError(f"The store of {name} could not be used. {remedy} Nothing was changed.")
