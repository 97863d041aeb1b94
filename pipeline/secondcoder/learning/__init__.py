"""Learning a team's codes: label matrix, splits, features, classifier, calibration, thresholds, cold start, evaluation.

Everything here works on arrays and records, knows neither store nor command line, and treats unknown as unknown: a code that
nobody looked for on a segment is neither a positive nor a negative example.
"""
