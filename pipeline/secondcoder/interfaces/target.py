"""What an estimator is given as y: the classes of a usual classification, or codes that are given, not given, or unknown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from secondcoder.domain.arrays import Bools, Floats, Rows
from secondcoder.interfaces.talk import as_dense
from secondcoder.labels.label_matrix import LabelMatrix


@dataclass(frozen=True)
class Target:
    """Labels of n rows.

    Attributes:
        classes: of a 1-d y its classes, sorted; of a 2-d y the names of its k columns, or their numbers.
        multilabel: y is 2-d, and each column a code of its own.
        dtype: of what `predict` gives.
        labels: (n, k) share of coders, 0 or 1 mostly, and mask; of two classes alone k is 1, the second one's column.
    """

    classes: npt.NDArray[Any]
    multilabel: bool
    dtype: npt.DTypeLike
    share: Floats
    known: Bools

    @property
    def columns(self) -> tuple[str, ...]:
        """k names."""
        names = self.classes if self.multilabel or len(self.classes) > 2 else self.classes[1:]
        return tuple(map(str, names.tolist()))

    def label_matrix(self) -> LabelMatrix:
        """The same as the study's records; half of the coders or more are a yes."""
        y = (self.share >= 0.5) & self.known
        return LabelMatrix(self.columns, y, self.known, share=None if (self.share == y).all() else self.share)


def is_two_dimensional(y: Any) -> bool:
    """Whether y has columns."""
    rows_of_a_list = isinstance(y, list | tuple) and len(y) > 0 and isinstance(y[0], list | tuple | np.ndarray)
    return getattr(y, "ndim", None) == 2 or rows_of_a_list


def target_of_classes(y: npt.NDArray[Any]) -> Target:
    """Of (n,) classes, of which none is unknown.

    Raises:
        ValueError: there are no two classes, or these are numbers on a scale.
    """
    from sklearn.utils.multiclass import check_classification_targets

    check_classification_targets(y)
    classes, number = np.unique(y, return_inverse=True)
    if len(classes) < 2:
        raise ValueError(
            f"y has 1 class, {classes[0]!r}, and there is nothing to tell it from. Two classes are needed."
        )
    columns = np.arange(1 if len(classes) == 2 else 0, len(classes))
    share = (number.ravel()[:, None] == columns).astype(np.float64)
    return Target(classes, False, classes.dtype, share, np.ones(share.shape, dtype=bool))


def target_of_codes(y: Any) -> Target:
    """Of (n, k) labels: 1 or True where the code was given, 0 or False where somebody looked for it and did not give it, NaN, None
    or masked where nobody looked; between 0 and 1, the share of the coders who gave it.

    Raises:
        ValueError: another value, with its place; nothing is known; codes of one name.
    """
    share, unknown = known_or_not(y)
    names = [str(name) for name in y.columns] if hasattr(y, "columns") else None
    if names and len(set(names)) < len(names):
        raise ValueError("y has two columns of one name, and a code has one.")
    if len(wrong := np.argwhere(~unknown & ((share < 0) | (share > 1)))):
        row, column = wrong[0].tolist()
        raise ValueError(
            f"y, row {row}, column {names[column] if names else column}: {share[row, column]:g} is no label. Of codes, a column each, "
            "1 means given, 0 not given, NaN unknown, and a number between them the share of the coders who gave it."
        )
    if unknown.all():
        raise ValueError("y says nothing: every label is unknown.")
    classes = np.arange(share.shape[1]) if names is None else np.array(names, dtype=object)
    kind = getattr(y, "dtype", np.dtype(object))
    dtype = kind if kind.kind in "iub" else np.dtype(np.int64)
    return Target(classes, True, dtype, np.where(unknown, 0.0, share), ~unknown)


def known_or_not(y: Any) -> tuple[Floats, Bools]:
    """(n, k) numbers, NaN where they are unknown, and whether they are."""
    if isinstance(y, np.ma.MaskedArray):
        share = np.ma.filled(y.astype(np.float64), np.nan)
    elif hasattr(y, "columns"):
        share = np.asarray(y.to_numpy(dtype=np.float64, na_value=np.nan))
    else:
        share = np.asarray(as_dense(y), dtype=np.float64)  # of objects, None becomes NaN
    return share, np.isnan(share)


def names_of_groups(groups: Any, n: int) -> tuple[str, ...]:
    """n names of what is held out whole; ValueError where there are more or fewer, or only one group."""
    names = tuple(map(str, np.asarray(groups).ravel().tolist()))
    if len(names) != n:
        raise ValueError(f"groups has {len(names)} names, and X has {n} rows. Give each row the name of its group.")
    return names


def weighed_and_known(target: Target, weight: Floats) -> Rows:
    """The rows that are learned from: those of some weight on which anything is known."""
    return np.flatnonzero((weight > 0) & target.known.any(axis=1))
