"""`radio models`: lists, downloads, converts, checks and removes models, and splits a GPU between them.

Parses, calls, prints. Torch is loaded by a conversion alone. Runs in the command's own process.
"""

from __future__ import annotations

import contextlib
import os
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer

from radio.errors import ModelError, SettingsError, StartError
from radio.settings import Settings, load

if TYPE_CHECKING:
    from rich.progress import Progress

    from radio.engines.acestep.convert_weights import Dtype
    from radio.engines.models.hub import Hub

models = typer.Typer(help="Models: what there is, what is here, and what fits.", no_args_is_help=True)
CANNOT_RUN = 2
STOPPED = 130
"""What shells say of a program that Ctrl-C ended."""

Name = Annotated[str, typer.Argument(help="A model's name, in full or short: sft, xl-turbo, 4B.")]
Step = Callable[[str, int, int], None]


@models.callback()
def settings_file(
    context: typer.Context,
    config: Annotated[Path | None, typer.Option(help="A TOML file with settings.")] = None,
) -> None:
    """Models: what there is, what is here, and what fits."""
    context.obj = config


@models.command(name="list")
def list_models(context: typer.Context) -> None:
    """What models there are, which of them are on this disk, and what they need."""
    from rich.console import Console  # noqa: PLC0415 - the other commands start without it
    from rich.table import Table  # noqa: PLC0415

    from radio.engines.models.catalogue import MODELS, short  # noqa: PLC0415
    from radio.engines.models.machine import machine_memory  # noqa: PLC0415
    from radio.engines.models.memory import gib, needed_bytes, room  # noqa: PLC0415
    from radio.engines.models.store import find, size_bytes  # noqa: PLC0415

    settings, machine = settings_of(context), machine_memory()
    table = Table("model", "for what", "here", "size", "memory", "fits", box=None)
    for model in MODELS:
        place = find(settings.models_dir, model.name)
        here = "[green]yes" if place else missing_word(settings.models_dir, model.name)
        size = gib(size_bytes(place) if place else model.download_bytes)
        table.add_row(short(model.name), model.purpose, here, size, gib(needed_bytes(model)), room(model, machine))
    console = Console()
    console.print(table)
    console.print(f"\n{settings.models_dir}; {machine.sentence()}", highlight=False, soft_wrap=True)


def missing_word(folder: Path, name: str) -> str:
    """How a model is missing: not there, begun, or there and incomplete."""
    from radio.engines.models.store import unfinished  # noqa: PLC0415

    if unfinished(folder, name):
        return "begun"
    return "incomplete" if (folder / name).is_dir() else "–"


@models.command()
def download(
    context: typer.Context, names: Annotated[list[str], typer.Argument(help="Names, such as: sft 4B.")]
) -> None:
    """Fetch models, and convert those that are published in the official form. Goes on where an earlier try stopped."""
    from radio.engines.models.catalogue import named  # noqa: PLC0415
    from radio.engines.models.obtain import obtain  # noqa: PLC0415

    settings = settings_of(context)
    with plain_errors(), contextlib.closing(hub_of(settings)) as hub:
        for model in [named(name) for name in names]:
            with bars() as progress:
                fetched, converted = bar(progress, model.name), bar(progress, f"{model.name}, converting")
                place = obtain(hub, settings.models_dir, model, fetched=fetched, converted=converted)
            typer.echo(f"{model.name} is in {place}")


@models.command()
def convert(
    context: typer.Context,
    official: Annotated[Path, typer.Argument(help="Folder of an official checkpoint, or of its DiT.")],
    name: Annotated[str, typer.Option(help="Which model it is, where its folder's name does not say.")] = "",
    dtype: Annotated[str, typer.Option(help="bfloat16, float16, float32, or keep.")] = "bfloat16",
) -> None:
    """Make an official checkpoint (sft, turbo, base, xl) into one that the engine loads. The original stays."""
    settings = settings_of(context)
    with plain_errors():
        from radio.engines.acestep.official import find_parts  # noqa: PLC0415
        from radio.engines.registry import missing_extra  # noqa: PLC0415

        if sentence := missing_extra("acestep"):
            raise ModelError(sentence)
        parts = find_parts(official, name)

        from radio.engines.acestep import convert as conversion  # noqa: PLC0415 - loads torch
        from radio.engines.acestep.convert_weights import Dtype  # noqa: PLC0415

        if dtype not in get_args(Dtype):
            raise SettingsError(f"'{dtype}' is not a width of weights: say {', '.join(get_args(Dtype))}")
        target = settings.models_dir / parts.name
        with bars() as progress:
            step = bar(progress, parts.name)
            conversion.convert(official, target, name=parts.name, dtype=cast("Dtype", dtype), step=step)
        typer.echo(f"{parts.name} is in {target}")


