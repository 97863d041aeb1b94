"""Turns -> segments, the units that the model codes."""
