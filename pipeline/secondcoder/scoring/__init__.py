"""Models that read a passage and a code's definition: what one is, those that ship, and their answers kept."""
