"""Weights as whole numbers of 8 bits, for processors without bf16: each group of 64 along a row with a scale of its own.

OpenVINO then computes the products in int8, and scales each token's values by groups of 64, too ("dynamic quantisation"). What that
costs and brings: benchmarks/EMBEDDING_SPEED.md.
"""

from __future__ import annotations

from typing import Any

import numpy as np

GROUP = 64
MOST = 127


def quantise(graph: Any) -> Any:
    """The same graph, its matrices of weights rounded to int8; those whose rows no group divides stay as they are."""
    from openvino import opset13 as ops

    for node in graph.get_ordered_ops():
        if node.get_type_name() != "MatMul":
            continue
        weights = node.input_value(1).get_node()
        if weights.get_type_name() != "Constant" or weights.data.ndim != 2 or not node.get_attributes()["transpose_b"]:
            continue
        rows, columns = weights.data.shape
        if columns % GROUP == 0:
            grouped = weights.data.astype(np.float32).reshape(rows, -1, GROUP)
            scale = np.abs(grouped).max(axis=2, keepdims=True).clip(1e-12) / MOST
            rounded = ops.convert(ops.constant(np.rint(grouped / scale).astype(np.int8)), "f32")
            restored = ops.reshape(ops.multiply(rounded, ops.constant(scale)), [rows, columns], special_zero=False)
            node.input(1).replace_source_output(restored.output(0))
    return graph
