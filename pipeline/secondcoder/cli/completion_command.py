"""secondcoder completion."""

from __future__ import annotations

from pathlib import Path

import click

from secondcoder.cli.common import say
from secondcoder.domain.shell_words import shell_word

SHELLS = ("bash", "zsh", "fish")
VARIABLE = "_SECONDCODER_COMPLETE"
PLACES = {
    "bash": Path(".local", "share", "bash-completion", "completions", "secondcoder"),
    "zsh": Path(".zfunc", "_secondcoder"),
    "fish": Path(".config", "fish", "completions", "secondcoder.fish"),
}
"""Below the person's home: where bash-completion and fish look by themselves, and a folder that zsh has to be told of."""


@click.command("completion")
@click.argument("shell", metavar="bash|zsh|fish")
@click.option(
    "--install", is_flag=True, help="Write the script to where the shell looks for it, and say what is left to do."
)
@click.pass_context
def command(ctx: click.Context, shell: str, install: bool) -> None:
    """Complete commands, options and names of the study (codes, coders, transcripts, versions) by the Tab key.

    \b
      secondcoder completion bash --install     writes the script, and says the line to add, if any
      secondcoder completion zsh                prints the script

    There is none for PowerShell and cmd.exe: the library that this rests on (click) writes scripts for bash, zsh and fish only. On
    Windows it works in Git Bash and in WSL.
    """
    if shell not in SHELLS:
        words = "There is no completion for" if shell.casefold() in ("powershell", "pwsh", "cmd") else "Unknown shell:"
        raise click.UsageError(f"{words} '{shell}'. Name one of {', '.join(SHELLS)}.")
    script = script_of(shell, ctx.find_root().command)
    if not install:
        click.echo(script)
        return
    from secondcoder.reports.whole_file import write_whole

    place = Path.home() / PLACES[shell]
    write_whole(place, script.encode())
    say(f"Wrote {place}.")
    say(_left_to_do(shell, place))


def script_of(shell: str, program: click.Command) -> str:
    """The script that a shell runs to complete by."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 - click has all of SHELLS
    return kind(program, {}, "secondcoder", VARIABLE).source()


def _left_to_do(shell: str, place: Path) -> str:
    if shell == "fish":
        return "It holds in every new window of fish."
    if shell == "bash":
        return (
            "It holds in every new window where the package bash-completion is installed. Where it is not, add this line to "
            f"~/.bashrc: source {shell_word(str(place))}"
        )
    return (
        "Add these two lines to ~/.zshrc, and open a new window:\n"
        "fpath=(~/.zfunc $fpath)\n"
        "autoload -Uz compinit && compinit"
    )
