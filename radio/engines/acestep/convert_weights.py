"""The weights of a conversion: renamed, checked and written one after another, never all in memory.

Names and shapes are checked against those that the pipeline's own classes declare: nothing left over, nothing missing.
Needs torch and diffusers; runs in whoever converts.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import diffusers
import numpy as np
import torch
from diffusers import AceStepTransformer1DModel
from diffusers.pipelines.ace_step import AceStepAudioTokenDetokenizer, AceStepAudioTokenizer, AceStepConditionEncoder
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from radio.engines.acestep.convert_names import renamed
from radio.engines.models.weights import Tensor
from radio.engines.models.weights_writer import Slot, WeightsWriter
from radio.errors import ModelError

Dtype = Literal["bfloat16", "float16", "float32", "keep"]
Step = Callable[[str, int, int], None]
"""Called with what is being written, the bytes written so far, and all bytes to write. May raise to stop."""
Shapes = dict[str, tuple[int, ...]]

CLASSES = {
    "transformer": AceStepTransformer1DModel,
    "condition_encoder": AceStepConditionEncoder,
    "audio_tokenizer": AceStepAudioTokenizer,
    "audio_token_detokenizer": AceStepAudioTokenDetokenizer,
}
DTYPES = {"BF16": torch.bfloat16, "F16": torch.float16, "F32": torch.float32, "F64": torch.float64}
CODES = {dtype: code for code, dtype in DTYPES.items()}


@dataclass(frozen=True, slots=True)
class Move:
    """One weight on its way: where it lies, and what it is called where it goes."""

    source: Tensor
    name: str


def moves_of(weights: dict[str, Tensor], folder: Path) -> dict[str, list[Move]]:
    """Every weight of the checkpoint by the component it belongs to, in the order of the file."""
    moves: dict[str, list[Move]] = {component: [] for component in CLASSES}
    for tensor in sorted(weights.values(), key=lambda tensor: (tensor.file.name, tensor.begin)):
        if tensor.dtype not in DTYPES:
            raise ModelError(f"{folder} holds {tensor.name} as {tensor.dtype}; only floating-point weights are known")
        if place := renamed(tensor.name):
            moves[place[0]].append(Move(tensor, place[1]))
    return moves


def bytes_to_write(moves: dict[str, list[Move]], dtype: Dtype) -> int:
    return sum(_slot(move, dtype).size_bytes for component in moves.values() for move in component)


def _slot(move: Move, dtype: Dtype) -> Slot:
    kept = move.source.dtype if dtype == "keep" else CODES[getattr(torch, dtype)]
    return Slot(move.name, kept, move.source.shape)


def declared(component: str, config: dict[str, Any], path: Path) -> Shapes:
    """The names and shapes that the pipeline's class wants. Built on the meta device: no memory, no numbers."""
    try:
        with torch.device("meta"):
            model = CLASSES[component].from_config(config)
    except (TypeError, ValueError, RuntimeError) as error:
        raise ModelError(f"{path} does not describe a {component}: {error}") from error
    return {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}


def check_names(
    component: str, declared: Shapes, moves: list[Move], extra: dict[str, torch.Tensor], folder: Path
) -> None:
    """Nothing left over, nothing missing, every shape right."""
    found = {move.name: move.source.shape for move in moves} | {name: tuple(x.shape) for name, x in extra.items()}
    if over := sorted(found.keys() - declared.keys()):
        raise ModelError(f"{folder} holds weights that the {component} does not know: {_some(over)}")
    if missing := sorted(declared.keys() - found.keys()):
        raise ModelError(f"{folder} lacks weights of the {component}: {_some(missing)}")
    for name, shape in found.items():
        if shape != declared[name]:
            wanted = list(declared[name])
            raise ModelError(f"{folder}: {name} of the {component} has the shape {list(shape)}, not {wanted}")


def _some(names: list[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(names[:5]) + more


def silence(path: Path) -> torch.Tensor:
    """The latent of silence as the pipeline keeps it, `[1, frames, channels]`; the official file has them swapped.

    Without it the model gets zeros where it was trained on silence, and drones.
    """
    if not path.is_file():
        raise ModelError(f"{path} is missing")
    try:
        latent = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # a damaged pickle fails in any way; weights_only refuses code
        raise ModelError(f"{path} cannot be read as a plain tensor") from error
    if not isinstance(latent, torch.Tensor) or latent.ndim != 3 or latent.dtype not in CODES:
        raise ModelError(f"{path} does not hold a latent of three dimensions")
    return latent.transpose(1, 2).contiguous()


def write_component(
    folder: Path,
    config: dict[str, Any],
    component: str,
    moves: list[Move],
    extra: dict[str, torch.Tensor],
    dtype: Dtype,
    written: Callable[[str, int], None],
) -> None:
    folder.mkdir()
    made = {"_class_name": CLASSES[component].__name__, "_diffusers_version": diffusers.__version__}
    write_json(folder / "config.json", made | config)
    loose = {name: tensor if dtype == "keep" else tensor.to(getattr(torch, dtype)) for name, tensor in extra.items()}
    slots = [_slot(move, dtype) for move in moves]
    slots += [Slot(name, CODES[tensor.dtype], tuple(tensor.shape)) for name, tensor in loose.items()]
    with WeightsWriter(folder / "diffusion_pytorch_model.safetensors", slots) as writer:
        for slot, tensor in zip(slots, _tensors(moves, loose), strict=True):
            writer.write(slot.name, _bytes(tensor.to(DTYPES[slot.dtype])))
            if slot.name not in loose:
                written(component, slot.size_bytes)


def _tensors(moves: list[Move], loose: dict[str, torch.Tensor]) -> Iterator[torch.Tensor]:
    """One tensor after the other; the files are mapped, not read whole."""
    with contextlib.ExitStack() as stack:
        files: dict[Path, Any] = {}
        for move in moves:
            path = move.source.file
            try:
                if path not in files:
                    files[path] = stack.enter_context(safe_open(path, framework="pt", device="cpu"))
                yield files[path].get_tensor(move.source.name)
            except SafetensorError as error:
                raise ModelError(f"{path} is damaged: {error}") from error
    yield from loose.values()


def _bytes(tensor: torch.Tensor) -> memoryview:
    flat: NDArray[np.uint8] = tensor.contiguous().reshape(-1).view(torch.uint8).numpy()
    return flat.data


def write_json(path: Path, table: dict[str, Any]) -> None:
    path.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")
