"""Libraries kept from reporting to their makers, and from reaching for the network by themselves."""

from __future__ import annotations

import os
import sys

SWITCHES = (
    *("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"),
    *("HF_HUB_DISABLE_TELEMETRY", "DISABLE_TELEMETRY", "DO_NOT_TRACK"),
    *("HF_HUB_DISABLE_PROGRESS_BARS", "HF_HUB_DISABLE_UPDATE_CHECK"),
)
"""Settings of huggingface_hub and transformers; DO_NOT_TRACK is heard by others too (https://consoledonottrack.com)."""


def quiet_libraries() -> None:
    """Keep libraries from telemetry, from looking for updates and models, and from writing bars of their own.

    Called before they are imported: they read their settings only then. Of those that secondcoder stands on, these report or look
    for anything by themselves.
    """
    for name in SWITCHES:
        os.environ[name] = "1"
    # OpenVINO tells its makers of every import and conversion, unless this package is not to be had. None stands for that.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    # Otherwise tokenizers writes a warning whenever a process that has used it forks.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
