"""Making a pack: of a study for one coder, or, in the folder that she opened it in, of what she said, to be merged again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from secondcoder.corpus import GIVEN_UP, Corpus
from secondcoder.domain.model_coder import is_own_name
from secondcoder.domain.names import ByName, folded, known_name
from secondcoder.domain.records import Origin
from secondcoder.errors import InputError, did_you_mean
from secondcoder.exchange.pack.archive import write_pack
from secondcoder.exchange.pack.pack import OPENED as FIRST
from secondcoder.exchange.pack.pack import SUFFIX, Pack, State
from secondcoder.study.folder import CODEBOOK
from secondcoder.study.pack_trail import (
    MADE,
    MadeCodings,
    MadePasses,
    folder_id,
    opened_from,
    said_detail,
    said_now,
    state_of,
    state_said,
    study_id,
)
from secondcoder.workspace import Workspace

SETTINGS = ("transcripts", "segments", "review")
"""Sections on which it depends what the segments are, and which passages are blind."""
TOLD = ("format", "version", "codebook", "scored", "ranked", "thresholds", "recipe")
"""What a pack says of the model whose suggestions it holds: nothing of whom it learned from."""


@dataclass(frozen=True)
class PackAsked:
    """What a pack is to hold.

    Attributes:
        coder: whose it is; None for the coder of the pack that the folder was made from.
        transcripts: names; all where there are none.
        blind: of the coder's own codings only those that they gave independently.
        suggestions: with what the model in use suggests.
    """

    coder: str | None = None
    transcripts: Sequence[str] = ()
    blind: bool = False
    suggestions: bool = False


def make_pack(workspace: Workspace, path: Path, asked: PackAsked) -> Pack:
    """Write a pack and record it in the audit trail; InputError where it cannot be made so, or the file is there already."""
    pack, said = _pack(workspace, asked), None
    if path.suffix != SUFFIX:
        raise InputError(
            f"{path.name}: a pack's name ends in {SUFFIX}. Name it {path.stem}{SUFFIX}. Nothing was written."
        )
    if path.exists():
        raise InputError(
            f"{path} is there already. Name another file with --out, or move that one. Nothing was written."
        )
    if not pack.to_open:
        said = said_detail(*said_now(workspace.corpus, pack.coder, pack.texts))
    with workspace.write() as write:
        # Within the transaction: a pack that the trail does not know could not be told from an earlier one.
        digest = write_pack(pack, path)
        write.log(
            MADE,
            coder=pack.coder,
            file=path.name,
            sha256=digest,
            transcripts=sorted(pack.texts),
            blind=pack.blind,
            suggestions_of=pack.model["version"] if pack.model else None,
            codings=len(pack.now.codings),
            passes=len(pack.now.passes),
            **({"head": pack.now.head, "said": said} if said is not None else {}),
        )
    return pack


def _pack(workspace: Workspace, asked: PackAsked) -> Pack:
    corpus, opened = workspace.corpus, opened_from(workspace.corpus)
    coder = pack_coder(corpus, asked.coder)
    if opened and (asked.blind or asked.suggestions):
        raise InputError(
            "This folder was made from a pack: what it sends back is what its coder said. --blind and --suggestions are for packs "
            "that are made in the study itself. Nothing was written."
        )
    if asked.blind and asked.suggestions:
        raise InputError(
            "A pack with suggestions is not blind. Leave out --blind or --suggestions. Nothing was written."
        )
    names = _transcripts(corpus, asked.transcripts)
    transcripts = [corpus.by_id[name] for name in names]
    cases = {transcript.case for transcript in transcripts}
    pack = Pack(
        study_id(corpus),
        folder_id(corpus),
        workspace.folder.resolve().name,
        coder,
        workspace.codebook,
        (workspace.folder / CODEBOOK).read_text(encoding="utf-8"),
        transcripts,
        [case for case in corpus.cases if case.id in cases],
        [*_states(corpus, coder, names, asked.blind)],
        asked.blind,
        sorted(_seen(corpus, coder) & set(names)),
        workspace.configuration.model_dump(mode="json", include=set(SETTINGS)),
    )
    return _with_suggestions(pack, workspace) if asked.suggestions else pack


def pack_coder(corpus: Corpus, asked: str | None) -> str:
    """Whose pack it is, as the study spells them; InputError where nobody says so, or nobody can be called so."""
    opened = opened_from(corpus)
    usual = str(opened["coder"]) if opened else None
    known = [*corpus.coders, *([usual] if usual else [])]
    coder = known_name(asked or usual or "", known)
    if not coder or not coder.isprintable() or folded(coder) == "consensus" or is_own_name(coder):
        raise InputError(
            f"'{asked or ''}' cannot be a coder's name. Say whose pack it is: --coder NAME. Nothing was written."
        )
    return coder


def _transcripts(corpus: Corpus, asked: Sequence[str]) -> list[str]:
    if not corpus.transcripts:
        raise InputError("There is no interview in this study yet. Import some first: secondcoder import FILES")
    by_name = ByName(corpus.by_id)
    for written in asked:
        if written not in by_name:
            raise InputError(
                f"There is no transcript '{written}'.{did_you_mean(written, corpus.by_id)} `secondcoder transcript list` shows all. "
                "Nothing was written."
            )
    return sorted({by_name.spelling(written) for written in asked} or corpus.by_id)


def _states(corpus: Corpus, coder: str, names: Sequence[str], blind: bool) -> Iterator[State]:
    codings, passes = said_now(corpus, coder, names)
    opened = opened_from(corpus)
    if opened is None:
        now = (
            state_of(FIRST, names, *_independent(codings, passes), corpus)
            if blind
            else _now(corpus, coder, names, FIRST)
        )
        yield now
        return
    yield state_said(FIRST, opened, coder, corpus)
    made = [event["detail"] for event in corpus.events(MADE)]
    yield from (state_said(detail["head"], detail, coder, corpus) for detail in made if detail["coder"] == coder)
    if corpus.ends_of_trail:  # the pack that was opened left an event
        yield _now(corpus, coder, names, str(corpus.ends_of_trail[1]["hash"]))


def _now(corpus: Corpus, coder: str, names: Sequence[str], head: str) -> State:
    return state_of(head, names, *said_now(corpus, coder, names), corpus)


def _independent(codings: MadeCodings, passes: MadePasses) -> tuple[MadeCodings, MadePasses]:
    return (
        [row for row in codings if row[0].origin is Origin.INDEPENDENT],
        [row for row in passes if row[0].origin is Origin.INDEPENDENT],
    )


def _seen(corpus: Corpus, coder: str) -> set[str]:
    """Where suggestions were on the coder's screen, or others' codings may have been: nothing is independent there any more."""
    shown = {each.transcript for each in corpus.decisions if each.coder == coder and each.shown}
    asked = (event["detail"] for event in corpus.events(GIVEN_UP))
    return shown.union(*(detail["transcripts"] for detail in asked if detail["coder"] == coder))


def _with_suggestions(pack: Pack, workspace: Workspace) -> Pack:
    corpus, version = workspace.corpus, workspace.version
    suggestions = [each for each in corpus.suggestions(version) if each.transcript in pack.texts] if version else []
    suggestions = [each for each in suggestions if each.code in pack.book]
    if version is None or not suggestions:
        raise InputError("Nothing is suggested on these interviews yet: secondcoder code. Nothing was written.")
    # The passages that are nearest are coded by people: whoever is to code reads none of them.
    bare = [replace(each, nearest=()) for each in suggestions]
    told = {key: value for key, value in corpus.manifests[version].items() if key in TOLD}
    return replace(pack, model={"version": version, "manifest": told | {"from_pack": True}}, suggestions=bare)
