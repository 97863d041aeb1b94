"""secondcoder: a second coder for interview transcripts.

`Study` opens a study folder and has the verbs of the workflow. Importing this package loads neither torch nor spaCy.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from secondcoder.study.study import Study as Study

__all__ = ["Study", "__version__"]
__version__ = version("secondcoder")


def __getattr__(name: str) -> Any:
    if name == "Study":
        from secondcoder.study.study import Study

        return Study
    raise AttributeError(f"module 'secondcoder' has no attribute '{name}'")
