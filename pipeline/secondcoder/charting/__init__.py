"""From codes to findings: what a study's codes come to, by case, group and transcript."""
