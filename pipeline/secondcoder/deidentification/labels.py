"""The labels before the turns of a transcript: which are names of people, and which are the interviewers' and stay."""

from __future__ import annotations

import re
from collections.abc import Iterator

from secondcoder.deidentification.dictionary import first_names, is_english, not_names
from secondcoder.deidentification.finding import PERSON, Finding
from secondcoder.deidentification.names import TITLES, name_words, word_set
from secondcoder.deidentification.words import words_of
from secondcoder.domain.languages import languages
from secondcoder.domain.records import Span, SpeakerRole, Transcript

_ROLES = word_set(
    "int ir ie iv i r p s q a res resp part ptp pt gp gpt hca anp pn rn np pm bm rm ra mod fac obs spk m f anon unknown "
    "interviewer interviewee participant respondent speaker moderator facilitator researcher observer guest multiple all"
)
_ROLES |= word_set(
    " ".join(word for each in languages().values() for word in (*sum(each.interviewers, ()), *each.participants))
)
_BRACKETED = re.compile(r"\s*[(\[].*")


def named_label(label: str) -> str:
    """The name in a speaker's label or a participant's id, first name first; "" where it is a role ("GP") or a code ("P07").

    What stands in brackets is no name: "Keane, Bronagh (Practice Manager)" is "Bronagh Keane".
    """
    plain = _BRACKETED.sub("", label)
    words = [word for word in name_words(plain) if word not in _ROLES and word not in not_names()]
    titled = any(word.folded in TITLES for word in words_of(plain))
    if re.search(r"\d", plain) or not words:
        return ""
    if not titled and all(word not in first_names() and is_english(word) for word in words):
        return ""
    last, comma, first = plain.partition(",")
    return f"{first.strip()} {last.strip()}" if comma and first.strip() else plain.strip()


def label_findings(transcript: Transcript, keep_interviewers: bool) -> tuple[list[Finding], list[Span]]:
    """The names in the labels, and the spans of the interviewers' names beside the speech, which stay where `keep_interviewers`."""
    found, kept = list[Finding](), list[Span]()
    interviewers = {turn.speaker for turn in transcript.turns if turn.role == SpeakerRole.INTERVIEWER and turn.speaker}
    named = {turn.speaker: set(name_words(named_label(turn.speaker))) for turn in transcript.turns if turn.speaker}
    for start, end, speaker in _beside_speech(transcript):
        gap = transcript.text[start:end]
        if keep_interviewers:
            kept += [
                (start + each.start(), start + each.end())
                for who in interviewers
                for each in re.finditer(re.escape(who), gap)
            ]
        words = [word for word in words_of(gap) if word.folded in named.get(speaker, ())]
        found += [Finding(start + word.start, start + word.end, PERSON, 0.9, "a speaker's label") for word in words]
    return found, kept


def _beside_speech(transcript: Transcript) -> Iterator[tuple[int, int, str]]:
    """What stands before each turn: `[start, end)`, and who speaks then."""
    before = 0
    for turn in transcript.turns:
        yield before, turn.start, turn.speaker or ""
        before = turn.end
