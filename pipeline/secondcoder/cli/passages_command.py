"""secondcoder passages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from secondcoder.cli.common import open_study, print_json, print_table, say
from secondcoder.cli.paths import PathType

if TYPE_CHECKING:
    from secondcoder.labels.code_counts import CodeCount


@click.command("passages")
@click.argument("code", required=False)
@click.option("--case", default="", help="Only this case.")
@click.option("--coder", default="", help="Only this coder's codings.")
@click.option("--wave", default="", help="Only interviews of this wave.")
@click.option(
    "--valence", type=click.Choice(["promotes", "inhibits", "mixed", "none"]), help="Only codings of this valence."
)
@click.option("--text", default="", help="Only passages with these words.")
@click.option("--only", is_flag=True, help="The code alone, without its sub-constructs.")
@click.option(
    "--suggested", is_flag=True, help="Also what the model in use suggests and nobody has decided on yet, apart."
)
@click.option(
    "--out",
    type=PathType(dir_okay=False, path_type=Path),
    help="Write a document (.docx, .md) or a table (.xlsx, .csv, .parquet, .jsonl) instead of printing.",
)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def command(
    study_folder: str,
    code: str | None,
    case: str,
    coder: str,
    wave: str,
    valence: str | None,
    text: str,
    only: bool,
    suggested: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    """Every passage of CODE across interviews, each with its interview and turn. Without CODE: all codes, with counts.

    A construct brings its sub-constructs along. A document begins with the counts, goes case by case, and names no participant: role,
    case, wave, interview and turn say where a quotation comes from. Everybody's codings are in it: where people code independently,
    read in the browser instead (`secondcoder review`), which holds back what would lead them.

    \b
    Examples:
      secondcoder passages
      secondcoder passages CO --case ash --valence inhibits
      secondcoder passages CO --suggested --out coherence.docx
    """
    from secondcoder.labels.code_passages import PassageFilter
    from secondcoder.reports.word import shown_markdown
    from secondcoder.study.passages import check_out, in_words, passages_markdown, passages_table, write_passages

    if code is None:
        _print_counts(study_folder, as_json)
        return
    if out is not None:
        check_out(out)
    wanted = PassageFilter(case, coder, wave, valence or "", text, not only)
    with open_study(study_folder) as study:
        passages, book = study.passages(code, wanted, suggested), study.codebook
    if out is not None:
        write_passages(passages, book, out)
    elif as_json:
        print_json(passages_table(passages).astype(object).where(lambda cell: cell.notna(), None).to_dict("records"))
    else:
        click.echo(shown_markdown(passages_markdown(passages, book)), nl=False)
    say(f"{in_words(passages)}.{f' Written to {out}.' if out else ''}")


def _print_counts(study_folder: str, as_json: bool) -> None:
    with open_study(study_folder) as study:
        counts = study.code_counts()
    coders = sorted({coder for count in counts for coder in count.by_coder})
    if as_json:
        print_json([_as_json(count) for count in counts])
        return
    rows = [
        (
            f"{'  ' * count.depth}{count.code}",
            count.human,
            count.interviews,
            *(count.by_coder[coder] for coder in coders),
            count.suggested,
        )
        for count in counts
    ]
    print_table(("code", "codings", "interviews", *coders, "suggested"), rows)


def _as_json(count: CodeCount) -> dict[str, object]:
    return {
        "code": count.code,
        "codings": count.human,
        "interviews": count.interviews,
        "by_coder": dict(sorted(count.by_coder.items())),
        "suggested": count.suggested,
    }
