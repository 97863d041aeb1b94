"""What is fuzzed, how inputs are altered, and how one process of it runs."""
