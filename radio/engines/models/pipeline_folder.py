"""A pipeline's folder: says which model it is, and refuses one with a part missing or parts that do not fit together.

The layout is that of diffusers' `AceStepPipeline`: `model_index.json` and a folder for each component. Reads
configurations and the headers of weights, never the weights; needs no torch.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from radio.engines.models.weights import Tensor, read_json, read_weights
from radio.errors import ModelError

INDEX = "model_index.json"
PIPELINE = "AceStepPipeline"
MODELS = ("transformer", "condition_encoder", "vae", "text_encoder")
"""Components with weights that every pipeline has."""
CODES = ("audio_tokenizer", "audio_token_detokenizer")
"""Those that a planner's audio codes need; a pipeline may lack them."""
XL_HIDDEN = 2560
TOKENIZER_FILES = ("tokenizer.json", "vocab.json", "spiece.model")


def components(folder: Path) -> tuple[str, ...]:
    """The components with weights that the index lists.

    Raises:
        ModelError: there is no index, it is another pipeline's, or it lacks a component.
    """
    index = read_json(folder / INDEX)
    if index.get("_class_name") != PIPELINE:
        raise ModelError(f"{folder} holds a {index.get('_class_name')}, not an {PIPELINE}")
    listed = {name for name, value in index.items() if isinstance(value, list) and value and value[0]}
    if absent := [name for name in (*MODELS, "tokenizer", "scheduler") if name not in listed]:
        raise ModelError(f"{folder / INDEX} does not list {', '.join(absent)}")
    return MODELS + tuple(name for name in CODES if name in listed)


def check_complete(folder: Path) -> None:
    """Every component is there, with a configuration and readable weights.

    Raises:
        ModelError: the first thing that is missing or damaged.
    """
    for name in components(folder):
        read_json(folder / name / "config.json")
        read_weights(folder / name)
    read_json(folder / "scheduler" / "scheduler_config.json")
    check_tokenizer(folder / "tokenizer")


def check_tokenizer(folder: Path) -> None:
    """Raises:
    ModelError: there is no text tokenizer in `folder`.
    """
    if not any((folder / name).is_file() for name in TOKENIZER_FILES):
        raise ModelError(f"{folder} has no tokenizer: none of {', '.join(TOKENIZER_FILES)}")


def model_of(folder: Path) -> str:
    """The catalogue's name of the DiT in a pipeline's folder, by its configuration.

    Raises:
        ModelError: its configuration cannot be read.
    """
    config = read_json(folder / "transformer" / "config.json")
    version = str(config.get("model_version") or "").lower()
    large = "xl" in version or int(config.get("hidden_size") or 0) >= XL_HIDDEN
    kind = "turbo" if config.get("is_turbo") or "turbo" in version else "sft" if "sft" in version else "base"
    return f"acestep-v15-{'xl-' if large else ''}{kind}"


def check_fits(folder: Path) -> None:
    """The components' configurations and weights agree with each other.

    Raises:
        ModelError: two of them do not.
    """
    configs = {name: read_json(folder / name / "config.json") for name in components(folder)}
    weights = {name: read_weights(folder / name) for name in configs}
    latent = _number(configs["vae"], "decoder_input_channels", folder / "vae")
    transformer, condition = configs["transformer"], configs["condition_encoder"]
    _same(folder, latent, "the VAE's latent channels", {
        "a third of the DiT's in_channels": _number(transformer, "in_channels", folder / "transformer") / 3,
        "the DiT's audio_acoustic_hidden_dim": transformer.get("audio_acoustic_hidden_dim"),
        "the condition encoder's timbre_hidden_dim": condition.get("timbre_hidden_dim"),
        "half the VAE's encoder_hidden_size": _number(configs["vae"], "encoder_hidden_size", folder / "vae") / 2,
    })  # fmt: skip
    text = _number(configs["text_encoder"], "hidden_size", folder / "text_encoder")
    _same(folder, text, "the text encoder's hidden_size", {"text_hidden_dim": condition.get("text_hidden_dim")})
    width = _number(condition, "hidden_size", folder / "condition_encoder")
    wanted = transformer.get("encoder_hidden_size") or transformer.get("hidden_size")
    _same(folder, width, "the condition encoder's hidden_size", {"what the DiT expects of it": wanted})
    for name in set(CODES) & configs.keys():
        _same(folder, latent, "the VAE's latent channels", {name: configs[name].get("audio_acoustic_hidden_dim")})
    _check_shapes(folder, transformer, condition, weights)


def _check_shapes(
    folder: Path, transformer: dict[str, Any], condition: dict[str, Any], weights: dict[str, dict[str, Tensor]]
) -> None:
    """The weights have the shapes that the configurations say, looked at where both sides meet."""
    hidden, width = transformer.get("hidden_size"), condition.get("hidden_size")
    expected = {
        ("transformer", "proj_in_conv.weight"): (hidden, transformer.get("in_channels"), transformer.get("patch_size")),
        ("transformer", "condition_embedder.weight"): (hidden, width),
        ("condition_encoder", "text_projector.weight"): (width, condition.get("text_hidden_dim")),
        ("condition_encoder", "null_condition_emb"): (1, 1, width),
    }
    for (name, weight), shape in expected.items():
        tensor = weights[name].get(weight)
        if tensor is None:
            raise ModelError(f"{folder / name} does not hold {weight}")
        if tensor.shape != shape:
            raise ModelError(f"{folder / name} holds {weight} as {list(tensor.shape)} and should as {list(shape)}")
    layers = {int(key.split(".")[1]) for key in weights["transformer"] if key.startswith("layers.")}
    if layers != set(range(transformer.get("num_hidden_layers") or 0)):
        said = transformer.get("num_hidden_layers")
        raise ModelError(f"{folder / 'transformer'} holds {len(layers)} layers; its configuration says {said}")


def _number(config: dict[str, Any], key: str, folder: Path) -> int:
    value = config.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ModelError(f"{folder / 'config.json'} does not say {key}")
    return value


def _same(folder: Path, value: float, what: str, others: dict[str, Any]) -> None:
    for other, found in others.items():
        if found != value:
            raise ModelError(f"the parts in {folder} do not fit: {what} is {value:g}, but {other} is {found}")
