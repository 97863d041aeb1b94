"""secondcoder: a second coder for interview transcripts.

`Study` opens a study folder and has the verbs of the workflow; `refuse_connections()` before it holds the process to this machine, as
the command line does. Importing this package loads neither torch nor spaCy.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from secondcoder.network.guard import refuse_connections as refuse_connections
    from secondcoder.study.study import Study as Study

__all__ = ["Study", "__version__", "refuse_connections"]
__version__ = version("secondcoder")


def __getattr__(name: str) -> Any:
    if name == "Study":
        from secondcoder.study.study import Study

        return Study
    if name == "refuse_connections":
        from secondcoder.network.guard import refuse_connections

        return refuse_connections
    raise AttributeError(f"module 'secondcoder' has no attribute '{name}'")
