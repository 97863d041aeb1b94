"""Is a new transcript like those that a model learned from? In meaning, words, length of answers, speakers and code rates."""

from secondcoder.drift.measures import FEWEST, Measure, TranscriptFigures, transcript_figures
from secondcoder.drift.profiles import Profile, profiles
from secondcoder.drift.reference import reference_of
from secondcoder.drift.significance import Difference, DriftTest, Finding, compare_groups

__all__ = [
    "FEWEST",
    "Difference",
    "DriftTest",
    "Finding",
    "Measure",
    "Profile",
    "TranscriptFigures",
    "compare_groups",
    "profiles",
    "reference_of",
    "transcript_figures",
]
