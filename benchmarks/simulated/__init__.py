"""Studies with a known truth, and how often the intervals of `evaluate` cover it."""
