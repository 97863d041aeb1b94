"""What people said, as matrices: decisions of a review, codings and passes, how far each label is trusted."""
