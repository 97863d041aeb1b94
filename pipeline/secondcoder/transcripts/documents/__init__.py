"""Transcripts from documents of paragraphs and tables: Word, OpenDocument, Rich Text, web pages, PDF."""
