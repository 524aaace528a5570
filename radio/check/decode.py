"""Turns media bytes into packets (ffprobe) and into sound with its loudness (ffmpeg). One short child process each.

It knows no playlist; what it returns is cut and joined by `batches.py`. Runs in the calling thread, which it blocks for
a fraction of a second: an event loop calls it through a worker thread.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from radio.contracts import Samples
from radio.errors import CannotListen
from radio.processes import run

DEADLINE_S = 60.0
LONGEST_S = 900.0
"""No batch is longer; a small file that decodes to hours of sound must not fill the memory."""
_COMPLAINT = re.compile(r"\[(error|fatal|panic)\] (.*)")
_METER = re.compile(r"\bt:\s*([\d.]+)\s.*\bM:\s*(-?[\d.]+|-?inf|nan)\s.*\bFTPK:((?:\s+-?(?:[\d.]+|inf|nan))+)\s+dBFS")
SILENCE_LUFS = -120.7
"""What ffmpeg's ebur128 prints for nothing at all."""


@dataclass(frozen=True, slots=True)
class Packet:
    """One compressed frame: times in seconds, its place in the bytes, a checksum of what it holds."""

    pts_s: float | None
    duration_s: float
    position: int
    size: int
    checksum: str


@dataclass(frozen=True, slots=True)
class Probed:
    """The first sound track. `codec` is ffmpeg's name, `codecs_tag` the RFC 6381 value where it is known."""

    codec: str
    codecs_tag: str | None
    sample_rate: int
    channels: int
    packets: tuple[Packet, ...]


@dataclass(frozen=True, slots=True)
class Meter:
    """BS.1770 after ffmpeg's ebur128, every 100 ms: the end of the step in seconds, momentary loudness, true peak."""

    end_s: float
    momentary_lufs: float
    peak_dbtp: float


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """float32 `[samples, 2]` at the stream's own rate; what the decoder complained about."""

    samples: Samples
    meter: tuple[Meter, ...]
    complaints: tuple[str, ...]


def probe(ffprobe: str, data: bytes) -> Probed | None:
    """Packets of the first sound track, or None where ffprobe finds no sound.

    Raises:
        CannotListen: ffprobe did not end in time.
        StartError: it could not be started.
    """
    argv = [ffprobe, "-v", "error", "-select_streams", "a:0", "-show_data_hash", "CRC32", "-show_entries"]
    argv += ["packet=pts_time,duration_time,pos,size,data_hash:stream=codec_name,profile,sample_rate,channels"]
    found = _json(_run([*argv, "-of", "json", "-i", "pipe:0"], data).stdout)
    streams, packets = found.get("streams"), found.get("packets", [])
    if not isinstance(streams, list) or not streams or not isinstance(packets, list):
        return None
    stream = streams[0]
    codec, rate = str(stream.get("codec_name", "unknown")), int(stream.get("sample_rate", 0))
    return Probed(
        codec=codec,
        codecs_tag=_codecs_tag(codec, str(stream.get("profile", ""))),
        sample_rate=rate,
        channels=int(stream.get("channels", 0)),
        packets=tuple(_packet(packet, rate) for packet in packets),
    )


def decode(ffmpeg: str, data: bytes, *, metered: bool = True) -> Decoded:
    """Decode the first sound track to two channels and, where wanted, measure its loudness.

    Raises:
        CannotListen: ffmpeg did not end in time.
        StartError: it could not be started.
    """
    # Times are rewritten from the samples: a hole in the timestamps is `timestamps.py`'s to find, not the muxer's.
    graph = "[0:a:0]asetpts=N/SR/TB[sound]"
    meter: list[str] = []
    if metered:
        graph = "[0:a:0]asetpts=N/SR/TB,asplit[sound][copy];[copy]ebur128=peak=true:framelog=info[metered]"
        meter = ["-map", "[metered]", "-f", "null", "-"]
    argv = [ffmpeg, "-nostdin", "-hide_banner", "-nostats", "-loglevel", "level+info", "-i", "pipe:0"]
    argv += ["-filter_complex", graph, "-map", "[sound]", "-f", "f32le", "-ac", "2", "-t", f"{LONGEST_S:g}", "pipe:1"]
    done = _run([*argv, *meter], data)
    usable = len(done.stdout) // 8 * 8
    samples = np.frombuffer(done.stdout[:usable], np.float32).reshape(-1, 2)
    log = done.stderr.decode("utf-8", "replace")
    return Decoded(samples, tuple(_meter(log)), tuple(match.group(2) for match in _COMPLAINT.finditer(log)))


@dataclass(frozen=True, slots=True)
class _Output:
    stdout: bytes
    stderr: bytes


def _run(argv: list[str], data: bytes) -> _Output:
    try:
        done = run(argv, DEADLINE_S, stdin=data)
    except TimeoutError as trouble:
        raise CannotListen(str(trouble)) from trouble
    return _Output(done.stdout, done.stderr)


def _json(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _packet(fields: dict[str, Any], rate: int) -> Packet:
    pts, duration_s = fields.get("pts_time"), float(str(fields.get("duration_time", 0.0)))
    if rate:
        duration_s = round(duration_s * rate) / rate  # printed in microseconds, meant in samples
    return Packet(
        pts_s=None if pts is None else float(str(pts)),
        duration_s=duration_s,
        position=int(str(fields.get("pos", -1))),
        size=int(str(fields.get("size", 0))),
        checksum=str(fields.get("data_hash", "")),
    )


def _meter(log: str) -> list[Meter]:
    lines = (_METER.search(line) for line in log.splitlines() if "FTPK" in line)
    return [
        Meter(float(found.group(1)), _level(found.group(2)), max(_level(peak) for peak in found.group(3).split()))
        for found in lines
        if found
    ]


def _level(text: str) -> float:
    """A level in decibels; what is no number (silence) as the meter's floor."""
    value = float(text)
    return max(value, SILENCE_LUFS) if value == value else SILENCE_LUFS  # noqa: PLR0124 - NaN differs from itself


def _codecs_tag(codec: str, profile: str) -> str | None:
    """RFC 6381 values as HLS writes them (ISO/IEC 14496-3 object types behind `mp4a.40`)."""
    if codec == "aac":
        return {"HE-AAC": "mp4a.40.5", "HE-AACv2": "mp4a.40.29"}.get(profile, "mp4a.40.2")
    return {"flac": "fLaC", "mp3": "mp4a.40.34", "ac3": "ac-3", "eac3": "ec-3", "opus": "Opus", "alac": "alac"}.get(
        codec
    )
