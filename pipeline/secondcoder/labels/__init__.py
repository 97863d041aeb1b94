"""Labels as matrices, with their weights, from codings, coding passes and the decisions of a review."""
