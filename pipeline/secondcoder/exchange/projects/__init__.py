"""Projects of QualCoder, Taguette, RQDA and annotation tools: a module a format, and what they share (records, codes, positions)."""
