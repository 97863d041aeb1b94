"""Settings files that no editor should have written: refused with what and where, or read as they are meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from secondcoder.domain.toml_text import BrokenTomlError, read_toml


def read(folder: Path, content: bytes) -> dict[str, object]:
    (folder / "s.toml").write_bytes(content)
    return read_toml(folder / "s.toml")


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    assert read(tmp_path, "\ufeffa = 'é'".encode()) == {"a": "é"}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"a = [" + b"[" * 100_000, "nested too deep"),
        (b"a = " + b"{b = " * 100_000, "nested too deep"),
        (b"[" + b"a." * 100 + b"a]", r"a\.a.*nested too deep"),
        (b"b = 1\n[" + b"a." * 490_000 + b"a]", "line 2 has .*nested too deep"),
        (b"a." * 490_000 + b"a = 1", "line 1 has .*nested too deep"),
        (b"a = " + b"9" * 5000, "Exceeds the limit"),
        (b"[x]\na = 9223372036854775808", r"x\.a: a number of more than 64 bits"),
        (b"a = 1\na = 2", "Cannot overwrite a value"),
        (b"[a]\nb = 1\n[a]", "Cannot declare .*line 3"),
        (b"[x]\na = 2001-02-03", r"x\.a: a date or time"),
        (b"a = [07:32:00]", r"a\.1: a date or time"),
        (b"a = 2001-02-30", "."),
        (b"# caf\xe9", "no UTF-8 from byte 5 on"),
        ("a = 'b'".encode("utf-16"), "no UTF-8 from byte 0 on"),
        (b'a = "\\ud800"', "."),
        (b"a = 'x\x00'", "."),
        (b"#" * 1_000_001, "over 1,000,000 bytes"),
    ],
    ids=lambda each: repr(each[:20]) if isinstance(each, bytes) else None,
)
def test_what_is_no_toml_that_settings_have_is_refused(tmp_path: Path, content: bytes, why: str) -> None:
    with pytest.raises(BrokenTomlError, match=why):
        read(tmp_path, content)


def test_the_largest_numbers_of_toml_are_read(tmp_path: Path) -> None:
    assert read(tmp_path, b"a = 9223372036854775807\nb = -9223372036854775808") == {"a": 2**63 - 1, "b": -(2**63)}
