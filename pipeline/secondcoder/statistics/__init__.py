"""One home for uncertainty: intervals that allow for passages of one interview being alike."""
