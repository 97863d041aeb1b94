"""secondcoder embedder."""

from __future__ import annotations

from pathlib import Path

import click

from secondcoder.cli.common import print_json, print_table, progress_bars, say
from secondcoder.cli.paths import PathType
from secondcoder.domain.wording import counted

MB = 10**6


@click.group("embedder")
def command() -> None:
    """The models that turn passages into numbers (embedders): list those on this machine, or get another one.

    The packaged one, minilm, needs nothing. What others bring and cost: docs/encoders.md. `get` is the one command of secondcoder
    that downloads anything, and only when you call it.
    """


@command.command("list", short_help="Embedders on this machine, and which one the study uses.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def list_command(study_folder: str, as_json: bool) -> None:
    """Embedders on this machine, and which one the study uses: what computes it, in which precision, its window in tokens, the
    length of a vector, and how many vectors are kept.
    """
    from secondcoder.study.embedders import list_embedders

    rows = list_embedders(Path(study_folder))
    if as_json:
        print_json(rows)
        return
    names = ("runtime", "precision", "window", "width", "cached")
    print_table(
        ("embedder", "from", *names),
        [
            (f"{row['name']}{' (in use)' if row['in_use'] else ''}", row["place"], *(row.get(name) for name in names))
            for row in rows
        ],
    )
    for row in rows:
        if row["fault"]:
            say(row["fault"])
    say(
        'To use one: model = "NAME" under [embedding] in secondcoder.toml. To fetch another: secondcoder embedder get NAME'
    )


@command.command("get", short_help="Fetch a model of a Hugging Face hub by its NAME.")
@click.argument("name")
@click.option("--revision", metavar="R", help="A branch, tag or commit of the model; by default its main one.")
@click.option(
    "--from", "address", metavar="URL", help="A mirror of the hub; else HF_ENDPOINT, else https://huggingface.co."
)
@click.option(
    "--to",
    type=PathType(file_okay=False, path_type=Path),
    help="Put it into this folder, and name that in the settings.",
)
@click.option("--use", is_flag=True, help="Also set it as the study's embedding.model.")
@click.pass_obj
def get_command(
    study_folder: str, name: str, revision: str | None, address: str | None, to: Path | None, use: bool
) -> None:
    """Fetch a sentence-transformers model by its NAME on a Hugging Face hub, as intfloat/e5-small-v2.

    This downloads: it asks the hub for the model's files, says how large they are, and fetches those that are needed (weights
    without pickle, settings, vocabulary, licence and card); never code. No talk of yours is sent. Each file is compared with the
    hash that the hub gives and recorded with its SHA-256, which is compared again whenever the model is used. A download that was
    stopped is gone on with when you call it again.

    \b
      secondcoder embedder get intfloat/e5-small-v2
      secondcoder embedder get intfloat/e5-small-v2 --from https://hub.example.org --use

    On a machine without a connection: fetch it elsewhere with --to FOLDER, copy the folder, and name it in secondcoder.toml.
    """
    from secondcoder.embedding.fetch import present
    from secondcoder.study.embedders import check_study

    if use:
        check_study(Path(study_folder))  # before anything is downloaded
    folder, record = present(name, to)
    if record and revision in (None, record.revision):
        say(
            f"{name} is there, as fetched on {record.fetched} from {record.source}. Nothing was downloaded. For the newest: "
            "--revision main"
        )
    else:
        _fetch(name, revision or "main", address, folder)
    _say_how_to_use(study_folder, str(folder) if to else name, use)


def _fetch(name: str, revision: str, address: str | None, folder: Path) -> None:
    from secondcoder.embedding.fetch import fetch, present
    from secondcoder.embedding.hub import look_up

    model = look_up(name, revision, address)
    record = present(name, folder)[1]
    if record and record.revision == model.revision:
        say(f"{name} is there at this revision ({model.revision[:12]}). Nothing was downloaded.")
        return
    say(
        f"{name}, revision {model.revision[:12]}, licence {model.licence}: {counted(len(model.files), 'file')}, "
        f"{max(0.1, model.size / MB):,.1f} MB, from {model.address} to {folder}"
    )
    with progress_bars() as tell:
        made = fetch(model, folder, lambda done, total: tell("MB", done // MB, max(1, total // MB)))
    say(f"Fetched, with the SHA-256 of {counted(len(made.files), 'file')} in fetched.json.")


def _say_how_to_use(study_folder: str, name: str, use: bool) -> None:
    from secondcoder.study.embedders import use_embedder

    after = (
        "A model version needs the embedder that it was trained with. Train a new one, which is compared with the one in use: "
        "secondcoder retrain"
    )
    if not use:
        say(f'To use it, in secondcoder.toml:\n\n  [embedding]\n  model = "{name}"\n\n{after}')
    elif use_embedder(Path(study_folder), name):
        say(f'secondcoder.toml now has model = "{name}" under [embedding]. {after}')
    else:
        say(f'secondcoder.toml has model = "{name}" already.')
