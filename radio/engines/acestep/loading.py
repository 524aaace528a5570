"""From a pipeline folder to a pipeline that is ready on its device.

bf16 on CUDA and MPS, float32 on a CPU; the VAE in float32 everywhere: it is the last thing that touches the sound, and
in bf16 its rounding is noise only 44 dB under the music (measured on random weights of its architecture). On CUDA its
convolutions compute in TF32. Generator process; nothing here waits for a network.
"""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import diffusers
import torch
import transformers
from diffusers import AceStepPipeline
from safetensors import SafetensorError
from torch.nn.utils import remove_weight_norm

from radio.engines.acestep.latent_pipeline import LatentPipeline
from radio.engines.acestep.reasons import lacks_memory, reason
from radio.errors import OutOfMemory, Unavailable

INDEX = "model_index.json"
KIND = "AceStepPipeline"
ENCODING_TILE_S = 30
PARTS = ("transformer", "condition_encoder", "text_encoder", "vae", "audio_tokenizer", "audio_token_detokenizer")


def choose_device(wanted: str) -> torch.device:
    """`auto` is the best there is: CUDA, then MPS, then the CPU.

    Raises:
        Unavailable: this machine, or this torch, has no such device.
    """
    has = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if wanted == "auto":
        return torch.device(next(name for name, there in has.items() if there))
    if not has.get(wanted, False):
        raise Unavailable(f"the model was to run on '{wanted}', which this machine, or its torch, does not have")
    return torch.device(wanted)


def load(folder: Path, device: torch.device) -> LatentPipeline:
    """Read the pipeline in `folder` and bring it to `device`.

    Raises:
        Unavailable: the folder is not there, or is not an ACE-Step pipeline as diffusers keeps it.
        torch.OutOfMemoryError: the device has no room for it.
    """
    _check(folder)
    diffusers.utils.logging.disable_progress_bar()
    transformers.utils.logging.disable_progress_bar()
    dtype = torch.float32 if device.type == "cpu" else torch.bfloat16
    try:
        with warnings.catch_warnings():
            # diffusers' VAE still uses torch's older weight_norm, which says so at every layer.
            warnings.simplefilter("ignore", FutureWarning)
            pipeline = LatentPipeline.from_pretrained(
                folder,
                torch_dtype={"vae": torch.float32, "default": dtype},
                local_files_only=True,
                use_safetensors=True,
            )
        return ready(pipeline.to(device))
    except (torch.OutOfMemoryError, MemoryError):
        raise
    except RuntimeError as error:
        if lacks_memory(error):
            raise OutOfMemory(f"the device has no room for the model in {folder}: {reason(error)}") from error
        raise Unavailable(f"the model in {folder} cannot be loaded: {reason(error)}") from error
    except (OSError, ValueError, TypeError, KeyError, AttributeError, ImportError) as error:
        raise Unavailable(f"the model in {folder} cannot be loaded: {reason(error)}") from error
    except SafetensorError as error:
        raise Unavailable(f"the model in {folder} is damaged: {reason(error)}") from error


def adopt(pipeline: AceStepPipeline) -> LatentPipeline:
    """A pipeline that somebody built already, with the same modules on the device where they are."""
    return ready(LatentPipeline(**pipeline.components))


def ready(pipeline: LatentPipeline) -> LatentPipeline:
    """Quiet, for inference only, with plain convolution weights, encoding in tiles.

    Plain weights give the same numbers as normalised ones, which would be computed again at every call.
    """
    pipeline.set_progress_bar_config(disable=True)
    pipeline.vae.enable_tiling()
    for module in pipeline.vae.modules():
        if hasattr(module, "weight_g"):
            remove_weight_norm(module)
    for name in PARTS:
        if (part := getattr(pipeline, name)) is not None:
            part.eval().requires_grad_(False)
    torch.backends.cudnn.benchmark = False
    torch.backends.cudnn.deterministic = True
    torch.backends.cudnn.allow_tf32 = True  # 10 bits of mantissa in convolutions: three times as exact as bf16, as fast
    return pipeline


def memory_bytes(pipeline: LatentPipeline) -> dict[str, int]:
    """What the weights of each part of the pipeline take on its device."""
    parts = {name: getattr(pipeline, name) for name in PARTS}
    return {
        name: sum(weight.numel() * weight.element_size() for weight in part.parameters())
        for name, part in parts.items()
        if part is not None
    }


def give_back(device: torch.device) -> None:
    """Return the memory that torch keeps for later to the device."""
    if device.type == "cuda":
        torch.cuda.empty_cache()
    elif device.type == "mps":
        torch.mps.empty_cache()


def _check(folder: Path) -> None:
    """Tell the usual mistakes apart before torch is asked."""
    if not folder.is_dir():
        raise Unavailable(f"there is no model folder {folder}")
    try:
        kind = json.loads((folder / INDEX).read_text(encoding="utf-8"))["_class_name"]
    except (OSError, ValueError, KeyError, TypeError):
        raise Unavailable(
            f"{folder} holds no diffusers pipeline ({INDEX} is missing or unreadable);"
            " an official checkpoint is converted with `radio models convert`"
        ) from None
    if kind != KIND:
        raise Unavailable(f"{folder} holds a {kind}, not an {KIND}")
