"""Writes a safetensors file tensor after tensor, so that no more than one of them is ever in memory.

The library's own writer wants the whole model at once: 16 GB for the larger DiT in float32. Knows nothing of torch:
it is given bytes. Runs in whoever calls it.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from radio.engines.models.weights import DTYPE_BYTES
from radio.errors import ModelError

ALIGN_BYTES = 8
"""The header is padded so that the data begins at a multiple of this (the format asks for it)."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A tensor's name, safetensors dtype and shape, before its numbers are known."""

    name: str
    dtype: str
    shape: tuple[int, ...]

    @property
    def size_bytes(self) -> int:
        return DTYPE_BYTES[self.dtype] * math.prod(self.shape)


class WeightsWriter:
    """Give every slot's bytes in the order of `slots`; leaving the `with` block makes sure that all came."""

    def __init__(self, path: Path, slots: Sequence[Slot]) -> None:
        self._path = path
        self._left = list(reversed(slots))

        self._file = path.open("wb")
        self._file.write(_header(slots))

    def write(self, name: str, data: bytes | memoryview) -> None:
        """Raises:
        ModelError: it is another tensor's turn, or the length is wrong.
        """
        slot = self._left.pop() if self._left else None
        if slot is None or slot.name != name or len(data) != slot.size_bytes:
            raise ModelError(f"{self._path} cannot be written: {name} does not come where it was announced")
        self._file.write(data)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        if error is None and self._left:
            raise ModelError(f"{self._path} cannot be written: {self._left[-1].name} never came")


def _header(slots: Sequence[Slot]) -> bytes:
    table: dict[str, object] = {"__metadata__": {"format": "pt"}}
    at = 0
    for slot in slots:
        end = at + slot.size_bytes
        table[slot.name] = {"dtype": slot.dtype, "shape": list(slot.shape), "data_offsets": [at, end]}
        at = end
    text = json.dumps(table, separators=(",", ":")).encode()
    text += b" " * (-len(text) % ALIGN_BYTES)
    return len(text).to_bytes(8, "little") + text
