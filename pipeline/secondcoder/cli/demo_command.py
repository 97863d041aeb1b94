"""secondcoder demo."""

from __future__ import annotations

from pathlib import Path

import click

from secondcoder.cli.common import progress_bars, say
from secondcoder.cli.paths import PathType


@click.command("demo")
@click.argument("folder", metavar="[DIR]", default="demo-study", type=PathType(file_okay=False, path_type=Path))
def command(folder: Path) -> None:
    """Run the whole workflow on an invented study: seven practices, interviews with GPs, link workers and others, two coders.

    Creates a study in DIR (demo-study by default), trains a model, evaluates it, suggests codes for the uncoded interviews, charts
    what was found, and ends with a summary and the paths of the files. Takes a minute or two the first time.
    """
    from secondcoder.charting.report.write import FOLDER
    from secondcoder.demo.demo import run_demo
    from secondcoder.demo.summary import summary_lines, summary_page
    from secondcoder.reports.tables import write_table
    from secondcoder.reports.whole_file import write_whole

    with progress_bars() as progress:
        demo = run_demo(folder, say, progress)
    page, sheet = folder / "summary.html", folder / "suggestions.xlsx"
    write_table(demo.suggestions, sheet)
    write_whole(page, summary_page(demo).encode())
    demo.study.close()
    click.echo("\n".join(summary_lines(demo)))
    click.echo(f"\n{len(demo.suggestions)} suggestions with reasons: {sheet}\nThe summary as a page:    {page}")
    click.echo(f"What was found, charted:  {folder / FOLDER / 'report.html'}")
    click.echo(f"The study itself:         {folder}   (try: secondcoder -C {folder} status)")
    click.echo(f"Decide on suggestions:    secondcoder -C {folder} review")
