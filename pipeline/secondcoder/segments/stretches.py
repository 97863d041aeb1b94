"""Talk without full stops: a "sentence" that is longer than a segment may be is cut into stretches that stand for sentences.

Captions and verbatim transcripts often have no stops, or those of a script that the sentence recogniser does not know. Such a run is
cut where the speaker stopped, as far as the text shows it: at stops of any script, line ends, pauses and dashes, commas; where it
shows nothing, by length alone. The stretches are of about 20 words, as the token sequences that TextTiling takes for sentences
(Hearst 1997, https://aclanthology.org/J97-1003).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from secondcoder.domain.records import Span

STRETCH_WORDS = 20
# Han, kana, Thai, Lao, Burmese and Khmer are written without spaces. A word has about two characters of them, or more.
_UNSPACED = (
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_OPENING, _CLOSING = "([{«‹“‘„「『（【《〈", "\"'”’)\\]}»›」』）】》〉"
_MARK = rf"[^\w\s{re.escape(_OPENING)}]"
# A word; one character of an unspaced script with what belongs to it; 100 characters of a word without end.
_ATOM = re.compile(rf"[{re.escape(_OPENING)}]*{_UNSPACED}{_MARK}*|(?:(?!{_UNSPACED})\S){{1,100}}")
_UNSPACED_WORD = re.compile(_UNSPACED)

_STOP = re.compile(rf"[.!?。！？．।॥؟۔።፧։჻။។᙮][{_CLOSING}]*$")
_PAUSE = re.compile(r"(?:…|\.\.|[-–—―⸺―]|[(\[][^()\[\]]{0,20}[)\]])\W?$")
_COMMA = re.compile(rf"[,;:，、；：،؛፣၊][{_CLOSING}]*$")
AT_STOP, AT_LINE_END, AT_PAUSE, AT_COMMA, ANYWHERE = 0.0, 0.1, 0.2, 0.5, 1.0
"""What a cut costs by what stands there, on the scale of a stretch's distance from its length."""


def count_words(text: str) -> float:
    """Words of a text in any script: pieces between white space; of scripts without spaces, half the characters."""
    return sum(map(_weight, _ATOM.findall(text)))


def stretches(text: str, run: Span, longest: float) -> list[Span]:
    """The run itself where it has at most `longest` words, else spans of about 20 words, in order, that leave out white space alone.

    Args:
        run: where it stands in `text`.
    """
    atoms = [match.span() for match in _ATOM.finditer(text, *run)]
    weights = [_weight(text[start:end]) for start, end in atoms]
    if sum(weights) <= longest:
        return [run]
    gaps = [_cut_cost(text, before, after) for before, after in zip(atoms, atoms[1:], strict=False)]
    edges = [0, *_cheapest_cuts(weights, gaps, min(STRETCH_WORDS, longest), longest), len(atoms)]
    return [(atoms[left][0], atoms[right - 1][1]) for left, right in zip(edges, edges[1:], strict=False)]


def _weight(atom: str) -> float:
    return 0.5 if _UNSPACED_WORD.search(atom) else 1.0


def _cut_cost(text: str, before: Span, after: Span) -> float:
    # What was said last: `(long pause)` is more than one atom.
    said, between = text[max(0, before[1] - 24) : before[1]], text[before[1] : after[0]]
    if _PAUSE.search(said):
        return AT_PAUSE  # before the stop: three dots are no sentence's end
    if _STOP.search(said):
        return AT_STOP
    if between.splitlines() not in ([], [between]):
        return AT_LINE_END
    return AT_COMMA if _COMMA.search(said) else ANYWHERE


def _cheapest_cuts(weights: Sequence[float], gaps: Sequence[float], target: float, longest: float) -> list[int]:
    """Indices of the atoms that begin a new stretch: the cheapest set by dynamic programming, as for segments."""
    n = len(weights)
    best, back = [0.0, *[float("inf")] * n], [0] * (n + 1)
    for end in range(1, n + 1):
        words = 0.0
        for start in range(end - 1, -1, -1):
            words += weights[start]
            if words > min(longest, 3 * target) and start < end - 1:
                break  # far from the target, whatever stands there
            cost = best[start] + ((words - target) / target) ** 2 + (gaps[start - 1] if start else 0.0)
            if cost < best[end]:
                best[end], back[end] = cost, start
    cuts: list[int] = []
    while back[n] > 0:
        n = back[n]
        cuts.append(n)
    return cuts[::-1]
