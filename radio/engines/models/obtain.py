"""From the hub to a model that is ready: downloads, converts where that is needed, and cleans up behind itself.

Torch is loaded only for a conversion, and only then must the extra be installed. Blocking; runs in whoever calls it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from radio.engines.models import manifest
from radio.engines.models.catalogue import Model
from radio.engines.models.download import Step, alone, fetch, finish
from radio.engines.models.hub import Hub
from radio.engines.models.pipeline_folder import check_complete
from radio.engines.models.store import check_lm, find
from radio.engines.registry import missing_extra
from radio.errors import ModelError


def obtain(hub: Hub, folder: Path, model: Model, *, fetched: Step | None = None, converted: Step | None = None) -> Path:
    """Have `model` in the models folder, complete; returns its folder. What is there already is left alone.

    Raises:
        ModelError: it cannot be downloaded or converted, or what it needs is not installed. What was downloaded stays
            for the next try.
    """
    if there := find(folder, model.name):
        return there
    target = folder / model.name
    if target.exists():
        raise ModelError(f"{target} exists and is not complete: `radio models verify {model.name}` says what it lacks")
    if model.form == "official" and (sentence := missing_extra("acestep")):
        raise ModelError(f"{model.name} has to be converted after its download: {sentence}")
    part = fetch(hub, folder, model, fetched)
    with alone(part / ".lock", model.name):
        if model.form == "official":
            return _converted(part, target, model, converted)
        (check_lm if model.kind == "lm" else check_complete)(part)
        return finish(part, target)


def _converted(part: Path, target: Path, model: Model, step: Step | None) -> Path:
    """The conversion; the official files go when it has worked."""
    from radio.engines.acestep.convert import convert  # noqa: PLC0415 - loads torch, which most commands do not need

    listed = manifest.load(part)
    convert(part, target, name=model.name, origin=listed.origin if listed else "", step=step)
    shutil.rmtree(part, ignore_errors=True)
    return target
