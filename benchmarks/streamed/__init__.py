"""Invented comments and a model for them, to code tables of any size."""
