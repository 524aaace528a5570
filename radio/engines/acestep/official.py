"""An official ACE-Step checkpoint on disk: finds its parts, wherever of the two usual places they lie.

The publisher's main repository holds a folder for each part; the repositories of single DiTs hold the DiT alone, to be
put beside the others. Looks at names only; needs no torch.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from radio.engines.models.catalogue import DITS, TEXT_FOLDER, VAE_FOLDER, named
from radio.engines.models.pipeline_folder import INDEX
from radio.engines.models.weights import read_json
from radio.errors import ModelError

SILENCE_FILE = "silence_latent.pt"


@dataclass(frozen=True, slots=True)
class Parts:
    """The three folders that a pipeline is made of, and the model's full name."""

    name: str
    dit: Path
    vae: Path
    text: Path


def find_parts(folder: Path, name: str = "") -> Parts:
    """The parts of a checkpoint: `folder` is the DiT's own, with the others beside it, or the one that holds all.

    Raises:
        ModelError: a part is missing, or it cannot be told which model is meant.
    """
    if not folder.is_dir():
        raise ModelError(f"there is no folder {folder}")
    if (folder / INDEX).is_file():
        raise ModelError(f"{folder} is a pipeline already; it needs no conversion")
    dit = _dit(folder, named(name).name if name else "")
    full = named(name).name if name else _name(dit)
    return Parts(full, dit, _beside(folder, dit, VAE_FOLDER, "VAE"), _beside(folder, dit, TEXT_FOLDER, "text encoder"))


def _dit(folder: Path, name: str) -> Path:
    if (folder / SILENCE_FILE).exists():
        return folder
    candidates = sorted(path for path in folder.iterdir() if (path / SILENCE_FILE).exists())
    own = [path for path in candidates if path.name not in DITS]
    chosen = ([path for path in candidates if path.name == name] or own) if name else candidates
    if len(chosen) == 1:
        return chosen[0]
    if not candidates:
        raise ModelError(f"{folder} is not an official checkpoint: there is no {SILENCE_FILE} in it or one level below")
    there = ", ".join(path.name for path in candidates)
    raise ModelError(f"{folder} holds {there}; say with --name which of them is meant")


def _name(dit: Path) -> str:
    """By the folder's name, else by what its configuration says."""
    if dit.name in DITS:
        return dit.name
    config = read_json(dit / "config.json")
    version = str(config.get("model_version") or "").lower().removeprefix("acestep-v15-")
    if (full := f"acestep-v15-{version}") in DITS:
        return full
    raise ModelError(f"{dit} does not say which model it is; name it with --name")


def _beside(folder: Path, dit: Path, name: str, what: str) -> Path:
    for place in (dit.parent / name, folder / name):
        if (place / "config.json").is_file():
            return place
    raise ModelError(f"the {what} is missing: the folder {name} should lie beside {dit}")
