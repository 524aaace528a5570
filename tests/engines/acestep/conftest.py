"""The tiny pipeline, saved once a session, and an engine that has loaded it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from radio.engines.acestep.engine import AceStepEngine


@pytest.fixture(scope="session", autouse=True)
def _restrained() -> None:
    """One core, and no question to a hub."""
    torch = pytest.importorskip("torch", reason="needs the extra 'acestep'")
    torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="session")
def turbo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.engines.acestep import tiny

    return tiny.save(tmp_path_factory.mktemp("models") / "acestep-v15-turbo")


@pytest.fixture
def engine(turbo_folder: Path, tmp_path: Path) -> Iterator[AceStepEngine]:
    """A fresh engine, not warmed up; adapters are looked for in `tmp_path`."""
    from radio.engines.acestep.engine import AceStepEngine

    made = AceStepEngine("acestep-v15-turbo", str(turbo_folder), device="cpu", loras_folder=str(tmp_path))
    yield made
    made.close()
