"""What was found, a row of the review sheet each: a sure word once with all its places, a doubtful one at each place apart."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from secondcoder.deidentification.find import Finder
from secondcoder.deidentification.finding import KINDS, PERSON, Finding
from secondcoder.deidentification.key_file import Entry
from secondcoder.deidentification.names import PARTICLES, TITLES
from secondcoder.deidentification.pseudonyms import Pseudonyms
from secondcoder.deidentification.staff_list import Listed
from secondcoder.deidentification.words_elsewhere import Elsewhere, WordsElsewhere
from secondcoder.domain.names import folded, free_name
from secondcoder.domain.records import Place, Transcript
from secondcoder.domain.spans import intersection
from secondcoder.study.deidentify.material import INTERVIEW, PARTICIPANT, WORDING, Material

AROUND = 60
"""Characters of context on each side."""
AT_ONCE = 1000
"""Places in one row: more would not fit into a cell."""
SURE = "sure"
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class FoundWords:
    """Identifying words, as they are written, and where.

    Attributes:
        standing: "sure", or why not.
        places: in transcripts and notes; none of the name of a thing.
        where, context: the first place, in words.
    """

    words: str
    kind: str
    standing: str
    found_by: str
    pseudonym: str
    places: tuple[Place, ...] = ()
    where: str = ""
    context: str = ""

    @property
    def sure(self) -> bool:
        """Nobody needs to be asked."""
        return self.standing == SURE


def find_words(
    material: Material, listed: Sequence[Listed], entries: Sequence[Entry], finder: Finder | None = None
) -> list[FoundWords]:
    """What identifies somebody in the material, with a proposed pseudonym each; doubtful words first.

    Args:
        entries: of the key of earlier runs, whose pseudonyms stay.
    """
    finder = finder or Finder(listed)
    known = frozenset(word for entry in entries for word in folded(entry.pseudonym).split())
    found = [each for each in _findings(material, finder) if not _is_pseudonym(material, known, *each)]
    pseudonyms = _pseudonyms(material, listed, entries)
    pseudonyms.learn((finding.kind, _words(material, unit, finding)) for unit, finding in found)
    rows = _rows(material, found, pseudonyms)
    elsewhere = [Elsewhere(row.words, row.pseudonym, row.sure) for row in rows]
    elsewhere += [*_in_names(material, finder, pseudonyms), *parts_of_names(rows)]
    # "May be shared" in a definition names nobody: words that are said in lower case as well are left out there.
    ordinary = _ordinary(material, found)
    as_written = [
        Elsewhere(row.words, row.pseudonym, row.sure and len(row.words.split()) > 1)
        for row in rows
        if row.words.casefold() not in ordinary
    ]
    rows += [*_names(material, WordsElsewhere(elsewhere), known), *_wordings(material, WordsElsewhere(as_written))]
    order = {kind: at for at, kind in enumerate(KINDS)}
    return sorted(rows, key=lambda row: (row.sure, order.get(row.kind, -1), folded(row.words)))


def _findings(material: Material, finder: Finder) -> Iterator[tuple[str, Finding]]:
    found = finder.find_all(material.transcripts)
    for transcript in material.transcripts:
        yield from ((transcript.id, each) for each in within_turns(transcript, found[transcript.id]))
    for unit, text in material.notes.items():
        yield from ((unit, each) for each in finder.find_in_text(text))


def _ordinary(material: Material, found: Sequence[tuple[str, Finding]]) -> set[str]:
    """Words that stand in lower case somewhere where they identify nobody."""
    texts = dict(material.texts)
    for unit, finding in found:
        texts[unit] = texts[unit][: finding.start] + "X" * (finding.end - finding.start) + texts[unit][finding.end :]
    sentences = (sentence for kind, sentence in material.names if kind == WORDING)
    return {word for text in (*texts.values(), *sentences) for word in _WORD.findall(text) if word.islower()}


def within_turns(transcript: Transcript, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Findings that reach over a turn's edge, cut to the turns, so that these stay apart when they move; others as they are."""
    turns = [turn.span for turn in transcript.turns]
    edges = sorted({edge for span in turns for edge in span})
    for finding in findings:
        span = finding.start, finding.end
        if bisect_right(edges, span[0]) == bisect_left(edges, span[1]):  # no edge inside
            yield finding
        else:
            yield from (replace(finding, start=start, end=end) for start, end in intersection([span], turns))


