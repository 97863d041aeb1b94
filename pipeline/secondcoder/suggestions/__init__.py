"""Suggestions for what nobody has coded, what to code next, and labels for a second look."""
