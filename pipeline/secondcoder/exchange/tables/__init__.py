"""Coded data in tables and sheets: files to rows, rows to places in transcripts, and back."""