def _is_pseudonym(material: Material, known: frozenset[str], unit: str, finding: Finding) -> bool:
    """Found in what was de-identified before, where "Dr Birch" is nobody's name; in a new interview it may be."""
    is_done = unit in material.done or unit in material.notes
    return is_done and known.issuperset(folded(_words(material, unit, finding)).split())


def _pseudonyms(material: Material, listed: Sequence[Listed], entries: Sequence[Entry]) -> Pseudonyms:
    texts = (*(each.text for each in material.transcripts), *material.notes.values(), *material.taken)
    pseudonyms = Pseudonyms(entries, {word for text in texts for word in text.split()})
    pseudonyms.add_listed(listed)
    return pseudonyms


def _words(material: Material, unit: str, finding: Finding) -> str:
    return material.texts[unit][finding.start : finding.end]


def _rows(material: Material, found: Sequence[tuple[str, Finding]], pseudonyms: Pseudonyms) -> list[FoundWords]:
    sure: dict[tuple[str, str], list[tuple[str, Finding]]] = {}
    apart: list[list[tuple[str, Finding]]] = []
    for unit, finding in found:
        words = _words(material, unit, finding)
        if finding.sure and words not in pseudonyms.unclear:
            sure.setdefault((finding.kind, words), []).append((unit, finding))
        else:
            apart.append([(unit, finding)])
    pieces = (group[at : at + AT_ONCE] for group in (*sure.values(), *apart) for at in range(0, len(group), AT_ONCE))
    return [_row(material, piece, pseudonyms) for piece in pieces]


def _row(material: Material, found: Sequence[tuple[str, Finding]], pseudonyms: Pseudonyms) -> FoundWords:
    unit, finding = found[0]
    words = _words(material, unit, finding)
    unclear = pseudonyms.unclear.get(words, "")
    standing = SURE if finding.sure and not unclear else unclear or "doubtful"
    places = tuple((name, each.start, each.end) for name, each in found)
    where = material.where.get(unit, unit)
    pseudonym = pseudonyms.of(finding.kind, words)
    return FoundWords(
        words, finding.kind, standing, finding.found_by, pseudonym, places, where, _context(material, places[0])
    )


def _context(material: Material, place: Place) -> str:
    unit, start, end = place
    text = material.texts[unit]
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    return " ".join(f"{before}»{text[start:end]}«{after}".split())


def _in_names(material: Material, finder: Finder, pseudonyms: Pseudonyms) -> Iterator[Elsewhere]:
    """What identifies somebody in the names of things, also where nobody says it in the talk."""
    for kind, name in material.names:
        for finding in finder.find_in_text(name) if kind != WORDING else ():
            if finding.sure:
                words = name[finding.start : finding.end]
                yield Elsewhere(words, pseudonyms.of(finding.kind, words))


def parts_of_names(rows: Iterable[FoundWords], sure: bool = True) -> Iterator[Elsewhere]:
    """First names and surnames of whole names: a file is called by one of them."""
    for row in rows:
        words = row.words.split()
        if row.kind == PERSON and row.sure and len(words) > 1:
            lone = {word for word in words if word[:1].isupper() and folded(word).rstrip(".") not in TITLES | PARTICLES}
            yield from (Elsewhere(word, row.pseudonym, sure) for word in sorted(lone) if len(word) > 2)


def _names(material: Material, elsewhere: WordsElsewhere, known: frozenset[str]) -> list[FoundWords]:
    """Names of interviews, participants and cases in which something stands that was found; none is given to two."""
    taken = {folded(name) for _, name in material.names}
    rows = []
    for kind, name in material.names:
        wanted = elsewhere.replace(name) if kind != WORDING else name
        if wanted == name or name in material.taken or name in material.done or known.issuperset(folded(name).split()):
            continue
        new = wanted if kind == PARTICIPANT else free_name([wanted], taken, "{}-{}" if kind == INTERVIEW else "{} {}")
        taken.add(folded(new))
        rows.append(FoundWords(name, kind, SURE, "it holds words that were found", new))
    return rows


def _wordings(material: Material, elsewhere: WordsElsewhere) -> Iterator[FoundWords]:
    """Sentences of the codebook in which something stands that was found."""
    for kind, sentence in material.names:
        if kind == WORDING and (wanted := elsewhere.replace(sentence)) != sentence:
            yield FoundWords(sentence, kind, "doubtful", "it holds words that were found", wanted)
