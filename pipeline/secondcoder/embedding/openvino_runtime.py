"""A compiled graph: batches of tokens in, rows of vectors out, on all cores that this process may use."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from secondcoder.domain.arrays import Vectors
from secondcoder.embedding.int8_weights import GROUP, quantise
from secondcoder.errors import ModelError
from secondcoder.network.telemetry_off import quiet_libraries

Tag = TypeVar("Tag")
Inputs = dict[str, npt.NDArray[Any]]
HINTS = {"fp32": "f32", "bf16": "bf16", "int8": "f32"}


@cache
def openvino() -> Any:
    """The library, silent; it is imported nowhere else."""
    quiet_libraries()
    import openvino as library

    return library


def chosen_precision(wanted: str) -> str:
    """What is wanted, and for "auto" bf16 where the processor has it, else fp32.

    Raises:
        ModelError: bf16 is wanted, and the processor has neither AVX512_BF16 nor AMX.
    """
    if wanted in ("fp32", "int8"):
        return wanted
    has_it = "BF16" in openvino().Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    if wanted == "bf16" and not has_it:
        raise ModelError(
            'embedding.precision is "bf16", which this processor cannot compute (it has neither AVX512_BF16 nor AMX). Set precision = '
            '"fp32", or "auto" for the quickest that each machine has.'
        )
    return "bf16" if has_it else "fp32"


class Runtime:
    """A graph of OpenVINO's compiled for this processor.

    Args:
        precision: "fp32", "bf16" or "int8"; never left to OpenVINO, whose choice would be another on another machine.
    """

    def __init__(self, graph: Path, precision: str) -> None:
        settings: dict[str, Any] = {
            "INFERENCE_PRECISION_HINT": HINTS[precision],
            "NUM_STREAMS": _threads() or _cores(),
            # Several processes would all hold on to the same first cores.
            "ENABLE_CPU_PINNING": False,
            # For graphs with weights in int8 alone.
            "DYNAMIC_QUANTIZATION_GROUP_SIZE": GROUP if precision == "int8" else 0,
        }
        if threads := _threads():
            settings["INFERENCE_NUM_THREADS"] = threads
        library = openvino()
        core = library.Core()
        network = core.read_model(graph)
        compiled = core.compile_model(quantise(network) if precision == "int8" else network, "CPU", settings)
        # One request at work on each stream, one waiting.
        self._queue = library.AsyncInferQueue(compiled, 2 * int(settings["NUM_STREAMS"]))
        self._one_user = Lock()

    def run(self, batches: Iterable[tuple[Tag, Inputs]], keep: Callable[[Tag, Vectors], None]) -> None:
        """Compute batches while further ones are being made; `keep` is given each tag with what came out, in any order.

        What it is given is overwritten after it returns.
        """
        failed: list[BaseException] = []

        def finished(request: Any, tag: Tag) -> None:
            try:
                keep(tag, np.asarray(request.get_output_tensor(0).data))
            except BaseException as error:  # raised below: in a thread of OpenVINO's it would end the process
                failed.append(error)

        with self._one_user:
            self._queue.set_callback(finished)
            try:
                for tag, inputs in batches:
                    self._queue.start_async(inputs, tag)
            finally:
                self._queue.wait_all()
        if failed:
            raise failed[0]


def _cores() -> int:
    """Those that this process may use, of which a job on a cluster has fewer than its machine."""
    allowed = getattr(os, "sched_getaffinity", None)  # not on every system
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def _threads() -> int | None:
    """As OMP_NUM_THREADS says, which people and clusters set; None for all cores."""
    stated = os.environ.get("OMP_NUM_THREADS", "")
    return int(stated) if stated.isdecimal() and int(stated) else None
