"""The command line: one small module a command, each loaded only when it is called.

A command parses, calls one verb of `Study` and prints. Results go to stdout or --out, progress and messages to stderr. Exit 0 is
done, 1 the input or the study is at fault, 2 usage.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

# Name -> its line in `secondcoder --help`. The module of the same name holds the command; it is not imported for the list.
COMMANDS = {
    "demo": "See it work, on an invented study that ships with secondcoder.",
    "new": "Begin a study of your own: five questions, and its interviews.",
    "init": "The same by options alone: a study without interviews, to import into.",
    "import": "Import transcripts, codings and projects of other programs.",
    "transcript": "List, show, edit or remove transcripts of the study.",
    "deidentify": "Put pseudonyms in place of names, places and numbers.",
    "sheet": "Write a spreadsheet to code transcripts in; `import` takes it back.",
    "codebook": "Show, check, change, import or export the codebook, or begin a new one.",
    "train": "Train a model on the human codings.",
    "code": "Suggest codes for what is not coded yet, with reasons.",
    "evaluate": "Measure on held-out transcripts how good the suggestions are.",
    "open": "Open the study in the browser: code by hand, read, train, decide.",
    "review": "The same; and decide on suggestions in a spreadsheet.",
    "retrain": "Train a new version on all codings; it is used only if it is not worse.",
    "models": "Model versions: list, show, use, diff, export, remove.",
    "doubts": "Codings that deserve a second look, with each coder's codes.",
    "agree": "Agreement among coders, human and model: table, JSON, HTML report.",
    "passages": "Every passage of a code, across interviews: to read, for Word or Excel.",
    "chart": "From codes to findings: framework matrix, cases compared, report with quotes.",
    "export": "Write codings for other programs: table, project, Word, SPSS ...",
    "pack": "One file for a coder far away: make it, open it there, merge it here.",
    "forget": "A participant withdraws: delete all of theirs, in models and trail too.",
    "embedder": "Models that turn passages into numbers: list them, get another.",
    "status": "What is in this study, and what to do next.",
    "check": "Check the study for faults, each with the command that repairs it.",
    "completion": "Complete commands and names by the Tab key: bash, zsh, fish.",
    "glossary": "What the words mean: average precision, out of fold, pooled kappa ...",
}


PRIVATE, GROUP = 0o077, 0o070


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"secondcoder.cli.{cmd_name}_command")
        command: click.Command = module.command
        if ctx.resilient_parsing:  # a shell asks what could stand here
            from secondcoder.cli.completing import offer_values

            return offer_values(command)
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        # Click's own would load every command for its line of help.
        names = [CompletionItem(name, help=line) for name, line in COMMANDS.items() if name.startswith(incomplete)]
        return [*names, *click.Command.shell_complete(self, ctx, incomplete)]

    def invoke(self, ctx: click.Context) -> object:
        from secondcoder.cli.common import advised
        from secondcoder.errors import SecondcoderError, StudyError

        try:
            return super().invoke(ctx)
        except SecondcoderError as error:
            # Here, where the study is known that the advice is about.
            error.args = (advised(str(error)),)
            raise
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if damage := _damage(ctx):
                raise StudyError(advised(damage)) from error
            raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # Click's own would load every command for its line of help.
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from secondcoder.errors import did_you_mean

            ctx.fail(f"There is no command '{args[0]}'.{did_you_mean(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)


def _damage(ctx: click.Context) -> str:
    """The damage of the study that a command met which met what it cannot read; "" where there is none, and so a bug."""
    from pathlib import Path

    from secondcoder.errors import SecondcoderError
    from secondcoder.reports.own_files import CONFIGURATION
    from secondcoder.study.examine import first_damage

    folder = Path(ctx.params["study"])
    if not (folder / CONFIGURATION).is_file():  # as with `demo`, which needs no study
        return ""
    try:
        damage = first_damage(folder)
    except SecondcoderError as error:
        damage = str(error)
    return (
        f"{damage} The command met it and has ended. `secondcoder check --audit` lists every damage." if damage else ""
    )


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "-C",
    "study",
    default=".",
    metavar="STUDY",
    help="The study's folder; the current one by default.",
)
@click.version_option(package_name="secondcoder", prog_name="secondcoder")
@click.pass_context
def cli(ctx: click.Context, study: str) -> None:
    """A second coder for interview transcripts.

    Code some interviews by hand; secondcoder learns your codes from them, suggests codes for the rest and says why. You decide.
    Everything happens on this machine: nothing is sent anywhere, and nothing is downloaded but by `embedder get`.

    \b
    New here? See it work, in the browser:
      secondcoder demo --open
    Your own interviews: five questions, and you can begin to code:
      secondcoder new

    \b
    The same step by step:
      secondcoder init mystudy --codebook npt
      cd mystudy
      secondcoder import ../interviews
      secondcoder open

    \b
    Coded elsewhere already:
      secondcoder import ../interviews ../codes.csv
      secondcoder train
      secondcoder code --out suggestions.xlsx

    Each command explains itself: `secondcoder import --help`. A word is new? `secondcoder glossary WORD`.
    """
    ctx.obj = study
    _keep_to_the_group(study)


def _keep_to_the_group(study: str) -> None:
    """In a folder that was given to a group on purpose (`chmod g+ws`), what is made is the group's too."""
    from pathlib import Path

    from secondcoder.reports.whole_file import is_shared

    if is_shared(Path(study)):
        os.umask(os.umask(PRIVATE) & ~GROUP)


def main() -> None:
    """Entry point: a SecondcoderError becomes one message on stderr and exit 1; any other is a bug and keeps its traceback."""
    from secondcoder.cli.terminal import guarded, raw

    # Whatever is written holds talk: it is its owner's alone, also where another process or a library writes it.
    os.umask(PRIVATE)
    for stream in (raw(sys.stdout), raw(sys.stderr)):
        if hasattr(stream, "reconfigure"):  # Windows consoles default to a code page that lacks most letters
            stream.reconfigure(encoding="utf-8", errors="replace")
    sys.stdout, sys.stderr = guarded(raw(sys.stdout), always=False), guarded(raw(sys.stderr), always=True)
    # A traceback shows what it quotes, too, and Python's colours for it would be shown as their names.
    os.environ["PYTHON_COLORS"] = "0"
    from secondcoder.errors import SecondcoderError
    from secondcoder.network.guard import refuse_connections
    from secondcoder.network.telemetry_off import quiet_libraries

    # Before anything is imported that could connect.
    refuse_connections()
    quiet_libraries()

    try:
        cli.main(prog_name="secondcoder")
    except SecondcoderError as error:
        click.echo(f"secondcoder: {error}", err=True)
        sys.exit(1)
