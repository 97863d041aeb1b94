"""Coded data in and out: one module a format, each ending in a `CODED_FORMAT` (see `registry.CodedFormat`)."""
