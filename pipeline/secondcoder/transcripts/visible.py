"""A text as the eye sees it, code point for code point, so that layouts are recognised and offsets stay those of the file.

Form feeds and the line ends of Unicode divide lines, every other blank is a space, and what shows nothing (zero-width characters,
direction marks, left-over HTML tags) stands as blanks. The transcript's own text is never changed by it.
"""

from __future__ import annotations

import re

from secondcoder.domain.names import UNSEEN, without_unseen
from secondcoder.transcripts.clock import TIME

_TAGS = """
    a abbr address article b blockquote body br center cite code dd div dl dt em font h1 h2 h3 h4 h5 h6 head hr html i ins li main
    mark ol p pre s section small span strike strong sub sup table tbody td th thead tr tt u ul
"""
_BLOCKS = "address article blockquote br center dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre section table tr ul"
_TAG = re.compile(rf"</?(?P<name>{'|'.join(_TAGS.split())})(?:\s[^<>\n]*)?/?>|<!--[^\n]{{0,500}}?-->", re.IGNORECASE)
_BLANK_ENTITY = re.compile(r"&(?:nbsp|ensp|emsp|thinsp|zwnj|zwj|lrm|rlm|shy|#160|#xa0|#8203|#x200b);", re.IGNORECASE)
# Within a word it stays, to be taken out of the label, since a blank there would make two words of one.
_STRAY = r"(?<=[\w\x00-\x7f])[\ufe0e\ufe0f]"  # a variation of emoji, behind none
_AROUND_WORDS = re.compile(rf"(?<!\w)[{UNSEEN}]+|[{UNSEEN}]+(?!\w)|{_STRAY}+(?!\w)|(?<!\S)[\ufe0e\ufe0f]+")
# A run of them; NUL stands for the line end of a tag, since text holds none.
_ENDS = "\\x0b\\x0c\\x1c-\\x1e\\x85\\u2028\\u2029\\x00"
_LINE_END = re.compile(rf"[{_ENDS}][ \t{_ENDS}]*+")
_ESCAPED = re.compile(r"\\(?=[\[\]().:*_#<>~|-])")  # as pandoc writes `\[Anna\]`
_BLANK = re.compile(r"[^\S\n\t]")
_COLONS = str.maketrans("﹕︰︓∶꞉ː˸", "：：：：：::")
_LINKED_TIME = re.compile(rf"\[(?P<time>{TIME})\]\(https?://[^()\s]{{1,500}}\)")  # as Rev writes it in Markdown


def visible(text: str) -> str:
    """The text as it shows, as long as the text itself; in it only a newline ends a line."""
    text = _LINKED_TIME.sub(lambda link: link["time"].rjust(len(link[0])), text.translate(_COLONS))
    seen = _BLANK_ENTITY.sub(_blanks, _TAG.sub(_tag, text)) if "<" in text or "&" in text else text
    seen = _AROUND_WORDS.sub(_blanks, _ESCAPED.sub(" ", seen))
    return _BLANK.sub(" ", _line_ends(seen))


def clean(label: str) -> str:
    """A speaker's label without what nobody sees, its words one blank apart."""
    return " ".join(without_unseen(label).split())


def shown(text: str) -> str:
    """A stretch of speech without blanks and characters that show nothing at either end."""
    # A run of blanks is tried from its beginning only: from each of a million it would take a day.
    return re.sub(rf"^[\s{UNSEEN}\ufe0e\ufe0f]+|(?<![\s{UNSEEN}])(?:[\s{UNSEEN}]|{_STRAY})++$", "", text)


def _blanks(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _tag(match: re.Match[str]) -> str:
    name = match["name"]
    # `<I>` and `<P>` may be labels: in capitals, a letter is a tag only where another tag closes it.
    if name and len(name) == 1 and name.isupper() and f"</{name}>" not in match.string:
        return match[0]
    block = name is not None and name.lower() in _BLOCKS.split()
    return " " * (len(match[0]) - 1) + ("\x00" if block else " ")


def _line_ends(text: str) -> str:
    """Other line ends as newlines, but as blanks beside one and before a colon: no empty line is made up, and no label divided."""

    def ends(match: re.Match[str]) -> str:
        run, at = match[0], match.start()
        while at and text[at - 1] in " \t":
            at -= 1
        following = text[match.end() : match.end() + 1]
        if at == 0 or text[at - 1] == "\n" or following in ("", "\n", ":", "："):
            return " " * len(run)
        # Tags that follow one another end one line: `</p><p>`.
        if not run.strip(" \t\x00"):
            return " " * (len(run) - 1) + "\n"
        return "".join(sign if sign in " \t" else " " if sign == "\x00" else "\n" for sign in run)

    return _LINE_END.sub(ends, text)
