"""Invented files of timed speech, as their programs write them."""

from __future__ import annotations

from collections.abc import Sequence

Interval = tuple[object, object, str]
HEAD = 'File type = "ooTextFile"\nObject class = "TextGrid"\n\n'


def long_grid(tiers: Sequence[tuple[str, Sequence[Interval]]], end: object = 10) -> str:
    """A TextGrid in Praat's long text format."""
    lines = [f"{HEAD}xmin = 0 \nxmax = {end} \ntiers? <exists> \nsize = {len(tiers)} \nitem []: "]
    for at, (name, intervals) in enumerate(tiers, start=1):
        lines.append(f'    item [{at}]:\n        class = "IntervalTier" \n        name = "{name}" ')
        lines.append(f"        xmin = 0 \n        xmax = {end} \n        intervals: size = {len(intervals)} ")
        for number, (start, stop, text) in enumerate(intervals, start=1):
            lines.append(f"        intervals [{number}]:\n            xmin = {start} \n            xmax = {stop} ")
            lines.append(f'            text = "{text}" ')
    return "\n".join(lines) + "\n"


def short_grid(tiers: Sequence[tuple[str, Sequence[Interval]]], end: object = 10) -> str:
    """The same in Praat's short text format."""
    lines = [f"{HEAD}0\n{end}\n<exists>\n{len(tiers)}"]
    for name, intervals in tiers:
        lines.append(f'"IntervalTier"\n"{name}"\n0\n{end}\n{len(intervals)}')
        lines += [f'{start}\n{stop}\n"{text}"' for start, stop, text in intervals]
    return "\n".join(lines) + "\n"


def eaf(
    tiers: Sequence[tuple[str, str, Sequence[tuple[str, str, str]]]], slots: Sequence[tuple[str, str | None]]
) -> str:
    """A file of ELAN's: tiers (attributes, kind of annotation, rows of two slots and words) and time slots."""
    times = "".join(
        f'<TIME_SLOT TIME_SLOT_ID="{slot}"{f" TIME_VALUE={chr(34)}{value}{chr(34)}" if value else ""}/>'
        for slot, value in slots
    )
    body = ""
    for attributes, kind, rows in tiers:
        annotations = "".join(
            f'<ANNOTATION><{kind} ANNOTATION_ID="a" TIME_SLOT_REF1="{start}" TIME_SLOT_REF2="{end}">'
            f"<ANNOTATION_VALUE>{words}</ANNOTATION_VALUE></{kind}></ANNOTATION>"
            for start, end, words in rows
        )
        body += f'<TIER {attributes} LINGUISTIC_TYPE_REF="d">{annotations}</TIER>'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<ANNOTATION_DOCUMENT FORMAT="3.0" VERSION="3.0">'
        f'<HEADER TIME_UNITS="milliseconds"/><TIME_ORDER>{times}</TIME_ORDER>{body}</ANNOTATION_DOCUMENT>'
    )
