"""Weight files: reads what a safetensors file says it holds, and refuses one that is cut short or makes no sense.

Reads headers only, never the numbers, and needs no torch, so that models can be listed and checked without it. Pure
apart from reading files; runs in whoever calls it. Format: 8 bytes little-endian length, a JSON header, the data.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from radio.errors import ModelError

MOST_HEADER_BYTES = 100 << 20
"""The limit of the safetensors library too."""
DTYPE_BYTES = {
    "BOOL": 1, "U8": 1, "I8": 1, "F8_E4M3": 1, "F8_E5M2": 1, "I16": 2, "U16": 2, "F16": 2, "BF16": 2,
    "I32": 4, "U32": 4, "F32": 4, "I64": 8, "U64": 8, "F64": 8,
}  # fmt: skip
STEMS = ("diffusion_pytorch_model", "model")
"""What weight files are called: by diffusers, and by transformers."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """One tensor in a file; `begin` and `end` are byte positions in the file."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int
    file: Path


def read_header(path: Path) -> dict[str, Tensor]:
    """The tensors of one safetensors file by name.

    Raises:
        ModelError: it is missing, cut short, or not such a file.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if size < 8 or not 2 <= length <= min(MOST_HEADER_BYTES, size - 8):
                raise ModelError(f"{path} is not a safetensors file, or only the beginning of one")
            header = json.loads(file.read(length))
    except FileNotFoundError:
        raise ModelError(f"{path} is missing") from None
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}") from None
    except ValueError:
        raise ModelError(f"{path} is damaged: its header is not JSON") from None
    return _tensors(path, header, 8 + length, size)


def _tensors(path: Path, header: Any, start: int, size: int) -> dict[str, Tensor]:
    if not isinstance(header, dict):
        raise ModelError(f"{path} is damaged: its header is not a table")
    try:
        found = [_tensor(path, name, entry, start) for name, entry in header.items() if name != "__metadata__"]
    except (KeyError, TypeError, ValueError):
        raise ModelError(f"{path} is damaged: its header does not describe tensors") from None
    at = start
    for tensor in sorted(found, key=lambda tensor: (tensor.begin, tensor.end)):
        if tensor.begin != at or tensor.end - tensor.begin != DTYPE_BYTES[tensor.dtype] * math.prod(tensor.shape):
            raise ModelError(f"{path} is damaged: the place of {tensor.name} does not fit its shape")
        at = tensor.end
    if at != size:
        what = "cut short" if size < at else "followed by something else"
        raise ModelError(f"{path} is {what}: it should have {at} bytes and has {size}")
    return {tensor.name: tensor for tensor in found}


def _tensor(path: Path, name: str, entry: Any, start: int) -> Tensor:
    begin, end = (int(offset) for offset in entry["data_offsets"])
    shape = tuple(int(length) for length in entry["shape"])
    if entry["dtype"] not in DTYPE_BYTES or min(shape, default=0) < 0:
        raise ValueError(name)
    return Tensor(name, entry["dtype"], shape, start + begin, start + end, path)


def weight_files(folder: Path) -> tuple[Path, ...]:
    """The weight files of a model's folder: one, or the shards that its index names.

    Raises:
        ModelError: there are none, the index cannot be read, or a shard is missing.
    """
    for stem in STEMS:
        whole, index = folder / f"{stem}.safetensors", folder / f"{stem}.safetensors.index.json"
        if whole.is_file():
            return (whole,)
        if index.is_file():
            return _shards(index)
    raise ModelError(f"{folder} has no weights: neither {' nor '.join(f'{stem}.safetensors' for stem in STEMS)}")


def _shards(index: Path) -> tuple[Path, ...]:
    table = read_json(index).get("weight_map")
    if not isinstance(table, dict) or not table:
        raise ModelError(f"{index} does not say which file holds which weight")
    names = sorted({str(name) for name in table.values()})
    for name in names:
        if Path(name).name != name:
            raise ModelError(f"{index} names the file {name}, which would lie outside its folder")
        if not (index.parent / name).is_file():
            raise ModelError(f"{index.parent} is not complete: {name} is missing")
    return tuple(index.parent / name for name in names)


def read_weights(folder: Path) -> dict[str, Tensor]:
    """All tensors of a model's folder by name, over all its shards.

    Raises:
        ModelError: as `weight_files` and `read_header`, or two shards hold the same weight.
    """
    found: dict[str, Tensor] = {}
    for file in weight_files(folder):
        header = read_header(file)
        if twice := found.keys() & header.keys():
            raise ModelError(f"{folder} holds {min(twice)} twice")
        found |= header
    return found


def read_json(path: Path) -> dict[str, Any]:
    """A JSON file that holds a table.

    Raises:
        ModelError: it is missing or is no such file.
    """
    try:
        table = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise ModelError(f"{path} is missing") from None
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}") from None
    except ValueError:
        raise ModelError(f"{path} is damaged: it is not JSON") from None
    if not isinstance(table, dict):
        raise ModelError(f"{path} is damaged: it is not a table")
    return table
