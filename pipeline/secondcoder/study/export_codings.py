"""Codings, and suggestions where asked for, to a file; which suggestions left the study is kept in the audit trail."""

from __future__ import annotations

import hashlib
from pathlib import Path

from secondcoder.domain.model_coder import model_coder
from secondcoder.exchange.exporting import Exported, coded_data, export_coded
from secondcoder.exchange.refi_qda.guids import model_user_guid, suggestion_guid
from secondcoder.exchange.registry import CodedData, find_writer, form_of
from secondcoder.study.open_suggestions import open_suggestions
from secondcoder.workspace import Workspace

EXPORTED = "suggestions exported"
"""The event that says which suggestions a file holds, so that it is known again when it comes back."""
COLUMNS = ("guid", "transcript", "start", "end", "code")


def export_codings(
    workspace: Workspace,
    path: Path | None,
    form: str | None,
    *,
    as_made: bool = False,
    dialect: str = "",
    suggestions: bool = False,
) -> Exported:
    """Write them; InputError where they cannot be written so, or where there is nothing to suggest."""
    form = form_of(path, form)
    find_writer(form, dialect, suggestions)
    data = coded_data(workspace.corpus, as_made, form)
    data.dialect = dialect
    if suggestions:
        data.suggestions = open_suggestions(workspace)
    exported = export_coded(data, workspace.codebook, path, form)
    if suggestions:
        _record(workspace, data, form, path)
    return exported


def _record(workspace: Workspace, data: CodedData, form: str, path: Path | None) -> None:
    version = workspace.version or ""
    rows = [[suggestion_guid(data.study, each), *each.place, each.code] for each in data.suggestions]
    with workspace.write() as write:
        write.log(
            EXPORTED,
            format=form,
            model=version,
            user=model_coder(version),
            guid=model_user_guid(data.study, data.suggestions),
            after_change=write.latest_change(),
            columns=list(COLUMNS),
            rows=rows,
            sha256=_digest(path) if path else "",
        )


def _digest(path: Path) -> str:
    """SHA-256 of a file; of a folder, that of its files one after the other, by name."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files if file.is_file())).hexdigest()
