"""Data that ships: the invented demonstration study."""
