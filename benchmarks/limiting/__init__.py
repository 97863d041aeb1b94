"""Studies that are spoilt in one known way a code, and what is said of their codes."""
