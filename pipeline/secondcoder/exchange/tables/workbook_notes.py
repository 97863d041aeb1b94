"""What a workbook holds beside its cells: comments, which are not read, and rows and columns that nobody sees, which are."""

from __future__ import annotations

import io
import re

from secondcoder.domain.wording import counted
from secondcoder.transcripts.documents.safe_zip import SafeZip

_COMMENTS = re.compile(r"/comments?[^/]*\.xml$")
_COMMENT = re.compile(rb"<(?:\w+:)?comment\s")
_HIDDEN = re.compile(rb"<(?:\w+:)?(?:row|col)\s[^>]*\bhidden=\"(?:1|true)\"")


def workbook_notes(content: bytes) -> tuple[str, ...]:
    """A note on each, of the whole workbook."""
    with SafeZip(io.BytesIO(content)) as parts:
        names = parts.namelist()
        comments = sum(len(_COMMENT.findall(parts.read(name))) for name in names if _COMMENTS.search(name))
        hidden = any(_HIDDEN.search(parts.read(name)) for name in names if "/worksheets/" in name)
    unread = f"{counted(comments, 'comment')} on cells not read."
    unseen = "the workbook hides rows or columns; those of the sheet that was read were read too."
    return (*[unread] * bool(comments), *[unseen] * hidden)
