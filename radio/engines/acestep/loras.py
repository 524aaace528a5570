"""LoRA adapters: by name from a folder, several at once, each with a weight.

Takes what people have: `NAME.safetensors` (diffusers', with its alpha in the file's header, or a trainer's), or a
folder `NAME` with PEFT's `adapter_model.safetensors` and `adapter_config.json`. diffusers does not read that
configuration, so the alpha of both is multiplied into the weights here. Generator process.
"""

from __future__ import annotations

import contextlib
import json
import math
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from radio.contracts import LoraUse
from radio.engines.acestep.latent_pipeline import LatentPipeline
from radio.engines.acestep.reasons import reason
from radio.errors import GenerationError

FILE = ".safetensors"
PEFT_WEIGHTS = "adapter_model.safetensors"
PEFT_CONFIG = "adapter_config.json"
HEADER = "lora_adapter_metadata"
"""Where diffusers keeps an adapter's configuration in a file's header, each key behind `transformer.`."""
PREFIX = "transformer."
MOST_LOADED = 8
"""Adapters kept on the device; the ones used longest ago go first."""


class Loras:
    """Brings a pipeline's adapters to what a plan asks for, and does nothing where they are so already."""

    def __init__(self, pipeline: LatentPipeline, folder: Path | None) -> None:
        self._pipeline = pipeline
        self._folder = folder

        self._loaded: dict[str, str] = {}
        self._active: tuple[LoraUse, ...] = ()
        self._number = 0

    def use(self, wanted: tuple[LoraUse, ...]) -> None:
        """Have exactly `wanted` colour the music from now on.

        Raises:
            GenerationError: there is no such adapter, or it does not fit this model. The adapters are as before.
        """
        if wanted == self._active:
            return
        try:
            for lora in wanted:
                if lora.name not in self._loaded:
                    self._load(lora.name)
        except GenerationError:
            self._activate(self._active)
            raise
        self._activate(wanted)
        self._active = wanted
        self._drop_unused()

    def _load(self, name: str) -> None:
        """Put one more adapter on the device."""
        weights = read(find(self._folder, name), self._pipeline.transformer.dtype)
        self._number += 1
        adapter = f"radio{self._number}"
        try:
            with _calm_peft():
                self._pipeline.load_lora_weights(weights, adapter_name=adapter)
        except torch.OutOfMemoryError:
            raise
        except (ValueError, RuntimeError, LookupError, TypeError) as error:
            raise GenerationError(f"the LoRA '{name}' does not fit this model: {reason(error)}") from error
        if adapter not in getattr(self._pipeline.transformer, "peft_config", {}):
            raise GenerationError(f"the LoRA '{name}' holds nothing for this model")
        self._loaded[name] = adapter

    def _activate(self, uses: tuple[LoraUse, ...]) -> None:
        if uses:
            names = [self._loaded[lora.name] for lora in uses]
            self._pipeline.set_adapters(names, adapter_weights=[lora.weight for lora in uses])
            self._pipeline.enable_lora()
        elif self._loaded:
            self._pipeline.disable_lora()
        else:
            self._pipeline.unload_lora_weights()

    def _drop_unused(self) -> None:
        used = {lora.name for lora in self._active}
        spare = [name for name in self._loaded if name not in used]
        for name in spare[: max(0, len(self._loaded) - MOST_LOADED)]:
            with _calm_peft():
                self._pipeline.delete_adapters(self._loaded.pop(name))


@contextlib.contextmanager
def _calm_peft() -> Iterator[None]:
    """peft warns of several adapters in a model, and of one that goes while another is there: both are wanted here."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=UserWarning, module=r"peft\.")
        yield


def find(folder: Path | None, name: str) -> Path:
    """The weights of the adapter `name`.

    Raises:
        GenerationError: there is none of that name.
    """
    if folder is None:
        raise GenerationError(f"the LoRA '{name}' was asked for, but this engine was given no folder of them")
    if name and name == Path(name).name:
        for path in (folder / f"{name}{FILE}", folder / name / PEFT_WEIGHTS):
            if path.is_file():
                return path
    there = ", ".join(names_in(folder)) or "none"
    raise GenerationError(f"there is no LoRA called '{name}' in {folder}; there are: {there}")


def names_in(folder: Path) -> tuple[str, ...]:
    """Every adapter in `folder`, by name."""
    files = {path.stem for path in folder.glob(f"*{FILE}")}
    return tuple(sorted(files | {path.parent.name for path in folder.glob(f"*/{PEFT_WEIGHTS}")}))


def read(path: Path, dtype: torch.dtype) -> dict[str, Tensor]:
    """An adapter's weights under diffusers' names or the official trainer's, with its alpha multiplied in.

    Raises:
        GenerationError: the file is damaged, or of a kind that cannot be used.
    """
    try:
        with safe_open(str(path), framework="pt") as file:
            header = file.metadata() or {}
            weights: dict[str, Tensor] = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        config = _config(path, header)
    except (OSError, ValueError, SafetensorError) as error:
        raise GenerationError(f"the LoRA file {path} cannot be read: {error}") from None
    try:
        scaled = {_named(key): _scaled(key, weight, config).to(dtype) for key, weight in weights.items()}
    except (TypeError, ValueError, AttributeError, re.error) as error:
        raise GenerationError(f"the LoRA {path} has a configuration that makes no sense: {error}") from None
    if not any("lora_B" in key for key in weights):
        raise GenerationError(f"{path} holds no LoRA")
    if config.get("use_dora"):
        raise GenerationError(f"the LoRA {path} is a DoRA adapter, which diffusers cannot use with this model")
    return scaled


def _config(path: Path, header: dict[str, str]) -> dict[str, Any]:
    """PEFT's configuration: beside the weights, or in their header; empty where neither says anything."""
    beside = path.parent / PEFT_CONFIG
    if path.name == PEFT_WEIGHTS and beside.is_file():
        found = json.loads(beside.read_text(encoding="utf-8"))
    else:
        found = json.loads(header.get(HEADER, "{}"))
    entries = found.items() if isinstance(found, dict) else ()
    return {str(key).removeprefix(PREFIX): value for key, value in entries}


def _named(key: str) -> str:
    """Without PEFT's wrapper; the official trainer's q_proj and so on are left for diffusers to translate."""
    bare = key.removeprefix("base_model.model.").removeprefix(PREFIX)
    return bare if "_proj." in bare else PREFIX + bare


def _scaled(key: str, weight: Tensor, config: dict[str, Any]) -> Tensor:
    """PEFT adds alpha/r · B·A (with rslora alpha/√r), diffusers B·A: so B is multiplied. r is what B really has."""
    if "lora_B" not in key or weight.ndim < 2 or "lora_alpha" not in config:
        return weight
    patterns = config.get("alpha_pattern") or {}
    module = key.partition(".lora_B")[0]
    alpha = next((value for name, value in patterns.items() if re.search(rf"(^|\.){name}$", module)), None)
    rank = weight.shape[1]
    return weight * (
        float(config["lora_alpha"] if alpha is None else alpha)
        / (math.sqrt(rank) if config.get("use_rslora") else rank)
    )
