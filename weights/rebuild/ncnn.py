"""Reading an ncnn network (`.param` text and `.bin` weights) and writing it as ONNX.

Only the layers of the upscaling nets are known; any other one stops the conversion. The layer and parameter numbers
are those of ncnn's own documentation (docs/developer-guide/operators.md).
"""

import struct

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 16
IR_VERSION = 8
# Tag in front of weights stored as half floats; 0 means full floats.
HALF_FLOAT_TAG = 0x01306B47
BINARY_OPERATIONS = {0: "Add", 1: "Sub", 2: "Mul", 3: "Div"}
RELU, LEAKY_RELU = 1, 2


class Weights:
    """Reads the `.bin` file front to back."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def floats(self, count: int) -> np.ndarray:
        values = np.frombuffer(self.data, np.float32, count, self.at)
        self.at += 4 * count
        return values.copy()

    def tagged(self, count: int) -> np.ndarray:
        """Weights behind a tag that says how they are stored; half floats are padded to four bytes."""
        (tag,) = struct.unpack_from("<I", self.data, self.at)
        self.at += 4
        if tag == 0:
            return self.floats(count)
        if tag != HALF_FLOAT_TAG:
            raise SystemExit(f"unknown weight storage {tag:#x}")
        values = np.frombuffer(self.data, np.float16, count, self.at)
        self.at += (2 * count + 3) // 4 * 4
        return values.astype(np.float32)

    def finish(self) -> None:
        if self.at != len(self.data):
            raise SystemExit(f"{len(self.data) - self.at} bytes of weights are left over")


class Layer:
    """One line of the `.param` file: type, name, inputs, outputs and numbered parameters."""

    def __init__(self, line: str) -> None:
        self.type, self.name, inputs, outputs, *rest = line.split()
        split = int(inputs)
        end = split + int(outputs)
        self.inputs, self.outputs = rest[:split], rest[split:end]
        self.parameters = dict(pair.split("=") for pair in rest[end:])

    def number(self, key: int, default: float = 0) -> float:
        return float(self.parameters.get(str(key), default))

    def integer(self, key: int, default: int = 0) -> int:
        return int(self.parameters.get(str(key), default))

    def floats(self, key: int) -> list[float]:
        """An array parameter: stored under -23300 minus its number, with its length in front."""
        text = self.parameters.get(str(-23300 - key))
        return [float(value) for value in text.split(",")[1:]] if text else []


class Converter:
    """Turns layers into ONNX nodes, one method a layer type."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.aliases: dict[str, str] = {}
        self.input = ""

    def add(self, layer: Layer) -> None:
        layer.inputs = [self.aliases.get(name, name) for name in layer.inputs]
        method = getattr(self, "_" + layer.type.lower(), None)
        if method is None:
            raise SystemExit(f"unknown layer {layer.type} ({layer.name})")
        method(layer)

    def _node(self, operation: str, inputs: list[str], output: str, **attributes: object) -> None:
        self.nodes.append(helper.make_node(operation, inputs, [output], **attributes))

    def _constant(self, name: str, values: np.ndarray) -> str:
        self.constants.append(numpy_helper.from_array(values, name))
        return name

    def _input(self, layer: Layer) -> None:
        self.input = layer.outputs[0]

    def _split(self, layer: Layer) -> None:
        self.aliases.update(dict.fromkeys(layer.outputs, layer.inputs[0]))

    def _memorydata(self, layer: Layer) -> None:
        shape = [1, *(max(layer.integer(key), 1) for key in (2, 1, 0))]
        self._constant(layer.outputs[0], self.weights.floats(int(np.prod(shape))).reshape(shape))

    def _convolution(self, layer: Layer) -> None:
        channels, kernel, count = layer.integer(0), layer.integer(1), layer.integer(6)
        pad, stride, activation = layer.integer(4), layer.integer(3, 1), layer.integer(9)
        shape = (channels, count // channels // kernel**2, kernel, kernel)
        inputs = [layer.inputs[0], self._constant(layer.name + ".w", self.weights.tagged(count).reshape(shape))]
        if layer.integer(5):
            inputs.append(self._constant(layer.name + ".b", self.weights.floats(channels)))
        output = layer.outputs[0]
        before = output + "_pre" if activation else output
        self._node("Conv", inputs, before, kernel_shape=[kernel] * 2, pads=[pad] * 4, strides=[stride] * 2)
        if activation == RELU:
            self._node("Relu", [before], output)
        elif activation == LEAKY_RELU:
            self._node("LeakyRelu", [before], output, alpha=layer.floats(10)[0])
        elif activation:
            raise SystemExit(f"unknown activation {activation} ({layer.name})")

    def _prelu(self, layer: Layer) -> None:
        slopes = self.weights.floats(layer.integer(0)).reshape(-1, 1, 1)
        self._node("PRelu", [layer.inputs[0], self._constant(layer.name + ".s", slopes)], layer.outputs[0])

    def _relu(self, layer: Layer) -> None:
        slope = layer.number(0)
        if slope:
            self._node("LeakyRelu", layer.inputs, layer.outputs[0], alpha=slope)
        else:
            self._node("Relu", layer.inputs, layer.outputs[0])

    def _sigmoid(self, layer: Layer) -> None:
        self._node("Sigmoid", layer.inputs, layer.outputs[0])

    def _swish(self, layer: Layer) -> None:
        gate = layer.outputs[0] + "_s"
        self._node("Sigmoid", [layer.inputs[0]], gate)
        self._node("Mul", [layer.inputs[0], gate], layer.outputs[0])

    def _concat(self, layer: Layer) -> None:
        self._node("Concat", layer.inputs, layer.outputs[0], axis=1)

    def _pixelshuffle(self, layer: Layer) -> None:
        self._node("DepthToSpace", layer.inputs, layer.outputs[0], blocksize=layer.integer(0), mode="CRD")

    def _interp(self, layer: Layer) -> None:
        if layer.integer(0) != 1:
            raise SystemExit(f"only nearest-neighbour enlargement is known ({layer.name})")
        scales = np.array([1, 1, layer.number(1), layer.number(2)], np.float32)
        inputs = [layer.inputs[0], "", self._constant(layer.name + ".sc", scales)]
        how = {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
        self._node("Resize", inputs, layer.outputs[0], mode="nearest", **how)

    def _binaryop(self, layer: Layer) -> None:
        inputs = layer.inputs
        if layer.integer(1):
            scalar = np.array([layer.number(2)], np.float32)
            inputs = [inputs[0], self._constant(layer.name + ".k", scalar)]
        self._node(BINARY_OPERATIONS[layer.integer(0)], inputs, layer.outputs[0])

    def _eltwise(self, layer: Layer) -> None:
        """A sum, each part with its own factor."""
        if layer.integer(0) != 1:
            raise SystemExit(f"only the sum is known ({layer.name})")
        parts: list[str] = []
        factors = layer.floats(1) or [1.0] * len(layer.inputs)
        for name, factor in zip(layer.inputs, factors, strict=True):
            if factor != 1:
                scaled = f"{layer.name}.{len(parts)}.m"
                self._node("Mul", [name, self._constant(scaled + "k", np.array([factor], np.float32))], scaled)
                name = scaled
            parts.append(name)
        self._node("Add", parts, layer.outputs[0])


def convert(param: bytes, weights: bytes) -> onnx.ModelProto:
    """The network as ONNX with float weights; input and output are [1, 3, h, w]."""
    reader = Weights(weights)
    converter = Converter(reader)
    # The first two lines are a magic number and the counts of layers and blobs.
    layers = [Layer(line) for line in param.decode().splitlines()[2:]]
    for layer in layers:
        converter.add(layer)
    reader.finish()
    value = helper.make_tensor_value_info
    inputs = [value(converter.input, TensorProto.FLOAT, [1, 3, "h", "w"])]
    outputs = [value(layers[-1].outputs[0], TensorProto.FLOAT, [1, 3, "H", "W"])]
    graph = helper.make_graph(converter.nodes, "g", inputs, outputs, converter.constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
