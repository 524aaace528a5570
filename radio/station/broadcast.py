"""Broadcast: opens and ends epochs, and keeps the encoder alive.

Part of the conductor, in the event loop: it wires playout, encoder and publisher together and decides when an encoder
is started again. It knows nothing of generation.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from radio.contracts import SAMPLE_RATE, Clock, EncodedChunk, EncoderRun
from radio.errors import EncoderError, StartError
from radio.events import ChunkPublished, EncoderExited
from radio.mixer.feed import Feed
from radio.mixer.meter import Meter
from radio.mixer.playout import LOW_SAMPLES, Epoch, Playout, begin_epoch
from radio.packager.encoder import HlsEncoder
from radio.packager.publisher import Publisher
from radio.packager.shelf import Deleted
from radio.packager.window import ENCODER_DELAY_SAMPLES
from radio.station.generation.lookahead import back_off_s

PREROLL_CHUNKS = 3
MOST_LAG_CHUNKS = 2
STUCK_CHUNKS = 3
"""When nothing was published for so many chunk lengths, whatever the reason, the encoder is started again: players have
no more than that. One that hangs is found out much sooner, by itself (`packager/stall`)."""
MOST_BACK_OFF_S = 5.0
"""Between two tries to start an encoder: they cost nothing, and every second is missing at the listeners'."""
CLOCK_ERROR_S = 1.0
MOST_LOST_S = 20.0
"""After a longer time without a server, what was not played is played later rather than at full speed: players have
stopped by then."""

NewEncoder = Callable[[EncoderRun, Callable[[EncodedChunk], None]], HlsEncoder]
"""Makes an encoder for a run; the second argument is told of every finished chunk."""


@dataclass(frozen=True, slots=True)
class Onward:
    """Where another server's broadcast goes on: at timeline sample `sample`, the first unpublished one (as an encoder's
    input), after a chunk that ended at the date `until_utc`. There is sound up to `sound_end`."""

    sample: int
    until_utc: float
    sound_end: int

    def keeps_time(self, now_utc: float) -> bool:
        """Whether what should have been played meanwhile is there, and little enough to be caught up with."""
        lost_s = now_utc - self.until_utc
        return 0 <= lost_s <= MOST_LOST_S and self._due(now_utc) + LOW_SAMPLES <= self.sound_end

    def epoch(self, clock: Clock, chunk_samples: int, preroll_samples: int) -> Epoch:
        """From one chunk before, for that is dropped (DESIGN §5.4). Either as if nothing had happened, at full speed up
        to where the air position should be, or with the usual pre-roll: then everything is later by what was lost."""
        first, now_utc = self.sample - chunk_samples, clock.utc()
        if self.keeps_time(now_utc):
            t0_utc = self.until_utc - (chunk_samples - ENCODER_DELAY_SAMPLES) / SAMPLE_RATE
            return Epoch(first, t0_utc, clock.monotonic(), self._due(now_utc) - first)
        return begin_epoch(clock, first, preroll_samples + chunk_samples)

    def _due(self, now_utc: float) -> int:
        """The sample whose date is now."""
        return self.sample - ENCODER_DELAY_SAMPLES + round((now_utc - self.until_utc) * SAMPLE_RATE)


@dataclass(slots=True)
class Running:
    """What is on the air now."""

    epoch: Epoch
    run: EncoderRun
    encoder: HlsEncoder
    feed: Feed


