"""The key of a de-identified study: which pseudonym stands for whom, in a file that opens with a passphrase only.

The file is one line of JSON that says how it is encrypted, and after it the cipher text. The key is derived by scrypt (RFC 7914)
with N = 2^17, r = 8, p = 1, the parameters of the OWASP Password Storage Cheat Sheet (128 MiB of memory a try); the text is
encrypted and authenticated by AES-256-GCM (NIST SP 800-38D) with the line as associated data. Salt and nonce are new at each
writing. The line holds neither names nor their number; the length of the file tells roughly how many there are.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from secondcoder.deidentification.finding import KINDS
from secondcoder.errors import InputError

LEAST = 12
"""Characters of a passphrase."""
LARGEST = 64 * 2**20
"""Bytes of a key file that is opened at all."""
_HEADER = {"format": "secondcoder key 1", "kdf": "scrypt", "n": 2**17, "r": 8, "p": 1, "cipher": "AES-256-GCM"}
_HEADER_BYTES = 1024
_FORM = "This is no key file of secondcoder. Nothing was read."


@dataclass(frozen=True, slots=True)
class Entry:
    """One name as it was written, of a kind of `finding.KINDS`, and the pseudonym that stands for it."""

    kind: str
    original: str
    pseudonym: str


def check_passphrase(passphrase: str) -> None:
    """InputError for a passphrase that is too short to keep anything."""
    if len(_normal(passphrase)) < LEAST:
        raise InputError(
            f"The passphrase has fewer than {LEAST} characters. Take some words that nobody would guess. Nothing was done."
        )


def write_key(path: Path, entries: Sequence[Entry], passphrase: str) -> None:
    """Replace the key file in one step; only its owner may read it.

    Raises:
        InputError: the passphrase is too short, or the file cannot be written; a file that was there is as it was.
    """
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    check_passphrase(passphrase)
    salt, nonce = os.urandom(16), os.urandom(12)
    line = json.dumps({**_HEADER, "salt": salt.hex(), "nonce": nonce.hex()}).encode() + b"\n"
    plain = json.dumps({"entries": [asdict(entry) for entry in entries]}, ensure_ascii=False).encode()
    _replace(path, line + AESGCM(_derived(passphrase, salt)).encrypt(nonce, plain, line))


def read_key(path: Path, passphrase: str) -> list[Entry]:
    """The entries of a key file, in their order.

    Raises:
        InputError: there is no such file, it is no key file, the passphrase is wrong, or the file was changed.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    line, cipher = _parts(path)
    salt, nonce = _salt_and_nonce(line, path)
    try:
        plain = AESGCM(_derived(passphrase, salt)).decrypt(nonce, cipher, line)
    except InvalidTag as error:
        raise InputError(f"{path}: the passphrase is wrong, or the file was changed. Nothing was read.") from error
    try:
        entries = [Entry(**entry) for entry in json.loads(plain)["entries"]]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: the key was written by another version. Nothing was read.") from error
    if any(entry.kind not in KINDS for entry in entries):
        raise InputError(f"{path}: the key was written by a newer version. Nothing was read.")
    return entries


def _parts(path: Path) -> tuple[bytes, bytes]:
    try:
        with path.open("rb") as file:
            line, cipher = file.readline(_HEADER_BYTES), file.read(LARGEST + 1)
    except OSError as error:
        raise InputError(f"{path}: the key file cannot be read ({error.strerror}).") from error
    if not line.endswith(b"\n") or len(cipher) > LARGEST:
        raise InputError(f"{path}: {_FORM}")
    return line, cipher


def _salt_and_nonce(line: bytes, path: Path) -> tuple[bytes, bytes]:
    # Only our own parameters are taken: a forged header must not ask for all the memory there is.
    try:
        header: dict[str, Any] = json.loads(line)
        salt, nonce = bytes.fromhex(header.pop("salt")), bytes.fromhex(header.pop("nonce"))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f"{path}: {_FORM}") from error
    if header != _HEADER or (len(salt), len(nonce)) != (16, 12):
        raise InputError(f"{path}: {_FORM}")
    return salt, nonce


def _normal(passphrase: str) -> str:
    # One passphrase on every keyboard: `é` may be typed as one character or as two.
    return unicodedata.normalize("NFKC", passphrase)


def _derived(passphrase: str, salt: bytes) -> bytes:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    kdf = Scrypt(salt=salt, length=32, n=2**17, r=8, p=1)
    return kdf.derive(_normal(passphrase).encode())


def _replace(path: Path, content: bytes) -> None:
    draft = None
    try:
        # mkstemp makes the file 0600, before anything is in it.
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except OSError as error:
        if draft is not None:
            with contextlib.suppress(OSError):
                os.unlink(draft)
        raise InputError(f"{path}: the key file cannot be written ({error.strerror}). Nothing was done.") from error
