"""secondcoder status."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import shorten
from typing import Any

import click

from secondcoder.cli.common import advised, open_study, print_json, print_table, text_width
from secondcoder.domain.wording import counted, listed


@click.command("status")
@click.option(
    "--next",
    "propose",
    is_flag=True,
    help="Also propose which transcript to code by hand next, and which passages (takes longer).",
)
@click.option(
    "--passages", type=click.IntRange(1, 200), metavar="N", help="How many passages --next proposes; 25 unless given."
)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def command(study_folder: str, propose: bool, passages: int | None, as_json: bool) -> None:
    """What is in this study, and what to do next.

    With --next, what would improve the model most if people coded it. For those who code whole interviews: which of them. For
    those who code passage by passage: a round of passages, most of them chosen because codes with few examples, or what the model
    is undecided on, are likely there; a tenth are drawn at random, and on these rest the figures of `evaluate`. Without a model,
    what differs most. `secondcoder sheet make --next` writes the passages into a sheet, without the reasons, which name codes.
    """
    if passages and not propose:
        raise click.UsageError(
            f"--passages says how many --next proposes: secondcoder status --next --passages {passages}"
        )
    with open_study(study_folder) as study:
        status: dict[str, Any] = dict(study.status())
        if propose:
            status["to_code"] = study.next_to_code(passages)
    if as_json:
        print_json(status)
        return
    click.echo(
        f"{counted(status['transcripts'], 'transcript')} ({status['coded']} coded, {status['uncoded']} not)"
        + (f" in {counted(len(status['cases']), 'case')}" if status["cases"] else "")
        + f"; {counted(status['codings'], 'coding')}"
        + (f" by {', '.join(status['coders'])}." if status["coders"] else ".")
    )
    if status["model_coders"]:
        each = [
            f"{name} ({counted(of['transcripts'], 'transcript')}, imported {listed(of['imported'])})"
            for name, of in status["model_coders"].items()
        ]
        click.echo(f"Model coders, whose codings are no person's: {', '.join(each)}.")
    if status["unplaced"]["told"]:
        click.echo(status["unplaced"]["told"])
    suggestions = f", with {counted(status['suggestions'], 'suggestion')}" if status["model"] else ""
    earlier = ", ".join(f"{version} {n}" for version, n in status["earlier_suggestions"].items())
    click.echo(
        f"Codebook {status['codebook']}; model in use: {status['model'] or 'none'}{suggestions}"
        f"{f' (by other versions: {earlier})' if earlier else ''}."
    )
    lacking = "\n".join(f"warning: {sentence}" for sentence in status["language"]["for_models"])
    click.echo(advised(lacking) + "\n" * bool(lacking), nl=False)
    if not status["model_fits"]:
        changes = f" ({status['unknown_to_model']['told']})" if status["unknown_to_model"]["told"] else ""
        click.echo(f"Model {status['model']} was trained with another codebook and is no longer used{changes}.")
    if status["to_assign"]:
        click.echo(f"{counted(status['to_assign'], 'coding')} of split codes still to assign to new codes.")
    if status["cases"]:
        rows = [
            (name, *(case[key] for key in ("transcripts", "coded", "attributes")))
            for name, case in status["cases"].items()
        ]
        print_table(("case", "transcripts", "coded", "attributes"), rows)
    used = [
        (id, code["name"], code["codings"], code["transcripts"])
        for id, code in status["codes"].items()
        if code["codings"]
    ]
    if used:
        print_table(("code", "name", "codings", "in transcripts"), used)
    found = [status["names_found"]["told"]] if status["names_found"] else []
    for line in (*(status["drift"] or {}).get("words", ()), *found):
        click.echo(line)
    for line in _cache_lines(status["cache"]):
        click.echo(line)
    click.echo(advised(f"Next: {status['next']}"))
    if propose:
        _print_proposals(status["to_code"])


def _cache_lines(cache: dict[str, Any]) -> Iterator[str]:
    """What the study's cache holds, in megabytes; nothing of an empty one."""
    kept = [f"{of['entries']:,} by {of['model']} ({of['bytes'] / 10**6:,.1f} MB)" for of in cache["models"]]
    if kept:
        yield f"Vectors kept, so that no text is embedded twice: {listed(kept)}; at most {cache['limit'] / 10**6:,.0f} MB."
    if answers := cache["answers"]["entries"]:
        yield f"Answers of scorers kept: {answers:,} ({cache['answers']['bytes'] / 10**6:,.1f} MB)."


def _print_proposals(to_code: dict[str, list[dict[str, Any]]]) -> None:
    if to_code["transcripts"]:
        click.echo("\nTo code by hand next, interview by interview:")
    for number, proposed in enumerate(to_code["transcripts"], start=1):
        about = ", ".join(str(proposed[name]) for name in ("case", "role", "wave") if proposed[name])
        click.echo(f"  {number}. {proposed['transcript']}{f' ({about})' if about else ''}: {proposed['why']}")
    passages = to_code["passages"]
    how = "Or passage by passage" if to_code["transcripts"] else "To code by hand next, passage by passage"
    click.echo(f"\n{how}, a round of {len(passages)}:")
    for passage in passages:
        place = f"{passage['transcript']}, turn {passage['turn']} [{passage['start']}-{passage['end']}]"
        click.echo(f"  {place}: {passage['why']}\n    {shorten(passage['text'], text_width(100), placeholder=' ...')}")
    click.echo(
        advised(
            "A passage in its interview: secondcoder open, then the interview and the turn. All of them in a sheet, without these "
            f"reasons, so that nothing is suggested: secondcoder sheet make next.xlsx --next {len(passages)} --coder NAME"
        )
    )
