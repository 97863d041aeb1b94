"""A participant who withdraws: everything of their interviews goes from the study, and the audit trail keeps that it was there.

In one transaction the interviews go with all that rests on them, the model versions that learned from them are recorded as purged, and
names, memos and quotations are taken out of what is left; the trail's chain stays whole and says what was taken out. Then the files
follow: the purged versions', the caches, batch runs. What lies elsewhere is named, since nothing here can reach it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from secondcoder.corpus import Corpus
from secondcoder.domain.names import known_name
from secondcoder.domain.records import Transcript
from secondcoder.domain.same_talk import same_talk
from secondcoder.domain.split_groups import people
from secondcoder.errors import InputError, did_you_mean
from secondcoder.store import Store, Writer, trail
from secondcoder.store.chain import REWRITTEN, digest
from secondcoder.store.rewriting import rewrite
from secondcoder.store.rewriting_rules import Rewriting
from secondcoder.store.transcript_changes import remove_case, remove_transcript
from secondcoder.study.copies_left import batch_runs, codebook_quotes, files_that_speak, left_the_study, said_by_others
from secondcoder.study.edit_transcript import find_transcript
from secondcoder.study.purge_models import erase_caches, erase_files, learned_from_any, record_purge
from secondcoder.study.remove_transcript import Removal, plan_removal
from secondcoder.study.withdrawn_words import WithdrawnWords, withdrawn_words
from secondcoder.workspace import Workspace

EVENT, WHY = "participant forgotten", "an interview that it learned from was withdrawn"


@dataclass(frozen=True)
class Forgetting:
    """What goes, and what stays where nothing here reaches it.

    Attributes:
        removals: an interview each.
        same: those that name no such participant, and hold the same talk as one that does.
        cases: without an interview then, and so gone too.
        models: versions that are purged; `in_use` is the one in use, if it is among them.
        runs: folders of batch runs, inside the study's folder.
        copies: where the talk may be still, a phrase each.
    """

    removals: tuple[Removal, ...]
    same: tuple[str, ...]
    cases: tuple[str, ...]
    models: tuple[str, ...]
    in_use: str | None
    runs: tuple[Path, ...]
    words: WithdrawnWords
    copies: tuple[str, ...]

    @property
    def transcripts(self) -> tuple[str, ...]:
        """Ids of the interviews."""
        return tuple(removal.transcript.id for removal in self.removals)


def plan_forgetting(workspace: Workspace, participant: str | None, transcripts: Sequence[str] = ()) -> Forgetting:
    """What would go, and what stays elsewhere. Nothing is changed.

    Args:
        participant: as the transcripts name them; their id where they name nobody. transcripts: further ones, by id.

    Raises:
        InputError: there is no such participant or transcript, or the name stands for several people.
    """
    corpus = workspace.corpus
    asked = dict.fromkeys([find_transcript(corpus.by_id, written).id for written in transcripts])
    asked |= dict.fromkeys(_of_participant(corpus, participant) if participant else ())
    same = tuple(_same(corpus, asked))
    gone = [corpus.by_id[name] for name in (*asked, *same)]
    ids = {transcript.id for transcript in gone}
    models = learned_from_any(corpus, ids)
    words = withdrawn_words(corpus, gone, workspace.codebook)
    runs = tuple(batch_runs(workspace.folder))
    return Forgetting(
        tuple(plan_removal(workspace, transcript.id) for transcript in gone),
        same,
        tuple(_empty_cases(corpus, gone)),
        models,
        workspace.version if workspace.version in models else None,
        runs,
        words,
        tuple(_copies(workspace, words, ids, models, runs)),
    )


def forget(workspace: Workspace, store: Store, plan: Forgetting, why: str = "") -> None:
    """Carry it out; to be called while no training runs. In the store all of it happens or nothing; where the files of purged versions
    are left by a stop, `check` says so."""
    # First what can be computed again, so that a stop later leaves none of it.
    erase_caches(workspace)
    for run in plan.runs:
        shutil.rmtree(run, ignore_errors=True)
    with workspace.write() as write:
        counts = [remove_transcript(write, name, why) for name in plan.transcripts]
        for case in plan.cases:
            remove_case(write, case)
        record_purge(write, workspace, plan.models, WHY, plan.words.speaks_of)
        # The events of the removal hold memos too: they must be there before the trail is gone through.
        write.seal()
        _take_out(write, plan, {name: sum(each.get(name, 0) for each in counts) for name in counts[0]})
    erase_files(workspace)
    store.erase_deleted()


def _take_out(write: Writer, plan: Forgetting, counts: dict[str, int]) -> None:
    """Names, memos and quotations, out of every row and event."""
    before = _digests(write)
    rewritten = rewrite(write, Rewriting({}, {}, plan.words.string))
    after = _digests(write)
    write.log(
        EVENT,
        transcripts={key: [before[0][key], now] for key, now in after[0].items() if now != before[0][key]},
        manifests=[[key, now] for key, now in after[1].items() if now != before[1][key]],
        notes=[[key, now] for key, now in after[2].items() if now != before[2][key]],
        interviews=len(plan.removals),
        models=list(plan.models),
        **counts,
        **{REWRITTEN: rewritten},
    )


def _digests(write: Writer) -> tuple[dict[str, str], dict[str, str], dict[int, str]]:
    """Of the rows that the trail holds by digests alone: transcripts, models' manifests, summaries of notes. The transcripts that are
    left keep their ids."""
    rows = trail.read_table(write.connection, "models", ("version", "manifest"))
    notes = trail.read_table(write.connection, "cell_notes", trail.CELL_NOTES)
    return (
        trail.transcript_digests(write.connection),
        {row["version"]: digest(row["manifest"]) for row in rows},
        {row["id"]: trail.cell_note_detail(row)["summary"] for row in notes},
    )


def _of_participant(corpus: Corpus, written: str) -> list[str]:
    of = people(corpus.transcripts)
    names = list(dict.fromkeys(of.values()))
    plain = [each.participant for each in corpus.transcripts if each.participant]
    found = known_name(written, names)
    if found in names:
        return [name for name, person in of.items() if person == found]
    if (several := known_name(written, plain)) in plain:
        which = [name for name in names if name.startswith(f"{several} (")]
        raise InputError(
            f"'{several}' is somebody else in each case: {', '.join(which)}. Say which. Nothing was changed."
        )
    raise InputError(
        f"There is no participant '{written}' in this study.{did_you_mean(written, names)} Who took part in what: secondcoder "
        "transcript list. Nothing was changed."
    )


def _same(corpus: Corpus, asked: dict[str, None]) -> Iterator[str]:
    """Other transcripts of the same talk, as a second coder's copy of the file."""
    for pair in same_talk(corpus.transcripts):
        there = {pair.first, pair.second}
        if len(there & asked.keys()) == 1:
            yield from there - asked.keys()


def _empty_cases(corpus: Corpus, gone: Sequence[Transcript]) -> Iterator[str]:
    ids = {transcript.id for transcript in gone}
    left = {each.case for each in corpus.transcripts if each.id not in ids}
    yield from sorted({each.case for each in gone if each.case} - left)


def _copies(
    workspace: Workspace, words: WithdrawnWords, ids: set[str], models: Sequence[str], runs: Sequence[Path]
) -> Iterator[str]:
    speaking, closed = files_that_speak(workspace.folder, words, runs)
    yield from (f"{name} in the study's folder, which holds words of it" for name in speaking)
    yield from (f"{name} in the study's folder, which could not be looked into" for name in closed)
    yield from codebook_quotes(workspace.folder, words)
    yield from said_by_others(workspace.corpus, words, ids)
    yield from left_the_study(workspace.corpus, ids, models)
    yield "exports, copies and backups elsewhere, and projects and notes that were made from them"