@models.command()
def verify(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="One model; all that are here if not given.")] = "",
) -> None:
    """Read models through and compare them with what was downloaded or converted."""
    from radio.engines.models.catalogue import MODELS, named  # noqa: PLC0415
    from radio.engines.models.store import find  # noqa: PLC0415
    from radio.engines.models.verify import is_checked  # noqa: PLC0415
    from radio.engines.models.verify import verify as wrongs  # noqa: PLC0415

    folder = settings_of(context).models_dir
    with plain_errors():
        here = [model.name for model in MODELS if (folder / model.name).is_dir() or find(folder, model.name)]
        names = [named(name).name] if name else here
        if not names:
            raise ModelError(f"there are no models in {folder}")
        found = {}
        with bars() as progress:
            for each in names:
                found[each] = list(wrongs(folder, each, bar(progress, each)))
        for each, sentences in found.items():
            for sentence in sentences:
                typer.echo(f"{each}: {sentence}")
            if not sentences:
                how = "is whole" if is_checked(folder, each) else "is complete; there are no checksums to compare with"
                typer.echo(f"{each} {how}")
    raise typer.Exit(1 if any(found.values()) else 0)


@models.command()
def remove(
    context: typer.Context,
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Delete a model that was downloaded or converted here, and what unfinished downloads of it left."""
    from radio.engines.models import store  # noqa: PLC0415
    from radio.engines.models.catalogue import named  # noqa: PLC0415
    from radio.engines.models.memory import gib  # noqa: PLC0415

    folder = settings_of(context).models_dir
    with plain_errors():
        full = named(name).name
        if not yes and not typer.confirm(f"Delete {folder / full}?"):
            raise typer.Exit(1)
        typer.echo(f"{full} is removed; {gib(store.remove(folder, full))} are free again")


@models.command()
def plan(
    context: typer.Context,
    gpu_gib: Annotated[float, typer.Option(min=0, help="Plan for a GPU of so many GiB instead of this one.")] = 0.0,
) -> None:
    """Split the GPU between the configured DiT and its language model, and say how to start vLLM."""
    from radio.engines.ladder import full_dit, full_lm  # noqa: PLC0415
    from radio.engines.models.machine import machine_memory  # noqa: PLC0415
    from radio.engines.models.memory import GIB, REFERENCE_S, plan_memory  # noqa: PLC0415
    from radio.engines.models.store import find  # noqa: PLC0415

    settings = settings_of(context)
    with plain_errors():
        gpu = machine_memory().gpu
        total = round(gpu_gib * GIB) or (gpu.total_bytes if gpu else 0)
        if not total:
            raise ModelError("this machine has no NVIDIA GPU to split; say --gpu-gib to plan for another one")
        dit = full_dit(settings.acestep_model)
        lm = full_lm(settings.lm_model_path) if settings.thinking else ""
        encoded_s = REFERENCE_S if settings.reference_audio else settings.overlap_seconds
        split = plan_memory(total, dit, lm, segment_s=settings.segment_seconds, encoded_s=encoded_s)
        typer.echo(split.sentence())
        if split.lm and split.fits:
            path = find(settings.models_dir, split.lm) or settings.models_dir / split.lm
            typer.echo(shlex.join(split.vllm_command(str(path))))
    raise typer.Exit(0 if split.fits else 1)


def settings_of(context: typer.Context) -> Settings:
    """The settings, read once a command."""
    with plain_errors():
        return load(context.obj)


def hub_of(settings: Settings) -> Hub:
    """The hub; `HF_ENDPOINT` means another one, as for the hub's own tools."""
    from radio.engines.models.hub import ENDPOINT, Hub  # noqa: PLC0415

    token = settings.hf_token.get_secret_value() if settings.hf_token else ""
    return Hub(token, os.environ.get("HF_ENDPOINT", "") or ENDPOINT)


@contextlib.contextmanager
def bars() -> Iterator[Progress]:
    """Progress bars on standard error, so that what a command says can be piped. They begin with the first step."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(binary_units=True))
    progress = Progress(*columns, TransferSpeedColumn(), TimeRemainingColumn(), console=Console(stderr=True))
    try:
        yield progress
    finally:
        if progress.live.is_started:
            progress.stop()


def bar(progress: Progress, description: str) -> Step:
    """A bar that appears with its first step."""
    tasks: list[int] = []

    def step(_what: str, done: int, total: int) -> None:
        from rich.progress import TaskID  # noqa: PLC0415

        if not tasks:
            progress.start()
            tasks.append(progress.add_task(description, total=total, completed=done))
        progress.update(TaskID(tasks[0]), completed=done, total=total)

    return step


@contextlib.contextmanager
def plain_errors() -> Iterator[None]:
    """What the user can mend is one sentence and exit code 2; Ctrl-C says how to go on."""
    try:
        yield
    except (ModelError, SettingsError, StartError) as error:
        typer.echo(f"radio: {error}", err=True)
        raise typer.Exit(CANNOT_RUN) from None
    except KeyboardInterrupt:
        typer.echo("radio: stopped; the same command goes on where this one was", err=True)
        raise typer.Exit(STOPPED) from None
