"""What an import is asked for, and what it brings."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from secondcoder.codebook.model import Codebook
from secondcoder.domain.records import Case, Coding, CodingPass, Transcript
from secondcoder.exchange.layout import Layout


@dataclass(frozen=True)
class ImportOptions:
    """The command line's options; a manifest's entry for a file takes precedence.

    `same_interview`: what becomes of a new transcript of the same talk as another; "join" puts its codings on the other.
    `interviewer_roles`: words of a table's column `role` that make an interviewer.
    `project`: the one to take from a file that holds several.
    `encoding`: that of text files in which no mark tells it.
    `interviewer` and `speakers`: labels, each alone or several divided by `|`; of speakers where the file's layout does not show them,
    and "none" where a file without any is meant so; or a table's path, which says who is who (`speaker_map`).
    `layout`: what the person says of how coded files are laid out. `dry_run`: everything is read, and nothing written.
    """

    case: str | None = None
    participant: str | None = None
    role: str | None = None
    wave: str | None = None
    coder: str | None = None
    interviewer: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    manifest: Path | None = None
    add_codes: bool = False
    replace: bool = False
    read_whole: bool = False
    same_interview: Literal["refuse", "join", "keep"] = "refuse"
    interviewer_roles: tuple[str, ...] = ("interviewer",)
    encoding: str | None = None
    layout: Layout = field(default_factory=Layout)
    dry_run: bool = False
    project: str | None = None


@dataclass
class ImportResult:
    """What an import brings. `unchanged` are transcripts that the study had already; `notes` are for the person; `withdrawn`
    codings were there before and were taken away; `reading` says what counts as read, by whom, and `read_whole` is the command
    that says that it was all; `coded` are the files that were read for codings, and `files` name where each coding comes from;
    `sheets`: (transcript, coder) of coding sheets; `memory`: what formats want to find again at an export, by format."""

    book: Codebook
    transcripts: list[Transcript] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    codings: list[Coding] = field(default_factory=list)
    passes: list[CodingPass] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    added_codes: list[str] = field(default_factory=list)
    withdrawn: int = 0
    reading: list[str] = field(default_factory=list)
    read_whole: str = ""
    coded: list[Path] = field(default_factory=list)
    files: dict[Coding, str] = field(default_factory=dict)
    sheets: set[tuple[str, str]] = field(default_factory=set)
    memory: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def named(self) -> list[str]:
        """Ids of all transcripts that the files hold, new or known."""
        return sorted({*self.unchanged, *(transcript.id for transcript in self.transcripts)})
