"""All methods by name, in the order of the page."""

from __future__ import annotations

from comparison.activetigger_peer import activetigger, activetigger_optimised
from comparison.method import Method
from comparison.own import (
    secondcoder,
    secondcoder_without_embeddings,
    secondcoder_without_length,
    secondcoder_without_names,
    secondcoder_without_neighbours,
    secondcoder_without_ngrams,
    secondcoder_without_question,
)
from comparison.peers import vectors_logistic, words_logistic, words_svm
from comparison.plain_baseline import plain_baseline, plain_baseline_capped, plain_baseline_tuned
from comparison.pxtextmining_peer import pxtextmining_svc
from comparison.setfit_peer import BUDGET, setfit

OWN, PLAIN = "secondcoder", ("plain_baseline", "plain_baseline_tuned", "plain_baseline_capped")
METHODS = {
    "words_svm": Method("(a) word n-grams + linear SVC", words_svm, probabilities=False),
    "words_logistic": Method("(a') word n-grams + logistic regression", words_logistic),
    "pxtextmining_svc": Method("(a'') pxtextmining's radial SVC", pxtextmining_svc, probabilities=False),
    "vectors_logistic": Method("(b) MiniLM + logistic regression", vectors_logistic),
    "activetigger": Method("(f) ActiveTigger's quick model", activetigger),
    "activetigger_optimised": Method("(f') ActiveTigger's quick model, optimised", activetigger_optimised),
    "setfit": Method(f"(c) SetFit, {BUDGET}", setfit),
    "plain_baseline": Method("(e) plain baseline on the same inputs", plain_baseline, probabilities=False),
    "plain_baseline_tuned": Method("(e') plain baseline, penalty chosen", plain_baseline_tuned, probabilities=False),
    "plain_baseline_capped": Method(
        "(e'') plain baseline, secondcoder's thresholds", plain_baseline_capped, probabilities=False
    ),
    OWN: Method("(d) secondcoder", secondcoder),
    "secondcoder_without_names": Method("(d') secondcoder without the codes' names", secondcoder_without_names),
    "secondcoder_without_question": Method("(d'') secondcoder without the question", secondcoder_without_question),
    "secondcoder_without_neighbours": Method("(d1) secondcoder without neighbours", secondcoder_without_neighbours),
    "secondcoder_without_ngrams": Method("(d2) secondcoder without n-grams", secondcoder_without_ngrams),
    "secondcoder_without_embeddings": Method("(d3) secondcoder without embeddings", secondcoder_without_embeddings),
    "secondcoder_without_length": Method("(d4) secondcoder without length", secondcoder_without_length),
}
PEERS = tuple(name for name in METHODS if not name.startswith(OWN))
ABLATIONS = tuple(name for name in METHODS if name.startswith(f"{OWN}_"))
