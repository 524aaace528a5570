"""Fetches one file from the hub: goes on where an earlier try stopped, and takes it only with the right checksum.

Knows one file and the folder it belongs in; nothing of models. Blocking; runs in whoever calls it.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from radio.engines.models import manifest
from radio.engines.models.hub import Hub, HubFile, Interrupted
from radio.errors import ModelError

RETRIES = 5
"""Tries in a row that bring not one new byte."""
RETRY_S = (0.5, 2.0, 8.0, 20.0)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to fetch, and its path in the model's folder."""

    file: HubFile
    path: str


def _partial(part: Path, each: Wanted) -> Path:
    """A file while it grows. Named for its content, so that a new version never continues an old one."""
    return part / f"{each.path}.{each.file.etag[:12]}.partial"


def partial_bytes(part: Path, each: Wanted) -> int:
    path = _partial(part, each)
    return path.stat().st_size if path.is_file() else 0


def fetch_file(hub: Hub, part: Path, each: Wanted, here: Callable[[int], None]) -> manifest.FileRecord:
    """One file, whole and checked. A damaged one is fetched once more from its beginning."""
    partial = _partial(part, each)
    partial.parent.mkdir(parents=True, exist_ok=True)
    for _ in range(2):
        sha256 = _grow(hub, partial, each, here)
        if sha256:
            partial.rename(part / each.path)
            return manifest.FileRecord(each.file.size_bytes, sha256, each.file.etag)
        partial.unlink()
    raise ModelError(f"{each.file.path} of {each.file.repo} arrives damaged: its checksum is not what the hub says")


def _grow(hub: Hub, partial: Path, each: Wanted, here: Callable[[int], None]) -> str:
    """Fetch until `partial` has its full length; its SHA-256, or nothing where the checksum is wrong."""
    fruitless = 0
    while (have := partial.stat().st_size if partial.exists() else 0) < each.file.size_bytes:
        try:
            _append(hub, partial, each, have, here)
        except Interrupted as error:
            fruitless = 0 if partial.exists() and partial.stat().st_size > have else fruitless + 1
            if fruitless >= RETRIES:
                raise ModelError(f"the download of {each.file.path} was given up: {error}") from error
            time.sleep(RETRY_S[min(fruitless, len(RETRY_S) - 1)])
    return _checked(partial, each.file)


def _append(hub: Hub, partial: Path, each: Wanted, have: int, here: Callable[[int], None]) -> None:
    with hub.open(each.file, have) as blocks, partial.open("ab") as out:
        for block in blocks:
            if have + len(block) > each.file.size_bytes:
                raise ModelError(f"{each.file.path} of {each.file.repo} is longer than the hub says")
            out.write(block)
            have += len(block)
            here(have)
    if have < each.file.size_bytes:
        raise Interrupted("the connection ended early")


def _checked(partial: Path, file: HubFile) -> str:
    """SHA-256 of a file if it is what the hub has, else nothing. Small files have git's checksum instead."""
    partial.touch()
    record = manifest.record(partial)
    if record.size_bytes != file.size_bytes:
        return ""
    if file.sha256:
        return record.sha256 if record.sha256 == file.sha256 else ""
    git = hashlib.sha1(b"blob %d\0" % file.size_bytes, usedforsecurity=False)
    git.update(partial.read_bytes())
    return record.sha256 if file.git_sha1 in ("", git.hexdigest()) else ""
