"""Unmarked Word copies of all transcripts, with the codebook behind them, for coding by hand; read back as coded Word documents."""

from __future__ import annotations

from secondcoder.exchange.registry import CodedData, CodedFormat
from secondcoder.exchange.word.word_comments_out import write_unmarked

CODED_FORMAT = CodedFormat(
    "word-unmarked", (".docx",), lambda path: False, lambda path, context: CodedData(), write_unmarked, marks=False
)
