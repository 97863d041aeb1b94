"""The model libraries kept quiet and off the network."""

from __future__ import annotations

import os
import sys


def quiet_libraries() -> None:
    """Keep the model libraries from writing bars of their own, and from ever reaching for the network."""
    # The libraries read these when they are imported, so they must be set before.
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_PROGRESS_BARS", "HF_HUB_DISABLE_TELEMETRY"):
        os.environ[name] = "1"
    # OpenVINO tells its makers of every import and conversion, unless this package is not to be had. None stands for that.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    # Otherwise tokenizers writes a warning whenever a process that has used it forks.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
