"""The keeper: sees that a server which dies now can be followed by one that goes on.

Part of the conductor, in the event loop. It notices what has changed and has it written: small things at once into the
keep, the sound by a thread of its own. It decides nothing about the station.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from radio.contracts import Entry
from radio.events import ChunkPublished, Fact, SegmentMixed
from radio.mixer.thread import MixingThread
from radio.mixer.timeline import Timeline
from radio.packager import whole
from radio.packager.publisher import Publisher
from radio.plain import plain
from radio.station.programme.plans import Programme
from radio.station.programme.running_order import RunningOrder
from radio.station.resume.memory import Memory
from radio.station.resume.saved_sound import packed
from radio.station.resume.saver import Saver

SOUND_NAME = "sound.longwave"
CLOSE_S = 1.0
FAR_CHUNKS = 5
"""A server that has published so many has not died of what it went on with."""


@dataclass(frozen=True, slots=True)
class Doing:
    """What the station is doing, as far as its successor must know."""

    on: bool
    idle_reason: str
    programme: Programme
    entries: tuple[Entry, ...]
    maker: str = ""
    composes: bool = False
    order: RunningOrder | None = None


class Keeper:
    """All methods but `close` are for the event loop."""

    def __init__(
        self, memory: Memory, mixing: MixingThread, timeline: Timeline, publisher: Publisher, chunk_samples: int
    ) -> None:
        self._memory = memory
        self._saved = memory.saved
        self._keep = memory.keep
        self._mixing = mixing
        self._timeline = timeline
        self._publisher = publisher
        self._chunk_samples = chunk_samples

        self._sound_saver = Saver("sound saver")
        self._before: Doing | None = None
        self._covered_to = 0
        self._mixed = False
        self._chunks = 0
        self._told: set[str] = set()
        self._log = structlog.get_logger("keeper")

    def handle(self, fact: Fact) -> None:
        """Where the sound that was saved does not reach any more, it is saved again."""
        match fact:
            case SegmentMixed():
                self._mixed = True
                self._saved.update(next_sample=fact.tail_end)
                if self._saved.value.broken:
                    self._saved.update(broken=0)
            case ChunkPublished():
                self._chunks += 1
                if self._chunks >= FAR_CHUNKS:
                    self._got_far()
                self._saved.update(
                    published_to=self._publisher.published_to, published_until=self._publisher.published_until
                )
                self._mixed |= self._publisher.published_to + self._chunk_samples > self._covered_to
            case _:
                pass

    def _got_far(self) -> None:
        """What this server went on with has not harmed it at once."""
        if self._saved.value.attempts:
            self._saved.update(attempts=0)

    def look(self, doing: Doing) -> None:
        """Remember what has changed, after every look of the conductor's."""
        before, self._before = self._before, doing
        self._tell()
        if doing != before:
            programme = doing.programme
            self._saved.update(
                on=doing.on, idle_reason=doing.idle_reason, maker=doing.maker, composes=doing.composes,
                programme=plain(programme), prompt=programme.prompt, entries=doing.entries,
                order=doing.order.to_saved() if doing.order else None,
                next_index=programme.next_index, next_chain=programme.next_chain,
            )  # fmt: skip
        if doing.idle_reason == "stopped" and not doing.on:
            if before is None or before.on or before.idle_reason != "stopped":  # it may have been stopped in its sleep
                self.forget_sound()
        elif self._mixed:
            self._mixed = False
            self.save_sound()

    def save_sound(self) -> None:
        """Soon, by the sound's thread."""
        self._covered_to = self._mixing.snapshot().final_end
        self._sound_saver.put("sound", "the sound cannot be saved", self._save_sound)

    def forget_sound(self) -> None:
        """The station was stopped: nothing of it goes on."""
        self._mixed, self._covered_to = False, 0
        self._sound_saver.put("sound", "the old sound cannot be removed", self._remove_sound)

    def close(self, *, broke: bool = False) -> None:
        """Have written what is not written yet, within a moment. The stages have ended; runs in a worker thread."""
        self._saved.update(published_to=self._publisher.published_to, published_until=self._publisher.published_until)
        if broke:
            self._saved.update(broken=self._saved.value.broken + 1)
        if self._before is not None and (self._before.on or self._before.idle_reason == "sleeping"):
            self.save_sound()
        self._sound_saver.close(CLOSE_S)
        self._memory.saver.close(CLOSE_S)
        if self._keep is not None:
            self._keep.close()

    @property
    def failing(self) -> bool:
        """Something cannot be saved just now."""
        return bool(self._saved.failing or self._publisher.trouble or self._sound_saver.troubles)

    def _tell(self) -> None:
        """Tell the log of each trouble once, and once when it is over."""
        now = set(self.warnings)
        for message in sorted(now - self._told):
            self._log.warning("memory", message=message)
        for message in sorted(self._told - now):
            self._log.info("memory works again", message=message)
        self._told = now

    @property
    def warnings(self) -> list[str]:
        """What is wrong with what is kept, in sentences."""
        publisher = [self._publisher.trouble] if self._publisher.trouble else []
        return [*self._memory.warnings, *self._saved.troubles, *publisher, *self._sound_saver.troubles]

    def _save_sound(self) -> None:
        """Into the keep, which outlives this server, then into the data folder, which outlives a reboot."""
        try:
            data = packed(self._mixing.snapshot(), self._timeline, self._publisher.published_to, self._chunk_samples)
        except IndexError:  # played away meanwhile: it is saved again at the next chunk
            data = None
        if data is None:
            self._covered_to = 0
            return
        trouble = None
        if self._keep is not None:
            try:
                self._keep.write(SOUND_NAME, data)
            except OSError as error:
                trouble = error
        whole.write(self._memory.folder / SOUND_NAME, data)
        if trouble is not None:
            raise trouble

    def _remove_sound(self) -> None:
        if self._keep is not None:
            self._keep.remove(SOUND_NAME)
        whole.remove(self._memory.folder / SOUND_NAME)
