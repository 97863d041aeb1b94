"""Every fault of a study that can be found, each with the command that mends it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from secondcoder.errors import SecondcoderError
from secondcoder.study import CODEBOOK, Study


def faults(folder: str | Path) -> list[str]:
    """One sentence a fault; empty when all is well."""
    try:
        study = Study(folder)
    except SecondcoderError as error:
        return [str(error)]
    try:
        return [*_codebook_faults(study), *_span_faults(study), *_model_faults(study), *_folder_faults(study)]
    except SecondcoderError as error:
        return [str(error)]
    finally:
        study.close()


def _codebook_faults(study: Study) -> Iterator[str]:
    book = study.codebook
    lost: dict[str, int] = {}
    for coding in study.store.codings():
        if coding.code not in book:
            lost[coding.code] = lost.get(coding.code, 0) + 1
    for code, count in lost.items():
        yield f"{CODEBOOK}: {book.lacks(code)} {count} codings use it. Put it back into {CODEBOOK}."


def _span_faults(study: Study) -> Iterator[str]:
    length = {transcript.id: len(transcript.text) for transcript in study.store.transcripts()}
    for coding in study.store.codings():
        if coding.end > length[coding.transcript]:
            yield (
                f"A coding of {coding.code} by {coding.coder} ends at {coding.end}, past the end of '{coding.transcript}' "
                f"({length[coding.transcript]}). The store was changed from outside: bring it back from a backup."
            )
    for transcript in study.store.transcripts():
        for turn in transcript.turns:
            if not 0 <= turn.start < turn.end <= len(transcript.text):
                yield f"'{transcript.id}' has a turn outside its text. Bring the store back from a backup."


def _model_faults(study: Study) -> Iterator[str]:
    if study.model_in_use is None:
        return
    try:
        study.load_model()
    except SecondcoderError as error:
        yield str(error)


def _folder_faults(study: Study) -> Iterator[str]:
    drafts = [path.name for path in (study.folder / "models").glob(".m*")]
    if drafts:
        yield f"models/ holds the remains of a stopped training ({', '.join(sorted(drafts))}). They can be deleted."
