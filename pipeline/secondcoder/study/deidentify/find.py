"""Finding identifying words in a study, and replacing them by a review sheet's decisions."""

from __future__ import annotations

from collections.abc import Sequence

from secondcoder.deidentification.find import Finder
from secondcoder.deidentification.finding import KINDS
from secondcoder.deidentification.key_file import Entry
from secondcoder.deidentification.pseudonyms import Pseudonyms
from secondcoder.deidentification.staff_list import Listed
from secondcoder.domain.languages import ENGLISH, language_of
from secondcoder.errors import InputError
from secondcoder.store import Store
from secondcoder.study.deidentify.apply import Applied, KeyFile, WithCodebook, apply
from secondcoder.study.deidentify.found_words import FoundWords, find_words
from secondcoder.study.deidentify.material import Material, material_of
from secondcoder.study.deidentify.replacing import Replacing
from secondcoder.study.deidentify.review_sheet import Decided
from secondcoder.workspace import Workspace


def find_in_study(workspace: Workspace, listed: Sequence[Listed], entries: Sequence[Entry]) -> list[FoundWords]:
    """What was found; InputError where there are no interviews or nothing is found in them."""
    material = study_material(workspace)
    if not material.transcripts:
        raise InputError("The study has no interviews yet. Import some (secondcoder import FILES), or name files here.")
    language = language_of(workspace.configuration.segments.language)
    if language.code != ENGLISH and not listed:
        raise InputError(
            f"The talk is {language.name} (segments.language), and names are known by English words and UK rules. Give a list of the "
            "people and places that are named (--list CSV): these are found in any language, with web and e-mail addresses and "
            "numbers of cards and accounts. Nothing was written."
        )
    if material.done and not entries:
        raise InputError(
            "This study was de-identified before. Give its key (--key FILE), so that pseudonyms are not taken for names, and people "
            "keep theirs. Nothing was written."
        )
    rows = find_words(material, listed, entries, Finder(listed, language=language.code))
    if not rows:
        raise InputError("Nothing was found by which somebody could be known. Nothing was written.")
    return rows


def study_material(workspace: Workspace) -> Material:
    """All texts and names of a study."""
    return material_of(workspace.corpus, workspace.codebook.ids)


def apply_to_study(
    workspace: Workspace,
    store: Store,
    decided: Sequence[Decided],
    key: KeyFile,
    entries: Sequence[Entry],
    with_codebook: WithCodebook,
) -> Applied:
    """As `apply.apply`, for all that is in the study now."""
    replacing = Replacing(study_material(workspace), decided)
    return apply(workspace, store, replacing, Pseudonyms(entries), key, with_codebook)


def kinds_counted(rows: Sequence[FoundWords]) -> dict[str, int]:
    """Kind -> number of words, in the order of reports."""
    words = {(row.kind, row.words) for row in rows}
    order = [*KINDS, *sorted({kind for kind, _ in words} - {*KINDS})]
    return {kind: count for kind in order if (count := sum(each == kind for each, _ in words))}
