"""From decisions to what becomes of every text and every string."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from secondcoder.deidentification.finding import PERSON
from secondcoder.deidentification.key_file import Entry
from secondcoder.deidentification.moves import Moves
from secondcoder.deidentification.pseudonyms import NUMBERED, Pseudonyms
from secondcoder.deidentification.words_elsewhere import Elsewhere, WordsElsewhere
from secondcoder.domain.records import Transcript, Turn
from secondcoder.errors import InputError
from secondcoder.study.deidentify.found_words import parts_of_names
from secondcoder.study.deidentify.material import NAMES, WORDING, Material
from secondcoder.study.deidentify.review_sheet import Decided

# Hashes, times and identifiers, in which digits may chance to be somebody's number.
_TECHNICAL = re.compile(
    r"[0-9a-f]{32,64}|\d{4}-\d\d-\d\dT\d\d:\d\d.*|[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
)
OWN_WORDS = frozenset(
    {
        *(
            "independent",
            "reviewed",
            "adjudicated",
            "promotes",
            "inhibits",
            "mixed",
            "interviewer",
            "participant",
            "case",
        ),
        *("transcript", "ordinary", "blind", "below", "green", "amber", "red", "random", "secondcoder"),
    }
)
"""What the trail calls things by, where it stands beside words of people."""


@dataclass(frozen=True)
class Replacing:
    """What was decided, ready to be done."""

    material: Material
    decided: Sequence[Decided]

    @cached_property
    def replaced(self) -> Sequence[Decided]:
        """Rows whose words go."""
        return [each for each in self.decided if not each.kept]

    @cached_property
    def moves(self) -> Mapping[str, Moves]:
        """Transcript or note -> its replacements, where there are any."""
        by_unit: dict[str, list[tuple[int, int, str]]] = {}
        for each in self.replaced:
            for unit, start, end in each.found.places:
                by_unit.setdefault(unit, []).append((start, end, each.found.pseudonym))
        try:
            return {unit: Moves(spans) for unit, spans in by_unit.items()}
        except ValueError:
            raise InputError(
                "Two rows of the sheet replace the same words. Have it written anew. Nothing was changed."
            ) from None

    def check(self) -> None:
        """InputError where the texts are not those that the sheet was written for."""
        texts = self.material.texts
        for each in self.decided:
            for unit, start, end in each.found.places:
                if texts.get(unit, "")[start:end].split() != each.found.words.split():
                    raise InputError(
                        f"'{each.found.words}' does not stand in {unit} at {start}-{end}, so the sheet was written for other "
                        "interviews, or before they were changed. Have it written anew. Nothing was changed."
                    )

    @cached_property
    def new_texts(self) -> Mapping[str, str]:
        """Transcript or note -> its text, where that changes."""
        return {unit: moves.text(self.material.texts[unit]) for unit, moves in self.moves.items()}

    @cached_property
    def elsewhere(self) -> WordsElsewhere:
        """For strings outside the texts. Words that were kept somewhere must be written there just as they were."""
        kept = {each.found.words for each in self.decided if each.kept}
        found = [each.found for each in self.replaced if each.found.kind not in NAMES]
        whole = [Elsewhere(each.words, each.pseudonym, each.sure and each.words not in kept) for each in found]
        # Whole words first: of two that are the same the first is taken.
        return WordsElsewhere([*whole, *parts_of_names(found, sure=False)])

    @cached_property
    def gone(self) -> WordsElsewhere:
        """Words that are to stand nowhere: all that were sure and never kept, and doubtful ones that are in no text any more.

        A single word counts as it was written only: `may` is no `May`.
        """
        texts = {**self.material.texts, **self.new_texts}.values()
        kept = {each.found.words for each in self.decided if each.kept}
        words = {each.found.words: each.found for each in self.replaced if each.found.kind not in NAMES}
        gone = [
            Elsewhere(word, found.pseudonym, found.sure and len(word.split()) > 1)
            for word, found in words.items()
            if word not in kept and (found.sure or not any(word in text for text in texts))
        ]
        things = (each.found for each in self.replaced if each.found.kind in NAMES and each.found.kind != WORDING)
        return WordsElsewhere([*gone, *(Elsewhere(thing.words, thing.pseudonym) for thing in things)])

    @cached_property
    def strings(self) -> dict[str, str]:
        """Strings of which it is known what they become: texts of notes, names of things, and what stays. It may be added to."""
        things = [each for each in self.decided if each.found.kind in NAMES]
        names = {each.found.words: each.found.words if each.kept else each.found.pseudonym for each in things}
        notes = {text: self.new_texts.get(unit, text) for unit, text in self.material.notes.items()}
        files = dict(_files(self.material.transcripts, names))
        unchanged = {name: name for name in (*self.material.taken, *OWN_WORDS)}
        return {**notes, **files, **{name: name for _, name in self.material.names}, **names, **unchanged}

    def string(self, written: str) -> str:
        """What becomes of any string but the talk."""
        if written not in self.strings:
            technical = len(written) >= 19 and _TECHNICAL.fullmatch(written)
            self.strings[written] = written if technical else self.elsewhere.replace(written)
        return self.strings[written]

    def entries(self, pseudonyms: Pseudonyms) -> tuple[Entry, ...]:
        """The key's entries, with what was decided now; a name that is one person here and another there is none of them."""
        given: dict[tuple[str, str], set[str]] = {}
        for each in self.replaced:
            given.setdefault((each.found.kind, each.found.words), set()).add(each.found.pseudonym)
        for (kind, words), names in given.items():
            if kind in (PERSON, *NUMBERED) and len(names) == 1:
                pseudonyms.set(kind, words, *names)
        return pseudonyms.entries

    def transcript(self, transcript: Transcript) -> Transcript:
        """The transcript as it will be."""
        text = self.new_texts.get(transcript.id, transcript.text)
        described = {name: self._maybe(getattr(transcript, name)) for name in ("case", "participant", "role", "wave")}
        return replace(
            transcript,
            id=self.string(transcript.id),
            text=text,
            turns=tuple(self._turn(turn, transcript.id) for turn in transcript.turns),
            source=self.string(transcript.source),
            attributes={self.string(name): self.string(value) for name, value in transcript.attributes.items()},
            notes=tuple(map(self.string, transcript.notes)),
            **described,  # type: ignore[arg-type]
        )

    def _maybe(self, written: str | None) -> str | None:
        return written and self.string(written)

    def _turn(self, turn: Turn, name: str) -> Turn:
        moves = self.moves.get(name)
        start, end = moves.span(turn.start, turn.end) if moves else turn.span
        speaker = turn.speaker and (self.speakers.get((name, turn.speaker)) or self.string(turn.speaker))
        return replace(turn, start=start, end=end, speaker=speaker)

    @cached_property
    def speakers(self) -> Mapping[tuple[str, str], str]:
        """(Transcript, label) -> the label as it stands in the text now, where it does.

        So the labels of interviewers stay, though their names go from the talk.
        """
        found: dict[tuple[str, str], str] = {}
        for transcript in self.material.transcripts:
            moves, text = self.moves.get(transcript.id, Moves(())), self.new_texts.get(transcript.id, transcript.text)
            for before, turn in zip((0, *(each.end for each in transcript.turns)), transcript.turns, strict=False):
                label = turn.speaker or ""
                at = transcript.text.find(label, before, turn.start) if label else -1
                if at >= 0:
                    now = text[slice(*moves.span(at, at + len(label)))]
                    found.setdefault((transcript.id, label), " ".join(now.split()))
        return found


def _files(transcripts: Iterable[Transcript], names: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """Files that are called as their interviews were -> as these are called now."""
    for transcript in transcripts:
        stem, dot, suffix = transcript.source.rpartition(".")
        if stem in names:
            yield transcript.source, f"{names[stem]}{dot}{suffix}"
