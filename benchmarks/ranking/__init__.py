"""The parts of `benchmarks/cold_start.py`: the rankers, and the three things that they are measured on."""
