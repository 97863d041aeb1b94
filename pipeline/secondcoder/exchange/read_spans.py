"""What coders read, as a coded table of spans says it, and as the import says it to the person."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import Coding, CodingPass, Origin, Span, SpeakerRole, Transcript
from secondcoder.domain.spans import covers, difference, length, merged, within
from secondcoder.domain.wording import counted, listed

IN_PART = "read in part"
SHOWN = 12
"""Lines on what was read; a study of many transcripts gets the rest in one."""


def passes_of_codings(
    codings: Iterable[Coding], stated: Sequence[CodingPass], codes: tuple[str, ...]
) -> list[CodingPass]:
    """A look for all codes at the span of each coding, where no pass in `stated` says it already.

    Codings that were made with suggestions on screen, or settled by a group, are none.
    """
    marks = [coding for coding in codings if coding.origin is Origin.INDEPENDENT]
    said = group_by((each for each in stated if _is_look(each, codes)), lambda each: (each.transcript, each.coder))
    passes: list[CodingPass] = []
    for (name, coder), of_coder in group_by(marks, lambda coding: (coding.transcript, coding.coder)).items():
        cover = merged(each.span for each in said.get((name, coder), ()))
        spans = merged(coding.span for coding in of_coder)
        passes += [CodingPass(name, coder, *span, codes) for span in spans if difference(span, cover)]
    return passes


def looks_of(
    codings: Sequence[Coding], transcripts: Mapping[str, Transcript], codes: tuple[str, ...], read_whole: bool
) -> list[CodingPass]:
    """What codings say was read where their file does not say more: their own spans, joined where only white space divides them.

    With `read_whole`, a person's word that whoever coded anything in a transcript read all of it: all of it, by each coder who coded
    there without suggestions.
    """
    if not read_whole:
        return joined_looks(passes_of_codings(codings, (), codes), transcripts)
    own = (coding for coding in codings if coding.origin is Origin.INDEPENDENT)
    pairs = dict.fromkeys((coding.transcript, coding.coder) for coding in own)
    return [CodingPass(name, coder, 0, len(transcripts[name].text), codes) for name, coder in pairs]


def _is_look(coding_pass: CodingPass, codes: tuple[str, ...]) -> bool:
    return coding_pass.origin is Origin.INDEPENDENT and coding_pass.codes == codes


def joined_looks(passes: Iterable[CodingPass], transcripts: Mapping[str, Transcript]) -> list[CodingPass]:
    """The same looks with those as one that only white space and speakers' labels divide, however many rows they came in."""

    def key(each: CodingPass) -> tuple[str, str, tuple[str, ...], Origin]:
        return each.transcript, each.coder, each.codes, each.origin

    return [
        CodingPass(name, coder, *span, codes, origin)
        for (name, coder, codes, origin), looks in sorted(group_by(passes, key).items(), key=lambda each: each[0][:2])
        for span in _joined((each.span for each in looks), transcripts[name])
    ]


def _joined(spans: Iterable[Span], transcript: Transcript) -> list[Span]:
    talk = [turn.span for turn in transcript.turns] or [(0, len(transcript.text))]
    joined: list[Span] = []
    for start, end in merged(spans):
        between = within((joined[-1][1], start), talk) if joined else []
        if joined and not any(transcript.text[slice(*part)].strip() for part in between):
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    return joined


def reading_lines(
    passes: Collection[CodingPass], transcripts: Mapping[str, Transcript], codes: tuple[str, ...]
) -> list[str]:
    """What is taken as read, by whom, for which of the codebook's codes: a line for each coder and way of reading, with the share of
    characters."""
    own = [each for each in passes if each.origin is Origin.INDEPENDENT and each.transcript in transcripts]
    lines = [
        line
        for (coder, sought), looks in group_by(own, lambda each: (each.coder, each.codes)).items()
        for line in _lines(f"by {coder} for {_codes_named(sought, codes)}", looks, transcripts)
    ]
    more = [f"... and {counted(len(lines) - SHOWN, 'more line')}."] if len(lines) > SHOWN else []
    return lines[:SHOWN] + more


def _codes_named(sought: Sequence[str], codes: Sequence[str]) -> str:
    return f"all {len(codes)} codes" if len(codes) > 1 and set(codes) <= set(sought) else named(sought)


def _lines(whose: str, passes: Sequence[CodingPass], transcripts: Mapping[str, Transcript]) -> Iterator[str]:
    spans = {
        name: merged(each.span for each in own) for name, own in group_by(passes, lambda each: each.transcript).items()
    }
    whole = [name for name, cover in spans.items() if _all_talk(cover, transcripts[name])]
    parts = [f"{_share(spans[name], transcripts[name])} of {name}" for name in spans if name not in whole]
    if whole:
        yield f"read whole {whose}: {named(whole)}"
    if parts:
        yield f"{IN_PART} {whose}: {named(parts)}. The rest counts as not looked at"


def _all_talk(cover: Sequence[Span], transcript: Transcript) -> bool:
    """All that can be coded: labels, and the interviewer's words, need nobody's look."""
    talk = [turn.span for turn in transcript.turns if turn.role is not SpeakerRole.INTERVIEWER]
    return covers(cover, talk or [(0, len(transcript.text))], transcript.text)


def _share(cover: Sequence[Span], transcript: Transcript) -> str:
    return f"{max(length(cover) / max(len(transcript.text), 1), 0.01):.0%}"


def named(names: Sequence[str]) -> str:
    """Names in a line, the first ones of many."""
    return ", ".join(names) if len(names) <= SHOWN else f"{listed(names[:SHOWN])} and {len(names) - SHOWN} more"
