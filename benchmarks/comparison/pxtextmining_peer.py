"""(a'') The support vector machine of pxtextmining as its authors publish it for this framework of codes.

Settings: `current_best_model/v6_framework/svc.txt` of github.com/The-Strategy-Unit/pxtextmining: TF-IDF of words and word pairs in
at most 90 % of the texts, without punctuation and digits; the question's type as three columns; a radial kernel, C = 15, weighted
by class, at most 1000 iterations.
"""

from __future__ import annotations

import re
import string
import warnings
from time import process_time
from typing import Any

import numpy as np
from secondcoder.domain.arrays import Bools, Floats, Vectors

from comparison.method import Answer
from comparison.one_a_code import fit_each
from comparison.sets import BenchmarkFeatures

EVERY_UNIT = 0.99
"""Share of coded training units from which on every unit is taken to have a code, as their surveys have it."""
_BLANK = str.maketrans({**dict.fromkeys(string.punctuation + string.digits, ""), **dict.fromkeys(",.-", " ")})


def pxtextmining_svc(train: BenchmarkFeatures, y: Bools, held: BenchmarkFeatures, code_embeddings: Vectors) -> Answer:
    """(a'') pxtextmining's published SVC: radial kernel, C = 15, weighted by class, with its clean-up of the text and, where the set
    names one (nhs_fft), the type of the question as an input, which no other method hears there. As in its own predictions, a unit
    without a suggestion gets its highest code where all but 1 % of the training units have one."""
    from sklearn.exceptions import ConvergenceWarning

    start = process_time()
    kernel, held_kernel = _kernels(train, held)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the authors' bound on iterations is often reached
        score = fit_each(_machine, kernel, y)
    seconds = process_time() - start
    values = score(held_kernel)
    suggested = values > 0
    if y.any(axis=1).mean() >= EVERY_UNIT:
        suggested |= _highest(values) & ~suggested.any(axis=1, keepdims=True)
    return Answer(values, suggested, seconds)


def _kernels(train: BenchmarkFeatures, held: BenchmarkFeatures) -> tuple[Floats, Floats]:
    """Radial kernels (n, n) and (m, n), computed once instead of once for each code; the width is scikit-learn's own, "scale"."""
    from scipy import sparse
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.metrics.pairwise import rbf_kernel
    from sklearn.preprocessing import OneHotEncoder

    words, types = TfidfVectorizer(ngram_range=(1, 2), max_df=0.9), OneHotEncoder(handle_unknown="ignore")
    X, Z = (
        sparse.hstack([asked([[kind] for kind in part.question_types]), read(map(cleaned, part.texts))], format="csr")
        for part, asked, read in (
            (train, types.fit_transform, words.fit_transform),
            (held, types.transform, words.transform),
        )
    )
    width = 1 / (X.shape[1] * (X.multiply(X).mean() - X.mean() ** 2))
    return rbf_kernel(X, gamma=width), rbf_kernel(Z, X, gamma=width)


def cleaned(text: str) -> str:
    """Lower case, without digits and punctuation; words stay apart at commas, full stops and hyphens."""
    return re.sub(r"\s+", " ", text.translate(_BLANK)).strip().lower()


def _machine() -> Any:
    from sklearn.svm import SVC

    return SVC(C=15, kernel="precomputed", class_weight="balanced", max_iter=1000, cache_size=1000)


def _highest(values: Floats) -> Bools:
    return np.asarray(values == values.max(axis=1, keepdims=True))
