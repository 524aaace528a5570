"""The manifest: what Longwave put into a model's folder, file by file, with sizes and checksums.

Written while a download or a conversion goes on, so that it can be taken up again, and read by verify and remove. Files
that it does not list are not ours. Runs in whoever calls it; needs no torch.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path, PurePosixPath

from radio.engines.models.weights import read_json
from radio.errors import ModelError

NAME = "longwave-model.json"
HASH_BLOCK_BYTES = 4 << 20


@dataclass(frozen=True, slots=True)
class FileRecord:
    """One file as it was when it was finished. `etag` is what its publisher called that content; ours have none."""

    size_bytes: int
    sha256: str
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """`model` is the catalogue's name, `origin` where it came from, `files` by path within the folder, with slashes."""

    model: str
    origin: str
    files: dict[str, FileRecord] = field(default_factory=dict)

    def with_file(self, path: str, record: FileRecord) -> Manifest:
        return replace(self, files={**self.files, path: record})

    def save(self, folder: Path) -> None:
        """Written whole or not at all."""
        new = folder / f"{NAME}.new"
        new.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")
        os.replace(new, folder / NAME)


def load(folder: Path) -> Manifest | None:
    """The folder's manifest; None where there is none.

    Raises:
        ModelError: it cannot be understood, or names files outside the folder.
    """
    path = folder / NAME
    if not path.is_file():
        return None
    table = read_json(path)
    try:
        files = {str(name): FileRecord(**record) for name, record in table["files"].items()}
        manifest = Manifest(str(table["model"]), str(table["origin"]), files)
    except (KeyError, TypeError, AttributeError):
        raise ModelError(f"{path} is damaged: it does not list files") from None
    for name in manifest.files:
        inside(name)
    return manifest


def inside(name: str) -> PurePosixPath:
    """`name` as a path that stays within its folder.

    Raises:
        ModelError: it would lead out of it.
    """
    path = PurePosixPath(name)
    if not name or path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name:
        raise ModelError(f"the file name {name!r} would lead out of the model's folder")
    return path


def record(file: Path, etag: str = "") -> FileRecord:
    """Size and SHA-256 of a file. Reads all of it."""
    digest = hashlib.sha256()
    size = 0
    with file.open("rb") as stream:
        while block := stream.read(HASH_BLOCK_BYTES):
            digest.update(block)
            size += len(block)
    return FileRecord(size, digest.hexdigest(), etag)


def of_folder(model: str, origin: str, folder: Path) -> Manifest:
    """A manifest of everything that lies in `folder`. Reads all of it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != NAME)
    return Manifest(model, origin, {path.relative_to(folder).as_posix(): record(path) for path in files})
