"""The command line: one small module a command, each loaded only when it is called.

A command parses, calls one verb of `Study` and prints. Results go to stdout or --out, progress and messages to stderr. Exit 0 is
done, 1 the input or the study is at fault, 2 usage.
"""

from __future__ import annotations

import sys
from importlib import import_module

import click

# Name -> its line in `secondcoder --help`. The module of the same name holds the command; it is not imported for the list.
COMMANDS = {
    "init": "Create a study: a folder with settings, a codebook and a database.",
    "demo": "Run the whole workflow on an invented study that ships with secondcoder.",
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
    "retrain": "Train a new version on all codings; deployed only if it is not worse.",
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
    "glossary": "What the words mean: average precision, out of fold, pooled kappa ...",
}


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"secondcoder.cli.{cmd_name}_command")
        command: click.Command = module.command
        return command

    def invoke(self, ctx: click.Context) -> object:
        from secondcoder.cli.common import advised
        from secondcoder.errors import SecondcoderError

        try:
            return super().invoke(ctx)
        except SecondcoderError as error:
            # Here, where the study is known that the advice is about.
            error.args = (advised(str(error)),)
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

    Code some transcripts by hand; secondcoder is trained on your codings, suggests codes for the rest and gives the evidence. You
    decide. Everything happens on this machine: nothing is sent anywhere, and nothing is downloaded but by `embedder get`.

    \b
    From the first interview to suggestions, in the browser:
      secondcoder init mystudy --codebook npt
      cd mystudy
      secondcoder import ../interviews
      secondcoder open

    \b
    Coded elsewhere already:
      secondcoder import ../interviews ../codes.csv
      secondcoder train
      secondcoder code --out suggestions.xlsx

    New here? Run `secondcoder demo`. A word is new? `secondcoder glossary WORD`.
    """
    ctx.obj = study


def main() -> None:
    """Entry point: a SecondcoderError becomes one message on stderr and exit 1; any other is a bug and keeps its traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # Windows consoles default to a code page that lacks most letters
            stream.reconfigure(encoding="utf-8", errors="replace")
    from secondcoder.errors import SecondcoderError

    try:
        cli.main(prog_name="secondcoder")
    except SecondcoderError as error:
        from secondcoder.domain.names import readable

        click.echo(f"secondcoder: {readable(str(error))}", err=True)
        sys.exit(1)
