"""Turns to segments, the units that the model codes."""
