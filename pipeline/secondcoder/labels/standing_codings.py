"""Which codings stand: where people settled together whether a code holds, what one of them had said there counts no longer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from secondcoder.corpus import Corpus
from secondcoder.domain.records import Coding, Origin, Span
from secondcoder.domain.spans import covers
from secondcoder.labels.segment_marks import settled_covers


def standing_codings(corpus: Corpus, codings: Iterable[Coding]) -> list[Coding]:
    """Those of the codings, in the present codes, that no adjudication overrules."""
    settled = settled_covers(corpus.passes)
    return [coding for coding in codings if not _overruled(coding, settled, corpus)]


def _overruled(coding: Coding, settled: Mapping[str, Mapping[str, Sequence[Span]]], corpus: Corpus) -> bool:
    cover = settled.get(coding.transcript, {}).get(coding.code)
    if coding.origin is Origin.ADJUDICATED or cover is None:
        return False
    return covers(cover, [coding.span], corpus.by_id[coding.transcript].text)
