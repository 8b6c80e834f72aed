"""Storing float weights as half floats.

Each large tensor is kept as float16 with a Cast in front of its users. The runtime casts once while loading, so the
file is half as large and the arithmetic stays float32.
"""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

# Below these sizes nothing is gained; small tensors are often offsets and factors that need full precision.
SMALLEST_INITIALIZER = 64
SMALLEST_CONSTANT_BYTES = 1024


def halve(model: onnx.ModelProto) -> onnx.ModelProto:
    """Changes the model in place and returns it."""
    graph = model.graph
    casts = [_halve_initializer(tensor) for tensor in graph.initializer if _is_large(tensor)]
    for node in graph.node:
        if node.op_type == "Constant":
            casts += _halve_constant(node)
    constants = [node for node in graph.node if node.op_type == "Constant"]
    others = [node for node in graph.node if node.op_type != "Constant"]
    del graph.node[:]
    graph.node.extend(constants + casts + others)
    return model


def _is_large(tensor: onnx.TensorProto) -> bool:
    return tensor.data_type == TensorProto.FLOAT and np.prod(tensor.dims) > SMALLEST_INITIALIZER


def _halve_initializer(tensor: onnx.TensorProto) -> onnx.NodeProto:
    name, half = tensor.name, tensor.name + "_h"
    tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16), half))
    return _cast(half, name)


def _halve_constant(node: onnx.NodeProto) -> list[onnx.NodeProto]:
    casts = []
    for attribute in node.attribute:
        tensor = attribute.t
        if attribute.name != "value" or tensor.data_type != TensorProto.FLOAT:
            continue
        if len(tensor.raw_data) > SMALLEST_CONSTANT_BYTES:
            name, half = node.output[0], node.output[0] + "_h"
            tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16)))
            node.output[0] = half
            casts.append(_cast(half, name))
    return casts


def _cast(half: str, name: str) -> onnx.NodeProto:
    return helper.make_node("Cast", [half], [name], to=TensorProto.FLOAT)
