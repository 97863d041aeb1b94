"""Where interview talk goes, step by step, by the study's settings and its audit trail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import make_url

from secondcoder.domain.wording import counted, listed
from secondcoder.workspace import Workspace

STEPS = (
    (
        "Transcripts are imported",
        "files on this machine",
        "read once and copied into the study's database; the files stay as they are",
    ),
    (
        "Passages become numbers",
        "this machine",
        "an encoder whose weights lie on this machine turns each passage into a vector",
    ),
    ("A model is trained", "this machine", "a classifier learns the team's codes; its folder lies in the study's"),
    ("Suggestions are made", "this machine", "probabilities with reasons, into the study's database"),
    (
        "People review and code",
        "this machine's browser",
        "a page that this machine serves to itself, behind a single-use link; it loads nothing from elsewhere",
    ),
    ("Results are written", "files on this machine", "only when somebody asks for it, where they say"),
)
"""What is done, where, and how."""
OUT = {
    "suggestions exported": "projects and tables with suggestions",
    "pack made": "packs for coders elsewhere",
}
"""Events of the audit trail that say something was written to take away -> in words."""


def connections(workspace: Workspace) -> list[str]:
    """Whatever the settings let secondcoder connect to, in sentences; none where nothing."""
    settings = workspace.configuration
    said = []
    url = make_url(settings.store.url)
    if workspace.corpus.store.is_on_server:
        said.append(
            f"The database is on the server {url.host or 'of this machine'} (store.url): transcripts and codings are kept there and "
            "go between it and this machine."
        )
    for name, scorer in settings.scorers_in_use.items():
        where = scorer.url or "in this process"
        said.append(f"The scorer {name} ({scorer.type}) is asked at {where}. Another machine than this one is refused.")
    return [
        *said,
        *(f"Other installed packages may connect to {place} ([network] allow)." for place in settings.network.allow),
    ]


def left_the_study(workspace: Workspace) -> Iterator[str]:
    """What the audit trail knows to have been written to be taken elsewhere, in phrases."""
    counts = Counter(event["what"] for event in workspace.corpus.events(*OUT))
    yield from (f"{n} {OUT[what]}" for what, n in sorted(counts.items()))


def data_flow(workspace: Workspace) -> Iterator[str]:
    """The statement, in sentences."""
    corpus = workspace.corpus
    yield (
        f"secondcoder, a program on the researchers' own machine, holds {counted(len(corpus.transcripts), 'interview')}"
        + (f" of {counted(len(corpus.cases), 'case')}" if corpus.cases else "")
        + ". There is no account and no service behind it, and it reports nothing of its use. "
        + (
            f"Language models on this machine are asked about passages: {listed([*workspace.configuration.scorers_in_use])}."
            if workspace.configuration.scorers_in_use
            else "No generative model takes part."
        )
    )
    if found := connections(workspace):
        yield "By its settings it connects to the following, and to nothing else."
        yield from found
    else:
        yield "It sends nothing anywhere: no setting of this study lets it connect to another machine."
    yield (
        "The one command that downloads is `embedder get`: it asks a model hub for a model's files when somebody calls it, and sends "
        "nothing of a study."
    )
    if left := list(left_the_study(workspace)):
        yield f"Files made to be taken elsewhere, by the audit trail: {listed(left)}. What became of them is for you to say."
    yield (
        "Files that `export`, `chart`, `agree` and `check --backup` write lie where somebody wanted them; the audit trail does not "
        "follow them."
    )
