"""Coding by hand in the browser: every transcript of the study, from its import on, with or without a model."""
