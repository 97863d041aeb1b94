"""secondcoder open: `review` under the name of what a beginner wants."""

from __future__ import annotations

from secondcoder.cli.review_command import command

__all__ = ["command"]
