"""The HLS encoder with the real ffmpeg: what goes in comes out whole, and what goes wrong is told in time."""

from __future__ import annotations

import contextlib
import os
import signal
import struct
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from radio.contracts import EncodedChunk, EncoderRun
from radio.errors import EncoderError
from radio.packager.boxes import Contents, contents
from radio.packager.encoder import HlsEncoder
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
    encode,
    encoder,
    feed_all,
)

LIMIT_S = 30.0
WARM = 20
"""AAC frames after which the encoder's rate control has settled."""
SHORT = 12_288
"""A chunk of 0.256 s, for tests that are not about lengths."""


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def running(heard: Heard) -> Iterator[HlsEncoder]:
    target = encoder(heard)
    target.start()
    yield target
    target.close()


def feed_for_ever(target: HlsEncoder) -> None:
    """100 s: long enough for any trouble to show."""
    for _ in range(100):
        feed_all(target, noise(0, 48_000, 1))


@pytest.mark.parametrize("ffmpeg", FFMPEGS)
def test_every_chunk_holds_exactly_its_frames_in_every_rendition(ffmpeg: str) -> None:
    chunks = encode(noise(0, 3 * CHUNK, 1), ffmpeg)
    assert [chunk.number for chunk in chunks] == [0, 1, 2, 3]
    for chunk in chunks:
        assert set(chunk.media) == set(chunk.init) == {"64k", "128k", "256k"}
        assert {contents(data) for data in chunk.media.values()} == {Contents(chunk.number * CHUNK, 192)}


@pytest.mark.parametrize("ffmpeg", FFMPEGS)
def test_no_edit_list_hides_the_encoders_delay(ffmpeg: str) -> None:
    init = encode(noise(0, CHUNK, 1), ffmpeg)[0].init["128k"]
    found = init.find(b"elst")
    if found >= 0:  # version and flags, one entry: duration 0, media time 0
        assert struct.unpack_from(">IIII", init, found + 4) == (0, 1, 0, 0)


@pytest.mark.parametrize("ffmpeg", FFMPEGS)
def test_chunks_decode_to_the_same_samples_1024_later(ffmpeg: str) -> None:
    source = noise(0, 2 * CHUNK, 5)
    chunks = encode(source, ffmpeg)
    for name, least in (("64k", 0.2), ("128k", 0.3), ("256k", 0.85)):
        sound = decode(chunks[0].init[name] + b"".join(chunk.media[name] for chunk in chunks))
        assert len(sound) == len(chunks) * CHUNK
        window = sound[CHUNK - 24_000 : CHUNK + 24_000, 0]
        start = CHUNK - 24_000 - DELAY
        around = source[start - 960 : start + len(window) + 960, 0]
        lag = int(np.argmax(np.correlate(around, window, "valid"))) - 960
        assert lag == 0
        assert correlations(sound[DELAY:], source)[WARM:].min() > least


def test_the_last_chunk_is_filled_up_with_silence(heard: Heard, running: HlsEncoder) -> None:
    feed_all(running, noise(0, 48_000, 2))
    assert running.finish(LIMIT_S)
    chunk = heard.chunks[0]
    sound = decode(chunk.init["256k"] + chunk.media["256k"])
    assert len(heard.chunks) == 1
    assert len(sound) == CHUNK
    assert not np.abs(sound[48_000 + 4 * DELAY :]).max() > 1e-4


def test_finishing_before_any_sound_makes_no_chunk(heard: Heard, running: HlsEncoder) -> None:
    running.finish(LIMIT_S)
    assert heard.exited.wait(LIMIT_S)
    assert not heard.chunks
    assert heard.exits[0].expected


@pytest.mark.parametrize("size", [1, 777, 4096])
def test_odd_blocks_make_the_same_chunks(size: int, heard: Heard) -> None:
    source = noise(0, 2 * SHORT, 3)
    whole, pieces = Heard(), heard
    for target, step in (
        (encoder(whole, chunk_samples=SHORT), len(source)),
        (encoder(pieces, chunk_samples=SHORT), size),
    ):
        target.start()
        for start in range(0, len(source), step):
            feed_all(target, source[start : start + step])
        assert target.finish(LIMIT_S)
        target.close()
    assert [chunk.media for chunk in pieces.chunks] == [chunk.media for chunk in whole.chunks]


