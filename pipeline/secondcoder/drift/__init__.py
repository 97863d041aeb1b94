"""Is a new transcript like those that a model learned from? In meaning, words, length of answers, speakers and code rates."""

from secondcoder.drift.judging import Difference, Finding, Yardstick, judge
from secondcoder.drift.measures import FEWEST, Measure, Measured, measure
from secondcoder.drift.profiles import Profile, profiles
from secondcoder.drift.reference import reference_of

__all__ = [
    "FEWEST",
    "Difference",
    "Finding",
    "Measure",
    "Measured",
    "Profile",
    "Yardstick",
    "judge",
    "measure",
    "profiles",
    "reference_of",
]
