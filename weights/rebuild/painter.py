"""Freeing the style painting net from its fixed size and its rounding.

The file was made for phones: 384x384 pixels, channels last, every intermediate value rounded to 8 bits. The layers
themselves fit any size that is a multiple of four. So the declared sizes become free, the channel order becomes that
of the other nets, and the rounding of intermediate values goes (it showed as steps of 7 of 255 in the picture). The
weights stay as they are, 8 bits with their scales.
"""

import numpy as np
import onnx
from onnx import helper, numpy_helper

ROUNDING = {"QuantizeLinear", "DequantizeLinear"}


def free(model: onnx.ModelProto) -> onnx.ModelProto:
    """Changes the model in place and returns it."""
    graph = model.graph
    constants = {tensor.name for tensor in graph.initializer}
    aliases: dict[str, str] = {}
    kept = []
    for node in graph.node:
        inputs = [aliases.get(name, name) for name in node.input]
        is_weight = inputs[0] in constants
        if node.op_type == "Transpose" or (node.op_type in ROUNDING and not is_weight):
            aliases[node.output[0]] = inputs[0]
            continue
        del node.input[:]
        node.input.extend(inputs)
        if node.op_type == "Pad":
            _pad_channels_first(graph, node)
        kept.append(node)
    _name_output(graph, kept, aliases)
    del graph.node[:]
    graph.node.extend(kept)
    del graph.value_info[:]
    _drop_unused_constants(graph)
    _declare(graph.input[0], [1, 3, "h", "w"])
    _declare(graph.output[0], [1, 3, "h", "w"])
    return model


def _pad_channels_first(graph: onnx.GraphProto, node: onnx.NodeProto) -> None:
    """A Pad that was written for channels last gets its amounts in the other order."""
    amounts = next(tensor for tensor in graph.initializer if tensor.name == node.input[1])
    _, second, third, fourth, *_ = numpy_helper.to_array(amounts).tolist()
    if second == 0 or fourth != 0:
        return
    name = node.input[1] + "_channels_first"
    sides = [0, 0, second, third]
    graph.initializer.append(numpy_helper.from_array(np.array(sides * 2, np.int64), name))
    node.input[1] = name


def _name_output(graph: onnx.GraphProto, nodes: list[onnx.NodeProto], aliases: dict[str, str]) -> None:
    """The last kept node now makes the graph's output."""
    source = aliases[graph.output[0].name]
    for node in nodes:
        for index, name in enumerate(node.output):
            if name == source:
                node.output[index] = graph.output[0].name


def _drop_unused_constants(graph: onnx.GraphProto) -> None:
    used = {name for node in graph.node for name in node.input}
    kept = [tensor for tensor in graph.initializer if tensor.name in used]
    del graph.initializer[:]
    graph.initializer.extend(kept)


def _declare(value: onnx.ValueInfoProto, shape: list[int | str]) -> None:
    value.CopyFrom(helper.make_tensor_value_info(value.name, onnx.TensorProto.FLOAT, shape))
