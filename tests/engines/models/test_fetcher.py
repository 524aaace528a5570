"""Missing models are fetched beside the playing station, one after another, and what goes wrong is said."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from radio.contracts import Rung
from radio.engines import surroundings
from radio.engines.ladder import Inventory
from radio.engines.models import fetcher as module
from radio.engines.models.fetcher import Fetcher, download_command
from radio.engines.surroundings import Surroundings
from radio.settings import load

SFT, TURBO = "acestep-v15-sft", "acestep-v15-turbo"
PATIENCE_S = 30.0


def running(code: str) -> Callable[[str], tuple[str, ...]]:
    """A download made of a little Python; `NAME` in it is the model's name."""
    return lambda name: (sys.executable, "-c", code.replace("NAME", name))


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_one_model_after_another_is_fetched_into_the_folder(tmp_path: Path) -> None:
    code = "import os, pathlib; pathlib.Path(os.environ['MODEL_PATH'], 'NAME').write_text(os.environ['HF_TOKEN'])"
    fetcher = Fetcher(tmp_path, "secret", running(code))
    said = fetcher.tend([SFT, TURBO])
    assert "is being fetched: 0%" in said[SFT]
    assert said[TURBO] == f"{TURBO} will be fetched next"
    until(lambda: (tmp_path / SFT).exists() and fetcher._child is None)
    fetcher.tend([TURBO])
    until(lambda: (tmp_path / TURBO).exists() and fetcher._child is None)
    assert (tmp_path / TURBO).read_text() == "secret"


def test_a_failure_is_said_and_tried_again_after_an_hour(tmp_path: Path) -> None:
    now = 0.0
    code = "import sys; print('radio: the hub cannot be reached', file=sys.stderr); sys.exit(2)"
    fetcher = Fetcher(tmp_path, "", running(code), lambda: now)
    fetcher.tend([SFT])
    until(lambda: SFT in fetcher._failed)
    assert "could not be fetched (the hub cannot be reached)" in fetcher.tend([SFT])[SFT]
    now = module.AGAIN_AFTER_S + 1
    assert "is being fetched" in fetcher.tend([SFT])[SFT]
    fetcher.close()


def test_closing_ends_the_download(tmp_path: Path) -> None:
    fetcher = Fetcher(tmp_path, "", running("import time; time.sleep(600)"))
    fetcher.tend([SFT])
    child = fetcher._child
    assert child is not None
    fetcher.close()
    fetcher.close()
    assert child.poll() is not None


def test_the_real_command_says_why_it_cannot_fetch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    fetcher = Fetcher(tmp_path, "", download_command)
    fetcher.tend([TURBO])
    until(lambda: TURBO in fetcher._failed)
    assert "could not be fetched (" in fetcher.tend([TURBO])[TURBO]


@pytest.mark.parametrize(
    ("flags", "gpu_bytes", "fetched"),
    [
        ({}, 80 << 30, True),
        ({}, 0, False),
        ({"fetch_models": False}, 80 << 30, False),
        ({"model_path": Path("/models")}, 80 << 30, False),
        ({"engine": "acestep-api"}, 80 << 30, False),
    ],
)
async def test_models_are_fetched_where_there_is_a_gpu_and_nobody_said_where_they_lie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flags: dict[str, Any], gpu_bytes: int, fetched: bool
) -> None:
    async def found(_: object) -> Inventory:
        return Inventory(gpu_bytes=gpu_bytes)

    monkeypatch.setattr(surroundings, "take_inventory", found)
    fetcher = Fetcher(tmp_path, "", running("import time; time.sleep(600)"))
    every: dict[str, Any] = {"engine": "acestep", "data_dir": tmp_path} | flags
    around = Surroundings(load(**every), fetcher)
    top: Rung = (await around.rungs())[0]
    around.close()
    assert ("is being fetched" in top.absent) == fetched
