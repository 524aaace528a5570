"""The tiny pipeline, saved once a session, and an engine around the same weights."""

from __future__ import annotations

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
def engine(tmp_path: Path) -> AceStepEngine:
    """A fresh engine around a fresh pipeline, not warmed up; adapters are looked for in `tmp_path`."""
    from radio.engines.acestep.engine import AceStepEngine
    from tests.engines.acestep import tiny

    return AceStepEngine.from_pipeline(tiny.build(), model="acestep-v15-turbo", loras_folder=str(tmp_path))