def test_a_block_that_does_not_fit_is_taken_in_whole_frames_and_nothing_is_lost(heard: Heard) -> None:
    """The pipe is filled to the last byte of a frozen ffmpeg, a frame at a time and in odd blocks, then it goes on."""
    source = noise(0, 4 * CHUNK, 4)
    target = encoder(heard)
    target.start()
    pid = target.pid
    assert pid is not None
    feed_all(target, source[:CHUNK])
    os.kill(pid, signal.SIGSTOP)
    done = CHUNK
    while taken := target.feed(source[done : done + 1111], 0.0):
        done += taken
    os.kill(pid, signal.SIGCONT)
    feed_all(target, source[done:])
    assert target.fed_samples == len(source)
    assert target.finish(LIMIT_S)
    target.close()
    sound = decode(heard.chunks[0].init["256k"] + b"".join(chunk.media["256k"] for chunk in heard.chunks))
    assert correlations(sound[DELAY:], source)[WARM:].min() > 0.85


def test_a_frozen_ffmpeg_takes_nothing_and_never_keeps_the_caller(heard: Heard, running: HlsEncoder) -> None:
    assert running.pid is not None
    os.kill(running.pid, signal.SIGSTOP)
    block = np.zeros((48_000, 2), np.float32)
    while running.feed(block, 0.0):
        pass
    assert running.feed(block, 0.01) == 0
    assert running.lag_samples == running.fed_samples < 10 * 48_000
    running.close()
    assert heard.exits[0].expected
    assert not heard.chunks


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells what lies in a pipe")
@pytest.mark.parametrize("block", [480, 100 * 48_000], ids=["the pipe has room", "somebody waits to write"])
def test_a_frozen_ffmpeg_is_found_out_killed_and_told(heard: Heard, running: HlsEncoder, block: int) -> None:
    """Long before the pipe is full, and also while a writer is waiting at it for ever."""
    assert running.pid is not None
    feed_all(running, noise(0, 48_000, 1))
    while running._child is None or running._child.read_bytes < 48_000 * 8:
        assert not heard.exited.wait(0.01)
    os.kill(running.pid, signal.SIGSTOP)
    with contextlib.suppress(EncoderError):
        running.feed(np.zeros((block, 2), np.float32), LIMIT_S)
        heard.exited.wait(0.2)  # that may have been read before the signal came
        running.feed(np.zeros((block, 2), np.float32), LIMIT_S)
    assert heard.exited.wait(LIMIT_S)
    fact = heard.exits[0]
    assert (fact.hung, fact.expected) == (True, False)
    assert "stood still for 2 s" in fact.last_words[-1]


def test_an_ffmpeg_that_is_not_fed_is_left_in_peace(heard: Heard, running: HlsEncoder) -> None:
    feed_all(running, noise(0, 48_000, 1))
    assert not heard.exited.wait(3.5)


def test_a_killed_ffmpeg_is_told_at_once(heard: Heard, running: HlsEncoder) -> None:
    assert running.pid is not None
    os.kill(running.pid, signal.SIGKILL)
    assert heard.exited.wait(LIMIT_S)
    fact = heard.exits[0]
    assert (fact.run, fact.code, fact.expected) == (EncoderRun(0, 0), -signal.SIGKILL, False)
    with pytest.raises(EncoderError, match="gone"):
        running.feed(np.zeros((4800, 2), np.float32), 1.0)


def test_what_ffmpeg_said_last_comes_with_its_exit(heard: Heard) -> None:
    target = encoder(heard, renditions=(LADDER[0], LADDER[0]), work_parent=None)
    target._argv[target._argv.index("aac")] = "no_such_codec"
    target.start()
    assert heard.exited.wait(LIMIT_S)
    target.close()
    assert not heard.exits[0].expected
    assert any("no_such_codec" in line for line in heard.exits[0].last_words)


def test_lag_is_what_is_in_no_chunk_yet(heard: Heard) -> None:
    lags: list[int] = []
    target: HlsEncoder = encoder(heard, chunk_samples=SHORT, on_chunk=lambda _: lags.append(target.lag_samples))
    target.start()
    assert target.lag_samples == 0
    feed_all(target, noise(0, 8 * SHORT, 1))
    assert target.finish(LIMIT_S)
    target.close()
    assert len(lags) == 9
    assert all(later <= 8 * SHORT - number * SHORT for number, later in enumerate(lags))


