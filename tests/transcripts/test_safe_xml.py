"""XML of anybody: what is broken is one error that names the part."""

from __future__ import annotations

import pytest
from secondcoder.errors import ReadError
from secondcoder.transcripts.safe_xml import xml_root


@pytest.mark.parametrize(
    "data", [b"<a><b></a>", b"<a", b"", b"<x:a/>", b'<a b:c="d"/>', b'<?xml version="1.0" encoding="none"?><a/>']
)
def test_broken_xml_is_one_error(data: bytes) -> None:
    """A prefix that nothing declares is taken by the parser that counts elements, and refused by the one that builds a tree."""
    with pytest.raises(ReadError, match=r"^t\.odt: content\.xml .*"):
        xml_root(data, "content.xml", "t.odt", "Save it again.")
