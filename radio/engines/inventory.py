"""Looks for what the quality ladder could use: models on disk, planners and an API server on the network.

Every question has its own deadline and no answer is an answer: what cannot be seen is absent. Event loop; the folder is
read in a worker thread. Imports no torch.
"""

from __future__ import annotations

import asyncio

from radio.engines.acestep_api.presence import look
from radio.engines.ladder import Inventory
from radio.engines.models.machine import machine_memory
from radio.engines.models.store import present
from radio.engines.planner.served import served
from radio.settings import Settings

LIMIT_S = 5.0


async def take_inventory(settings: Settings) -> Inventory:
    """What is there now."""
    key = settings.acestep_api_key.get_secret_value() if settings.acestep_api_key else ""
    dits, machine, lms, api = await asyncio.gather(
        asyncio.to_thread(present, settings.models_dir),
        asyncio.to_thread(machine_memory),
        served(settings.lm_urls, LIMIT_S),
        look(settings.acestep_api_url, key, LIMIT_S),
    )
    return Inventory(dits, lms, api.trouble, api.models, machine.gpu.total_bytes if machine.gpu else 0)
