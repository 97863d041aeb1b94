"""Secondcoder inside other libraries: a scikit-learn estimator of the classifier, and a spaCy component of a model version.

Each module loads its library when it is imported; `secondcoder` itself imports none of them until it is asked for one.
"""
