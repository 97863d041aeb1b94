"""Data that ships: codebooks and the default configuration, read with importlib.resources."""
