"""The classifier that ships: kernel ridge regressions on embeddings and n-grams, stacked by one logistic regression."""

from secondcoder.domain.plugins import Part
from secondcoder.learning.stacked_kernels.classifier import StackedKernelClassifier

PART = Part("stacked-kernels", StackedKernelClassifier)
