"""Files that are whole or not there: written beside and renamed, and checked when they are read.

What a power cut tears is found damaged and left out, unless it was asked to be `durable`. It knows nothing of what is
in the files. Any thread.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from pathlib import Path

BESIDE = ".new"
DIGEST = 16
MOST_BYTES = 256 << 20
"""A larger file is none of ours."""


def write(path: Path, *parts: bytes) -> None:
    """Put a file with a checksum there.

    Raises:
        OSError: it cannot be written. What was there under that name is gone then: it would be out of date.
    """
    digest = hashlib.blake2b(digest_size=DIGEST)
    for part in parts:
        digest.update(part)
    try:
        replace(path, digest.digest(), *parts)
    except OSError:
        remove(path)
        raise


def replace(path: Path, *parts: bytes, durable: bool = False) -> None:
    """Put a file there as it is. A `durable` one survives a power cut, old or new: that takes as long as the disk does.

    Raises:
        OSError: it cannot be written; what was there before still is.
    """
    beside = path.with_name(path.name + BESIDE)
    try:
        with beside.open("wb") as file:
            file.writelines(parts)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        beside.replace(path)
    except OSError:
        remove(beside)
        raise


def read(path: Path) -> bytes | None:
    """What `write` put there, or None where nothing is.

    Raises:
        ValueError: it is damaged, or not a file that can be read.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ValueError(f"{path} is too large")
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from None
    if len(data) < DIGEST or hashlib.blake2b(data[DIGEST:], digest_size=DIGEST).digest() != data[:DIGEST]:
        raise ValueError(f"{path} is damaged")
    return data[DIGEST:]


def remove(path: Path) -> None:
    """Whatever it is, for somebody may have put a folder there; as far as that can be done."""
    with contextlib.suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
