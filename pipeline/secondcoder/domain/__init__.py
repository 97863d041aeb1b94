"""What everything speaks of: records, spans, plain arrays."""
