"""A draft of the Results section from the tables of a chart."""
