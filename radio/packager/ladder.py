"""The renditions by name: AAC from 32 to 320 kbit/s. It knows nothing of how they are encoded."""

from __future__ import annotations

from collections.abc import Iterable

from radio.contracts import Rendition
from radio.errors import SettingsError

LADDER = {
    f"{rate}k": Rendition(f"{rate}k", "aac", rate * 1000) for rate in (32, 48, 64, 96, 128, 160, 192, 224, 256, 320)
}


def renditions_named(names: Iterable[str]) -> tuple[Rendition, ...]:
    """The renditions called `names`, from the lowest rate up.

    Raises:
        SettingsError: an unknown name, the same twice, or none at all.
    """
    wanted = [name.strip() for name in names]
    for name in wanted:
        if name not in LADDER:
            raise SettingsError(f"There is no rendition {name!r}; choose from {', '.join(LADDER)}.")
    if not wanted or len(set(wanted)) != len(wanted):
        raise SettingsError("Renditions must be named once each, and at least one.")
    return tuple(sorted((LADDER[name] for name in wanted), key=lambda rendition: rendition.bit_rate))
