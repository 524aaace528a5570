"""The models that Longwave knows: where each is published, in which form, and how large it is.

Data only: no disk, no network, no torch. Parameter counts were measured on the published configurations (on torch's
meta device); download sizes of the official files are those their publisher's hub shows, where noted as measured, else
parameters times their published width. Names are the official API's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from radio.errors import ModelError

Kind = Literal["dit", "lm"]
Form = Literal["diffusers", "official", "lm"]
"""`diffusers`: a pipeline folder, ready to load. `official`: the publisher's own checkpoint, to be converted. `lm`: a
transformers folder that vLLM serves."""

MAIN_REPO = "ACE-Step/Ace-Step1.5"
"""Holds the turbo DiT, the VAE, the text encoder and the 1.7B language model, each in a folder of its own."""
VAE_FOLDER = "vae"
TEXT_FOLDER = "Qwen3-Embedding-0.6B"

VAE_PARAMETERS = 168_695_426
TEXT_PARAMETERS = 595_776_512
CONDITION_PARAMETERS = 608_369_664 + 960_000
"""With the silence latent that a pipeline keeps in it."""
TOKENS_PARAMETERS = 105_032_198 + 105_011_776
"""Audio tokenizer and detokenizer."""
SHARED_BYTES = 2 * (VAE_PARAMETERS + TEXT_PARAMETERS) + (16 << 20)
"""VAE (337,431,388 bytes, measured), text encoder (1.19 GB, measured) and its tokenizer."""


@dataclass(frozen=True, slots=True)
class Source:
    """Part of a hub repository: the files under `folder` (all, if empty), put under `into` in the model's folder."""

    repo: str
    folder: str = ""
    into: str = ""


@dataclass(frozen=True, slots=True)
class DitShape:
    """What its memory follows from. `guided`: it runs twice a step, with and without the prompt."""

    parameters: int
    hidden: int
    intermediate: int
    guided: bool


@dataclass(frozen=True, slots=True)
class LmShape:
    """What its memory follows from. Every layer keeps 8 key and value heads of 128 numbers a token."""

    parameters: int
    layers: int
    kv_heads: int = 8
    head_dim: int = 128


@dataclass(frozen=True, slots=True)
class Model:
    """One model. `download_bytes` come over the network; `disk_bytes` stay. Both are estimates to about a tenth."""

    name: str
    kind: Kind
    form: Form
    purpose: str
    sources: tuple[Source, ...]
    download_bytes: int
    disk_bytes: int
    dit: DitShape | None = None
    lm: LmShape | None = None


def _official(name: str, purpose: str, source: Source, *, guided: bool) -> Model:
    """A 2B DiT: the official checkpoint (4.79 GB, measured) with the parts that all DiTs share."""
    shape = DitShape(1_575_458_880, 2048, 6144, guided)
    size = 2 * (shape.parameters + CONDITION_PARAMETERS + TOKENS_PARAMETERS) + SHARED_BYTES
    shared = tuple(Source(MAIN_REPO, folder, folder) for folder in (VAE_FOLDER, TEXT_FOLDER))
    return Model(name, "dit", "official", purpose, (source, *shared), size, size, dit=shape)


def _xl(name: str, purpose: str, *, guided: bool) -> Model:
    """A 4B DiT, published as a pipeline; the official checkpoint is float32 and twice as large."""
    shape = DitShape(4_168_897_088, 2560, 9728, guided)
    size = 2 * (shape.parameters + CONDITION_PARAMETERS) + SHARED_BYTES
    return Model(name, "dit", "diffusers", purpose, (Source(f"ACE-Step/{name}-diffusers"),), size, size, dit=shape)


def _lm(name: str, purpose: str, source: Source, shape: LmShape) -> Model:
    size = 2 * shape.parameters + (20 << 20)
    return Model(name, "lm", "lm", purpose, (source,), size, size, lm=shape)


MODELS = (
    _official(
        "acestep-v15-sft",
        "best sound, 32–50 steps",
        Source("ACE-Step/acestep-v15-sft", into="acestep-v15-sft"),
        guided=True,
    ),
    _official(
        "acestep-v15-turbo",
        "fast, 8 steps",
        Source(MAIN_REPO, "acestep-v15-turbo", "acestep-v15-turbo"),
        guided=False,
    ),
    _official(
        "acestep-v15-base",
        "training, 32–50 steps",
        Source("ACE-Step/acestep-v15-base", into="acestep-v15-base"),
        guided=True,
    ),
    _xl("acestep-v15-xl-turbo", "large, fast, 8 steps", guided=False),
    _xl("acestep-v15-xl-base", "large, 32–50 steps", guided=True),
    _lm(
        "acestep-5Hz-lm-4B", "thinking, best", Source("ACE-Step/acestep-5Hz-lm-4B"),
        LmShape(4_189_554_176, 36),
    ),
    _lm(
        "acestep-5Hz-lm-1.7B", "thinking", Source(MAIN_REPO, "acestep-5Hz-lm-1.7B"),
        LmShape(1_854_243_840, 28),
    ),
    _lm(
        "acestep-5Hz-lm-0.6B", "thinking, smallest", Source("ACE-Step/acestep-5Hz-lm-0.6B"),
        LmShape(662_884_352, 28),
    ),
)  # fmt: skip
DITS = tuple(model.name for model in MODELS if model.kind == "dit")
LMS = tuple(model.name for model in MODELS if model.kind == "lm")


def named(name: str) -> Model:
    """The model called `name`: in full, or `sft`, `xl-turbo`, `4B`.

    Raises:
        ModelError: there is none.
    """
    for model in MODELS:
        if name in (model.name, short(model.name)):
            return model
    raise ModelError(f"there is no model '{name}'; the choices are {', '.join(short(model.name) for model in MODELS)}")


def short(name: str) -> str:
    """`sft` for `acestep-v15-sft`, `4B` for `acestep-5Hz-lm-4B`."""
    return name.removeprefix("acestep-v15-").removeprefix("acestep-5Hz-lm-")
