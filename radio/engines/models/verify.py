"""Verifies a model on disk: complete, its parts fit together, and every file is byte for byte what was put there.

Reads the whole model once (8 GB take about half a minute). Needs no torch. Runs in whoever calls it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from radio.engines.models import manifest
from radio.engines.models.catalogue import named
from radio.engines.models.pipeline_folder import check_fits
from radio.engines.models.store import locate
from radio.errors import ModelError

Step = Callable[[str, int, int], None]
"""Called with a file's path, the bytes checked so far, and all bytes to check."""


def verify(folder: Path, model: str, step: Step | None = None) -> Iterator[str]:
    """What is wrong with `model` in the models folder, a sentence each; nothing if all is well."""
    try:
        place = locate(folder, model)
        if named(model).kind == "dit":
            check_fits(place)
        listed = manifest.load(place)
    except ModelError as error:
        yield str(error)
        return
    if listed is None:
        return
    if listed.model != named(model).name:
        yield f"{place} was put there as {listed.model}"
    yield from _changed(place, listed, step)


def _changed(place: Path, listed: manifest.Manifest, step: Step | None) -> Iterator[str]:
    done, total = 0, sum(record.size_bytes for record in listed.files.values())
    for name, record in listed.files.items():
        if sentence := _difference(place / name, record):
            yield sentence
        done += record.size_bytes
        if step:
            step(name, done, total)


def _difference(file: Path, record: manifest.FileRecord) -> str:
    try:
        size = file.stat().st_size
        if size != record.size_bytes:
            return f"{file} has {size} bytes and should have {record.size_bytes}"
        if manifest.record(file).sha256 != record.sha256:
            return f"{file} has been changed: its checksum is another than when it was put there"
    except FileNotFoundError:
        return f"{file} is missing"
    except OSError as error:
        return f"{file} cannot be read: {error.strerror}"
    return ""


def is_checked(folder: Path, model: str) -> bool:
    """Whether there are checksums to compare `model` with: not for a folder that somebody else filled."""
    return manifest.load(locate(folder, model)) is not None
