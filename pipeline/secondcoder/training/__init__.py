"""Training, retraining, and the gate between a candidate and the model in use."""
