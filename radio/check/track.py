"""Listens to one rendition, chunk by chunk, in bounded memory: packets, sound, loudness, bit rate.

It knows no playlist beyond what is listed of each chunk, and no HTTP. It blocks while ffmpeg decodes (about once in
30 s of sound). Not thread-safe.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from radio.check.batch import JOIN_SAMPLES, Heard, Media, Programs, hear
from radio.check.finding import Finding, error, note, warning
from radio.check.frames import Frames, RepeatedFrames
from radio.check.meter import Loudness
from radio.check.multivariant_rules import Measured
from radio.check.sound import Sound
from radio.check.timestamps import Timestamps
from radio.check.verdict import RULE, Begun, Verdict
from radio.contracts import Samples

BATCH_S = 30.0
BATCH_CHUNKS = 64
BATCH_BYTES = 48 << 20
WARM_UP_SAMPLES = 3_200
"""A decoder may leave out its first frames: AAC up to 2112 samples, Opus 3120."""
FRAME_SAMPLES = 64
OVER_SHARE = 1e-4
LOUDEST_DBTP = 0.0


class Track:
    """One rendition as it is heard. Every method gives the findings that became certain."""

    def __init__(self, programs: Programs, *, thorough: bool) -> None:
        self._programs = programs
        self._thorough = thorough

        self.verdict = Verdict()
        self.loudness = Loudness()
        self._sound: Sound | None = None
        self.measured: Measured | None = None
        self.channels: int | None = None
        self.sample_rate: int | None = None
        self.silent_s = 0.0
        self.over_full_scale = 0
        self.chunks = 0
        self.media_s = 0.0
        self._bytes = 0
        self._peak = 0.0
        self._run = (0, 0.0)
        self._timestamps = Timestamps()
        self._frames = Frames()
        self._last: Media | None = None
        self._pending: list[Media] = []
        self._tail: Samples = np.zeros((0, 2), np.float32)
        """The end of what was decoded, kept back to be blended with its second decoding."""
        self._cold = True
        self._break = False

    def add(self, media: Media) -> Iterator[Finding]:
        """The next chunk, in order of its number; a number left out breaks the sound off."""
        last = self._pending[-1] if self._pending else self._last
        following = last is not None and media.listed.chunk.sequence == last.listed.chunk.sequence + 1
        same = following and last is not None and media.init == last.init and media.kind == last.kind
        if not same or media.listed.chunk.discontinuity:
            yield from self.flush()
            self._last, self._cold = None, True
            self._break = self._break or not following or media.listed.chunk.discontinuity
            if last is not None and not following:
                yield from self._end_sound()
        self._pending.append(media)
        self._count(media)
        waiting_s = sum(item.listed.chunk.duration_s for item in self._pending)
        waiting_bytes = sum(len(item.data) for item in self._pending)
        if waiting_s >= BATCH_S or len(self._pending) >= BATCH_CHUNKS or waiting_bytes > BATCH_BYTES:
            yield from self.flush()

    def flush(self) -> Iterator[Finding]:
        """Listen to what waits."""
        if not self._pending:
            return
        chunks, self._pending = self._pending, []
        before, self._last = self._last, chunks[-1]
        heard = hear(self._programs, before, chunks, metered=self._thorough)
        if self._break:
            self._timestamps.begin()
            self._break = False
        if heard is None:
            first, last = chunks[0].listed.chunk.sequence, chunks[-1].listed.chunk.sequence
            yield error("no-sound", f"no sound can be read from chunks {first} to {last}", "RFC 8216 §3")
            return
        yield from self._packets(chunks, heard)
        yield from self._listen(chunks, heard)
        self._cold = False

    def finish(self) -> Iterator[Finding]:
        """What only the whole tells."""
        yield from self.flush()
        yield from self._end_sound()
        for repeated in self._frames.finish():
            yield _repeated(repeated)
        yield from self.verdict.finish(self.media_s)
        peak = self.loudness.true_peak_dbtp
        if peak is not None and peak > LOUDEST_DBTP:
            yield note("true-peak", f"the true peak is {peak:+.1f} dBTP", "ITU-R BS.1770-4 annex 2")

    def _count(self, media: Media) -> None:
        self.chunks += 1
        self.media_s += media.listed.chunk.duration_s
        self._bytes += len(media.data)
        self._peak_of(media)
        average = 8 * self._bytes / self.media_s if self.media_s else 0.0
        codec = self.measured.codec if self.measured else None
        self.measured = Measured(round(self._peak), round(average), codec)

    def _peak_of(self, media: Media) -> None:
        """The peak is that of runs of chunks which last at least half a target duration (RFC 8216 §4.1)."""
        run_bytes, run_s = self._run
        run_bytes, run_s = run_bytes + len(media.data), run_s + media.listed.chunk.duration_s
        if run_s >= media.target_s / 2 and run_s > 0:
            self._peak = max(self._peak, 8 * run_bytes / run_s)
            run_bytes, run_s = 0, 0.0
        self._run = (run_bytes, run_s)

    def _packets(self, chunks: list[Media], heard: Heard) -> Iterator[Finding]:
        for media, packets in zip(chunks, heard.packets, strict=True):
            yield from self._timestamps.chunk(media.listed, packets, media.kind)
            for packet in packets:
                for repeated in self._frames.push(packet):
                    yield _repeated(repeated)

    def _listen(self, chunks: list[Media], heard: Heard) -> Iterator[Finding]:
        yield from self._complete(chunks, heard)
        probed = heard.probed
        if self.measured is not None:
            self.measured = Measured(self.measured.peak, self.measured.average, probed.codecs_tag)
        self.channels, self.sample_rate = probed.channels, probed.sample_rate
        if self._sound is None or self._sound.rate != probed.sample_rate:
            yield from self._end_sound()
            self._sound = Sound(probed.sample_rate, thorough=self._thorough)
        head = _blended(self._tail, heard.before)
        place = float(self._sound.samples + len(head))
        for media, packets in zip(chunks, heard.packets, strict=True):
            chunk = media.listed.chunk
            self.verdict.begin(Begun(chunk.sequence, round(place), chunk.discontinuity))
            place += sum(packet.duration_s for packet in packets) * probed.sample_rate
        joined = np.concatenate((head, heard.samples))
        self._tail = joined[-JOIN_SAMPLES:].copy()
        for event in self._sound.push(joined[:-JOIN_SAMPLES]):
            yield from self.verdict.judge(event, self._sound.rate)
        for step in heard.meter:
            self.loudness.add(step)

    def _complete(self, chunks: list[Media], heard: Heard) -> Iterator[Finding]:
        first, last = chunks[0].listed.chunk.sequence, chunks[-1].listed.chunk.sequence
        for complaint in heard.complaints[:3]:
            yield error("undecodable", f"the decoder says of chunks {first} to {last}: {complaint}", RULE)
        allowed = WARM_UP_SAMPLES if self._cold else FRAME_SAMPLES
        if heard.lacking > allowed:
            message = f"{heard.lacking} samples of chunks {first} to {last} could not be decoded"
            yield error("samples-missing", message, RULE)
        elif -heard.lacking > allowed:
            yield error("samples-extra", f"{-heard.lacking} samples too many in chunks {first} to {last}", RULE)

    def _end_sound(self) -> Iterator[Finding]:
        """The sound breaks off here: what follows is judged by itself."""
        sound, self._sound = self._sound, None
        if sound is None:
            return
        tail, self._tail = self._tail, self._tail[:0]
        for event in [*sound.push(tail), *sound.finish()]:
            yield from self.verdict.judge(event, sound.rate)
        self.verdict.restart()
        self.silent_s += sound.silent_s
        self.over_full_scale += sound.over_full_scale
        if sound.over_full_scale > OVER_SHARE * 2 * sound.samples:
            message = f"{sound.over_full_scale} samples lie beyond full scale, which players clip"
            yield warning("clipping", message, "ITU-R BS.1770-4 annex 2")
        if sound.not_a_number:
            yield error("not-a-number", f"{sound.not_a_number} decoded samples are no numbers", RULE)


def _blended(tail: Samples, again: Samples) -> Samples:
    """From one decoding of the same samples over to the next. Without a second one, the first."""
    if len(tail) != len(again):
        return tail
    ramp = np.linspace(0, 1, len(tail), dtype=np.float32)[:, None]
    return np.asarray(tail + (again - tail) * ramp, np.float32)


def _repeated(repeated: RepeatedFrames) -> Finding:
    message = (
        f"{repeated.count} coded frames, from frame {repeated.first} on, were already sent {repeated.lag} frames before"
    )
    return error("repeat", message, RULE)
