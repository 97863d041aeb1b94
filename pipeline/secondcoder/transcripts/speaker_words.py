"""What transcribers call speakers, and what they never do: words in folded form (see `speakers.fold`)."""

from __future__ import annotations

import re

WELL_KNOWN = re.compile(
    r"i|r|q|a|p|int\d*|(?:interviewer|interviewee|participant|respondent|moderator|facilitator|researcher|speaker)s?\d*"
    r"|speaker_\d+|unknownspeaker"
)
NUMBERED = re.compile(r"(?P<stem>[a-z]{1,4})-?\d{1,3}")
PAIRS = ({"q", "a"}, {"i", "r"}, {"i", "p"}, {"q", "r"})

# Small words within names: "Anna van der Berg".
_PARTICLES = "al bin da de del della den der di do dos du el la le of ten ter the van von y"
PARTICLES = frozenset(_PARTICLES.split())

# What stands before a colon in speech, in a header block, or in front of an address.
_SPEECH = """
    absolutely actually also although and anyway basically because but definitely e.g eg example exactly fact finally first
    firstly honestly however i.e ie instead like literally look maybe mean nb no note notes now obviously oh ok okay one
    originally plus ps second secondly so still sure then there third to true two warning well what yeah yep yes yet
"""
_HEADER = """
    address age audio code date day duration file gender id interview language length location occupation of page place
    present recorded recording sex subject summary time title topic transcribed transcriber transcript version
"""
_ADDRESS = "http https"
NEVER = frozenset(f"{_SPEECH} {_HEADER} {_ADDRESS}".split())