def test_a_receiver_that_fails_ends_the_encoder_and_is_named(heard: Heard) -> None:
    def broken(_: EncodedChunk) -> None:
        raise OSError("no room on the shelf")

    target = encoder(heard, chunk_samples=SHORT, on_chunk=broken)
    target.start()
    with pytest.raises(EncoderError):
        feed_for_ever(target)
    assert heard.exited.wait(LIMIT_S)
    target.close()
    assert not heard.exits[0].expected
    assert "no room on the shelf" in heard.exits[0].last_words[-1]


@pytest.mark.skipif(sys.platform == "win32", reason="the limit is set by a POSIX shell")
@pytest.mark.parametrize("ffmpeg", FFMPEGS)
def test_a_full_work_folder_never_delivers_half_a_chunk(ffmpeg: str, heard: Heard, tmp_path: Path) -> None:
    """No file may grow over 102,400 bytes: the 256k chunk of 131 kB fails as on a full disk."""
    script = tmp_path / "ffmpeg"
    script.write_text(f"#!/bin/sh\ntrap '' XFSZ\nulimit -f 200\nexec '{ffmpeg}' \"$@\"\n")
    script.chmod(0o755)
    target = encoder(heard, str(script))
    target.start()
    with pytest.raises(EncoderError):
        feed_for_ever(target)
    assert heard.exited.wait(LIMIT_S)
    target.close()
    assert not heard.exits[0].expected
    assert heard.exits[0].last_words
    assert not heard.chunks


def test_nothing_is_left_behind(heard: Heard, tmp_path: Path) -> None:
    target = encoder(heard, work_parent=tmp_path)
    target.start()
    folders = list(tmp_path.iterdir())
    assert [folder.stat().st_mode & 0o777 for folder in folders] == [0o700]
    target.close()
    target.close()
    assert not list(tmp_path.iterdir())
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("encoder")]
    assert len(heard.exits) == 1


def test_working_files_are_deleted_as_soon_as_they_were_read(heard: Heard, tmp_path: Path) -> None:
    seen: list[list[str]] = []
    target = encoder(
        heard, chunk_samples=SHORT, work_parent=tmp_path,
        on_chunk=lambda chunk: seen.append([path.name for path in tmp_path.glob(f"*/*-{chunk.number}.m4s")]),
    )  # fmt: skip
    target.start()
    feed_all(target, noise(0, 4 * SHORT, 1))
    assert target.finish(LIMIT_S)
    target.close()
    assert seen == [[]] * 5


def test_an_encoder_that_never_started_can_be_closed(heard: Heard, tmp_path: Path) -> None:
    target = encoder(heard, work_parent=tmp_path / "nowhere")
    with pytest.raises(EncoderError, match="could not be started"):
        target.start()
    with pytest.raises(EncoderError, match="not started"):
        target.feed(np.zeros((10, 2), np.float32), 0.0)
    assert not target.finish(0.0)
    target.close()


def test_a_program_that_is_not_ffmpeg_is_told_as_an_exit(heard: Heard) -> None:
    target = encoder(heard, "/bin/false")
    target.start()
    assert heard.exited.wait(LIMIT_S)
    target.close()
    assert (heard.exits[0].code, heard.exits[0].expected) == (1, False)


def test_a_chunk_length_off_the_grid_is_refused(heard: Heard) -> None:
    with pytest.raises(EncoderError, match="multiple of 4096"):
        encoder(heard, chunk_samples=192_000)


def test_mono_is_refused(running: HlsEncoder) -> None:
    with pytest.raises(EncoderError, match="stereo"):
        running.feed(np.zeros((100, 1), np.float32), 0.0)


def test_a_run_may_have_another_chunk_length(heard: Heard) -> None:
    target = encoder(heard, TOOLS.ffmpeg, EncoderRun(3, 999), chunk_samples=94_208)
    target.start()
    feed_all(target, noise(0, 10 * 94_208, 1))
    assert target.finish(LIMIT_S)
    target.close()
    assert [contents(chunk.media["64k"]) for chunk in heard.chunks] == [
        Contents(999 + n * 94_208, 92) for n in range(11)
    ]
    assert heard.chunks[0].run == EncoderRun(3, 999)
