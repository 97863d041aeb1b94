"""The parts of `benchmarks/what_next.py`: coded sets, ways of choosing, rounds and the report."""
