"""Rounds of code, review and retrain, played from human codes that were held back."""
