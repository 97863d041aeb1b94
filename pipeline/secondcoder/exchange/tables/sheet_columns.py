"""Sheets of coded passages from other programs: which column holds what, by its title or else by what is in it.

Titles follow the language of the program and what the person chose to export. They are known here as MAXQDA (coded segments), ATLAS.ti
(quotation manager) and Dedoose (excerpts) write them; whoever has others says so (`--columns`), or they are found by content.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice

from secondcoder.codebook.model import Codebook
from secondcoder.domain.names import ByName, folded
from secondcoder.domain.records import Transcript
from secondcoder.domain.wording import listed
from secondcoder.errors import InputError, did_you_mean
from secondcoder.exchange.tables.code_paths import code_at
from secondcoder.exchange.tables.quoted_text import QuotedText
from secondcoder.exchange.tables.rows import Row

NEEDED = ("text", "document", "codes")
KINDS = (*NEEDED, "coder", "memo", "paragraph", "valence")
"""What a column may hold, in the words of `--columns`."""
APPLIED = re.compile(r"code: (.+) applied")
"""Dedoose has a column for each code."""
# English, German, Spanish, French, Polish, Portuguese, Italian and Dutch, in lower case, the surest first.
_TITLES = {
    "text": "segment|segmento|coded segment|quotation content|text content|zitatinhalt|contenido de la cita|contenu de la citation|"
    "excerpt copy|excerpt",
    "document": "document name|dokumentname|nombre del documento|nom du document|nazwa dokumentu|nome do documento|nome del documento|"
    "documentnaam|media title|document|dokument|documento",
    "codes": "code|codes|kode|kodes|código|códigos|kod|kody|codice|codici|codes applied combined",
    "coder": "created by|erstellt von|creado por|créé par|utworzono przez|utworzone przez|criado por|creato da|gemaakt door|"
    "aangemaakt door|author|autor|auteur|autore|coder|excerpt creator",
    "memo": "comment|kommentar|comentario|commentaire|komentarz|comentário|commento|commentaar|opmerking",
    "paragraph": "beginning|anfang|inicio|comienzo|début|początek|início|inizio|begin|start|start position",
}
TITLES = {kind: tuple(words.split("|")) for kind, words in _TITLES.items()}
SAMPLE = 40
"""Cells of a column that are looked at."""
SHARE = 0.5
LONG = 12
"""Characters of an average cell from which on a column may quote."""

Columns = dict[str, str]
"""Titles in lower case, by what the columns hold."""


def looks_coded(titles: Iterable[str]) -> bool:
    """Whether these are titles of coded passages: one for what is quoted, and one for where it is from or for its codes."""
    found = by_title(titles)
    return "text" in found and ("document" in found or "codes" in found)


def by_title(titles: Iterable[str]) -> Columns:
    """The columns that are known by their titles."""
    there = [folded(title) for title in titles]
    found = {kind: next((word for word in words if word in there), "") for kind, words in TITLES.items()}
    return {kind: title for kind, title in found.items() if title}


def by_words(said: Mapping[str, str], titles: Sequence[str]) -> Columns:
    """The columns as the person names them; InputError for a kind or a column that there is not."""
    found: Columns = {}
    for written, title in said.items():
        kind = {"transcript": "document", "code": "codes"}.get(written, written)
        if kind not in KINDS:
            raise InputError(f"--columns: '{kind}' is none of {', '.join(KINDS)}.{did_you_mean(kind, KINDS)}")
        if folded(title) not in titles:
            raise InputError(
                f"--columns: there is no column '{title}', but {quoted(titles)}.{did_you_mean(title, titles)}"
            )
        found[kind] = folded(title)
    return found


def by_content(
    rows: Sequence[Row], missing: Iterable[str], taken: Iterable[str], known: Mapping[str, Transcript], book: Codebook
) -> Columns:
    """The columns of these kinds that their cells show, each the only one that does."""
    named = documents_named(known)
    tests: dict[str, Callable[[Sequence[str]], float]] = {
        "text": lambda cells: _share(cells, _quotes(known)) if sum(map(len, cells)) >= LONG * len(cells) else 0,
        "document": lambda cells: _share(cells, lambda cell: named(cell) is not None),
        "codes": lambda cells: _share(cells, lambda cell: code_at(cell, book) is not None or " > " in cell),
    }
    free = [title for title in rows[0].cells if title and title not in set(taken)]
    found: Columns = {}
    for kind in missing:
        cells = {title: _sample(row[title] for row in rows) for title in free if title not in found.values()}
        fitting = [title for title, sample in cells.items() if sample and tests[kind](sample) >= SHARE]
        if len(fitting) == 1:
            found[kind] = fitting[0]
    return found


def begin_and_end(rows: Sequence[Row], taken: Iterable[str]) -> list[str]:
    """The two columns of whole numbers of which the first is never the larger, as MAXQDA numbers paragraphs; [] where none are."""
    free = [title for title in rows[0].cells if title and title not in set(taken)]
    whole = [title for title in free if all(row[title].removesuffix(".0").isdecimal() for row in rows)]
    for first, second in zip(whole, whole[1:], strict=False):
        pairs = [(float(row[first]), float(row[second])) for row in rows]
        if all(begin <= end for begin, end in pairs) and any(end for _, end in pairs):
            return [first, second]
    return []


def documents_named(known: Mapping[str, Transcript]) -> Callable[[str], str | None]:
    """Which transcript a cell names, by its id: with a suffix, a number or a group before it, as programs write them."""
    names = ByName({**{each.source: each for each in known.values()}, **{each.id: each for each in known.values()}})

    def named(cell: str) -> str | None:
        plain = re.sub(r"^D? ?\d+: ?", "", cell.strip())
        tries = [cell.strip(), plain, *re.split(r"\\|/| > ", plain)[-1:]]
        tries += [re.sub(r"\.\w{2,5}$", "", each) for each in tries]
        return next((names[each].id for each in tries if names.get(each)), None)

    return named


def quoted(titles: Iterable[str]) -> str:
    """Titles in a sentence."""
    return listed([f"'{title}'" for title in titles if title])


def _sample(cells: Iterable[str]) -> list[str]:
    return list(islice(dict.fromkeys(cell for cell in cells if cell.strip()), SAMPLE))


def _share(cells: Sequence[str], fits: Callable[[str], bool]) -> float:
    return sum(map(fits, cells)) / len(cells)


def _quotes(known: Mapping[str, Transcript]) -> Callable[[str], bool]:
    texts = [QuotedText(transcript) for transcript in known.values()]
    return lambda cell: any(text.exact(cell) for text in texts)
