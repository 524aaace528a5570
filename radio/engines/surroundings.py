"""What lies around a station with models: what it can climb on, what is being fetched, servers that may sleep.

Event loop; files and processes are handled in a worker thread. A station without models has no surroundings.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from radio.contracts import Rung
from radio.engines.inventory import take_inventory
from radio.engines.ladder import Inventory, rungs, wishes
from radio.engines.models.fetcher import Fetcher
from radio.engines.planner.served import sleep, wake
from radio.settings import Settings


class Surroundings:
    """`fetcher` is replaced in tests."""

    def __init__(self, settings: Settings, fetcher: Fetcher | None = None) -> None:
        token = settings.hf_token.get_secret_value() if settings.hf_token else ""
        self._settings = settings
        self._fetcher = fetcher or Fetcher(settings.models_dir, token)

    def unseen(self) -> tuple[Rung, ...]:
        """The ladder where nothing was found."""
        return rungs(self._settings, Inventory())

    async def rungs(self) -> tuple[Rung, ...]:
        """The ladder as it can be climbed now."""
        return rungs(self._settings, await self._with_fetching(await take_inventory(self._settings)))

    async def power(self, needed: bool) -> tuple[str, ...]:
        """Wake the language models' servers or put them to sleep; what went wrong, in sentences."""
        return await (wake if needed else sleep)(self._settings.lm_urls)

    def close(self) -> None:
        """End what was begun."""
        self._fetcher.close()

    async def _with_fetching(self, found: Inventory) -> Inventory:
        """Models that are missing are fetched, where nobody said where they lie and there is a GPU to run them."""
        settings = self._settings
        missing = dict.fromkeys(wish.dit for wish in wishes(settings) if wish.dit and wish.dit not in found.dits)
        own_folder = settings.engine == "acestep" and settings.model_path is None and settings.fetch_models
        if not missing or not own_folder or not found.gpu_bytes:
            return found
        return replace(found, fetching=await asyncio.to_thread(self._fetcher.tend, list(missing)))
