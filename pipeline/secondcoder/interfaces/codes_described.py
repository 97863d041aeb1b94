"""Codes of an estimator's y that a codebook describes: their vectors, and which count as others too."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, cast

import numpy as np

from secondcoder.codebook.model import Codebook
from secondcoder.codebook.yaml_file import load_codebook
from secondcoder.domain.arrays import Rows, Vectors
from secondcoder.embedding import Embedder
from secondcoder.errors import did_you_mean
from secondcoder.interfaces.talk import Talk, TransformerEmbedder
from secondcoder.labels.label_matrix import LabelMatrix, roll_up
from secondcoder.learning.codebook_texts import code_vectors


class DescribedCodes(NamedTuple):
    """(k, d) unit vectors of the codes' descriptions, and the labels with sub-constructs counted as their constructs."""

    vectors: Vectors
    labels: LabelMatrix


def described_codes(
    codebook: str | Path | Codebook, labels: LabelMatrix, talk: Talk | None, rows: Rows, embedder: TransformerEmbedder
) -> DescribedCodes:
    """What a codebook says of the labels' codes.

    Args:
        rows: the segments of the talk that are learned from: what a description quotes of them is left out.

    Raises:
        ValueError: X is numbers; y has a code that is not in the codebook. CodebookError: it cannot be read.
    """
    if talk is None:
        raise ValueError(
            "A codebook's descriptions are compared with words, and X is numbers. Give texts, or codebook=None."
        )
    book = codebook if isinstance(codebook, Codebook) else load_codebook(codebook)
    for code in labels.codes:
        if code not in book:
            raise ValueError(
                f"y has code '{code}', which is not in codebook '{book.id}'.{did_you_mean(code, book.ids)} y's columns are its codes."
            )
    segments = talk.segments
    learned = [segments[row] for row in rows.tolist()]
    vectors = code_vectors([book[code] for code in labels.codes], cast(Embedder, embedder), learned)
    column = {code: at for at, code in enumerate(labels.codes)}
    above = [next((column[each] for each in book.ancestors(code) if each in column), -1) for code in labels.codes]
    return DescribedCodes(vectors, _rolled_up(labels, np.array(above, dtype=np.intp)))


def _rolled_up(labels: LabelMatrix, parents: Rows) -> LabelMatrix:
    y, known = labels.y.copy(), labels.known.copy()
    share = None if labels.share is None else labels.share.copy()
    roll_up(parents, y, known, share)
    return replace(labels, y=y, known=known, share=share, rolled_up=parents)
