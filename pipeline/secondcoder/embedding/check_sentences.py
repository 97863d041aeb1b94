"""Sentences of different lengths by which a converted model is compared with the one that it was made from."""

LONG = (
    "When the new form came in, nobody on the ward quite knew what it was for, and I remember sitting in the office with the other "
    "nurses and saying, well, who is going to read all this, because we had three sheets and the doctors never looked at those. "
)
CHECK_SENTENCES = [
    "Yes.",
    "I don't know, really.",
    "We had no computer in that room.",
    "Why did you decide to stay on after the first year?",
    "It cost £3,500 in 2019, or 12% of what we had been promised.",
    "She said: 'nobody asked us' -- and that was that, end of story.",
    "The café über alles naïve Ångström: 我们都坐在厨房里。",
    "Training took half a day, the practice manager went along, and after that it was mostly a matter of remembering to log in.",
    "My mother worked in the mill until they closed it, and then there was nothing, so we moved to the city, all five in one room.",
    LONG,
    LONG + "In the end the matron took it up with the board. " * 2,
    LONG * 3,
]
