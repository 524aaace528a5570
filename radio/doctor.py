"""`radio doctor`: what works on this machine, and what to do about what does not.

Looks, measures, and changes nothing. Prints nothing: `cli` shows the findings.
"""

from __future__ import annotations

import asyncio
import platform
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from radio.contracts import SAMPLE_RATE, Chain, PromptChange, SegmentPlan
from radio.engines.acestep_api import examination
from radio.engines.conformance import Subject
from radio.engines.conformance import examine as conformance
from radio.engines.inventory import take_inventory
from radio.engines.ladder import SYNTH, Inventory, needs_looking, rungs
from radio.engines.models.machine import machine_memory
from radio.engines.registry import synth_spec
from radio.errors import RadioError
from radio.finding import Finding
from radio.generator.worker import build
from radio.packager.tools import find_tools
from radio.parent import listen
from radio.processes import run
from radio.settings import Settings
from radio.station.resume.saved import usable_folder
from radio.web.page import page_folder

LEAST_REAL_TIME = 3.0
"""An engine must be so much quicker than the music it makes to leave room for everything else."""
SHM = Path("/dev/shm")  # noqa: S108 - the place that shared memory really lives in
SHM_NEEDED_BYTES = 64 << 20


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything, one finding after another."""
    looks: dict[str, Callable[[Settings], Finding]] = {
        "Python": _python,
        "ffmpeg": _ffmpeg,
        "data folder": _data_folder,
        "address": _address,
        "shared memory": _shared_memory,
        "page": _page,
        "engine": _engine,
    }
    for name, look in looks.items():
        try:
            yield look(settings)
        except (RadioError, OSError, TimeoutError) as error:
            yield Finding(name, False, str(error), "see the message")
    if needs_looking(settings):
        yield _gpu(settings)
        yield from _ladder(settings)
        if settings.engine == "acestep-api":
            yield from _server(settings)


def promises(settings: Settings) -> Iterator[Finding]:
    """Whether the best rung of the configured engine keeps what an engine promises (docs/engines.md)."""
    found = Inventory() if not needs_looking(settings) else asyncio.run(take_inventory(settings))
    every = rungs(settings, found)
    own = [rung for rung in every if rung.spec is not None and (rung.name != SYNTH or settings.engine == SYNTH)]
    if not own or own[0].spec is None:
        yield Finding(f"engine {settings.engine}", False, f"not here: {every[0].absent}")
        return
    rung, spec = own[0], own[0].spec
    try:
        engine = build(spec)
        engine.warm_up()
    except RadioError as error:
        yield Finding(f"engine {rung.name}", False, str(error), "see the message")
        return
    remote = engine.name == "acestep-api"  # servers ignore seeds
    yield Finding("engine", True, f"{engine.name}, rung {rung.name}")
    for promise, broken in conformance(Subject(engine, reproducible=not remote)).items():
        yield Finding(promise, not broken, broken or "kept")
    engine.close()


def _python(_: Settings) -> Finding:
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    return Finding("Python", sys.version_info >= (3, 11), found, "install Python 3.11 or newer")


def _ffmpeg(settings: Settings) -> Finding:
    tools = find_tools(settings.ffmpeg or "")
    first_line = run([tools.ffmpeg, "-version"], 10.0).stdout.decode("utf-8", "replace").split("\n")[0]
    encoders = run([tools.ffmpeg, "-hide_banner", "-encoders"], 10.0).stdout
    ok = b" aac " in encoders
    return Finding(
        "ffmpeg", ok, f"{first_line[:60]} ({tools.ffmpeg})", "set RADIO_FFMPEG to an ffmpeg with an AAC encoder"
    )


def _data_folder(settings: Settings) -> Finding:
    folder = usable_folder(settings.data_dir)
    free = shutil.disk_usage(folder).free
    return Finding(
        "data folder", free > 10 << 20, f"{folder}, {free >> 20} MiB free", "make room, or set RADIO_DATA_DIR"
    )


def _address(settings: Settings) -> Finding:
    listen(settings.host, settings.port).close()
    return Finding("address", True, f"{settings.host} port {settings.port} is free")


def _shared_memory(_: Settings) -> Finding:
    if not SHM.is_dir():
        return Finding("shared memory", True, "this system keeps it elsewhere")
    free = shutil.disk_usage(SHM).free
    hint = "in a container, start it with --shm-size=256m"
    return Finding("shared memory", free >= SHM_NEEDED_BYTES, f"{free >> 20} MiB free", hint)


def _page(_: Settings) -> Finding:
    has_hls = any((page_folder() / "vendor").glob("hls*"))
    found = "with hls.js" if has_hls else "without hls.js: browsers play it by their own means where they have them"
    return Finding("page", True, found)


def _gpu(settings: Settings) -> Finding:
    """What a model could run on."""
    machine = machine_memory()
    ok = machine.gpu is not None or machine.unified or settings.engine == "acestep-api"
    hint = "a model runs on a CPU too, many times slower than the music plays"
    return Finding("GPU", ok, machine.sentence(), hint)


def _ladder(settings: Settings) -> Iterator[Finding]:
    """Every rung of the quality ladder; one that is not there is no fault while another is."""
    found = rungs(settings, asyncio.run(take_inventory(settings)))
    models = [rung for rung in found if rung.model and rung.spec is not None]
    for rung in found:
        yield Finding(f"rung {rung.name}", rung.spec is not None or bool(models), rung.absent or rung.memory or "here")


def _server(settings: Settings) -> Iterator[Finding]:
    """The official API server: who it is, whether it keeps strangers out, and whether it can continue a sound."""
    key = settings.acestep_api_key.get_secret_value() if settings.acestep_api_key else ""
    yield from asyncio.run(examination.examine(settings.acestep_api_url, key, trial=True))


def _engine(settings: Settings) -> Finding:
    own = None if needs_looking(settings) else rungs(settings, Inventory())[0].spec
    engine = build(own or synth_spec(settings.prompt))
    engine.warm_up()
    frames = 20 * SAMPLE_RATE
    chain = Chain(0, 1, (PromptChange(0, settings.prompt),))
    plan = SegmentPlan(0, "text2music", settings.prompt, 1, frames, 0, 0, chain)
    began = time.monotonic()
    engine.generate(plan, None, lambda _: None)
    factor = 20.0 / max(1e-6, time.monotonic() - began)
    hint = "this machine is too slow for this engine; set RADIO_ENGINE=synth"
    return Finding("engine", factor > LEAST_REAL_TIME, f"{engine.name}: {factor:.0f} times real time", hint)
