"""Word's comments as codings: the passage is the span, the text names the codes (`comment_text`), the author is the coder.

Comments are codes where most of them name a code of the codebook; the person may say otherwise (`--comments`). What names no code is
told of: beside a coding of the same passage it becomes the memo, and else the import says how many were not taken, and what they say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from secondcoder.codebook.model import Codebook
from secondcoder.domain.grouping import group_by
from secondcoder.domain.names import folded, name
from secondcoder.domain.records import Coding, Span
from secondcoder.domain.wording import counted, first_of, shorten
from secondcoder.errors import did_you_mean
from secondcoder.exchange.layout import said_layout
from secondcoder.exchange.word.comment_text import DEDOOSE, Said, names_in, said_in
from secondcoder.exchange.word.word_comments_out import OURS
from secondcoder.transcripts.documents.word_marks import Comment

SHOWN, SHOWN_CHARACTERS = 5, 60
MOST_HINTS = 20  # faults with a nearest code: as many as are shown
SHORT_WORDS, SHORT_SHARE, RECURRING_SHARE = 6, 0.6, 0.2
"""Names of codes are short, and some of them come again; notes on a text are neither."""
NOBODY = frozenset(("", "author", "autor", "auteur", "autore", "unknown", "unknown author", "microsoft office user"))
"""What Word writes as author where there is none, or where names were taken out."""


@dataclass
class Taken:
    """What is taken from one document for its transcript.

    `coder`: whose codes these are where the document does not say.
    """

    transcript: str
    book: Codebook
    coder: str | None
    codings: list[Coding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def codes_of_comments(comments: Sequence[Comment]) -> list[str]:
    """The names in comments that the person takes for codes, or that look like codes without a codebook."""
    people, asked = _by_people(comments), said_layout().comments
    named = [names_in(comment.text) for comment in people]
    if asked == "codes" or (asked is None and (_from_dedoose(people) or _look_like_codes(named))):
        return [each for names in named for each in names]
    return []


def take_comments(comments: Sequence[Comment], taken: Taken) -> None:
    """Codings of comments that name codes; all others are told of."""
    people = _by_people(comments)
    if ours := len(comments) - len(people):
        taken.notes.append(f"{counted(ours, 'comment')} of secondcoder itself, which are suggestions, were not taken.")
    said = [(comment, said_in(comment.text, taken.book)) for comment in people]
    if not people or not _are_codes(said, taken):
        return
    others: list[Comment] = []
    for comment, each in said:
        if each.codes and comment.span:
            _code(comment.span, comment, each, taken)
        else:
            others.append(comment)
    if said_layout().comments == "codes":
        taken.faults += _unknown_faults(said, taken.book)
    _tell_unknown([each.unknown for comment, each in said if each.codes and comment.span], taken)
    _tell_of(_without_memos(others, taken), taken)


def _by_people(comments: Iterable[Comment]) -> list[Comment]:
    return [comment for comment in comments if not comment.author.startswith(OURS)]


def _from_dedoose(comments: Iterable[Comment]) -> bool:
    return any(DEDOOSE.match(comment.text) for comment in comments)


def _look_like_codes(named: Iterable[Sequence[str]]) -> bool:
    counts = Counter(folded(each) for names in named for each in names)
    total = counts.total()
    short = sum(count for each, count in counts.items() if len(each.split()) <= SHORT_WORDS and each[-1:] not in ".?!")
    again = sum(count for count in counts.values() if count > 1)
    return total > 0 and short / total >= SHORT_SHARE and again / total >= RECURRING_SHARE


def _are_codes(said: Sequence[tuple[Comment, Said]], taken: Taken) -> bool:
    """Whether comments are codes: as the person says, or where most of them name one."""
    asked, naming = said_layout().comments, sum(bool(each.codes) for _, each in said)
    if asked:
        return asked == "codes"
    if 2 * naming > len(said) or _from_dedoose(comment for comment, _ in said):
        return True
    how_many = (
        f"{naming:,} of {counted(len(said), 'comment')}" if naming else f"none of {counted(len(said), 'comment')}"
    )
    what = f"{how_many} in the margin {'names' if naming < 2 else 'name'} a code of the codebook, so they are notes and were not taken"
    taken.notes.append(f"{what}. If they are codes: --comments codes, with --add-codes for new ones.")
    return False


def _code(span: Span, comment: Comment, said: Said, taken: Taken) -> None:
    coder = taken.coder if folded(comment.author) in NOBODY else name(comment.author)
    if coder is None:
        taken.faults.append(f"{_place(comment)}: nobody is named as its author. Give --coder NAME.")
        return
    memo = "\n".join(filter(None, ("; ".join(said.unknown), said.memo)))
    marks = (taken.transcript, *span)
    taken.codings += [Coding(*marks, code, coder, said.origin, said.valence, memo) for code in said.codes]


def _without_memos(comments: Sequence[Comment], taken: Taken) -> list[Comment]:
    """The comments that stay when those beside a coding of the same passage without a memo have become that memo."""
    without = [at for at, coding in enumerate(taken.codings) if not coding.memo]
    open_places = group_by(without, lambda at: taken.codings[at].span)
    memos = group_by(
        (each for each in comments if each.text and each.span in open_places), lambda each: each.span or (0, 0)
    )
    for span, beside in memos.items():
        for at in open_places[span]:
            taken.codings[at] = replace(taken.codings[at], memo="\n".join(each.text for each in beside))
    if count := sum(map(len, memos.values())):
        which = "comment names no code and became" if count == 1 else "comments name no code and became"
        taken.notes.append(f"{count:,} {which} the memo of codings of the same passage.")
    return [each for each in comments if not each.text or each.span not in memos]


def _tell_of(comments: Sequence[Comment], taken: Taken) -> None:
    said = [each for each in comments if each.text]
    kinds = {
        "without a passage": [each for each in said if not each.span],
        "without a code": [each for each in said if each.span],
        "without text": [each for each in comments if not each.text],
    }
    taken.notes += [
        f"{counted(len(found), 'comment')} {what} not taken{_shown(found)}." for what, found in kinds.items() if found
    ]


def _tell_unknown(unknown: Iterable[Sequence[str]], taken: Taken) -> None:
    """Of names beside codes that are none: they are kept as memos."""
    if names := Counter(each for named in unknown for each in named):
        shown = first_of([f"'{shorten(each, SHOWN_CHARACTERS)}'" for each, _ in names.most_common()], SHOWN)
        what = f"{counted(names.total(), 'name')} beside codes kept as memos, since the codebook lacks them"
        taken.notes.append(f"{what}: {shown}. --add-codes adds them.")


def _unknown_faults(said: Iterable[tuple[Comment, Said]], book: Codebook) -> list[str]:
    """Where the person says that comments are codes, a name that is none is a fault."""
    known = [word for code in book.codes for word in (code.id, code.name)]
    faults: list[str] = []
    for comment, written in ((comment, written) for comment, each in said for written in each.unknown):
        near = did_you_mean(written, known) if len(faults) < MOST_HINTS else ""
        faults.append(f"{_place(comment)}: code '{shorten(written, SHOWN_CHARACTERS)}' is not in the codebook.{near}")
    return faults


def _place(comment: Comment) -> str:
    by = f" of {name(comment.author)}" if comment.author else ""
    return f"comment '{shorten(' '.join(comment.text.split()), SHOWN_CHARACTERS)}'{by}"


def _shown(comments: Sequence[Comment]) -> str:
    texts = [f"'{shorten(' '.join(each.text.split()), SHOWN_CHARACTERS)}'" for each in comments if each.text]
    return f": {first_of(texts, SHOWN)}" if texts else ""