class Broadcast:
    """`open`, `pause` and `end` are idempotent."""

    def __init__(
        self, clock: Clock, playout: Playout, publisher: Publisher, new_encoder: NewEncoder, chunk_samples: int
    ) -> None:
        self._clock = clock
        self._playout = playout
        self._publisher = publisher
        self._new_encoder = new_encoder
        self._chunk_samples = chunk_samples

        self.newest: ChunkPublished | None = None
        self.encoder_restarts = 0
        self.losses: Counter[str] = Counter()
        """Encoders lost, by reason: `exited`, `stuck`, `clock`."""
        self.trouble = ""
        """Why the encoder was lost, until a chunk is published again."""
        self.meter = Meter()
        self._taking_since_s: float | None = None
        self._published_s = 0.0
        self._onward: Onward | None = None
        self._running: Running | None = None
        self._broken: Epoch | None = None
        self._runs = 0
        self._failures = 0
        self._not_before_s = 0.0
        self._newest_s = 0.0
        self._log = structlog.get_logger("broadcast")

    @property
    def on_air(self) -> bool:
        return self._running is not None or self._broken is not None

    @property
    def epoch(self) -> Epoch | None:
        return self._running.epoch if self._running else self._broken

    @property
    def preroll_samples(self) -> int:
        return PREROLL_CHUNKS * self._chunk_samples

    def go_on(self, onward: Onward) -> None:
        """The next opening follows what another server has published."""
        self._onward = onward

    def opening_samples(self, first_sample: int) -> int:
        """How much must be final from `first_sample` on for an opening."""
        onward = self._onward
        goes_on = onward is not None and onward.sample == first_sample and onward.keeps_time(self._clock.utc())
        return 0 if goes_on else self.preroll_samples

    def open(self, first_sample: int) -> None:
        """Go on the air with timeline sample `first_sample`, three chunks at once."""
        onward, self._onward = self._onward, None
        if onward is not None and onward.sample == first_sample:
            self._open(onward.epoch(self._clock, self._chunk_samples, self.preroll_samples), 1)
        else:
            self._open(begin_epoch(self._clock, first_sample, self.preroll_samples), 0)

    def _open(self, epoch: Epoch, drop_chunks: int) -> None:
        first_sample = epoch.first_sample
        self.meter.begin(first_sample)
        self.newest, self._published_s = None, self._clock.monotonic()
        self._begin(epoch, drop_chunks)
        running = self._running
        if running is not None:
            self._playout.open(running.epoch, running.feed)
            self._log.info("on the air", first_sample=first_sample, run=running.run.number)

    def watch(self) -> None:
        """Start the encoder again where it is gone or stuck, or where the wall clock has jumped."""
        now = self._clock.monotonic()
        if self._running is not None and now - self._newest_s > self._chunk_samples / SAMPLE_RATE * STUCK_CHUNKS:
            self._log.error("encoder stuck", seconds=round(now - self._newest_s, 1))
            self.trouble = "the encoder has published nothing for a while"
            self._lose("stuck")
        elif self._running is not None and self._clock_error_s(self._running.epoch) > CLOCK_ERROR_S:
            self._log.warning("the clock jumped", seconds=round(self._clock_error_s(self._running.epoch), 3))
            self._lose("clock")
        if self._broken is not None and self._running is None and now >= self._not_before_s:
            self._restart(self._broken)

    def published(self, fact: ChunkPublished) -> None:
        self.newest = fact
        self._newest_s = self._published_s = self._clock.monotonic()
        self._failures, self.trouble = 0, ""

    def exited(self, fact: EncoderExited) -> None:
        """An encoder ended; if nobody asked it to, it is started again after its back-off."""
        if self._running is not None and fact.run == self._running.run and not fact.expected:
            self._log.error("encoder ended", code=fact.code, last_words=fact.last_words[-3:])
            words = fact.last_words[-1] if fact.last_words else f"it ended with code {fact.code}"
            self.trouble = f"the encoder was lost: {words}"
            self._lose("stuck" if fact.hung else "exited")

    def pause(self) -> None:
        """Leave the air."""
        self._playout.pause()
        self._drop()
        self._broken = None

    def sleep(self) -> None:
        """Leave the air until somebody comes; the playlist is emptied, its numbers go on."""
        self.pause()
        self._publisher.clear()

    def end(self) -> None:
        """Leave the air for good: ENDLIST."""
        self.pause()
        self._publisher.end()

    @property
    def chunk_age_s(self) -> float:
        """Seconds since the newest chunk, or since the station went on the air; an encoder that starts and dies again
        makes nothing younger."""
        return self._clock.monotonic() - self._published_s

    @property
    def taking_s(self) -> float:
        """For how many real seconds the publisher has been busy with one chunk; 0 while it is not."""
        since_s = self._taking_since_s
        return 0.0 if since_s is None else time.monotonic() - since_s

    @property
    def level_dbfs(self) -> float | None:
        """Of the sound in the newest chunk, as it was fed to the encoder; None before the first."""
        return None if self.newest is None else self.meter.level_dbfs(self.newest.first_sample, self.newest.end_sample)

    @property
    def deleted(self) -> Deleted:
        """What was deleted of what had been published."""
        return self._publisher.deleted

    @property
    def renditions(self) -> int:
        """In how many encodings a chunk is published."""
        return self._publisher.rendition_count

    @property
    def quiet_s(self) -> float:
        """For how long there has been nothing but silence, at the end of the newest chunk."""
        return 0.0 if self.newest is None else self.meter.silent_s(self.newest.end_sample)

    def _clock_error_s(self, epoch: Epoch) -> float:
        """How far the wall clock is ahead of the epoch's arithmetic. Behind it (dates never go back) is 0 or less."""
        now = self._clock.monotonic()
        return self._clock.utc() - epoch.t0_utc - epoch.preroll_samples / SAMPLE_RATE - (now - epoch.began_s)

    def _lose(self, reason: str) -> None:
        running = self._running
        if running is None:
            return
        self.losses[reason] += 1
        self._broken = running.epoch
        self._failures += 1
        self._not_before_s = self._clock.monotonic() + back_off_s(self._failures - 1, most_s=MOST_BACK_OFF_S)
        self._drop()

    def _drop(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.feed.close()
            running.encoder.close()

    def _restart(self, broken: Epoch) -> None:
        """DESIGN §5.4: from one chunk before the first unpublished one, its first chunk dropped. After a long outage
        that is forgotten already: then from the oldest sound there is. Where not even the opening came about, nothing
        is late: it begins now."""
        if not self._playout.playing:
            broken = begin_epoch(self._clock, broken.first_sample, broken.preroll_samples)
        first = max(broken.first_sample, self._publisher.published_to - self._chunk_samples)
        if first < self._playout.oldest:
            first = max(self._playout.oldest + SAMPLE_RATE, self._publisher.published_to)
        date = broken.date(first) + max(0.0, self._clock_error_s(broken))
        due = broken.first_sample + broken.preroll_samples
        epoch = Epoch(first, date, broken.began_s, due - first)
        self._begin(epoch, drop_chunks=int(self._publisher.published_to > first))
        self.encoder_restarts += 1
        if self._running is not None:
            self._playout.replace(self._running.epoch, self._running.feed)

    def _begin(self, epoch: Epoch, drop_chunks: int) -> None:
        """A new encoder run for `epoch`; when ffmpeg cannot be started, try again later."""
        run = EncoderRun(self._runs, epoch.first_sample)
        self._runs += 1
        encoder = self._new_encoder(run, self._take)
        self._newest_s = self._clock.monotonic()
        try:
            encoder.start()
        except (EncoderError, StartError, OSError) as error:
            self._log.error("encoder did not start", message=str(error))
            self._broken = epoch
            self._failures += 1
            self._not_before_s = self._clock.monotonic() + back_off_s(self._failures, most_s=MOST_BACK_OFF_S)
            self.trouble = str(error)
            encoder.close()
            return
        in_force = self._publisher.open_epoch(run, epoch.t0_utc, drop_chunks=drop_chunks)
        epoch = replace(epoch, t0_utc=in_force)
        feed = Feed(encoder, epoch.first_sample, self._clock, MOST_LAG_CHUNKS * self._chunk_samples, self.meter)
        self._running, self._broken = Running(epoch, run, encoder, feed), None

    def _take(self, chunk: EncodedChunk) -> None:
        """A finished chunk, in the encoder's watcher thread."""
        self._taking_since_s = time.monotonic()
        try:
            self._publisher.push(chunk)
        finally:
            self._taking_since_s = None
        running = self._running
        if running is not None:
            running.feed.settle()
