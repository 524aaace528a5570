"""Sound through the real encoder and the publisher, fetched and decoded by a real player: sample for sample what went
in.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from radio.clock import WallClock
from radio.contracts import EncodedChunk, EncoderRun
from radio.packager.boxes import contents
from radio.packager.publisher import Publisher
from radio.processes import run
from tests.fakes.signals import noise
from tests.packager.rig import (
    CHUNK,
    DELAY,
    FFMPEGS,
    LADDER,
    TOOLS,
    Heard,
    correlations,
    decode,
    encoder,
    feed_all,
    save,
    uris,
)

WARM = 20
"""AAC frames after which the encoder's rate control has settled."""
SECONDS_S = 20.0
QUALITY = {"64k": 0.2, "128k": 0.08, "256k": 0.03}
"""How much less a frame may resemble white noise right after a splice. ffmpeg's rate control takes 4 to 8 s to settle
at low rates (64k noise: 0.51 settled, 0.40 after one chunk); a cold encoder starts at 0.45 for 128k, where 0.73 is
reached here."""


class Counted:
    """A publisher, and a way to wait for the number of chunks that it has published."""

    def __init__(self) -> None:
        self._arrived = threading.Condition()
        self._count = 0
        self.publisher = Publisher(
            WallClock(),
            LADDER,
            chunk_samples=CHUNK,
            window_chunks=15,
            state=None,
            save=lambda _: None,
            on_published=lambda _: self._add(),
        )

    def _add(self) -> None:
        with self._arrived:
            self._count += 1
            self._arrived.notify_all()

    def wait(self, count: int) -> None:
        with self._arrived:
            assert self._arrived.wait_for(lambda: self._count >= count, SECONDS_S)


def broadcast(target: Counted, ffmpeg: str, life: EncoderRun, drop: int, use: Callable[[Heard], int]) -> None:
    """One life of an encoder: `use` says how many samples of the timeline it is fed before it is killed."""
    heard = Heard()
    chain = encoder(heard, ffmpeg, life, on_chunk=target.publisher.push)
    target.publisher.open_epoch(life, 1.79e9 + life.first_sample / 48_000, drop_chunks=drop)
    chain.start()
    count = use(heard)
    feed_all(chain, noise(life.first_sample, count, 9))
    target.wait((life.first_sample + count - 4 * DELAY) // CHUNK)
    chain.close()


@pytest.mark.parametrize("ffmpeg", FFMPEGS)
def test_a_spliced_encoder_loses_repeats_and_dulls_nothing(ffmpeg: str, tmp_path: Path) -> None:
    """The second ffmpeg begins one chunk before the first unpublished one; that chunk is dropped (DESIGN §5.4)."""
    target, whole = Counted(), Counted()
    broadcast(target, ffmpeg, EncoderRun(0, 0), 0, lambda _: 3 * CHUNK + 50_000)
    first = target.publisher.next_sample - CHUNK
    published = target.publisher.next_sample // CHUNK
    assert published == 3
    broadcast(target, ffmpeg, EncoderRun(1, first), 1, lambda _: 7 * CHUNK - first)
    broadcast(whole, ffmpeg, EncoderRun(0, 0), 0, lambda _: 7 * CHUNK)
    source = noise(0, 7 * CHUNK, 9)
    for name, quality in QUALITY.items():
        sounds = []
        for counted, folder in ((target, tmp_path / "spliced"), (whole, tmp_path / "whole")):
            counted.publisher.end()
            save(counted.publisher.store.published.assets, folder)
            sounds.append(decode(str(folder / "live" / name / "index.m3u8"))[DELAY:])
        spliced, unbroken = (correlations(sound, source) for sound in sounds)
        assert len(sounds[0]) == len(sounds[1]) == 6 * CHUNK - DELAY
        edge = 3 * CHUNK // 1024
        assert np.abs(spliced[WARM : edge - 1] - unbroken[WARM : edge - 1]).max() < 1e-6
        around = slice(edge - 1, edge + 8)
        assert spliced[around].min() > unbroken[around].min() - quality


@pytest.mark.parametrize("ffmpeg", FFMPEGS)
def test_a_probe_finds_every_frame_at_its_time(ffmpeg: str, tmp_path: Path) -> None:
    target = Counted()
    broadcast(target, ffmpeg, EncoderRun(0, 0), 0, lambda _: 4 * CHUNK)
    target.publisher.end()
    assets = target.publisher.store.published.assets
    save(assets, tmp_path)
    folder = tmp_path / "live" / "128k"
    names = uris((folder / "index.m3u8").read_text())
    assert [contents((folder / name).read_bytes()).decode_time for name in names] == [k * CHUNK for k in range(3)]
    init = next(folder.glob("init-*.mp4"))
    (tmp_path / "all.mp4").write_bytes(init.read_bytes() + b"".join((folder / name).read_bytes() for name in names))
    wanted = ["-show_entries", "packet=pts,duration", "-of", "csv=p=0", str(tmp_path / "all.mp4")]
    done = run([TOOLS.ffprobe, "-v", "error", *wanted], SECONDS_S)
    packets = [line.rstrip(",") for line in done.stdout.decode().split()]
    assert packets == [f"{k * 1024},1024" for k in range(3 * 192)]


def test_what_is_pushed_from_many_threads_is_published_once() -> None:
    target = Counted()
    life = EncoderRun(0, 0)
    target.publisher.open_epoch(life, 1.79e9)
    media = {rendition.name: b"x" for rendition in LADDER}
    chunks = [EncodedChunk(life, number, media, media) for number in range(3)]
    threads = [threading.Thread(target=target.publisher.push, args=(chunk,)) for chunk in chunks for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = [
        int(path.decode().split("-")[-1][:-4]) for path in target.publisher.store.published.assets if b".m4s" in path
    ]
    assert len(set(numbers)) * len(LADDER) == len(numbers)
