"""A study: one folder, and the verbs of the workflow."""
