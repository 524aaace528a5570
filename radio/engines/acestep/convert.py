"""Converts an official ACE-Step checkpoint into the folder that diffusers' `AceStepPipeline` loads.

Puts the folder together: the renamed weights (`convert_weights`), what is taken over as it is, and the index. It
appears whole or not at all. Needs torch and diffusers; runs in whoever calls it, for a minute or two.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import diffusers
import torch
from transformers import AutoConfig, AutoModel, AutoTokenizer

from radio.engines.acestep.convert_names import SILENCE, configurations
from radio.engines.acestep.convert_weights import (
    CLASSES,
    Dtype,
    Step,
    bytes_to_write,
    check_names,
    declared,
    moves_of,
    silence,
    write_component,
    write_json,
)
from radio.engines.acestep.official import SILENCE_FILE, Parts, find_parts
from radio.engines.models import manifest
from radio.engines.models.pipeline_folder import INDEX, PIPELINE, TOKENIZER_FILES, check_complete, check_fits
from radio.engines.models.weights import read_json, read_weights, weight_files
from radio.errors import ModelError

WORKING = ".converting"
"""Added to the name of a folder that is not finished; what is left of one is thrown away by the next try."""
TOKENIZER_MORE = (
    "tokenizer_config.json", "special_tokens_map.json", "merges.txt", "added_tokens.json", "chat_template.jinja",
)  # fmt: skip


def convert(
    official: Path,
    target: Path,
    *,
    name: str = "",
    dtype: Dtype = "bfloat16",
    origin: str = "",
    step: Step | None = None,
) -> Path:
    """Make the pipeline folder `target` from the checkpoint in `official`; returns `target`.

    `name` is the model's, if the folders do not say it. `dtype` is that of the DiT and its encoders; the VAE and the
    text encoder are copied as they are. `origin` is noted in the manifest.

    Raises:
        ModelError: a part is missing, damaged or of another kind, `target` exists, or the disk is full. Then nothing
            is left behind.
    """
    parts = find_parts(official, name)
    if target.exists():
        raise ModelError(f"{target} exists already; remove it first")
    working = target.with_name(target.name + WORKING)
    _throw_away(working)
    try:
        working.mkdir(parents=True)
        manifest.Manifest(parts.name, "").save(working)
        _write(parts, working, dtype, step or (lambda _what, _done, _total: None))
        made = f"{origin or parts.dit.name}, converted to {dtype}"
        manifest.of_folder(parts.name, made, working).save(working)
        working.rename(target)
    except OSError as error:
        raise ModelError(f"{target} cannot be written: {error.strerror or error}") from error
    finally:
        _throw_away(working)
    return target


def _throw_away(working: Path) -> None:
    """Delete a working folder, but only one that a conversion has begun."""
    if (working / manifest.NAME).is_file() and not working.is_symlink():
        shutil.rmtree(working)


def _write(parts: Parts, working: Path, dtype: Dtype, step: Step) -> None:
    path = parts.dit / "config.json"
    configs = configurations(read_json(path), parts.name, path)
    moves = moves_of(read_weights(parts.dit), parts.dit)
    copies = dict(_copies(parts, working))
    total = bytes_to_write(moves, dtype) + sum(source.stat().st_size for source in copies)
    done = 0

    def written(what: str, size: int) -> None:
        nonlocal done
        done += size
        step(what, done, total)

    for component, config in configs.items():
        extra = {SILENCE: silence(parts.dit / SILENCE_FILE)} if component == "condition_encoder" else {}
        check_names(component, declared(component, config, path), moves[component], extra, parts.dit)
        write_component(working / component, config, component, moves[component], extra, dtype, written)
    for source, copy in copies.items():
        copy.parent.mkdir(exist_ok=True)
        shutil.copyfile(source, copy)
        written(copy.parent.name, source.stat().st_size)
    _write_index(parts, working)
    check_complete(working)
    check_fits(working)


def _copies(parts: Parts, working: Path) -> Iterator[tuple[Path, Path]]:
    """What is taken over as it is: VAE, text encoder, and the text encoder's tokenizer. No code, no pickles."""
    for source, component in ((parts.vae, "vae"), (parts.text, "text_encoder")):
        files = weight_files(source)
        read_weights(source)
        indexes = [path for path in source.glob("*.safetensors.index.json") if len(files) > 1]
        for file in (source / "config.json", *files, *indexes):
            yield file, working / component / file.name
    for name in (*TOKENIZER_FILES, *TOKENIZER_MORE):
        if (parts.text / name).is_file():
            yield parts.text / name, working / "tokenizer" / name


def _write_index(parts: Parts, working: Path) -> None:
    """`model_index.json` and the scheduler. The text encoder's and tokenizer's classes are transformers' choice."""
    (working / "scheduler").mkdir()
    made: dict[str, object] = {"_diffusers_version": diffusers.__version__}
    scheduler = {"_class_name": "FlowMatchEulerDiscreteScheduler", "num_train_timesteps": 1, "shift": 1.0}
    write_json(working / "scheduler" / "scheduler_config.json", made | scheduler)
    text, tokenizer = _text_classes(parts.text)
    index: dict[str, object] = {"_class_name": PIPELINE} | made
    index |= {name: ["ace_step", kind.__name__] for name, kind in CLASSES.items()}
    index |= {
        "transformer": ["diffusers", "AceStepTransformer1DModel"],
        "vae": ["diffusers", "AutoencoderOobleck"],
        "scheduler": ["diffusers", "FlowMatchEulerDiscreteScheduler"],
        "text_encoder": ["transformers", text],
        "tokenizer": ["transformers", tokenizer],
    }
    write_json(working / INDEX, index)


def _text_classes(folder: Path) -> tuple[str, str]:
    """The names of the classes with which transformers loads the text encoder and its tokenizer."""
    try:
        with torch.device("meta"):
            model = AutoModel.from_config(AutoConfig.from_pretrained(folder, local_files_only=True))
        return type(model).__name__, type(AutoTokenizer.from_pretrained(folder, local_files_only=True)).__name__
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise ModelError(f"the text encoder in {folder} cannot be understood: {error}") from error
