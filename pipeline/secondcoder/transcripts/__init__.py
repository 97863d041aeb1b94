"""Transcript files in: one module a format, each ending in a `READER`.

A format joins by one module that defines `READER`, here or in another package (see `Reader`); nothing else changes. Files are
known by content, not only by name: every reader is asked, in the order of `Reader.priority`, whether the file is its format.
"""

from secondcoder.transcripts.registry import Reader, Source, files_together, find_reader, read_transcript, readers

__all__ = ["Reader", "Source", "files_together", "find_reader", "read_transcript", "readers"]
