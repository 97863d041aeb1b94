"""secondcoder export."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Literal

import click

from secondcoder.cli.common import GroupedCommand, open_study, say, write_result
from secondcoder.cli.paths import PathType
from secondcoder.domain.wording import counted

FILE = PathType(dir_okay=False, path_type=Path)


class _Command(GroupedCommand):
    groups: ClassVar = {
        "Codings": ("out", "form", "dialect", "suggestions", "as_made"),
        "Respondents and codes": ("respondents", "by", "coders", "in_part"),
        "Records": ("audit", "methods", "checklists", "ethics"),
    }


@click.command("export", cls=_Command)
@click.option(
    "--format",
    "form",
    metavar="NAME",
    help="word, word-unmarked, label-studio, web-annotation, qdpx, table, or what a plug-in writes; unless given, by the suffix of "
    "--out, else the table.",
)
@click.option(
    "--out",
    type=PathType(path_type=Path),
    help="The file: .csv, .xlsx, .parquet or .jsonl for the table, .qdpx for a project; for Word a folder. Without it, to the screen.",
)
@click.option(
    "--dialect",
    default="",
    metavar="NAME",
    help="For a program that counts places otherwise: nvivo-windows, maxqda-windows, qualcoder or utf16 (docs/interchange.md).",
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
    help="Write the audit trail instead: a row an event, in order of time.",
)
@click.option(
    "--respondents",
    type=FILE,
    help="Write respondents by codes instead: 1 the code was given, 0 looked for in all that was said, missing where nobody did.",
)
@click.option(
    "--by",
    type=click.Choice(["participant", "transcript", "case"]),
    help="What a row is; unless given, as the setting learning.group has it.",
)
@click.option(
    "--coders",
    default="any",
    show_default=True,
    metavar="any|all|NAME",
    help="1 where any coder gave the code, where all did who looked for it, or where one did, by name.",
)
@click.option("--in-part", is_flag=True, help="0 also where only a part of what was said was looked through.")
@click.option("--methods", type=FILE, help="Write a methods section (.md or .docx) from the study's records instead.")
@click.option(
    "--checklists",
    type=FILE,
    help="Write COREQ, SRQR and GUIDE-LLM (.docx or .md) instead, filled in from the study's records.",
)
@click.option(
    "--ethics",
    type=PathType(file_okay=False, path_type=Path),
    help="Write what an ethics committee and a data-protection officer ask for into this folder instead: a Word document and a page.",
)
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
    checklists: Path | None,
    ethics: Path | None,
    respondents: Path | None,
    by: Literal["participant", "transcript", "case"] | None,
    coders: str,
    in_part: bool,
) -> None:
    """Write codings for another program, for a statistics program, or for the record.

    \b
    As a table, to the screen or a file, which `secondcoder import` reads back:
      secondcoder export --out codings.xlsx
    For NVivo, MAXQDA, ATLAS.ti, QualCoder (REFI-QDA), with all interviews:
      secondcoder export --out study.qdpx --dialect nvivo-windows
    With the model's suggestions, to be reviewed there:
      secondcoder export --out study.qdpx --suggestions
      secondcoder review import study.qdpx
    As Word documents, codings in the margin; or copies to code in:
      secondcoder export --format word --out coded/
      secondcoder export --format word-unmarked --out to-code/
    For Label Studio, or as W3C Web Annotations:
      secondcoder export --format label-studio --out tasks.json
      secondcoder export --format web-annotation --out marks.jsonld
    For R (.csv), Stata (.dta) and SPSS (.sav), a row a respondent:
      secondcoder export --respondents codes.sav

    What survives in each, step by step: docs/interchange.md.

    Only human codings are written, unless --suggestions asks for more. In the table, a row with empty codes is a coding pass: its
    coder looked through that span.

    The audit trail is every suggestion, decision, coding, model version and codebook, with who, when, what and hash; `secondcoder
    check --audit` verifies it. In the methods section each sentence comes from the study's records and names the items of COREQ,
    SRQR, GRRAS and TRIPOD+AI that it reports; what is missing is listed for you to add.
    The checklists are tables for a paper's supplement: item, what the records say, which records, or "for the authors to say".

    For the ethics committee, --ethics writes where data flow, the proof of a run without network, what is kept where, what a model
    remembers, an entry for the record of processing and a paragraph for participants. What only you know is filled in under
    [data_protection] in the study's settings.
    """
    if methods is not None:
        _write_methods(study_folder, methods)
    if checklists is not None:
        _write_checklists(study_folder, checklists)
    if audit is not None:
        _write_audit(study_folder, audit)
    if ethics is not None:
        _write_ethics(study_folder, ethics)
    if respondents is not None:
        _write_respondents(study_folder, respondents, by, coders, in_part)
    if out is None and (audit or methods or checklists or ethics or respondents):
        return
    with open_study(study_folder) as study:
        exported = study.export(out, form, as_made, dialect, suggestions)
    click.echo(exported.text, nl=False)
    suggested = f", {counted(exported.suggestions, 'suggestion')} (blind passages apart)" if suggestions else ""
    looked = "" if exported.not_held else f", {counted(exported.passes, 'coding pass', 'coding passes')}"
    marks = f"{counted(exported.codings, 'coding')}{looked}{suggested}."
    say(" ".join([*[marks] * exported.marks, *[f"Written to {out}{_each(out)}."] * (out is not None)]))
    if exported.not_held and exported.passes:
        say(f"note: {exported.not_held}")
    if exported.suggestions and out is not None and out.suffix.lower() == ".qdpx":
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
    _check_text(path, "the methods section is")
    with open_study(study_folder) as study:
        _write_text(path, study.export_methods())
    say(f"Wrote {path}. Each sentence names the items that it reports; the last part lists what only you can add.")


def _write_checklists(study_folder: str, path: Path) -> None:
    _check_text(path, "the checklists are")
    with open_study(study_folder) as study:
        _write_text(path, study.export_checklists(), landscape=True)
    say(f"Wrote {path}. Check each row, fill in the rows 'for the authors to say', and the pages of your paper.")


def _write_ethics(study_folder: str, folder: Path) -> None:
    from secondcoder.audit.ethics.pack import TITLE
    from secondcoder.reports.page import markdown, page
    from secondcoder.reports.whole_file import write_whole
    from secondcoder.reports.word import word_document

    with open_study(study_folder) as study:
        pack = study.export_ethics()
    folder.mkdir(parents=True, exist_ok=True)
    page_file, document = folder / "data-protection.html", folder / "data-protection.docx"
    write_whole(page_file, page(TITLE, pack.sections, pack.about).encode())
    write_whole(document, word_document(markdown(TITLE, pack.sections, page_file.name), landscape=True))
    say(f"Wrote {page_file} and {document}. Read them, and fill in what stands as “for you to say”.")


def _check_text(path: Path, what: str) -> None:
    """InputError for a file that `_write_text` cannot write."""
    from secondcoder.errors import InputError

    if path.suffix.lower() not in (".md", ".docx"):
        raise InputError(
            f"{path.name}: {what} written as Markdown or for Word. Name it {path.stem}.md or {path.stem}.docx. Nothing was written."
        )


def _write_text(path: Path, text: str, *, landscape: bool = False) -> None:
    from secondcoder.reports.whole_file import write_whole
    from secondcoder.reports.word import word_document

    as_word = path.suffix.lower() == ".docx"
    write_whole(path, word_document(text, landscape=landscape) if as_word else text.encode())
