"""Paths on the command line: files and folders, and nothing that would be waited for without end."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click


class PathType(click.Path):
    """As click's, but a named pipe, a socket or a device is refused: reading waits for a pipe, and writing would replace a device."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path; a usage error for what is neither file nor folder, but there."""
        path = Path(os.fsdecode(value))
        try:
            special = path.exists() and not (path.is_file() or path.is_dir())
        except OSError:
            special = False  # a name that no file can have: what opens it says so
        if special:
            self.fail(
                f"{click.format_filename(value)} is neither a file nor a folder. Save what it gives as a file first.",
                param,
                ctx,
            )
        return super().convert(value, param, ctx)
