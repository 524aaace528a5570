"""Some chunks of one epoch, put together for ffprobe and ffmpeg, and taken apart again. Blocks while they run.

The chunk before the first is decoded too and its sound thrown away: a decoder needs what came before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from radio.check.container import Kind, split_id3
from radio.check.decode import Decoded, Meter, Packet, Probed, decode, probe
from radio.check.reloads import Listed
from radio.contracts import Samples

JOIN_SAMPLES = 2048
"""Two decodings of the same AAC frames differ where noise is substituted: batches are blended over this much."""


@dataclass(frozen=True, slots=True)
class Programs:
    """Paths of the two programs."""

    ffmpeg: str
    ffprobe: str


@dataclass(frozen=True, slots=True, eq=False)
class Media:
    """One fetched chunk. `init` is its epoch's header or empty, `target_s` the target duration."""

    listed: Listed
    kind: Kind
    init: bytes
    data: bytes
    target_s: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """What a batch turned out to hold: per chunk its packets; the sound of all chunks; `before` is the end of the chunk
    before them, decoded again (`JOIN_SAMPLES`, or empty); `lacking` is how many samples fewer were decoded than the
    packets promise (negative: more).
    """

    probed: Probed
    packets: tuple[tuple[Packet, ...], ...]
    samples: Samples
    before: Samples
    lacking: int
    meter: tuple[Meter, ...]
    complaints: tuple[str, ...]


def hear(programs: Programs, before: Media | None, chunks: Sequence[Media], *, metered: bool) -> Heard | None:
    """Probe and decode `chunks`; None where there is no sound in them.

    Raises:
        CannotListen: ffmpeg or ffprobe did not end in time.
        StartError: one of them could not be started.
    """
    run_up = [before] if before is not None else []
    stamps, bodies = zip(*(split_id3(media.data) for media in [*run_up, *chunks]), strict=True)
    data = b"".join([chunks[0].init, *bodies])
    probed = probe(programs.ffprobe, data)
    if probed is None or not probed.packets or probed.sample_rate <= 0:
        return None
    lots = _by_chunk(probed.packets, [len(chunks[0].init), *map(len, bodies)])
    if chunks[0].kind == "packed":
        lots = [_stamped(lot, stamp) for lot, stamp in zip(lots, stamps, strict=True)]
    decoded = decode(programs.ffmpeg, data, metered=metered)
    return _cut(probed, lots, len(run_up), decoded)


def _by_chunk(packets: Sequence[Packet], sizes: Sequence[int]) -> list[list[Packet]]:
    """Packets by the chunk in whose bytes they lie; those without a place belong to the chunk of the one before."""
    ends = [sum(sizes[: k + 2]) for k in range(len(sizes) - 1)]
    lots: list[list[Packet]] = [[] for _ in ends]
    place = 0
    for packet in packets:
        while packet.position >= ends[place] and place < len(ends) - 1:
            place += 1
        lots[place].append(packet)
    return lots


def _stamped(lot: Sequence[Packet], stamp_s: float | None) -> list[Packet]:
    """Packed audio has its times in the ID3 tag only: packets count from there (§3.4)."""
    stamped, time_s = [], stamp_s
    for packet in lot:
        stamped.append(Packet(time_s, packet.duration_s, packet.position, packet.size, packet.checksum))
        time_s = None if time_s is None else time_s + packet.duration_s
    return stamped


def _cut(probed: Probed, lots: Sequence[Sequence[Packet]], run_up: int, decoded: Decoded) -> Heard:
    """Count from the end: some decoders leave out their warm-up at the start."""
    before_s, new_s = (
        sum(packet.duration_s for lot in part for packet in lot) for part in (lots[:run_up], lots[run_up:])
    )
    promised = round((before_s + new_s) * probed.sample_rate)
    first = max(0, len(decoded.samples) - round(new_s * probed.sample_rate))
    return Heard(
        probed=probed,
        packets=tuple(tuple(lot) for lot in lots[run_up:]),
        samples=decoded.samples[first:],
        before=decoded.samples[first - JOIN_SAMPLES : first] if first >= JOIN_SAMPLES else decoded.samples[:0],
        lacking=promised - len(decoded.samples),
        meter=tuple(step for step in decoded.meter if step.end_s > before_s + 0.001),
        complaints=decoded.complaints,
    )
