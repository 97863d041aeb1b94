"""Codes: how often each is given, which go together, and whether new transcripts still bring new ones."""
