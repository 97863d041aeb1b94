"""secondcoder transcript."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Collection
from typing import TYPE_CHECKING

import click

from secondcoder.cli.common import confirm, open_study, print_json, print_table, say, text_width
from secondcoder.domain.names import known_name
from secondcoder.domain.wording import counted, listed

if TYPE_CHECKING:
    from secondcoder.domain.records import Coding, Transcript, Turn
    from secondcoder.study.remove_transcript import Removal


@click.group("transcript")
def command() -> None:
    """The study's transcripts: list them, read one with its offsets, mend how it is described, remove it.

    \b
    Examples:
      secondcoder transcript list
      secondcoder transcript show gp1 --codes
      secondcoder transcript edit gp1 --interviewer INT --case ash --wave early
      secondcoder transcript remove gp1
    """


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def list_command(study_folder: str, as_json: bool) -> None:
    """All transcripts with case, participant, role, wave, who speaks, and how many codings there are."""
    with open_study(study_folder) as study:
        corpus = study.corpus
    codings = Counter(coding.transcript for coding in corpus.codings)
    rows = [_described(transcript) | {"codings": codings[transcript.id]} for transcript in corpus.transcripts]
    if as_json:
        print_json(rows)
    elif rows:
        print_table([*rows[0]], [[_cell(value) for value in row.values()] for row in rows])
    else:
        say("There is no transcript yet. Import some: secondcoder import FILE ...")


@command.command("show")
@click.argument("transcript")
@click.option("--codes", is_flag=True, help="Under each turn, the codings that begin in it.")
@click.option("--coder", help="Only this coder's codings.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def show(study_folder: str, transcript: str, codes: bool, coder: str | None, as_json: bool) -> None:
    """A transcript turn by turn: number, offsets (code points, end exclusive), time where it has any, speaker, talk.

    (I) marks who interviews.

    The offsets are those of a coded table's columns start and end.
    """
    from secondcoder.domain.times import clock, time_at
    from secondcoder.study.edit_transcript import find_transcript

    with open_study(study_folder) as study:
        corpus = study.corpus
    found = find_transcript(corpus.by_id, transcript)
    who = _coder(coder, corpus.coders)
    of_it = [each for each in corpus.codings if each.transcript == found.id and who in (None, each.coder)]
    if as_json:
        print_json(_as_json(found, of_it if codes or coder else []))
        return
    times = [time_at(found.turns, turn.start) for turn in found.turns]
    whens = (
        [clock(time) if time is not None else "-" for time in times]
        if any(time is not None for time in times)
        else None
    )
    for number, turn in enumerate(found.turns, start=1):
        click.echo(_turn_lines(number, turn, found.text, f"{whens[number - 1]:>5}  " if whens else ""))
        for coding in of_it if codes or coder else ():
            if turn.start <= coding.start < turn.end:
                click.echo(f"        {coding.start}-{coding.end} {coding.code} by {coding.coder}")


@command.command("edit")
@click.argument("transcript")
@click.option("--case", help='What it is a case of; "" takes it away, here and in the next three.')
@click.option("--participant", help="Who was asked.")
@click.option("--role", help="As what the participant was asked: GP, receptionist, ...")
@click.option("--wave", help="When: early, late, ...")
@click.option(
    "--interviewer", multiple=True, metavar="LABEL", help='Who interviews, once for each; "none" if nobody does.'
)
@click.option("--rename", multiple=True, metavar="OLD=NEW", help="A speaker under another name, everywhere in it.")
@click.option(
    "--time", "times", multiple=True, metavar="TURN=START[-END]", help="Times of a turn, such as 12=00:04:10-00:04:31."
)
@click.option("--shift-times", type=float, default=0.0, metavar="SECONDS", help="Put all its times this much later.")
@click.pass_obj
def edit(
    study_folder: str,
    transcript: str,
    case: str | None,
    participant: str | None,
    role: str | None,
    wave: str | None,
    interviewer: tuple[str, ...],
    rename: tuple[str, ...],
    times: tuple[str, ...],
    shift_times: float,
) -> None:
    """Mend how an imported transcript is described. Its text and all codings stay where they are.

    With another interviewer its passages are others: what a model suggested on it is taken away, until `secondcoder code` runs again.
    """
    from secondcoder.study.edit_transcript import TranscriptEdit

    asked = TranscriptEdit(case, participant, role, wave, interviewer, _renamed(rename), _times(times), shift_times)
    with open_study(study_folder) as study:
        done = study.transcript_edit(transcript, asked)
    say(f"'{done.transcript.id}': {'; '.join(done.changes)}.")
    if done.suggestions:
        gone = counted(done.suggestions, "suggestion on it was", "suggestions on it were")
        say(f"{gone} taken away. Get suggestions again: secondcoder code")
    if done.learned_by:
        say(f"Model {done.learned_by} learned from it as it was. Train a new version: secondcoder retrain")


@command.command("remove")
@click.argument("transcript")
@click.option("--why", default="", metavar="REASON", help="For the audit trail, such as 'participant withdrew'.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation, for scripts.")
@click.pass_obj
def remove(study_folder: str, transcript: str, why: str, yes: bool) -> None:
    """Remove a transcript with its codings, suggestions and decisions, as when a participant withdraws. This cannot be undone.

    The audit trail keeps that it was there, with places, codes, coders and memos, and none of its talk.
    """
    with open_study(study_folder) as study:
        removal = study.transcript_remove(transcript, dry_run=True)
        say(_what_goes(removal))
        confirm(f"Remove '{removal.transcript.id}'?", yes, "Nothing was removed.")
        study.transcript_remove(transcript, why=why)
    say(f"Removed '{removal.transcript.id}'. Files that were exported or copied elsewhere, and backups, still hold it.")
    if removal.models:
        say(f"{listed(removal.models)} can be used no more. Train one without it: secondcoder train")
    say("Where a participant withdraws, names and memos must go too: secondcoder forget PARTICIPANT")


def _what_goes(removal: Removal) -> str:
    kinds = {"coding": removal.codings, "suggestion": removal.suggestions, "decision": removal.decisions}
    along = [counted(count, kind) for kind, count in kinds.items() if count]
    along += [counted(removal.passes, "coding pass", "coding passes")] if removal.passes else []
    spans = counted(removal.model_codings, "span", "spans")
    along += [f"what other models said of {spans}"] if removal.model_codings else []
    what = f"With '{removal.transcript.id}' go its talk and {listed(along) if along else 'no codings'}"
    learned = f", and what {listed(removal.models)} learned" if removal.models else ""
    return f"{what}{learned}."


def _described(transcript: Transcript) -> dict[str, object]:
    speakers = dict.fromkeys(_speaker(turn) for turn in transcript.turns if turn.speaker)
    return {
        "transcript": transcript.id,
        "case": transcript.case,
        "participant": transcript.participant,
        "role": transcript.role,
        "wave": transcript.wave,
        "turns": len(transcript.turns),
        "speakers": list(speakers),
        "source": transcript.source,
    }


def _coder(written: str | None, coders: Collection[str]) -> str | None:
    """The coder in the study's spelling, so that a misspelt one is not taken for one who coded nothing."""
    from secondcoder.errors import InputError, did_you_mean

    coder = known_name(written, coders) if written else None
    if coder is not None and coder not in coders:
        raise InputError(f"Nobody called '{coder}' has coded in this study.{did_you_mean(coder, coders)}")
    return coder


