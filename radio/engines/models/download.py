"""Downloads a model: takes up what an earlier try has left, checks every file, and shows the folder only when whole.

Files grow in `NAME.part`; each is compared with the checksum that the hub gives for it and noted in the manifest. An
official checkpoint lands in `NAME.official.part`, to be converted. Needs no torch and no extra. Blocking; runs in
whoever calls it. Ctrl-C may come at any time.
"""

from __future__ import annotations

import contextlib
import fcntl
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from radio.engines.models import manifest
from radio.engines.models.catalogue import Model, Source
from radio.engines.models.fetch_file import RETRY_S, Wanted, fetch_file, partial_bytes
from radio.engines.models.hub import Hub, HubFile, Interrupted
from radio.errors import ModelError

TAKEN = (".json", ".safetensors", ".txt", ".jinja", ".model")
"""Never code, and of pickles only the one below, which is read as plain numbers."""
TAKEN_NAMES = ("silence_latent.pt", "LICENSE", "LICENSE.md", "NOTICE")
SPARE_BYTES = 1 << 30
"""Left free on the disk."""
Step = Callable[[str, int, int], None]
"""Called with a file's path, the bytes there so far (of the whole model), and all bytes."""


def wanted(hub: Hub, sources: tuple[Source, ...]) -> tuple[Wanted, ...]:
    """The files that a model consists of, as the hub has them now.

    Raises:
        ModelError: a source is not there, or has no files of the kinds that we take.
    """
    lists: dict[str, tuple[HubFile, ...]] = {}
    found: list[Wanted] = []
    for source in sources:
        if source.repo not in lists:
            lists[source.repo] = _listed(hub, source.repo)
        chosen = list(_chosen(lists[source.repo], source))
        if not any(each.path.endswith(".safetensors") for each in chosen):
            raise ModelError(f"{source.repo} has no weights{' under ' + source.folder if source.folder else ''}")
        found += chosen
    return tuple(found)


def _chosen(files: tuple[HubFile, ...], source: Source) -> Iterator[Wanted]:
    prefix = f"{source.folder}/" if source.folder else ""
    for file in files:
        rest = file.path.removeprefix(prefix)
        if file.path.startswith(prefix) and (rest.endswith(TAKEN) or PurePosixPath(rest).name in TAKEN_NAMES):
            yield Wanted(file, f"{source.into}/{rest}" if source.into else rest)


def _listed(hub: Hub, repo: str) -> tuple[HubFile, ...]:
    """The files of a repository, asked for again a few times while the hub is busy."""
    for pause_s in (*RETRY_S, 0.0):
        try:
            return hub.files(repo)
        except Interrupted as error:
            trouble = error
            time.sleep(pause_s)
    raise ModelError(f"the download was given up: {trouble}") from trouble


def part_folder(folder: Path, model: Model) -> Path:
    """Where the files of `model` grow."""
    return folder / (f"{model.name}.official.part" if model.form == "official" else f"{model.name}.part")


def fetch(hub: Hub, folder: Path, model: Model, step: Step | None = None) -> Path:
    """Bring all files of `model` into its part folder in the models folder, and return that folder.

    Raises:
        ModelError: the hub refuses or fails, a file is damaged again and again, there is too little room, or another
            process downloads the same model. What was fetched stays.
    """
    part = part_folder(folder, model)
    try:
        files = wanted(hub, model.sources)
        part.mkdir(parents=True, exist_ok=True)
        with alone(part / ".lock", model.name):
            listed = _begin(part, model, files)
            _check_room(part, model, files, listed)
            _fetch_all(hub, part, files, listed, step or (lambda _path, _done, _total: None))
    except OSError as error:
        raise ModelError(f"{part} cannot be written: {error.strerror or error}") from error
    return part


@contextlib.contextmanager
def alone(path: Path, name: str) -> Iterator[None]:
    """Keep a second download of the same model out. The lock ends with the process, however that ends."""
    try:
        lock = path.open("w")
    except FileNotFoundError:
        raise ModelError(f"{name} was just finished by another process") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ModelError(f"{name} is being downloaded by another process already") from None
        yield


def _begin(part: Path, model: Model, files: tuple[Wanted, ...]) -> manifest.Manifest:
    """The manifest to go on with: of files that are there and still what the hub has."""
    origin = ", ".join(sorted({f"{each.file.repo}@{each.file.revision[:12]}" for each in files}))
    before = manifest.load(part) or manifest.Manifest(model.name, origin)
    etags = {each.path: each.file.etag for each in files}
    kept = {path: record for path, record in before.files.items() if _still(part / path, record, etags.get(path))}
    for path in before.files.keys() - kept.keys():
        (part / path).unlink(missing_ok=True)
    listed = replace(before, origin=origin, files=kept)
    listed.save(part)
    return listed


def _still(file: Path, record: manifest.FileRecord, etag: str | None) -> bool:
    return record.etag == etag and file.is_file() and file.stat().st_size == record.size_bytes


def _check_room(part: Path, model: Model, files: tuple[Wanted, ...], listed: manifest.Manifest) -> None:
    """There is room for what is still to come, and for the converted copy where there will be one."""
    missing = sum(each.file.size_bytes - partial_bytes(part, each) for each in files if each.path not in listed.files)
    needed = missing + (model.disk_bytes if model.form == "official" else 0) + SPARE_BYTES
    free = shutil.disk_usage(part).free
    if free < needed:
        raise ModelError(
            f"{model.name} needs {needed / 2**30:.1f} GiB on the disk of {part.parent}, and {free / 2**30:.1f} GiB are"
            " free"
        )


def _fetch_all(hub: Hub, part: Path, files: tuple[Wanted, ...], listed: manifest.Manifest, step: Step) -> None:
    total = sum(each.file.size_bytes for each in files)
    done = sum(record.size_bytes for record in listed.files.values())
    for each in files:
        if each.path in listed.files:
            continue
        before = done
        listed = listed.with_file(each.path, fetch_file(hub, part, each, _from(step, each.path, before, total)))
        listed.save(part)
        done = before + each.file.size_bytes
        step(each.path, done, total)
    for stray in part.rglob("*.partial"):
        stray.unlink()


def _from(step: Step, path: str, before: int, total: int) -> Callable[[int], None]:
    return lambda here: step(path, before + here, total)


def finish(part: Path, target: Path) -> Path:
    """Show a downloaded folder under its name.

    Raises:
        ModelError: something is there already, or the disk refuses.
    """
    if target.exists():
        raise ModelError(f"{target} exists already; remove it first")
    try:
        (part / ".lock").unlink(missing_ok=True)
        part.rename(target)
    except OSError as error:
        raise ModelError(f"{target} cannot be written: {error.strerror}") from error
    return target
