"""Resume: what a new server finds of the one before, and where that lets it go on. Used once, while a station is built.

It judges what was saved and decides what of it still holds; it changes no stage.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from radio.contracts import Entry, LoraUse
from radio.packager import whole
from radio.packager.keep import Keep
from radio.packager.publisher import Publisher
from radio.plain import restored
from radio.station.programme.plans import Programme
from radio.station.resume.keeper import SOUND_NAME
from radio.station.resume.saved import Saved, aside
from radio.station.resume.saved_sound import SavedSound, unpacked

DAMAGED_SOUND = "sound.damaged"
MOST_ATTEMPTS = 20
"""After so many servers that died young in a row, of what they went on with or in spite of it, the next starts anew."""
MOST_BROKEN = 3
"""The same for servers of which a stage broke: then it is likely that what they went on with is at fault."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """Where to go on: at timeline sample `sample`, the first that nobody has heard, dated `until_utc` (Unix seconds).

    Without `sound` the music starts anew there. `on`: the station was playing.
    """

    sample: int
    until_utc: float
    on: bool = False
    idle_reason: str = "never_started"
    entries: tuple[Entry, ...] = ()
    sound: SavedSound | None = None
    warnings: tuple[str, ...] = ()

    @property
    def sound_end(self) -> int:
        """How far the sound goes without another segment."""
        return self.sound.state.tail_end if self.sound else self.sample


def resume(
    saved: Saved, publisher: Publisher, folder: Path, keep: Keep | None, chunk_samples: int, ceiling_dbtp: float
) -> Resumed:
    """Put together what the publisher's window, the saved state and the saved sound say."""
    newer = publisher.published_to >= saved.published_to
    sample = publisher.published_to if newer else saved.published_to
    until_utc = publisher.published_until if newer else saved.published_until
    wanted = saved.on or saved.idle_reason == "sleeping"
    sound: SavedSound | None = None
    warnings: tuple[str, ...] = ()
    if gives_up(saved):
        died = max(saved.attempts, saved.broken)
        warnings = (f"{died} servers died soon after they had gone on; the music starts anew",)
    elif wanted:
        sound, warnings = _sound(folder, keep, sample, chunk_samples, ceiling_dbtp)
    if sound is None:
        sample = max(sample, saved.next_sample)
    entries = saved.entries if sound else ()
    return Resumed(sample, until_utc, saved.on, saved.idle_reason, entries, sound, warnings)


def programme(saved: Saved, seed: int, prompt: str, loras: tuple[LoraUse, ...], *, fixed_seed: bool) -> Programme:
    """The programme as it was, or a new one with numbers that go on."""
    fresh = Programme(seed, prompt, saved.next_index, saved.next_chain, loras=loras)
    if saved.programme is None or gives_up(saved):
        return fresh
    try:
        old = restored(Programme, saved.programme, "the programme")
    except ValueError:
        return fresh
    if not (0 <= old.seed < 2**63 and old.prompt and (old.chain is None or old.chain.changes)):
        return fresh
    old = replace(old, next_index=max(old.next_index, saved.next_index), loras=loras)
    old = replace(old, next_chain=max(old.next_chain, saved.next_chain))
    return replace(old, seed=seed) if fixed_seed else old


def gives_up(saved: Saved) -> bool:
    """What was saved may be what the servers die of."""
    return saved.attempts >= MOST_ATTEMPTS or saved.broken >= MOST_BROKEN


def _sound(
    folder: Path, keep: Keep | None, sample: int, chunk_samples: int, ceiling_dbtp: float
) -> tuple[SavedSound | None, tuple[str, ...]]:
    """The first that reaches over `sample`, from the keep or the data folder, and what was wrong with the others."""
    data = keep.read(SOUND_NAME) if keep else None
    if data is not None:
        try:
            kept = unpacked(data, ceiling_dbtp)
            if kept.covers(sample, chunk_samples):
                return kept, ()
        except (ValueError, TypeError, RecursionError):
            keep.remove(SOUND_NAME) if keep else None
    path = folder / SOUND_NAME
    try:
        data = whole.read(path)
        found = unpacked(data, ceiling_dbtp) if data is not None else None
    except (ValueError, TypeError, RecursionError) as error:
        aside(path, path.with_name(DAMAGED_SOUND))
        return None, (f"the saved sound cannot be used ({error}); it is now {DAMAGED_SOUND}",)
    return (found if found is not None and found.covers(sample, chunk_samples) else None), ()
