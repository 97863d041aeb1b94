"""Trials of where a probability becomes a suggestion, for thresholds.py."""
