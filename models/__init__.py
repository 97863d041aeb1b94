"""Data that ships: models and their cards."""
