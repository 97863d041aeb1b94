"""What an import brought and what it said, and whether a damaged file's import lost or changed anything in silence."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner
from secondcoder.cli import cli
from secondcoder.corpus import Corpus
from secondcoder.domain.records import Transcript, Turn
from secondcoder.errors import SecondcoderError
from secondcoder.study.study import Study

from support.damaging import CUT, LOCAL, UNSEEN, Damage

Record = tuple[str, ...]
"""A kind (turn, coding, about ...), the transcript or case that it belongs to, further fields, then times and words."""
WHOLE = ("about", "attribute")
MOST_NEAR = 6  # records that a damage within one place may touch: its own and those that it joins to or divides
_UNSEEN = re.compile(f"[{''.join(UNSEEN.values())}\\s]+")
_COUNTS = re.compile(r"^Imported .*", re.MULTILINE)


@dataclass(frozen=True)
class Imported:
    """The records in the store afterwards, and the lines that were said beside the table and the count."""

    records: tuple[Record, ...]
    said: frozenset[str]
    error: str = ""


def import_into(base: Path, folder: Path, path: Path, *options: str) -> Imported:
    """Import a file or folder through the command line into a copy of a study; any exception but a refusal passes on."""
    study = folder / "study"
    shutil.copytree(base, study)
    try:
        result = CliRunner().invoke(cli, ["-C", str(study), "import", str(path), *options])
        if isinstance(result.exception, SecondcoderError):
            return Imported((), frozenset(), str(result.exception))
        if isinstance(result.exception, SystemExit) and result.exit_code:
            return Imported((), frozenset(), result.stderr)
        if result.exception:
            raise result.exception
        opened = Study(study)
        try:
            records = tuple(_records(opened.corpus))
        finally:
            opened.close()
        return Imported(records, frozenset(_COUNTS.sub("", result.stderr).splitlines()))
    finally:
        shutil.rmtree(study)


def verdict(damage: Damage, before: Imported, after: Imported, alone: bool = False) -> str:
    """'' where nothing was lost or changed in silence; else what was.

    `alone`: a row is all that the file says of a transcript, as in a manifest; elsewhere other rows contradict a damaged one.
    """
    if after.error or after.records == before.records or after.said - before.said:
        return ""
    lost, gained = Counter(before.records), Counter(_under_its_name(damage, before.records, after.records))
    lost, gained = lost - gained, gained - lost
    if not (lost or gained):
        return ""
    if damage.rule in (LOCAL, CUT) and _only_there(damage, lost, gained) and (alone or _same_whole(lost, gained)):
        return ""
    return f"{damage.what}\n      lost   {_told(lost)}\n      gained {_told(gained)}"


def _under_its_name(damage: Damage, before: Sequence[Record], after: Sequence[Record]) -> list[Record]:
    """The records after under the name before, where the damage lies in the name itself: everything bears it then."""
    gone, new = (
        {record[1] for record in one} - {record[1] for record in other}
        for one, other in ((before, after), (after, before))
    )
    if (
        damage.rule != LOCAL
        or len(gone) != 1
        or len(new) != 1
        or not (max(gone) in damage.before and max(new) in damage.after)
    ):
        return [*after]
    return [(record[0], max(gone), *record[2:]) if record[1] in new else record for record in after]


def _only_there(damage: Damage, lost: Counter[Record], gained: Counter[Record]) -> bool:
    """Whether the records differ in words that the damage touched, and nowhere else."""
    if sum(gained.values()) > MOST_NEAR or (damage.rule == LOCAL and sum(lost.values()) > MOST_NEAR):
        return False
    had, has = _words(lost), _words(gained)
    touched_before, touched_after = _found(damage.before), _found(damage.after)
    # A unit that loses one coder's row stands there still, with who else looked at it.
    touched_after += touched_before
    return all(word in touched_before for _, word in had - has) and all(word in touched_after for _, word in has - had)


def _same_whole(lost: Counter[Record], gained: Counter[Record]) -> bool:
    """Whether all that is known of whole transcripts and cases that are still there is as it was."""
    there = {record[1] for record in gained}
    return not any(record[0] in WHOLE and record[1] in there for record in lost)


def _words(records: Counter[Record]) -> Counter[tuple[Record, str]]:
    """Every word with who said it, who looked at it, what it was coded as: all but the times, which joined turns share."""
    return Counter((record[:-2], word) for record in records.elements() for word in _found(record[-1]))


def _found(text: str) -> list[str]:
    return re.findall(r"\w+", _UNSEEN.sub(" ", text))


def _told(records: Counter[Record]) -> str:
    shown = [" | ".join(part for part in record if part)[:110] for record in records.elements()]
    return f"{len(shown)}: " + " // ".join(shown[:3])


def _records(corpus: Corpus) -> Iterator[Record]:
    for transcript in corpus.transcripts:
        yield ("transcript", transcript.id, "", "")
        # The role is of a participant: two in one transcript leave it open.
        about = {"case": transcript.case, "participant": transcript.participant, "wave": transcript.wave}
        yield from (("about", transcript.id, field, "", value) for field, value in about.items() if value)
        if transcript.role:
            yield ("role", transcript.id, "", transcript.role)
        yield from (_turn(corpus, transcript, turn) for turn in transcript.turns)
    for case in corpus.cases:
        yield ("case", case.id, "", case.id)
        yield from (("attribute", case.id, name, "", value) for name, value in sorted(case.attributes.items()))
    for coding in corpus.codings:
        words = corpus.by_id[coding.transcript].text[coding.start : coding.end]
        yield (
            "coding",
            coding.transcript,
            coding.coder,
            coding.code,
            f"{coding.valence}",
            coding.memo,
            "",
            plain(words),
        )


def _turn(corpus: Corpus, transcript: Transcript, turn: Turn) -> Record:
    """A turn, who looked at it and for how much, its times, and its words last."""
    looked = sorted(
        {
            f"{each.coder}: {len(each.codes)}"
            for each in corpus.passes
            if each.transcript == transcript.id and each.start < turn.end and turn.start < each.end
        }
    )
    times = f"{turn.time_start}-{turn.time_end}"
    speech = plain(transcript.text[turn.start : turn.end])
    return "turn", transcript.id, f"{turn.speaker}", f"{turn.role}", "; ".join(looked), times, speech


def plain(text: str) -> str:
    """A text without what nobody sees."""
    return _UNSEEN.sub(" ", text).strip()
