"""What is long to compute, kept by content in folders that any number of processes share."""
