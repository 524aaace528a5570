"""A publisher that follows a killed one shows the same window, and goes on from there."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from radio.clock import FastClock
from radio.contracts import EncodedChunk, EncoderRun, Entry
from radio.events import ChunkPublished
from radio.packager.keep import Keep
from radio.packager.kept_window import INDEX, KeptWindow
from radio.packager.publisher import Publisher
from radio.packager.window import SequenceState
from tests.packager.rig import CHUNK, LADDER, tags, uris

START = 1_790_000_000.0
CHUNK_S = CHUNK / 48_000
MEDIA = b"/live/64k/index.m3u8"


@dataclass(slots=True)
class Life:
    """One server's publisher; its successor has the same keep and the numbers that were saved."""

    keep: Keep
    clock: FastClock = field(default_factory=lambda: FastClock(START))
    state: SequenceState | None = None
    size: int = 6
    facts: list[ChunkPublished] = field(default_factory=list)
    publisher: Publisher = field(init=False)

    def __post_init__(self) -> None:
        self.publisher = Publisher(
            self.clock, LADDER, chunk_samples=CHUNK, window_chunks=self.size, state=self.state, save=self.save,
            on_published=self.facts.append, kept=KeptWindow(self.keep),
        )  # fmt: skip

    def save(self, state: SequenceState) -> None:
        self.state = state

    def play(self, count: int, first_sample: int = 0, drop: int = 0, size: int = 100) -> None:
        run = EncoderRun(0, first_sample)
        self.publisher.open_epoch(run, self.clock.utc() - CHUNK_S * count, drop_chunks=drop)
        for number in range(count + drop):
            self.publisher.push(chunk(run, number, size))

    def next(self, later_s: float = 2.0, size: int | None = None) -> Life:
        """Killed: nothing was said. The next one opens the same keep."""
        return Life(self.keep, FastClock(self.clock.utc() + later_s), self.state, size or self.size)

    @property
    def playlist(self) -> str:
        asset = self.publisher.store.published.assets.get(MEDIA)
        return asset.body.decode() if asset else ""

    @property
    def bodies(self) -> dict[bytes, bytes]:
        return {path: asset.body for path, asset in self.publisher.store.published.assets.items() if b"-" in path}


def chunk(run: EncoderRun, number: int, size: int = 100) -> EncodedChunk:
    media = {
        rendition.name: f"{rendition.name} {run.first_sample} {number}".encode().ljust(size) for rendition in LADDER
    }
    return EncodedChunk(run, number, media, {rendition.name: b"init" for rendition in LADDER})


@pytest.fixture
def first(tmp_path: Path) -> Life:
    life = Life(Keep(tmp_path / "data", tmp_path))
    life.publisher.announce(Entry(7, 9 * CHUNK, "now", "p", "e", 0))
    life.publisher.announce(Entry(8, 12 * CHUNK, "later", "p", "e", 0))
    life.play(11)
    return life


def test_the_same_window_is_shown_to_the_last_byte_with_all_that_could_be_fetched(first: Life) -> None:
    second = first.next()
    assert second.playlist == first.playlist != ""
    assert second.bodies == first.bodies
    assert len(second.bodies) == 3 * (11 + 1)
    assert not second.publisher.ready


def test_new_chunks_follow_with_the_next_number_as_if_nothing_had_been(first: Life) -> None:
    second = first.next()
    assert second.publisher.published_to == 11 * CHUNK
    second.publisher.announce(Entry(8, 12 * CHUNK, "later", "p", "e", 0))
    second.play(3, 10 * CHUNK, drop=1)
    assert second.publisher.ready
    assert second.facts[0].sequence == first.facts[-1].sequence + 1
    assert second.facts[0].first_sample == first.facts[-1].end_sample
    assert uris(second.playlist)[:3] == uris(first.playlist)[3:]
    assert "#EXT-X-DISCONTINUITY\n" not in second.playlist
    assert len(tags(second.playlist, "EXT-X-MAP")) == 2
    assert 'ID="segment-7"' in second.playlist
    assert 'ID="segment-8"' in second.playlist


def test_it_can_be_killed_again_and_again(first: Life) -> None:
    life = first
    for k in range(5):
        life = life.next()
        life.play(2, (10 + 2 * k) * CHUNK, drop=1)
    sequences = [int(name.partition("-")[2].removesuffix(".m4s")) for name in uris(life.playlist)]
    assert sequences == list(range(sequences[0], sequences[0] + 6))
    assert sequences[-1] == first.facts[-1].sequence + 10
    assert "#EXT-X-DISCONTINUITY\n" not in life.playlist
    assert tags(life.playlist, "EXT-X-DISCONTINUITY-SEQUENCE") == tags(first.playlist, "EXT-X-DISCONTINUITY-SEQUENCE")


