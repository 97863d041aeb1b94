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
# Written without spaces: Han, kana, Bopomofo and Yi, whose words have about one and a half characters; Thai, Lao, Tibetan, Burmese,
# Khmer, Tai, Javanese and Cham, whose words have two or more, each with its marks.
_DENSE = "\u3005\u3041-\u30ff\u3105-\u312f\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua48c\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
_SPARSE = "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u1950-\u19ff\u1a20-\u1aad\ua980-\ua9df\uaa00-\uaadf\ua9e0-\ua9fe"
_UNSPACED = f"[{_DENSE}{_SPARSE}]"
_WORDS_OF_DENSE, _WORDS_OF_SPARSE = 11 / 16, 1 / 2
"""Words of one character; as binary fractions, so that sums are exact."""
_OPENING, _CLOSING = "([{«‹“‘„「『（【《〈", "\"'”’)\\]}»›」』）】》〉"
_MARK = rf"[^\w\s{re.escape(_OPENING)}]"
_LONGEST_WORD = 40
"""Characters between blanks from which on these are no single word: a web address, or blanks that a program left out."""
_SPACED = rf"(?!{_UNSPACED})"
_ATOM = re.compile(
    # One character of an unspaced script with what belongs to it; a word between blanks; a word of what has none; marks alone.
    rf"[{re.escape(_OPENING)}]*{_UNSPACED}{_MARK}*"
    rf"|(?:(?<!\S)|(?<={_UNSPACED}))(?:{_SPACED}\S){{1,{_LONGEST_WORD}}}(?!{_SPACED}\S)"
    rf"|(?:{_SPACED}\w){{1,{_LONGEST_WORD // 2}}}(?:{_SPACED}[^\w\s])*"
    rf"|(?:{_SPACED}[^\w\s]){{1,{_LONGEST_WORD}}}"
)
_OF_DENSE, _OF_SPARSE = re.compile(f"[{_DENSE}]"), re.compile(f"[{_SPARSE}]")

_STOP = re.compile(rf"[.!?。！？．।॥؟۔።፧։჻။។᙮][{_CLOSING}]*$")
_PAUSE = re.compile(r"(?:…|\.\.|[-–—―⸺―]|[(\[][^()\[\]]{0,20}[)\]])\W?$")
_COMMA = re.compile(rf"[,;:，、；：،؛፣၊][{_CLOSING}]*$")
AT_STOP, AT_LINE_END, AT_PAUSE, AT_COMMA, ANYWHERE = 0.0, 0.1, 0.2, 0.5, 1.0
"""What a cut costs by what stands there, on the scale of a stretch's distance from its length."""


def count_words(text: str) -> float:
    """Words of a text in any script: pieces between white space; of scripts without spaces, a share of the characters."""
    atoms = _ATOM.findall(text)
    return float(len(atoms)) if text.isascii() else sum(map(_weight, atoms))


def stretches(text: str, run: Span, longest: float) -> list[Span]:
    """The run itself where it has at most `longest` words, else spans of about 20 words, in order, that leave out white space alone.

    Args:
        run: where it stands in `text`.
    """
    atoms = [match.span() for match in _ATOM.finditer(text, *run)]
    plain = text[run[0] : run[1]].isascii()
    weights = [1.0] * len(atoms) if plain else [_weight(text[start:end]) for start, end in atoms]
    if sum(weights) <= longest:
        return [run]
    gaps = [_cut_cost(text, before, after) for before, after in zip(atoms, atoms[1:], strict=False)]
    edges = [0, *_cheapest_cuts(weights, gaps, min(STRETCH_WORDS, longest), longest), len(atoms)]
    return [(atoms[left][0], atoms[right - 1][1]) for left, right in zip(edges, edges[1:], strict=False)]


def _weight(atom: str) -> float:
    if _OF_DENSE.search(atom):
        return _WORDS_OF_DENSE
    return _WORDS_OF_SPARSE if _OF_SPARSE.search(atom) else 1.0


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
