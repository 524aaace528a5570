"""The models folder: which models are there and complete, and how one is removed.

Looks at the disk every time it is asked and remembers nothing. Reads headers, never weights; needs no torch. Whoever
calls it may do so from any thread.
"""

from __future__ import annotations

import contextlib
import shutil
import stat
from pathlib import Path

from radio.engines.models import manifest
from radio.engines.models.catalogue import DITS, MODELS, Model, named
from radio.engines.models.pipeline_folder import INDEX, check_complete, check_tokenizer, model_of
from radio.engines.models.weights import read_json, read_weights
from radio.errors import ModelError

UNFINISHED = (".part", ".official.part", ".converting")
"""Endings of folders that are not ready."""


def find(folder: Path, model: str) -> Path | None:
    """Where `model` is, complete and ready to load; None where it is not. See `locate` for the reason."""
    try:
        return locate(folder, model)
    except ModelError:
        return None


def locate(folder: Path, model: str) -> Path:
    """The folder of `model` below the models folder, or the models folder itself where that is this model's.

    Raises:
        ModelError: there is no such model, or it is not there, not complete, or may not be read.
    """
    known = named(model)
    try:
        place = _place(folder, known)
        (check_lm if known.kind == "lm" else check_complete)(place)
    except OSError as error:
        raise ModelError(f"{folder} cannot be read: {error.strerror or error}") from error
    return place


def _place(folder: Path, model: Model) -> Path:
    """Where `model` lies, complete or not."""
    below = folder / model.name
    if _official(below):
        raise ModelError(f"{below} is an official checkpoint: `radio models convert {below}` makes it usable")
    if below.is_dir():
        return below
    if model.kind == "dit" and (folder / INDEX).is_file() and model.name in (folder.name, _content(folder)):
        return folder
    if model.kind == "lm" and folder.name == model.name and (folder / "config.json").is_file():
        return folder
    raise ModelError(f"{model.name} is not in {folder}")


def _content(folder: Path) -> str:
    """The model that a pipeline folder says it is; empty where it does not say."""
    with contextlib.suppress(ModelError):
        ours = manifest.load(folder)
        return ours.model if ours else model_of(folder)
    return ""


def _official(folder: Path) -> bool:
    return (folder / "silence_latent.pt").is_file() and (folder / "config.json").is_file()


def check_lm(folder: Path) -> None:
    """Raises:
    ModelError: it is not a complete language model that transformers and vLLM can load.
    """
    config = read_json(folder / "config.json")
    if "num_hidden_layers" not in config:
        raise ModelError(f"{folder} does not hold a language model")
    read_weights(folder)
    check_tokenizer(folder)


def present(folder: Path) -> dict[str, Path]:
    """Every DiT that is there, by its full name."""
    found = {name: find(folder, name) for name in DITS}
    return {name: place for name, place in found.items() if place is not None}


def present_lms(folder: Path) -> dict[str, Path]:
    """Every language model that is there, by its full name."""
    found = {model.name: find(folder, model.name) for model in MODELS if model.kind == "lm"}
    return {name: place for name, place in found.items() if place is not None}


def size_bytes(folder: Path) -> int:
    """What the files in `folder` take on disk, by their lengths. Files may come and go meanwhile."""
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            found = path.lstat()
            total += found.st_size if stat.S_ISREG(found.st_mode) else 0
    return total


def unfinished(folder: Path, model: str) -> tuple[Path, ...]:
    """What broken-off downloads and conversions of `model` have left: folders in which everything is ours."""
    name = named(model).name
    return tuple(path for path in (folder / f"{name}{ending}" for ending in UNFINISHED) if path.is_dir())


def remove(folder: Path, model: str) -> int:
    """Delete what Longwave put into the folder of `model`, and what unfinished downloads left; the bytes freed.

    Files that Longwave did not put there stay, and so does a folder that holds any.

    Raises:
        ModelError: it is not there, or not ours, or not really inside the models folder.
    """
    name = named(model).name
    place, rests = folder / name, unfinished(folder, name)
    if not place.is_dir() and not rests:
        raise ModelError(f"{name} is not in {folder}")
    listed = _removable(folder, place) if place.is_dir() else None
    freed = 0
    for rest in rests:
        _removable(folder, rest)
        freed += size_bytes(rest)
        shutil.rmtree(rest)
    return freed + (_remove_listed(place, listed) if listed else 0)


def _removable(folder: Path, place: Path) -> manifest.Manifest:
    """The manifest of a folder that may be deleted from."""
    if place.is_symlink() or place.resolve().parent != folder.resolve():
        raise ModelError(f"{place} leads out of {folder}; it is not removed")
    found = manifest.load(place)
    if found is None:
        raise ModelError(f"{place} was not put there by `radio models`; remove it by hand")
    for name in found.files:
        if not (place / name).parent.resolve().is_relative_to(place.resolve()):
            raise ModelError(f"{place / name} leads out of {place}; nothing is removed")
    return found


def _remove_listed(place: Path, listed: manifest.Manifest) -> int:
    freed = 0
    for name in (*listed.files, manifest.NAME):
        path = place / name
        if path.is_file() or path.is_symlink():
            freed += path.lstat().st_size
            path.unlink()
    folders = sorted((path for path in place.rglob("*") if path.is_dir() and not path.is_symlink()), reverse=True)
    for path in (*folders, place):
        with contextlib.suppress(OSError):  # somebody else's file lies in it
            path.rmdir()
    return freed
