"""What was decided is done: texts, places, memos, names and the trail change together, in one transaction or not at all.

Models that learned from the interviews lose what they learned, and caches go. What secondcoder cannot change is looked through and
named: exports in the study's folder, the codebook's wording.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.exc import IntegrityError

from secondcoder.codebook.model import Codebook
from secondcoder.corpus import Corpus
from secondcoder.deidentification.key_file import Entry, write_key
from secondcoder.deidentification.pseudonyms import Pseudonyms
from secondcoder.domain.names import folded
from secondcoder.errors import InputError, StudyError
from secondcoder.exchange.identified_again import DEIDENTIFIED
from secondcoder.model_store.folder import MANIFEST
from secondcoder.model_store.purged import KEPT
from secondcoder.store import Store, Writer, trail
from secondcoder.store.chain import REWRITTEN, digest
from secondcoder.store.rewriting import Rewriting, rewrite
from secondcoder.store.rewritten_rows import words_of
from secondcoder.study.deidentify.codebook_wording import all_reworded, file_reworded, reworded
from secondcoder.study.deidentify.left_over import files_that_name
from secondcoder.study.deidentify.material import NAMES, WORDING
from secondcoder.study.deidentify.quotes import check_quotes, quotes
from secondcoder.study.deidentify.replacing import Replacing
from secondcoder.study.folder import CODEBOOK
from secondcoder.study.purge_models import erase_files, learned_from_any
from secondcoder.workspace import Workspace

WithCodebook = Callable[[Codebook, str], AbstractContextManager[None]]
WHY = "the interviews were de-identified"


@dataclass(frozen=True)
class Applied:
    """What a de-identification came to.

    Attributes:
        words, places: how many words were replaced, at how many places.
        transcripts: in how many interviews; `renamed` are names of interviews, participants and cases that are others now, `reworded`
            sentences of the codebook.
        models: versions that can be used no more.
        left: interview, or file of the study's folder -> words that still stand in it.
    """

    words: int
    places: int
    transcripts: int
    renamed: int
    reworded: int
    models: tuple[str, ...]
    left: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class KeyFile:
    """Where the key is kept, and what opens it."""

    path: Path
    passphrase: str

    def write(self, entries: Sequence[Entry]) -> None:
        """Replace the key file."""
        write_key(self.path, entries, self.passphrase)


def apply(
    workspace: Workspace,
    store: Store,
    replacing: Replacing,
    pseudonyms: Pseudonyms,
    key: KeyFile,
    with_codebook: WithCodebook,
) -> Applied:
    """Carry a review sheet's decisions out; to be called while no training runs (`Study.alone`).

    Args:
        with_codebook: inside, the codebook's file is this codebook; an error there puts the old one back.

    Raises:
        InputError: the sheet was written for other texts, or nothing in it is to be replaced; nothing was changed.
        StudyError: a place would not quote what it quoted; nothing was changed.
    """
    replacing.check()
    if not replacing.replaced:
        raise InputError("Every row of the sheet says 'keep'. Nothing was changed.")
    _refuse_names_twice(replacing, workspace.corpus)
    # First of all: of a key without its study nobody comes to harm, of a study without its key nobody is known again.
    key.write(replacing.entries(pseudonyms))
    purged = learned_from_any(workspace.corpus, set(replacing.moves))
    # The transaction ends within the codebook's context, so that a commit that fails puts the old file back.
    with _codebook(workspace, replacing, with_codebook), workspace.write() as write:
        _record_purge(write, workspace, purged, replacing)
        _rewrite(write, replacing, workspace.corpus)
    erase_files(workspace)
    store.erase_deleted()
    return _outcome(workspace, replacing, purged)


def _codebook(workspace: Workspace, replacing: Replacing, put: WithCodebook) -> AbstractContextManager[None]:
    book = reworded(workspace.codebook, replacing.string)
    if book.hash == workspace.codebook.hash:
        return nullcontext()
    text = (workspace.folder / CODEBOOK).read_text(encoding="utf-8")
    return put(book, file_reworded(text, book, replacing.string))


def _refuse_names_twice(replacing: Replacing, corpus: Corpus) -> None:
    for things in (corpus.transcripts, corpus.cases):
        named: dict[str, str] = {}
        for each in things:
            other = named.setdefault(folded(replacing.string(each.id)), each.id)
            if other != each.id:
                raise InputError(
                    f"'{other}' and '{each.id}' would both be called '{replacing.string(each.id)}'. Give one of them another "
                    "pseudonym in the sheet. Nothing was changed."
                )


def _record_purge(write: Writer, workspace: Workspace, versions: Collection[str], replacing: Replacing) -> None:
    """As `purge_models.record_purge`, but a manifest or card that names somebody does not stay either."""
    named = _names_of_versions(workspace, replacing)
    for version in versions:
        manifest = workspace.corpus.manifests[version]
        hashes = {**manifest.get("files", {}), MANIFEST: manifest.get("sha256", "")}
        kept = {name for name in KEPT & hashes.keys() if f"models/{version}/{name}" not in named}
        write.purge_model(version, WHY, hashes, sorted(kept))


def _names_of_versions(workspace: Workspace, replacing: Replacing) -> set[str]:
    found = files_that_name(workspace.models_folder, replacing)
    return {f"models/{name}" for name in found}


def _rewrite(write: Writer, replacing: Replacing, corpus: Corpus) -> None:
    connection = write.connection
    codebooks = all_reworded(corpus.codebooks, replacing.string)
    spans = {unit: moves.span for unit, moves in replacing.moves.items()}
    how = Rewriting(replacing.new_texts, spans, replacing.string, replacing.speakers, codebooks)
    _know_digests(replacing, corpus, codebooks)
    replacements = {unit: moves.replacements for unit, moves in replacing.moves.items()}
    expected = quotes(connection, replacements, replacing.string)
    before = trail.transcript_digests(connection)
    try:
        rewritten = rewrite(write, how)
    except IntegrityError:
        raise StudyError(
            "Two codings of one code by one coder would hold the same words, since both end within a name. Take one of them away, and "
            "apply the sheet again. Nothing was changed."
        ) from None
    check_quotes(expected, quotes(connection, {}))
    after = trail.transcript_digests(connection)
    names = {name: replacing.string(name) for name in before}
    # Digests before and after, where the text moved by how much, and which events were rewritten; no talk.
    write.log(
        DEIDENTIFIED,
        transcripts={new: [before[old], after[new]] for old, new in names.items() if before[old] != after[new]},
        moves={
            names[unit]: [[each.start, each.end, len(each.words)] for each in moves.replacements]
            for unit, moves in replacing.moves.items()
            if unit in names
        },
        **{REWRITTEN: rewritten},
    )


def _know_digests(replacing: Replacing, corpus: Corpus, codebooks: Mapping[str, tuple[str, str]]) -> None:
    """The trail holds codebooks, notes on cells and manifests by their digests, which change with them."""
    for before, (after, text) in codebooks.items():
        replacing.strings.update({before: after, digest(corpus.codebooks[before]): digest(text)})
    was: list[Any] = [each.summary for each in corpus.cell_notes_as_made]
    was += [record["manifest"] for record in corpus.models]
    for value in was:
        replacing.strings[digest(value)] = digest(words_of(value, replacing.string))


def _outcome(workspace: Workspace, replacing: Replacing, purged: tuple[str, ...]) -> Applied:
    transcripts = {each.id for each in replacing.material.transcripts}
    talk = [each.found for each in replacing.replaced if each.found.places]
    return Applied(
        words=len({(found.kind, found.words) for found in talk}),
        places=sum(len(found.places) for found in talk),
        transcripts=len(transcripts & replacing.moves.keys()),
        renamed=sum(each.found.kind in NAMES and each.found.kind != WORDING for each in replacing.replaced),
        reworded=sum(each.found.kind == WORDING for each in replacing.replaced),
        models=purged,
        left=_left(workspace, replacing),
    )


def _left(workspace: Workspace, replacing: Replacing) -> dict[str, Sequence[str]]:
    """Interviews in which a replaced word still stands, since it was found elsewhere only, and files; what a text of the store
    explains is not said of the store's file again."""
    texts = {each.id: replacing.new_texts.get(each.id, each.text) for each in replacing.material.transcripts}
    talk = {
        f"interview '{replacing.string(name)}'": sorted(replacing.gone.found_in(text)) for name, text in texts.items()
    }
    said = {word for words in talk.values() for word in words}
    files = {
        path: [word for word in words if word not in said or not path.startswith("study.db")]
        for path, words in files_that_name(workspace.folder, replacing).items()
    }
    return {place: words for place, words in {**talk, **files}.items() if words}
