"""Fetches missing models while the station plays without them: one `radio models download` after another.

Each runs in a child process that ends with ours; what it had stays on disk and is gone on with next time. Called from
one thread at a time. It decides nothing about which models are wanted.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from radio.engines.models.catalogue import named
from radio.engines.models.store import size_bytes, unfinished
from radio.processes import Child, PipeReader

AGAIN_AFTER_S = 3600.0
"""After a failure; the hub may be out of reach for a while."""
END_S = 1.0


def download_command(name: str) -> tuple[str, ...]:
    """This installation's own command."""
    return (sys.executable, "-m", "radio.cli", "models", "download", name)


class Fetcher:
    """Puts models into `folder`. `token` is for the hub, empty for none."""

    def __init__(
        self,
        folder: Path,
        token: str = "",
        command: Callable[[str], Sequence[str]] = download_command,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._token = token
        self._command = command
        self._monotonic_s = monotonic_s

        self._name = ""
        self._child: Child | None = None
        self._failed: dict[str, tuple[float, str]] = {}

    def tend(self, names: Sequence[str]) -> dict[str, str]:
        """Go on with fetching `names`, the first one first; how each stands, as a sentence."""
        if self._child is None:
            waiting = [name for name in names if not self._rests(name)]
            if waiting:
                self._start(waiting[0])
        return {name: self._sentence(name) for name in names}

    def close(self) -> None:
        """End the download; it can be gone on with. Fine to call twice."""
        child, self._child = self._child, None
        if child is not None:
            child.stop(END_S)

    def _start(self, name: str) -> None:
        environment = (
            os.environ | {"MODEL_PATH": str(self._folder)} | ({"HF_TOKEN": self._token} if self._token else {})
        )
        child = Child(self._command(name), stdout=True, stderr=True, env=environment)
        self._name, self._child = name, child

        def ended(code: int, last_words: tuple[str, ...], _: Exception | None) -> None:
            if code != 0:
                why = last_words[-1] if last_words else f"it ended with {code}"
                self._failed[name] = (self._monotonic_s(), why.removeprefix("radio: "))
            if self._child is child:
                self._child = None

        PipeReader(child, "fetcher", _ignore, ended).start()

    def _rests(self, name: str) -> bool:
        failed = self._failed.get(name)
        return failed is not None and self._monotonic_s() - failed[0] < AGAIN_AFTER_S

    def _sentence(self, name: str) -> str:
        if self._child is not None and name == self._name:
            whole = named(name).download_bytes
            share = min(0.99, sum(size_bytes(part) for part in unfinished(self._folder, name)) / whole)
            return f"{name} is being fetched: {share:.0%} of {whole / 2**30:.1f} GiB"
        if name in self._failed:
            return f"{name} could not be fetched ({self._failed[name][1]}); `radio models download {name}` tries again"
        return f"{name} will be fetched next"


def _ignore(_: bytes) -> None:
    """Nobody looks at a progress bar here."""
