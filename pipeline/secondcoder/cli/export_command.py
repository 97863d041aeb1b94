"""secondcoder export."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from secondcoder.cli.common import open_study, say, write_result
from secondcoder.domain.wording import counted

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("export")
@click.option(
    "--format",
    "form",
    metavar="NAME",
    help="A format of coded data that secondcoder or a plug-in writes; by the suffix of --out, else the coded table. `word`: a "
    "document for each transcript, with the codings as comments in the margin; `word-unmarked`: copies to code in, with the codebook.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Write a file: .csv, .xlsx, .parquet or .jsonl for the coded table, .qdpx for a project, for Word a folder; else to stdout.",
)
@click.option(
    "--dialect",
    default="",
    metavar="NAME",
    help="Write a project for a program that counts otherwise: docs/interchange.md.",
)
@click.option(
    "--suggestions",
    is_flag=True,
    help="With what the model in use suggests and nobody decided on, under a user of its own; blind passages apart.",
)
@click.option("--as-made", is_flag=True, help="With the codes as they were given, before later codebook changes.")
@click.option(
    "--audit",
    type=FILE,
    help="Write the audit trail instead: one row per suggestion, decision, coding ..., in order of time.",
)
@click.option(
    "--respondents",
    type=FILE,
    help="Write a table of respondents and codes (1, 0, missing) for R (.csv), Stata (.dta) or SPSS (.sav) instead.",
)
@click.option(
    "--by",
    type=click.Choice(["participant", "transcript", "case"]),
    help="With --respondents: what a row is; by default as the setting learning.group has it.",
)
@click.option(
    "--coders",
    default="any",
    show_default=True,
    metavar="any|all|NAME",
    help="With --respondents: 1 where any coder gave the code, where all did who looked for it, or where one did, by name.",
)
@click.option(
    "--in-part", is_flag=True, help="With --respondents: 0 also where only a part of what was said was looked through."
)
@click.option("--methods", type=FILE, help="Write a methods section (.md or .docx) from the study's records instead.")
@click.pass_obj
def command(
    study_folder: str,
    form: str | None,
    out: Path | None,
    dialect: str,
    suggestions: bool,
    as_made: bool,
    audit: Path | None,
    methods: Path | None,
    respondents: Path | None,
    by: Literal["participant", "transcript", "case"] | None,
    coders: str,
    in_part: bool,
) -> None:
    """Write the human codings with their offsets. `secondcoder import` reads the table back into a study with the same transcripts.

    A row with empty codes is a coding pass: its coder looked through that span. Suggestions are among them only with --suggestions.

    --out study.qdpx writes a REFI-QDA project for NVivo, MAXQDA, ATLAS.ti, QualCoder and others, with transcripts, codebook and cases.
    With --suggestions the team can review there: `secondcoder review import study.qdpx` takes the decisions back.

    --audit writes the audit trail as a table: every suggestion, decision, coding, model version and codebook with at (UTC), who, what,
    version, transcript, span, code, detail, and the event's hash. `secondcoder check --audit` verifies it.

    --respondents writes a row for each participant (or transcript, or case) and a column for each code: 1 where the code was given, 0
    where somebody looked for it in all that was said and found nothing, missing where nobody did.

    --methods writes a methods section for a paper. Each sentence comes from the study's records and names the items of COREQ, SRQR,
    GRRAS and TRIPOD+AI that it reports; what the records do not hold is listed for you to add. The checklists follow, filled in.
    """
    if methods is not None:
        _write_methods(study_folder, methods)
    if audit is not None:
        _write_audit(study_folder, audit)
    if respondents is not None:
        _write_respondents(study_folder, respondents, by, coders, in_part)
    if out is None and (audit or methods or respondents):
        return
    with open_study(study_folder) as study:
        exported = study.export(out, form, as_made, dialect, suggestions)
    click.echo(exported.text, nl=False)
    suggested = f", {counted(exported.suggestions, 'suggestion')}" if suggestions else ""
    looked = "" if exported.not_held else f", {counted(exported.passes, 'coding pass', 'coding passes')}"
    marks = f"{counted(exported.codings, 'coding')}{looked}{suggested}."
    say(" ".join([*[marks] * exported.marks, *[f"Written to {out}{_each(out)}."] * (out is not None)]))
    if exported.not_held and exported.passes:
        say(f"note: {exported.not_held}")
    if suggestions and out is not None and out.suffix.lower() == ".qdpx":
        say(
            "When people have worked on it in their program and exported it from there again: secondcoder review import FILE.qdpx\n"
            "A suggestion that they leave as it is counts as accepted."
        )


def _each(out: Path | None) -> str:
    return ", a document for each transcript" if out is not None and out.is_dir() else ""


def _write_audit(study_folder: str, path: Path) -> None:
    from secondcoder.reports.tables import check_suffix

    check_suffix(path)
    with open_study(study_folder) as study:
        table = study.export_audit()
    write_result(table, path)
    say(
        f"{counted(len(table), 'row')} of the audit trail written to {path}. Verify the trail with: secondcoder check --audit"
    )


def _write_respondents(
    study_folder: str,
    path: Path,
    by: Literal["participant", "transcript", "case"] | None,
    coders: str,
    in_part: bool,
) -> None:
    with open_study(study_folder) as study:
        table, files = study.export_respondents(path, by, coders, in_part)
    codes = [variable for variable in table.variables if variable.kind == "code"]
    say(
        f"Wrote {counted(len(table.rows), table.variables[0].label)} and {counted(len(codes), 'code')} to "
        f"{' and '.join(map(str, files))}."
    )
    if table.unknown:
        read = "" if in_part else " With --in-part, a look at a part of it is enough."
        say(
            f"{counted(table.unknown, 'cell is', 'cells are')} missing: nobody looked for the code in all that was said.{read} "
            "Coders who read all of it say so in the browser, or in their tables with import --read-whole."
        )


def _write_methods(study_folder: str, path: Path) -> None:
    from secondcoder.errors import InputError
    from secondcoder.reports.tables import write_whole
    from secondcoder.reports.word import word_document

    as_word = path.suffix.lower() == ".docx"
    if not as_word and path.suffix.lower() != ".md":
        raise InputError(
            f"{path.name}: the methods section is written as Markdown or for Word. Name it {path.stem}.md or {path.stem}.docx. "
            "Nothing was written."
        )
    with open_study(study_folder) as study:
        text = study.export_methods()
    write_whole(path, word_document(text) if as_word else text.encode())
    say(f"Wrote {path}. Each sentence names the items that it reports; the last part lists what only you can add.")
