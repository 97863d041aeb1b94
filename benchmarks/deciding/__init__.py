"""A coder who knows every code, deciding in a review: what it costs, and what is in the store afterwards."""
