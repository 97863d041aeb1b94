"""One home for uncertainty, and for the figures it is of: intervals over clusters, proportions, kappa, average precision."""
