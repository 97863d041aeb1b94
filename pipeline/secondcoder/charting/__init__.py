"""From codes to findings: the framework matrix, profiles and comparisons of cases, and the report that shows them."""
