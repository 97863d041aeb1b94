"""The labels before the turns of a transcript: which are names of people, and which are the interviewers' and stay."""

from __future__ import annotations

import re
from collections.abc import Iterator

from secondcoder.deidentification.dictionary import first_names, is_english, not_names
from secondcoder.deidentification.finding import PERSON, Finding
from secondcoder.deidentification.names import name_words, word_set
from secondcoder.deidentification.words import words_of
from secondcoder.domain.names import folded
from secondcoder.domain.records import Span, SpeakerRole, Transcript, Turn

_ROLES = word_set(
    "int ir ie iv i r p s q a res resp part ptp pt gp gpt hca anp pn rn np pm bm rm ra mod fac obs spk m f anon unknown "
    "interviewer interviewee participant respondent speaker moderator facilitator researcher observer multiple all"
)


def named_label(label: str) -> str:
    """The name in a speaker's label or a participant's id; "" where it is a role ("GP", "Interviewer") or a code ("P07")."""
    words = [word for word in name_words(label) if word not in _ROLES and word not in not_names()]
    if re.search(r"\d", label) or not words:
        return ""
    if any(first_names().get(word) is not None or not is_english(word) for word in words) or len(words) < len(
        list(words_of(label))
    ):
        return label
    return ""


def label_findings(transcript: Transcript, keep_interviewers: bool) -> tuple[list[Finding], list[Span]]:
    """The names in the labels, and the spans of interviewers' labels, which stay where `keep_interviewers`."""
    found, kept = list[Finding](), list[Span]()
    for turn, (start, end) in _labels(transcript):
        if turn.role == SpeakerRole.INTERVIEWER and keep_interviewers:
            kept.append((start, end))
        elif named_label(turn.speaker or ""):
            named = set(name_words(turn.speaker or ""))
            words = [word for word in words_of(transcript.text[start:end]) if word.folded in named]
            if words:
                found.append(Finding(start + words[0].start, start + words[-1].end, PERSON, 0.9, "a speaker's label"))
    return found, kept


def _labels(transcript: Transcript) -> Iterator[tuple[Turn, Span]]:
    """Each turn with the place of its speaker's label, where one stands between the turn before and it."""
    before = 0
    for turn in transcript.turns:
        if turn.speaker:
            gap = transcript.text[before : turn.start]
            at = gap.rfind(turn.speaker)
            if at < 0:
                at = folded(gap).rfind(folded(turn.speaker)) if len(folded(gap)) == len(gap) else -1
            if at >= 0:
                yield turn, (before + at, before + at + len(turn.speaker))
        before = turn.end
