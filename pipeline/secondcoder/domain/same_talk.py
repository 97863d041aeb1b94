"""Which transcripts are of the same talk: one interview that stands in a study twice, maybe trimmed, maybe typed by somebody else.

Measured is containment (Broder 1997, "On the resemblance and containment of documents", 10.1109/SEQUEN.1997.666900): of the
sequences of four words (shingles) in the shorter of two transcripts, the share that also stands in the other. It is 1 for a copy and
for a part of one, and near 0 for two interviews on one topic. Who types one word in twenty otherwise leaves .95^4 = .81 of the
sequences as they were, one word in five .41 (benchmarks/SAME_TALK.md has the figures).

Only what participants say counts, where it is known who they are: interviewers ask everybody the same questions. Nothing is said of a
transcript with fewer sequences than `ENOUGH`: two people may well write the same short comment.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from secondcoder.domain.records import SpeakerRole, Transcript

SHINGLE, ENOUGH, SHARED = 4, 100, 0.4
_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = str.maketrans("", "", "'’`´")  # don't, don’t and dont are one word
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class TalkPair:
    """Two transcripts, by their ids, and the share of the shorter one's talk that stands in the other, in [0, 1]."""

    first: str
    second: str
    share: float


def same_talk(transcripts: Sequence[Transcript], least: float = SHARED, shingle: int = SHINGLE) -> list[TalkPair]:
    """The pairs of transcripts that share at least `least` of the shorter one's talk, in the order of the transcripts.

    Args:
        shingle: length of the sequences, in words.
    """
    from scipy.sparse import csr_array

    numbers: dict[str, int] = {}
    shingles = [_shingles(spoken_words(transcript), numbers, shingle) for transcript in transcripts]
    judged = [row for row in range(len(transcripts)) if len(shingles[row]) >= ENOUGH]
    if len(judged) < 2:
        return []
    sizes = np.array([len(shingles[row]) for row in judged])
    columns = np.unique(np.concatenate([shingles[row] for row in judged]), return_inverse=True)[1].ravel()
    holds = csr_array((np.ones(len(columns), dtype=np.int32), (np.repeat(np.arange(len(judged)), sizes), columns)))
    common = (holds @ holds.T).tocoo()  # (i, j): sequences that stand in both
    share = common.data / np.minimum(sizes[common.row], sizes[common.col])
    found = (common.row < common.col) & (share >= least)
    pairs = zip(common.row[found].tolist(), common.col[found].tolist(), share[found].tolist(), strict=True)
    return [TalkPair(transcripts[judged[i]].id, transcripts[judged[j]].id, part) for i, j, part in sorted(pairs)]


def spoken_words(transcript: Transcript) -> list[str]:
    """What the participants say, word by word, in one spelling; what everybody says where no participant is known."""
    said = [turn for turn in transcript.turns if turn.role is SpeakerRole.PARTICIPANT] or transcript.turns
    talk = " ".join(transcript.text[turn.start : turn.end] for turn in said)
    return _WORD.findall(unicodedata.normalize("NFKC", talk).casefold().translate(_APOSTROPHES))


def _shingles(words: Sequence[str], numbers: dict[str, int], length: int) -> npt.NDArray[np.uint64]:
    """Every distinct sequence of `length` words as a number; `numbers` are those of the words, and grow."""
    if len(words) < length:
        return np.empty(0, dtype=np.uint64)
    line = np.array([numbers.setdefault(word, len(numbers)) for word in words], dtype=np.uint64)
    # Sums that wrap at 64 bits: of a million sequences two meet by chance in one of thirty million studies.
    return np.unique(
        np.lib.stride_tricks.sliding_window_view(line, length)
        @ _MULTIPLIER ** np.arange(1, length + 1, dtype=np.uint64)
    )
