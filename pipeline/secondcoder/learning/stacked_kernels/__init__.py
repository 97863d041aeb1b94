"""The classifier that ships: kernel ridge regressions on embeddings and n-grams, stacked by one logistic regression."""
