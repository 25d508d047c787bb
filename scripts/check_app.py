"""Builds `meldingskontroll check` as one file that needs only Python: no Airflow, no database, nothing installed.

    .venv/bin/python scripts/check_app.py --out meldingskontroll-check.pyz

It holds this machine's compiled libraries, for this version of Python. For another platform install its wheels to a
folder first, and name both:

    uv pip install --target site --python-platform windows --python-version 3.11 --only-binary :all: \\
        --require-hashes -r requirements/check.lock
    .venv/bin/python scripts/check_app.py --out meldingskontroll-check.pyz --site site --platform win-amd64
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import json
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
BOOTSTRAP = Path(__file__).with_name("check_app_main.py")
# Parts of the libraries that reading a log never touches: sources, tests, and pyarrow's network services.
_LEFT_OUT_FOLDERS = {"tests", "include", "__pycache__", "f2py", "src"}
_LEFT_OUT_ENDINGS = (".pyx", ".pxd", ".pxi", ".h", ".hpp", ".a", ".lib", ".pyi", ".c", ".cc")
_LEFT_OUT_NAMES = ("libarrow_flight", "_flight.", "libarrow_s3", "_s3fs.", "arrow_flight", "arrow_s3")
# The quickest packing makes the file a tenth larger, in a third of the time.
_QUICK = 1
_STAMP = (2023, 6, 1, 0, 0, 0)


def wheel_of(folder: Path) -> Path:
    """Build the project's wheel into a folder, with what is installed; nothing is fetched."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def required_by(wheel: Path) -> dict[str, importlib.metadata.Distribution]:
    """Every distribution that a wheel needs without any extra, by name, as this environment has it."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        headers = archive.read(name).decode().splitlines()
    waiting = [line.partition(": ")[2] for line in headers if line.startswith("Requires-Dist: ")]
    found: dict[str, importlib.metadata.Distribution] = {}
    while waiting:
        requirement = Requirement(waiting.pop())
        name = canonicalize_name(requirement.name)
        if name in found or (requirement.marker and not requirement.marker.evaluate({"extra": ""})):
            continue
        found[name] = importlib.metadata.distribution(name)
        waiting += found[name].requires or []
    return found


def files_of(distributions: dict[str, importlib.metadata.Distribution]) -> Iterator[tuple[str, Path]]:
    """(name in the archive, path) of the distributions' files."""
    for distribution in distributions.values():
        for file in distribution.files or []:
            if ".." not in file.parts:
                yield str(file), Path(str(distribution.locate_file(file)))


def is_needed(name: str) -> bool:
    parts = Path(name).parts
    unwanted = not _LEFT_OUT_FOLDERS.isdisjoint(parts[:-1]) or parts[-1].startswith(_LEFT_OUT_NAMES)
    return not unwanted and not name.endswith(_LEFT_OUT_ENDINGS)


def build(out: Path, site: Path | None = None, platform: str | None = None) -> None:
    """Write the archive. `site`: a folder of installed distributions for `platform`; else those of this environment."""
    with tempfile.TemporaryDirectory() as scratch:
        wheel = wheel_of(Path(scratch))
        with zipfile.ZipFile(wheel) as archive:
            entries = {name: archive.read(name) for name in archive.namelist()}
        if site is None:
            found = list(files_of(required_by(wheel)))
        else:
            found = [(path.relative_to(site).as_posix(), path) for path in sorted(site.rglob("*")) if path.is_file()]
    entries |= {name: path.read_bytes() for name, path in found if is_needed(name)}
    content = hashlib.sha256()
    for name, data in sorted(entries.items()):
        content.update(name.encode() + b"\0" + hashlib.sha256(data).digest())
    told = {"content": content.hexdigest()[:16], "python": "{}.{}".format(*sys.version_info[:2])}
    told["platform"] = platform or sysconfig.get_platform()
    with out.open("wb") as stream:
        stream.write(b"#!/usr/bin/env python3\n")
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(_info("__main__.py"), BOOTSTRAP.read_bytes())
            archive.writestr(_info("archive.json"), json.dumps(told))
            for name, data in sorted(entries.items()):
                archive.writestr(_info(f"site/{name}"), data, compresslevel=_QUICK)
    out.chmod(0o755)


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _STAMP)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--site", type=Path)
    parser.add_argument("--platform")
    given = parser.parse_args()
    build(given.out, given.site, given.platform)
    print(f"{given.out}: {given.out.stat().st_size / 1e6:.0f} MB")
