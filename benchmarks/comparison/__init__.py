"""The parts of `benchmarks/quality.py`: the sets, the methods, the figures and the report."""
