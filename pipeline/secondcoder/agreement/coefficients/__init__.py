"""Coefficients of agreement: those that ship, and one module for each that joins them."""

from secondcoder.agreement.coefficients.registry import (
    ALPHA,
    COEFFICIENTS,
    KAPPA,
    NO_PAIRS,
    ONE_CATEGORY,
    PERCENT,
    POSITIVE,
    Coefficient,
    coefficient_named,
    coefficients,
    coefficients_for,
)

__all__ = [
    "ALPHA",
    "COEFFICIENTS",
    "KAPPA",
    "NO_PAIRS",
    "ONE_CATEGORY",
    "PERCENT",
    "POSITIVE",
    "Coefficient",
    "coefficient_named",
    "coefficients",
    "coefficients_for",
]
