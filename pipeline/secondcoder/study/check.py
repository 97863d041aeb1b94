"""Every fault of a study that can be found, each with the command that mends it."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from secondcoder.codebook.model import Codebook
from secondcoder.corpus import Corpus
from secondcoder.domain.same_talk import same_talk
from secondcoder.domain.wording import counted, listed, unplaced_sentence
from secondcoder.embedding.cache_folder import mend
from secondcoder.errors import SecondcoderError
from secondcoder.labels.model_coders import model_scores
from secondcoder.model_store.folder import FORMAT, left_drafts, read_folder, unrecorded
from secondcoder.model_store.purged import held
from secondcoder.study.codebook_change import waiting_faults
from secondcoder.study.folder import CODEBOOK
from secondcoder.training.unplaced import unplaced_in_study
from secondcoder.workspace import CACHE, Workspace


def warnings(workspace: Workspace) -> Iterator[str]:
    """What is no fault, but should be known, or was one and is mended; one sentence each."""
    corpus = workspace.corpus
    yield from mend(workspace.folder / CACHE)
    if missing := unplaced_in_study(workspace):
        yield unplaced_sentence(missing)
    for pair in same_talk(corpus.transcripts):
        yield (
            f"'{pair.first}' and '{pair.second}' are the same interview ({pair.share:.0%} of the shorter one's talk stands in the "
            "other). They are held out together, but learned from and counted twice, and two coders' codes on them are not compared. "
            "To have it once, import the files into a new study with --same-interview join, or take one out: secondcoder transcript "
            f"remove {shlex.quote(pair.second)}"
        )


def faults(workspace: Workspace) -> Iterator[str]:
    """One sentence a fault; none when all is well."""
    corpus, book = workspace.corpus, workspace.codebook
    yield from _codebook_faults(corpus, book)
    yield from waiting_faults(corpus, book)
    yield from _span_faults(corpus)
    yield from _evidence_faults(workspace)
    yield from _model_faults(workspace)
    yield from _folder_faults(workspace)


def _codebook_faults(corpus: Corpus, book: Codebook) -> Iterator[str]:
    lost = Counter(coding.code for coding in corpus.codings if coding.code not in book)
    for code, count in lost.items():
        mend = "Put it back, or say what became of it: secondcoder codebook change."
        yield f"{CODEBOOK}: {book.missing_code_message(code)} {counted(count, 'coding uses', 'codings use')} it. {mend}"


def _span_faults(corpus: Corpus) -> Iterator[str]:
    for coding in corpus.codings:
        length = len(corpus.by_id[coding.transcript].text)
        if coding.end > length:
            yield (
                f"A coding of {coding.code} by {coding.coder} ends at {coding.end}, past the end of '{coding.transcript}' "
                f"({length}). The store was changed from outside: bring it back from a backup."
            )
    for transcript in corpus.transcripts:
        for turn in transcript.turns:
            if not 0 <= turn.start < turn.end <= len(transcript.text):
                yield f"'{transcript.id}' has a turn outside its text. Bring the store back from a backup."


def _evidence_faults(workspace: Workspace) -> Iterator[str]:
    try:
        model_scores(workspace.corpus, workspace.codebook, workspace.configuration)
    except SecondcoderError as error:
        yield str(error)


def _model_faults(workspace: Workspace) -> Iterator[str]:
    """The model in use must fit and be whole; the other versions of this format must be whole."""
    for version, manifest in workspace.corpus.manifests.items():
        if manifest.get("from_pack"):  # only its suggestions came along
            continue
        if gone := workspace.corpus.purged.get(version):
            yield from _purge_faults(workspace, version, gone)
            continue
        try:
            if version == workspace.version:
                workspace.load_model()
            elif manifest.get("format") == FORMAT:
                read_folder(workspace.models_folder, version, manifest["sha256"])
        except SecondcoderError as error:
            yield str(error)


def _purge_faults(workspace: Workspace, version: str, gone: Mapping[str, Any]) -> Iterator[str]:
    if left := held(workspace.models_folder / version, gone["kept"]):
        yield (
            f"Model {version} was purged ({gone['why']}), and its folder still holds {listed(left)}, as after a stop midway or a "
            f"backup that was brought back. Delete what is left: secondcoder models remove {version}"
        )


def _folder_faults(workspace: Workspace) -> Iterator[str]:
    folder = workspace.models_folder
    drafts = [path.name for path in left_drafts(folder)]
    if drafts:
        yield (
            f"models/ holds the remains of a stopped training ({', '.join(drafts)}). Nothing uses them; the next training clears "
            "them away, or delete them."
        )
    for name in unrecorded(folder, set(workspace.corpus.manifests)):
        yield (
            f"models/{name} has no record in the store, as a training leaves it that was stopped at its last step, or a store that a "
            "backup took the place of. Nothing uses it: delete it, or bring back the store that knows it."
        )
