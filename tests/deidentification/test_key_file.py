"""The key file opens with its passphrase only, and says nothing without it."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from secondcoder.deidentification.finding import PERSON, PRACTICE
from secondcoder.deidentification.key_file import Entry, read_key, write_key
from secondcoder.errors import InputError

WORDS = "three invented café words"
ENTRIES = [Entry(PERSON, "Siân Whitlock", "Alder"), Entry(PRACTICE, "Hawthorn Surgery", "[practice 1]")]


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("key") / "study.key"
    write_key(path, ENTRIES, WORDS)
    return path


def test_what_is_written_is_read(key: Path) -> None:
    assert read_key(key, WORDS) == ENTRIES
    assert read_key(key, "three invented cafe\u0301 words") == ENTRIES  # the same on another keyboard


def test_only_the_owner_may_read_it_and_no_draft_is_left(key: Path) -> None:
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert [each.name for each in key.parent.iterdir()] == ["study.key"]


def test_nothing_of_the_names_is_in_the_clear(key: Path) -> None:
    content = key.read_bytes()
    assert not any(word.encode() in content for word in ("Siân", "Whitlock", "Alder", "Hawthorn", "person"))
    assert set(json.loads(content.splitlines()[0])) == {"format", "kdf", "n", "r", "p", "cipher", "salt", "nonce"}


def test_it_can_be_opened_without_secondcoder(key: Path) -> None:
    """As the module says: scrypt of the passphrase, AES-GCM with the first line as associated data."""
    line, cipher = key.read_bytes().split(b"\n", 1)
    header = json.loads(line)
    kdf = Scrypt(salt=bytes.fromhex(header["salt"]), length=32, n=header["n"], r=header["r"], p=header["p"])
    plain = AESGCM(kdf.derive(WORDS.encode())).decrypt(bytes.fromhex(header["nonce"]), cipher, line + b"\n")
    assert json.loads(plain)["entries"][0]["original"] == "Siân Whitlock"


def test_a_wrong_passphrase_is_one_clear_error(key: Path) -> None:
    with pytest.raises(InputError, match="the passphrase is wrong, or the file was changed"):
        read_key(key, "three invented coffee words")


@pytest.mark.parametrize("place", ["salt", "cipher", "tag"])
def test_a_changed_byte_is_seen(key: Path, tmp_path: Path, place: str) -> None:
    content = bytearray(key.read_bytes())
    at = {"salt": content.index(b'"salt": "') + 9, "cipher": content.index(b"\n") + 5, "tag": len(content) - 1}[place]
    content[at] = ord("0") if content[at] == ord("1") else ord("1")
    (tmp_path / "study.key").write_bytes(content)
    with pytest.raises(InputError):
        read_key(tmp_path / "study.key", WORDS)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}\n",
        b"no key",
        b"[" * 500 + b"\n",
        b'{"salt": 5, "nonce": "00"}\n',
        b'{"format": "secondcoder key 1", "kdf": "scrypt", "n": 1099511627776, "r": 8, "p": 1, "cipher": "AES-256-GCM", '
        b'"salt": "00", "nonce": "00"}\nx',
    ],
)
def test_other_files_are_no_key(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "other").write_bytes(content)
    with pytest.raises(InputError, match="no key file"):
        read_key(tmp_path / "other", WORDS)


def test_a_missing_key_and_a_short_passphrase_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_key(tmp_path / "none", WORDS)
    with pytest.raises(InputError, match="fewer than 12"):
        write_key(tmp_path / "new", ENTRIES, "short")
    assert list(tmp_path.iterdir()) == []


def test_what_was_there_stays_where_writing_fails(key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = key.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(InputError, match="No space left"):
        write_key(key, [], WORDS)
    assert key.read_bytes() == before
    assert [each.name for each in key.parent.iterdir()] == ["study.key"]
