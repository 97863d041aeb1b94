"""Coded Word documents: the codes are comments in the margin, or colours of highlighting, and the document is the transcript too.

A comment's passage is the coding's span, its text names the codes (`comment_text`), and its author is the coder. Comments are taken for
codes where most of them name a code of the codebook; the person may say otherwise (`--comments`). What names no code is told of:
beside a coding of the same passage it becomes the memo, and otherwise the import says how many were not taken and what they say.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

from secondcoder.codebook.model import Codebook
from secondcoder.domain.grouping import group_by
from secondcoder.domain.names import folded, name
from secondcoder.domain.records import Coding, CodingPass, Origin, Span
from secondcoder.domain.wording import counted, listed, shorten
from secondcoder.errors import ReadError, TableError, did_you_mean
from secondcoder.exchange.comment_text import DEDOOSE, Said, names_in, said_in
from secondcoder.exchange.layout import said_layout
from secondcoder.exchange.read_spans import joined_looks, passes_of_codings
from secondcoder.exchange.registry import CodedData, CodedFormat, ImportContext
from secondcoder.exchange.word_comments_out import OURS, write
from secondcoder.transcripts.registry import Source
from secondcoder.transcripts.word_marks import Comment, read_marks
from secondcoder.transcripts.word_package import MOST_UNPACKED

SUFFIXES = (".docx", ".docm")
MARKED = re.compile(rb"commentReference|highlight\b|<w:shd\b")
SHOWN, SHOWN_CHARACTERS = 5, 60
SHORT_WORDS, SHORT_SHARE, RECURRING_SHARE = 6, 0.6, 0.2
"""Names of codes are short, and some of them come again; notes on a text are neither."""
NOBODY = frozenset(("", "author", "autor", "auteur", "autore", "unknown", "unknown author", "microsoft office user"))
"""What Word writes as author where there is none, or where names were taken out."""
COLOURS = {"turquoise": "cyan", "pink": "magenta", "brightgreen": "green", "teal": "darkcyan", "violet": "darkmagenta"}
"""What Word calls a colour on screen, and in the file."""


def sniff(path: Path) -> bool:
    """Is it a Word document with comments, or text on a coloured ground?"""
    if path.suffix.lower() not in SUFFIXES:
        return False
    with suppress(ReadError, Exception):  # whatever a damaged zip raises; the transcript's reader says what is wrong
        with ZipFile(io.BytesIO(Source(path).data)) as package:
            parts = [part for part in package.infolist() if re.fullmatch(r"word/document\d*\.xml", part.filename)]
            return any(part.file_size <= MOST_UNPACKED and MARKED.search(package.read(part)) for part in parts)
    return False


def codes(path: Path) -> list[str]:
    """Names in comments that the person takes for codes, or that look like codes; and the codes of highlights."""
    marks, said = read_marks(Source(path)), said_layout()
    named = [names_in(comment.text) for comment in _by_people(marks.comments)]
    colours = {colour.casefold() for colour, _ in marks.highlights}
    mapped = [code for colour, code in _mapped(said.highlights).items() if colour in colours]
    dedoose = any(DEDOOSE.match(comment.text) for comment in marks.comments)
    taken = said.comments == "codes" or (said.comments is None and (dedoose or _look_like_codes(named)))
    return [*(each for names in named if taken for each in names), *mapped]


def read(path: Path, context: ImportContext) -> CodedData:
    """The codings of a document whose transcript was read before; without that, nothing."""
    if context.own is None or said_layout().comments == "notes" and not said_layout().highlights:
        return CodedData()
    marks = read_marks(Source(path))
    if marks.text != context.own.text:
        raise TableError(
            path.name, ["comments: another reader made the transcript, so that nobody knows their places in it."]
        )
    data, taking = CodedData(), _Taking(context, context.own.id)
    taking.take_comments(marks.comments)
    taking.take_highlights(marks.highlights)
    if taking.faults:
        raise TableError(path.name, taking.faults)
    data.codings, data.notes = list(dict.fromkeys(taking.codings)), taking.notes
    looks = passes_of_codings(data.codings, (), context.book.ids)
    data.passes = joined_looks(looks, {context.own.id: context.own})
    if context.read_whole:
        whole = dict.fromkeys(each.coder for each in data.codings if each.origin is Origin.INDEPENDENT)
        data.passes = [CodingPass(context.own.id, each, 0, len(marks.text), context.book.ids) for each in whole]
    return data


CODED_FORMAT = CodedFormat("word", SUFFIXES, sniff, read, write, codes, with_transcript=True)


def _by_people(comments: Iterable[Comment]) -> Iterator[Comment]:
    return (comment for comment in comments if not comment.author.startswith(OURS))


def _look_like_codes(named: Sequence[Sequence[str]]) -> bool:
    counts = Counter(folded(each) for names in named for each in names)
    total = counts.total()
    short = sum(count for each, count in counts.items() if len(each.split()) <= SHORT_WORDS and each[-1:] not in ".?!")
    again = sum(count for count in counts.values() if count > 1)
    return total > 0 and short / total >= SHORT_SHARE and again / total >= RECURRING_SHARE


class _Taking:
    """The codings of one document as they are found, and what is to be said of the rest."""

    def __init__(self, context: ImportContext, transcript: str) -> None:
        self.context, self.transcript, self.book = context, transcript, context.book
        self.codings: list[Coding] = []
        self.notes: list[str] = []
        self.faults: list[str] = []

    def take_comments(self, comments: Sequence[Comment]) -> None:
        """Codings of comments that name codes; all others are told of."""
        people = list(_by_people(comments))
        if ours := len(comments) - len(people):
            self.notes.append(
                f"{counted(ours, 'comment')} of secondcoder itself, which are suggestions, were not taken."
            )
        said = [(comment, said_in(comment.text, self.book)) for comment in people]
        if not people or not self._are_codes(said):
            return
        coded = [(comment, each) for comment, each in said if each.codes and comment.span]
        for comment, each in coded:
            self._code(comment, each)
        self._tell_unknown([each.unknown for _, each in coded])
        others = [(comment, each) for comment, each in said if not (each.codes and comment.span)]
        self._tell_of(self._without_memos([comment for comment, _ in others]))
        if said_layout().comments == "codes":
            self._refuse_unknown(said)

    def _are_codes(self, said: Sequence[tuple[Comment, Said]]) -> bool:
        """Whether comments are codes: as the person says, or where most of them name one."""
        asked, naming = said_layout().comments, sum(bool(each.codes) for _, each in said)
        if asked:
            return asked == "codes"
        if 2 * naming > len(said) or any(DEDOOSE.match(comment.text) for comment, _ in said):
            return True
        some = f"{naming:,} of {counted(len(said), 'comment')} name" + ("s" if naming == 1 else "")
        none = (
            f"{counted(len(said), 'comment')}, none of which names"
            if len(said) > 1
            else "1 comment, which does not name"
        )
        what = f"{some if naming else none} a code of the codebook: read as notes, and not taken"
        self.notes.append(f"{what}. If they are codes: --comments codes, with --add-codes for new ones.")
        return False

    def _code(self, comment: Comment, said: Said) -> None:
        coder = name(comment.author) if folded(comment.author) not in NOBODY else self.context.coder
        if coder is None:
            self.faults.append(f"{_place(comment)}: nobody is named as its author. Give --coder NAME.")
            return
        assert comment.span  # noqa: S101 - comments without a passage were sorted out
        memo = "\n".join(filter(None, ("; ".join(said.unknown), said.memo)))
        self.codings += [
            Coding(self.transcript, *comment.span, code, coder, said.origin, said.valence, memo) for code in said.codes
        ]

    def _without_memos(self, comments: Sequence[Comment]) -> list[Comment]:
        """The comments that do not stand beside a coding of the same passage without a memo, whose memo those others become."""
        open_places = group_by(
            (at for at, each in enumerate(self.codings) if not each.memo), lambda at: self.codings[at].span
        )
        left: list[Comment] = []
        beside: dict[Span, list[str]] = {}
        for comment in comments:
            if comment.span in open_places and comment.text:
                beside.setdefault(comment.span, []).append(comment.text)
            else:
                left.append(comment)
        for span, texts in beside.items():
            for at in open_places[span]:
                self.codings[at] = replace(self.codings[at], memo="\n".join(texts))
        if beside:
            count = sum(map(len, beside.values()))
            what = (
                "a comment beside a coding of its passage names"
                if count == 1
                else f"{count:,} comments beside codings of their passages name"
            )
            self.notes.append(f"{what} no code, and became the memo there.")
        return left

    def _tell_of(self, comments: Sequence[Comment]) -> None:
        for what, found in (
            ("names|name no code", [each for each in comments if each.span and each.text]),
            ("marks|mark no passage", [each for each in comments if not each.span and each.text]),
            ("is|are empty", [each for each in comments if not each.text]),
        ):
            if found:
                one, several = what.split(" ")[0].split("|")
                rest = f"{one if len(found) == 1 else several} {what.partition(' ')[2]}"
                self.notes.append(
                    f"{counted(len(found), 'comment')} {rest} and {_were(found)} not taken{_shown(found)}."
                )

    def _tell_unknown(self, unknown: Iterable[Sequence[str]]) -> None:
        if names := Counter(each for named in unknown for each in named):
            shown = listed([f"'{shorten(each, SHOWN_CHARACTERS)}'" for each, _ in names.most_common(SHOWN)])
            more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
            what = f"{counted(names.total(), 'word')} beside codes {'is' if names.total() == 1 else 'are'} no code of the codebook"
            self.notes.append(f"{what} and became the memo there: {shown}{more}. --add-codes adds them.")

    def _refuse_unknown(self, said: Iterable[tuple[Comment, Said]]) -> None:
        """Where the person says that comments are codes, a name that is none is a fault."""
        hints: dict[str, str] = {}
        known = [word for code in self.book.codes for word in (code.id, code.name)]
        for comment, each in said:
            for written in each.unknown:
                if written not in hints:
                    hints[written] = did_you_mean(written, known) if len(hints) < SHOWN * 4 else ""
                fault = f"code '{shorten(written, SHOWN_CHARACTERS)}' is not in the codebook.{hints[written]}"
                self.faults.append(f"{_place(comment)}: {fault}")

    def take_highlights(self, highlights: Sequence[tuple[str, Span]]) -> None:
        """Codings of the colours that the person gave a code; the others are told of."""
        mapped = _mapped(said_layout().highlights)
        by_colour = group_by(highlights, lambda each: each[0])
        for colour, passages in by_colour.items():
            if (written := mapped.get(colour.casefold())) is not None:
                self._highlighted(colour, written, [span for _, span in passages])
        unmapped = {colour: len(spans) for colour, spans in by_colour.items() if colour.casefold() not in mapped}
        if unmapped:
            total = sum(unmapped.values())
            shown = listed([f"{colour} ({count:,})" for colour, count in list(unmapped.items())[:SHOWN]])
            option = f'--highlights "{next(iter(unmapped))}=CODE"'
            self.notes.append(
                f"{counted(total, 'highlighted passage')} {_were(range(total))} not taken: {shown}. If colours are codes: {option}."
            )

    def _highlighted(self, colour: str, written: str, spans: Sequence[Span]) -> None:
        code, coder = self.book.find(written), self.context.coder
        if code is None:
            self.faults.append(f"--highlights, {colour}: {self.book.missing_code_message(written)}")
        elif coder is None:
            self.faults.append(f"highlights in {colour}: a colour does not say who coded. Give --coder NAME.")
        else:
            self.codings += [Coding(self.transcript, *span, code, coder) for span in spans]


def _mapped(highlights: Iterable[tuple[str, str]] | dict[str, str]) -> dict[str, str]:
    """Code by colour as the file calls it: Word's `Bright Green` is `green`."""
    plain = {key.replace(" ", "").replace("-", "").casefold(): code for key, code in dict(highlights).items()}
    return {COLOURS.get(colour, colour).replace("grey", "gray"): code for colour, code in plain.items()}


def _were(found: Sequence[object]) -> str:
    return "was" if len(found) == 1 else "were"


def _place(comment: Comment) -> str:
    by = f" of {name(comment.author)}" if comment.author else ""
    return f"comment '{shorten(' '.join(comment.text.split()), SHOWN_CHARACTERS)}'{by}"


def _shown(comments: Sequence[Comment]) -> str:
    texts = [f"'{shorten(' '.join(each.text.split()), SHOWN_CHARACTERS)}'" for each in comments[:SHOWN] if each.text]
    more = f" and {len(comments) - SHOWN:,} more" if len(comments) > SHOWN else ""
    return f": {listed(texts)}{more}" if texts else ""
