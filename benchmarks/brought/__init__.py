"""Checks of what people bring: small inputs after reports on other tools, and what is right for each."""