def _cell(value: object) -> object:
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def _speaker(turn: Turn) -> str:
    from secondcoder.domain.records import SpeakerRole

    return f"{turn.speaker}{' (I)' if turn.role is SpeakerRole.INTERVIEWER else ''}"


def _turn_lines(number: int, turn: Turn, text: str, when: str) -> str:
    head = f"{number:>4}  {turn.start}-{turn.end}  {when}{_speaker(turn) + ': ' if turn.speaker else ''}"
    talk = " ".join(text[turn.start : turn.end].split())
    return textwrap.fill(f"{head}{talk}", text_width(100), subsequent_indent=" " * 8, break_long_words=False)


def _as_json(transcript: Transcript, codings: list[Coding]) -> dict[str, object]:
    from dataclasses import asdict

    turns = [asdict(turn) | {"text": transcript.text[turn.start : turn.end]} for turn in transcript.turns]
    return _described(transcript) | {"turns": turns, "codings": [asdict(coding) for coding in codings]}


def _renamed(pairs: tuple[str, ...]) -> dict[str, str]:
    split = [pair.partition("=") for pair in pairs]
    if wrong := [old for old, sign, new in split if not (sign and old and new)]:
        raise click.BadParameter(f"'{wrong[0]}' is not OLD=NEW.", param_hint="--rename")
    return {old: new for old, _, new in split}


def _times(written: tuple[str, ...]) -> dict[int, tuple[float, float | None]]:
    from secondcoder.transcripts.clock import SPAN, seconds

    times: dict[int, tuple[float, float | None]] = {}
    for each in written:
        number, _, span = each.partition("=")
        match = SPAN.fullmatch(span.strip())
        if not (number.strip().isdecimal() and match):
            raise click.BadParameter(f"'{each}' is not TURN=START or TURN=START-END.", param_hint="--time")
        until = match["until"]
        times[int(number)] = (seconds(match["time"]), seconds(until) if until else None)
    return times
