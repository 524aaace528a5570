"""The publisher: what listeners can fetch at every moment, how long it stays, and what is saved before they see it."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from radio.clock import FastClock
from radio.contracts import EncodedChunk, EncoderRun, Entry
from radio.events import ChunkPublished
from radio.packager.publisher import Publisher
from radio.packager.store import Asset
from radio.packager.window import SEQUENCE_ORIGIN_UTC, SequenceState
from tests.packager.reloads import Reloads
from tests.packager.rig import CHUNK, DELAY, LADDER, tags, uris

CHUNK_S = 4.096
START = SEQUENCE_ORIGIN_UTC + 1000 * CHUNK_S + 1.0
MEDIA = b"/live/64k/index.m3u8"
RUN = EncoderRun(0, 0)


@dataclass(slots=True)
class Station:
    """A publisher, its clock, and everything it reported."""

    window_chunks: int = 6
    state: SequenceState | None = None
    clock: FastClock = field(default_factory=lambda: FastClock(START))
    saved: list[SequenceState] = field(default_factory=list)
    facts: list[ChunkPublished] = field(default_factory=list)
    publisher: Publisher = field(init=False)

    def __post_init__(self) -> None:
        self.publisher = Publisher(
            self.clock,
            LADDER,
            chunk_samples=CHUNK,
            window_chunks=self.window_chunks,
            state=self.state,
            save=self.save,
            on_published=self.facts.append,
        )

    def save(self, state: SequenceState) -> None:
        """Nothing that it covers anew has been shown yet."""
        last = self.publisher.store.published.last_sequence
        assert last is None or last < state.last_sequence
        self.saved.append(state)

    def pass_time(self, seconds: float) -> None:
        waiter = self.clock.waiter()
        waiter.wait(self.clock.monotonic() + seconds)
        waiter.close()

    def open(self, run: EncoderRun = RUN, drop_chunks: int = 0) -> float:
        return self.publisher.open_epoch(run, self.clock.utc() - 3 * CHUNK_S, drop_chunks=drop_chunks)

    def push(self, count: int, run: EncoderRun = RUN, start: int = 0, seconds: float = 0.0) -> None:
        for number in range(start, start + count):
            self.pass_time(seconds)
            self.publisher.push(chunk(number, run))

    @property
    def assets(self) -> dict[bytes, Asset]:
        return dict(self.publisher.store.published.assets)

    @property
    def playlist(self) -> str:
        return self.assets[MEDIA].body.decode()

    def bodies(self, ending: bytes) -> set[bytes]:
        return {path for path in self.assets if path.startswith(b"/live/64k/") and path.endswith(ending)}


def chunk(number: int, run: EncoderRun = RUN, size: int = 100) -> EncodedChunk:
    media = {rendition.name: f"{rendition.name} {run.number} {number}".encode().ljust(size) for rendition in LADDER}
    return EncodedChunk(run, number, media, {rendition.name: f"init {run.number}".encode() for rendition in LADDER})


def is_ready(station: Station) -> bool:
    return station.publisher.ready


@pytest.fixture
def station() -> Station:
    return Station()


def test_no_playlist_is_shown_before_three_chunks_can_be_fetched(station: Station) -> None:
    station.open()
    station.push(2)
    assert not any(path.endswith(b".m3u8") for path in station.assets)
    assert not is_ready(station)
    station.push(1, start=2)
    assert is_ready(station)
    assert len(uris(station.playlist)) == 3
    assert b"/live.m3u8" in station.assets


def test_everything_a_playlist_names_can_be_fetched_in_every_rendition(station: Station) -> None:
    station.open()
    station.push(10)
    for rendition in ("64k", "128k", "256k"):
        playlist = station.assets[f"/live/{rendition}/index.m3u8".encode()].body.decode()
        assert playlist == station.playlist
        for number, name in enumerate(uris(playlist), start=4):
            body = station.assets[f"/live/{rendition}/{name}".encode()].body
            assert body.startswith(f"{rendition} 0 {number}".encode())
        init = tags(playlist, "EXT-X-MAP")[0].split('"')[1]
        assert station.assets[f"/live/{rendition}/{init}".encode()].body == b"init 0"


def test_a_fact_is_told_for_every_chunk_that_can_be_fetched(station: Station) -> None:
    station.open()
    station.push(4)
    fact = station.facts[3]
    assert (fact.sequence, fact.first_sample, fact.end_sample) == (1003, 3 * CHUNK - DELAY, 4 * CHUNK - DELAY)
    assert abs(fact.date_utc - (START - 3 * CHUNK_S + (3 * CHUNK - DELAY) / 48_000)) < 0.001
    assert fact.size_bytes == 300
    assert station.publisher.next_sample == 4 * CHUNK
    assert station.publisher.newest_date == pytest.approx(START + CHUNK_S - DELAY / 48_000, abs=0.001)


def test_a_chunk_that_left_stays_for_its_length_and_the_windows_and_is_then_deleted(station: Station) -> None:
    station.open()
    station.push(6)
    name = uris(station.playlist)[0]
    first = f"/live/64k/{name}".encode()
    station.push(1, start=6)
    assert name not in uris(station.playlist)
    station.pass_time(7 * CHUNK_S - 0.01)
    station.publisher.sweep()
    assert first in station.assets
    station.pass_time(0.02)
    station.publisher.sweep()
    assert first not in station.assets


def test_what_can_be_fetched_is_bounded_over_a_day(station: Station) -> None:
    station.open()
    for number in range(21_000):
        station.push(1, start=number, seconds=CHUNK_S)
    assert len(station.bodies(b".m4s")) == 6 + 7
    assert len(station.bodies(b".mp4")) == 1
    assert len(station.assets) == 3 * (13 + 1 + 1) + 1


def test_chunks_published_all_at_once_are_bounded_too(station: Station) -> None:
    station.open()
    station.push(1000)
    assert len(station.bodies(b".m4s")) <= 6 + 15


def test_an_init_stays_as_long_as_a_chunk_that_uses_it(station: Station) -> None:
    station.open()
    station.push(6, seconds=CHUNK_S)
    run = EncoderRun(1, station.publisher.next_sample - CHUNK)
    station.open(run, drop_chunks=1)
    old = next(iter(station.bodies(b".mp4")))
    for number in range(1, 30):
        station.push(1, run, start=number, seconds=CHUNK_S)
        users = [path for path in station.bodies(b".m4s") if path.startswith(old.replace(b"init-", b"")[:-4])]
        assert (old in station.assets) == bool(users)
    assert old not in station.assets


def test_numbers_are_saved_before_they_are_shown_and_not_for_every_chunk(station: Station) -> None:
    station.open()
    station.push(40)
    assert len(station.saved) == 10
    assert station.saved[-1].last_sequence >= station.facts[-1].sequence
    assert station.saved[0].last_discontinuity == 1000


def test_a_killed_server_goes_on_above_everything_it_has_shown(station: Station) -> None:
    station.open()
    station.push(10)
    listener = Reloads()
    listener.look(station.playlist)
    again = Station(state=station.saved[-1], clock=station.clock)
    again.open()
    again.push(3)
    listener.look(again.playlist)
    listener.finish()
    assert 1 <= again.facts[0].sequence - station.facts[-1].sequence <= 4
    assert tags(again.playlist, "EXT-X-DISCONTINUITY")
    assert tags(again.playlist, "EXT-X-DISCONTINUITY-SEQUENCE") == ["1000"]


def test_dates_go_on_after_a_restart_with_a_clock_that_was_set_back(station: Station) -> None:
    station.open()
    station.push(5)
    again = Station(state=station.saved[-1], clock=FastClock(START - 10_000))
    t0 = again.open()
    again.push(1)
    assert again.facts[0].date_utc >= station.saved[-1].last_date_ms / 1000
    assert t0 > again.clock.utc()


def test_the_date_asked_for_is_kept_where_nothing_stands_against_it(station: Station) -> None:
    assert station.open() == pytest.approx(START - 3 * CHUNK_S, abs=1e-5)


def test_a_replaced_encoder_is_spliced_without_its_first_chunk(station: Station) -> None:
    station.open()
    station.push(5)
    run = EncoderRun(1, station.publisher.next_sample - CHUNK)
    station.publisher.open_epoch(run, START - 3 * CHUNK_S + 4 * CHUNK_S, drop_chunks=1)
    station.push(1, start=5)
    assert station.publisher.next_sample == 5 * CHUNK
    assert not station.publisher.ready
    station.push(2, run)
    assert len(station.facts) == 6
    before, after = station.facts[-2:]
    assert (after.sequence, after.first_sample) == (before.sequence + 1, before.end_sample)
    assert after.date_utc == pytest.approx(before.date_utc + CHUNK_S, abs=0.0011)
    assert after.epoch != before.epoch


def test_an_entry_is_shown_with_the_chunk_that_holds_it(station: Station) -> None:
    station.open()
    station.publisher.announce(Entry(7, 4 * CHUNK, "Seven", "p", "synth"))
    station.push(4)
    assert "Seven" not in station.playlist
    station.push(1, start=4)
    assert "Seven" in station.playlist


def test_a_withdrawn_entry_is_never_shown(station: Station) -> None:
    station.open()
    station.publisher.announce(Entry(7, 4 * CHUNK, "Seven", "p", "synth"))
    station.publisher.withdraw(3 * CHUNK)
    station.push(6)
    assert "Seven" not in station.playlist


def test_an_end_is_said_even_before_three_chunks(station: Station) -> None:
    station.open()
    station.push(2)
    station.publisher.end()
    assert "#EXT-X-ENDLIST" in station.playlist
    assert station.publisher.store.published.ended
    station.push(1, start=2)
    assert len(uris(station.playlist)) == 2


def test_asleep_there_is_no_playlist_and_chunks_stay_for_their_time(station: Station) -> None:
    station.open()
    station.push(5)
    chunks = station.bodies(b".m4s")
    station.publisher.clear()
    assert MEDIA not in station.assets
    assert not station.publisher.ready
    assert station.publisher.newest_date is None
    assert station.bodies(b".m4s") == chunks
    station.pass_time(60)
    station.publisher.sweep()
    assert not station.assets


def test_waking_shows_a_new_window_above_the_old_one(station: Station) -> None:
    listener = Reloads()
    station.open()
    station.push(5)
    listener.look(station.playlist)
    station.publisher.clear()
    station.pass_time(3600)
    run = EncoderRun(1, 10 * CHUNK)
    station.open(run)
    station.push(3, run)
    listener.look(station.playlist)
    listener.finish()
    assert len(uris(station.playlist)) == 3


def test_a_moment_never_changes_under_its_reader(station: Station) -> None:
    station.open()
    station.push(5)
    moment = station.publisher.store.published
    before = dict(moment.assets)
    station.push(50, start=5)
    assert moment.assets == before
    assert station.publisher.store.published is not moment


def test_stated_bit_rates_are_never_lower_than_what_was_published(station: Station) -> None:
    station.open()
    station.push(3)
    modest = station.assets[b"/live.m3u8"].body.decode()
    assert "BANDWIDTH=100000,AVERAGE-BANDWIDTH=67000" in modest
    station.publisher.push(chunk(3, size=90_000))
    loud = station.assets[b"/live.m3u8"].body.decode()
    assert 90_000 * 8 / CHUNK_S <= 176_000
    assert "BANDWIDTH=176000,AVERAGE-BANDWIDTH=67000" in loud
    station.push(20, start=4)
    assert "BANDWIDTH=176000" in station.assets[b"/live.m3u8"].body.decode()


def test_a_long_excess_raises_the_average_too(station: Station) -> None:
    station.open()
    for number in range(10):
        station.publisher.push(chunk(number, size=40_960))
    assert "BANDWIDTH=100000,AVERAGE-BANDWIDTH=80000" in station.assets[b"/live.m3u8"].body.decode()
