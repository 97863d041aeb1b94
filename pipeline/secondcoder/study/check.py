"""Every fault of a study that can be found, each with the command that mends it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from secondcoder.errors import SecondcoderError
from secondcoder.model_store.folder import FORMAT, left_drafts, read_folder, unrecorded
from secondcoder.study.codebook_change import waiting_faults
from secondcoder.study.study import CODEBOOK, Study


def faults(folder: str | Path) -> list[str]:
    """One sentence a fault; empty when all is well."""
    try:
        study = Study(folder)
    except SecondcoderError as error:
        return [str(error)]
    try:
        return [
            *_codebook_faults(study),
            *waiting_faults(study),
            *_span_faults(study),
            *_model_faults(study),
            *_folder_faults(study),
        ]
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
        mend = "Put it back, or say what became of it: secondcoder codebook change."
        yield f"{CODEBOOK}: {book.lacks(code)} {count} codings use it. {mend}"


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
    """The model in use must fit and be whole; the other versions of this format must be whole."""
    for record in study.store.models():
        try:
            if record["version"] == study.model_in_use:
                study.load_model()
            elif record["manifest"].get("format") == FORMAT:
                read_folder(study.models_folder, record["version"], record["manifest"]["sha256"])
        except SecondcoderError as error:
            yield str(error)


def _folder_faults(study: Study) -> Iterator[str]:
    drafts = [path.name for path in left_drafts(study.models_folder)]
    if drafts:
        yield (
            f"models/ holds the remains of a stopped training ({', '.join(drafts)}). Nothing uses them; the next training clears "
            "them away, or delete them."
        )
    for name in unrecorded(study.models_folder, {record["version"] for record in study.store.models()}):
        yield (
            f"models/{name} has no record in the store, as a training leaves it that was stopped at its last step, or a store that a "
            "backup took the place of. Nothing uses it: delete it, or bring back the store that knows it."
        )
