"""Times as transcripts write them, in seconds from the beginning."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Inside prose only a well-formed time counts; "10:75" is something else. f4 and MAXQDA write tenths so: `#00:01:02-3#`; editors
# of films end in frames: `00:01:02:12`.
_CLOCK = r"\d{1,3}:[0-5]?\d(?::[0-5]?\d(?:[:;]\d\d)?)?(?:[.,]\d{1,9}|-\d(?=\#))?(?!\d)"
_UNITS = (
    r"(?:\d{1,2}[ \t]?h[ \t]?)?\d{1,3}[ \t]?m(?:in)?[ \t]?\d{1,2}[ \t]?s(?:ec)?\b",  # `2m30s`
    r"(?:\d{1,2} hours?,? )?\d{1,3} minutes?,? (?:and )?\d{1,2} seconds?\b",  # as Teams has it read aloud
)
TIME = rf"(?:{'|'.join((_CLOCK, *_UNITS))})"
SPAN = re.compile(rf"(?P<time>{TIME})(?:[ \t]*(?:-->|-|–)[ \t]*(?P<until>{TIME}))?")
MARKER = re.compile(rf"\s*[\[(#*_]*{SPAN.pattern}[\])#*_]*\s*")  # a line of it is no speech
# Beside speech a time is a program's mark in brackets, or with its seconds alone, as `00:01:02 We sat`.
STAMP = rf"[\[(\#<{{*_]{{1,3}}{TIME}(?:[ \t]*(?:-->|[-–])[ \t]*{TIME})?[\])\#>}}*_]{{1,3}}"
_BARE = r"\d\d?:\d\d:\d\d(?:[:;]\d\d|[.,]\d{1,9})?(?!\S)"
_BEFORE = rf"^[ \t]*(?P<before>(?:(?:{STAMP}|{_BARE})[ \t]*)+)(?:[-–—:][ \t]*)?"
_AFTER = rf"(?<![ \t])[ \t]*+(?P<after>(?:(?:{STAMP}|(?<=[ \t]){_BARE})[ \t]*)+)$"
STAMPS = re.compile(f"{_BEFORE}|{_AFTER}", re.MULTILINE)
"""Times at the beginning or the end of a line, beside speech or alone."""

_STAMP = re.compile(
    r"(?:(?P<h>-?\d{1,6}):)?(?P<m>-?\d{1,3}):(?P<s>-?\d{1,2})(?:(?:[.,]|-(?=\d$))(?P<fraction>-?\d{1,9}))?"
)
_FRAMES = re.compile(r"(?P<second>\d{1,3}:\d{1,2}:\d{1,2})[:;]\d\d")
_IN_UNITS = re.compile("|".join(_UNITS))
_UNPADDED = re.compile(r":-?\d(?!\d)")


def unpadded(stamps: Iterable[str]) -> bool:
    """Whether any time has a minute or second of one digit after a colon, as Teams wrote in 2022: `0:0:10.20`.

    In such a file a fraction is a whole number of milliseconds, so that `.20` is 20 ms and not 200.
    """
    return any(_UNPADDED.search(stamp) for stamp in stamps)


def seconds(stamp: str, whole_milliseconds: bool = False) -> float:
    """`h:mm:ss.mmm` or `mm:ss` as seconds, to the millisecond; negative parts count as negative.

    Frames, as in `h:mm:ss:ff`, are less than a second, at a rate that no file names, and are not counted.

    Args:
        stamp: the time alone; the fraction may follow a point or a comma.
        whole_milliseconds: the file's times are `unpadded`.

    Raises:
        ValueError: this is no time, or its minutes or seconds are 60 or more.
    """
    if _IN_UNITS.fullmatch(stamp):
        stamp = ":".join(re.findall(r"\d+", stamp))
    if frames := _FRAMES.fullmatch(stamp):
        stamp = frames["second"]
    match = _STAMP.fullmatch(stamp)
    if not match:
        raise ValueError(stamp)
    minutes, whole = int(match["m"]), int(match["s"])
    # Without hours, minutes may run past 60: `75:03`.
    if (abs(minutes) >= 60 and match["h"] is not None) or abs(whole) >= 60:
        raise ValueError(stamp)
    total = int(match["h"] or 0) * 3600 + minutes * 60 + whole
    return round(total + _fraction(match["fraction"] or "0", whole_milliseconds), 3)


def _fraction(digits: str, whole_milliseconds: bool) -> float:
    bare = digits.lstrip("-")
    # More than three digits are no whole number of milliseconds, whatever the file.
    size = int(bare) / 1000 if whole_milliseconds and len(bare) <= 3 else float(f"0.{bare}")
    return -size if digits.startswith("-") else size
