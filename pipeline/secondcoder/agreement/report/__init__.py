"""The agreement report: JSON, tables and one page."""
