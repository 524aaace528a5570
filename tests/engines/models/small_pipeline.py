"""A pipeline's folder without torch: true configurations, headers and a few real bytes, for what reads headers only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from radio.engines.models import manifest
from radio.engines.models.weights_writer import Slot, WeightsWriter

INDEX = {
    "_class_name": "AceStepPipeline",
    "transformer": ["diffusers", "AceStepTransformer1DModel"],
    "condition_encoder": ["ace_step", "AceStepConditionEncoder"],
    "vae": ["diffusers", "AutoencoderOobleck"],
    "text_encoder": ["transformers", "Qwen3Model"],
    "tokenizer": ["transformers", "Qwen2Tokenizer"],
    "scheduler": ["diffusers", "FlowMatchEulerDiscreteScheduler"],
    "audio_tokenizer": [None, None],
}
DIT: dict[str, Any] = {
    "hidden_size": 8, "num_hidden_layers": 2, "in_channels": 6, "audio_acoustic_hidden_dim": 2, "patch_size": 2,
    "is_turbo": False, "model_version": "sft",
}  # fmt: skip
CONFIGS: dict[str, dict[str, Any]] = {
    "transformer": DIT,
    "condition_encoder": {"hidden_size": 8, "text_hidden_dim": 4, "timbre_hidden_dim": 2},
    "vae": {"encoder_hidden_size": 4, "decoder_input_channels": 2},
    "text_encoder": {"hidden_size": 4},
}
SHAPES: dict[str, dict[str, tuple[int, ...]]] = {
    "transformer": {
        "proj_in_conv.weight": (8, 6, 2), "condition_embedder.weight": (8, 8), "layers.0.x": (1,), "layers.1.x": (1,),
    },
    "condition_encoder": {"text_projector.weight": (8, 4), "null_condition_emb": (1, 1, 8)},
    "vae": {"x": (1,)},
    "text_encoder": {"x": (1,)},
}  # fmt: skip


def write(folder: Path, *, listed: str = "", **transformer: Any) -> Path:
    """The folder of a pipeline. `listed`: with a manifest for that model. `transformer` changes its configuration."""
    for name, config in CONFIGS.items():
        (folder / name).mkdir(parents=True)
        more = transformer if name == "transformer" else {}
        (folder / name / "config.json").write_text(json.dumps(config | more))
        stem = "model" if name == "text_encoder" else "diffusion_pytorch_model"
        weights(folder / name / f"{stem}.safetensors", SHAPES[name])
    for name, file in (("scheduler", "scheduler_config.json"), ("tokenizer", "tokenizer.json")):
        (folder / name).mkdir()
        (folder / name / file).write_text("{}")
    (folder / "model_index.json").write_text(json.dumps(INDEX))
    if listed:
        manifest.of_folder(listed, "a test", folder).save(folder)
    return folder


def weights(path: Path, shapes: dict[str, tuple[int, ...]]) -> None:
    slots = [Slot(name, "BF16", shape) for name, shape in shapes.items()]
    with WeightsWriter(path, slots) as writer:
        for slot in slots:
            writer.write(slot.name, bytes(slot.size_bytes))


def edit(path: Path, **changes: Any) -> None:
    """Change entries of a JSON file; None takes one away."""
    table = json.loads(path.read_text()) | changes
    path.write_text(json.dumps({key: value for key, value in table.items() if value is not None}))
