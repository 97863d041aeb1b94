"""Second looks: orders, trials and the report for label_doubts.py."""
