"""How much is coded, by whom and where: what `status` counts, in the present codes.

While the codebook never changed, codes are the present ones as they stand in the store, and plain rows are counted: to make records
of a hundred thousand turns and codings takes longer than to count them. After a change they are read as everywhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from secondcoder.domain.records import Coding
from secondcoder.domain.spans import coded_spans
from secondcoder.labels.unplaced import is_in_doubt
from secondcoder.store.reading import StoreContent
from secondcoder.store.rows import read_coding
from secondcoder.training.unplaced import unplaced_in_study
from secondcoder.workspace import Workspace


@dataclass(frozen=True)
class Counted:
    """What is coded.

    Attributes:
        case_of: every transcript's case.
        coded: the transcripts on which a human coding or coding pass lies.
        codings, where: of each code, how many, and on how many transcripts.
        unplaced: codings outside participants' words, which reach no segment.
    """

    case_of: Mapping[str, str | None]
    coded: frozenset[str]
    coders: list[str]
    codings: Counter[str]
    where: Counter[str]
    unplaced: list[Coding]


def counted_marks(workspace: Workspace) -> Counted:
    """The counts of a study."""
    corpus = workspace.corpus
    return _of_records(workspace) if corpus.history else _of_rows(workspace, corpus.rows)


def _of_records(workspace: Workspace) -> Counted:
    corpus = workspace.corpus
    return Counted(
        corpus.case_of,
        corpus.coded,
        corpus.coders,
        Counter(coding.code for coding in corpus.codings),
        Counter(code for code, _ in {(coding.code, coding.transcript) for coding in corpus.codings}),
        unplaced_in_study(workspace),
    )


def _of_rows(workspace: Workspace, rows: StoreContent) -> Counted:
    codings = rows.coding_rows
    marks = {(row["transcript"], row["coder"]) for row in codings}.union(rows.looks)
    coded = frozenset(transcript for transcript, _ in marks)
    return Counted(
        {row["id"]: row["case"] for row in rows.transcript_rows},
        coded,
        sorted({coder for _, coder in marks}),
        Counter(row["code"] for row in codings),
        Counter(code for code, _ in {(row["code"], row["transcript"]) for row in codings}),
        unplaced_in_study(workspace, _in_doubt(workspace, rows, coded)),
    )


def _in_doubt(workspace: Workspace, rows: StoreContent, coded: frozenset[str]) -> list[Coding]:
    settings = workspace.configuration.segments
    turns = {
        row["id"]: coded_spans(
            row["text"],
            ((turn[1], turn[2], turn[3]) for turn in rows.turn_rows.get(row["id"], ())),
            settings.code_interviewer,
        )
        for row in rows.transcript_rows
        if row["id"] in coded
    }
    return [
        read_coding(row).coding
        for row in rows.coding_rows
        if is_in_doubt((row["start"], row["end"]), turns[row["transcript"]], settings.overlap)
    ]