def test_what_left_the_window_goes_from_the_keep_when_its_time_is_over(first: Life) -> None:
    kept = [name for name in first.keep.names() if name.endswith(".m4s")]
    assert len(kept) == 11
    waiter = first.clock.waiter()
    waiter.wait(first.clock.monotonic() + 60)
    waiter.close()
    first.publisher.sweep()
    assert len([name for name in first.keep.names() if name.endswith(".m4s")]) == 6


def test_after_longer_than_a_window_nothing_old_is_shown_and_the_numbers_go_on(first: Life) -> None:
    second = first.next(later_s=600)
    assert second.playlist == ""
    assert second.publisher.published_to == 11 * CHUNK
    second.play(3, 10 * CHUNK, drop=1)
    assert second.facts[0].sequence > first.facts[-1].sequence
    assert second.facts[0].date_utc > first.facts[-1].date_utc
    assert second.playlist.count("#EXT-X-DISCONTINUITY\n") == 1


def test_an_ended_stream_stays_ended(first: Life) -> None:
    first.publisher.end()
    second = first.next(later_s=3600)
    assert second.playlist == first.playlist
    assert second.playlist.endswith("#EXT-X-ENDLIST\n")


def test_a_cleared_window_stays_empty(first: Life) -> None:
    first.publisher.clear()
    assert first.next().playlist == ""


@pytest.mark.parametrize("damaged", [5, 7, 10])
def test_a_damaged_chunk_and_those_before_it_have_left_the_window(first: Life, damaged: int) -> None:
    name = uris(first.playlist)[damaged - 5]
    path = first.keep.path / name
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    second = first.next()
    second.play(3, 10 * CHUNK, drop=1)
    assert second.facts[0].sequence == first.facts[-1].sequence + 1 or damaged == 10
    assert second.facts[0].sequence > first.facts[-1].sequence
    assert name not in second.playlist
    assert not path.exists()


@pytest.mark.parametrize(
    "harm",
    [
        lambda data: b"",
        lambda data: data[:-5],
        lambda data: b"[]",
        lambda data: json.dumps(json.loads(data) | {"last_end_ms": -5}).encode(),
        lambda data: json.dumps(json.loads(data) | {"last_sequence": 10**30}).encode(),
        lambda data: json.dumps(json.loads(data) | {"chunks": 3}).encode(),
        lambda data: json.dumps(json.loads(data) | {"chunk_samples": 4096}).encode(),
        lambda data: json.dumps(json.loads(data) | {"chunks": [{}]}).encode(),
    ],
)
def test_a_damaged_index_is_no_window_and_the_saved_numbers_go_on(first: Life, harm: Callable[[bytes], bytes]) -> None:
    data = first.keep.read(INDEX)
    assert data is not None
    first.keep.write(INDEX, harm(data))
    second = first.next()
    assert second.playlist == ""
    assert second.keep.names() == []
    second.play(3, 10 * CHUNK)
    assert second.facts[0].sequence > first.facts[-1].sequence


def test_an_index_from_before_the_saved_numbers_is_not_used(first: Life) -> None:
    assert first.state is not None
    first.state = replace(first.state, last_sequence=first.state.last_sequence + 50)
    assert first.next().playlist == ""


def test_with_another_window_length_the_newest_are_shown(first: Life) -> None:
    assert uris(first.next(size=4).playlist) == uris(first.playlist)[2:]


def test_a_keep_that_is_full_is_told_of_and_listeners_hear_everything(small_disk: Path) -> None:
    life = Life(Keep(small_disk / "data", small_disk))
    life.play(12, size=20_000)
    assert life.publisher.trouble
    assert "No space left" in life.publisher.trouble
    assert len(uris(life.playlist)) == 6
    assert len(life.bodies) == 3 * 13
    second = life.next()
    second.play(3, 11 * CHUNK, drop=1, size=100)
    assert second.facts[0].sequence > life.facts[-1].sequence
    life.keep.close()


def test_an_entry_that_was_still_to_come_is_the_next_servers_to_announce(first: Life) -> None:
    """It may have been cut away after the last chunk."""
    shown, ahead = first.publisher.published_to + CHUNK // 2, first.publisher.published_to + 3 * CHUNK
    first.publisher.announce(Entry(17, shown, "shown", "x", "synth"))
    first.publisher.announce(Entry(18, ahead, "cut away", "x", "synth"))
    first.play(1, first.publisher.published_to - CHUNK, drop=1)
    second = first.next()
    second.play(3, second.publisher.published_to - CHUNK, drop=1)
    assert "shown" in second.playlist
    assert "cut away" not in second.playlist
