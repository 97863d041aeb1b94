"""Learning a team's codes: features, classifier, ranking from the codebook, out-of-fold scores, and the model made of them.

Everything here works on arrays and records, knows neither store nor command line, and treats unknown as unknown: a code that
nobody looked for on a segment is neither a positive nor a negative example.
"""
