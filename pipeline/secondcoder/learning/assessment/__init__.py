"""How good a model or a recipe is: out-of-fold figures, thresholds, learning curves, readiness of codes."""
