"""The window: numbers, names and dates never go back, whatever happens to encoder, clock, server or saved state."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from radio.contracts import EncoderRun, Entry
from radio.packager.playlist import render_media
from radio.packager.window import SEQUENCE_ORIGIN_UTC, Window, base36
from tests.packager.reloads import Reloads
from tests.packager.rig import CHUNK, DELAY

CHUNK_S = 4.096
NOW = SEQUENCE_ORIGIN_UTC + 1000 * CHUNK_S + 1.0
RUN = EncoderRun(0, 48_000)


def filled(count: int, window: Window | None = None, run: EncoderRun = RUN, start: int = 0, now: float = NOW) -> Window:
    """`window` with chunks `start` to `start + count` of `run`."""
    result = window or Window(CHUNK, 15).open(run, NOW - 12.288, 0)
    for number in range(start, start + count):
        added = result.add(run, number, now)
        assert added is not None
        result = added
    return result


def entry(index: int, sample: int) -> Entry:
    return Entry(index, sample, f"title {index}", "prompt", "synth")


def test_a_first_start_counts_from_the_date_and_has_no_discontinuity() -> None:
    window = filled(3)
    assert [chunk.sequence for chunk in window.chunks] == [1000, 1001, 1002]
    assert not any(chunk.discontinuity for chunk in window.chunks)
    assert window.last_discontinuity == 1000


def test_a_chunk_says_which_samples_it_holds() -> None:
    first, second = filled(2).chunks
    assert (first.first_sample, first.end_sample) == (48_000 - DELAY, 48_000 - DELAY + CHUNK)
    assert second.first_sample == first.end_sample


def test_names_carry_the_epoch_and_the_number() -> None:
    chunk = filled(2).chunks[1]
    assert chunk.name == f"{base36(1000)}-1001.m4s"
    assert chunk.init_name == f"init-{base36(1000)}.mp4"
    assert [base36(number) for number in (0, 35, 36, 1295)] == ["0", "z", "10", "zz"]


def test_dates_are_the_sample_clock_to_the_millisecond_however_long_it_runs() -> None:
    window = Window(CHUNK, 15).open(RUN, NOW, 0)
    for number in (0, 1, 21_094, 7_700_000):
        added = window.add(RUN, number, NOW)
        assert added is not None
        exact = NOW + (number * CHUNK - DELAY) / 48_000
        assert abs(added.chunks[-1].date_ms / 1000 - exact) <= 0.000_51


def test_a_full_window_lets_the_oldest_go() -> None:
    window = filled(20)
    assert [chunk.sequence for chunk in window.chunks] == list(range(1005, 1020))


def test_a_restarted_encoder_goes_on_at_the_next_sample_and_nothing_is_discontinuous() -> None:
    window = filled(5)
    run = EncoderRun(1, window.next_sample - CHUNK)
    window = filled(2, window.open(run, NOW - 12.288 + 4 * CHUNK_S, 1), run, start=1)
    assert not any(chunk.discontinuity for chunk in window.chunks)
    assert window.chunks[5].first_sample == window.chunks[4].end_sample
    assert window.chunks[5].date_ms == window.chunks[4].end_ms
    assert window.chunks[5].sequence == 1005
    assert window.chunks[5].init_name == f"init-{base36(1005)}.mp4"


def test_a_new_run_elsewhere_in_the_sound_or_at_a_later_date_is_a_discontinuity() -> None:
    for first_sample, later_s in ((CHUNK, 0.0), (0, 0.1)):
        window = filled(5)
        run = EncoderRun(1, window.next_sample - CHUNK + first_sample)
        window = filled(2, window.open(run, NOW - 12.288 + 4 * CHUNK_S + later_s, 1), run, start=1)
        assert [chunk.discontinuity for chunk in window.chunks] == [False] * 5 + [True, False]


def test_the_dropped_chunk_and_chunks_of_another_run_are_not_wanted() -> None:
    run = EncoderRun(1, 0)
    window = filled(3).open(run, NOW, 1)
    assert window.add(run, 0, NOW) is None
    assert window.add(RUN, 3, NOW) is None
    assert window.add(run, 1, NOW) is not None
    assert filled(3).add(RUN, 2, NOW) is None


def test_nothing_is_wanted_before_an_epoch_is_open_and_after_the_end() -> None:
    assert Window(CHUNK, 15).add(RUN, 0, NOW) is None
    assert filled(3).end().add(RUN, 3, NOW) is None


def test_a_chunk_that_never_came_is_a_discontinuity() -> None:
    window = filled(3).add(RUN, 4, NOW)
    assert window is not None
    assert window.chunks[-1].discontinuity
    assert window.chunks[-1].first_sample == window.chunks[-2].end_sample + CHUNK


def test_discontinuities_that_left_the_window_are_counted() -> None:
    run = EncoderRun(1, 0)
    window = filled(3)
    window = filled(14, window.open(run, NOW, 0), run)
    assert (window.discontinuities, window.last_discontinuity) == (1000, 1001)
    window = filled(3, window, run, start=14)
    assert (window.discontinuities, window.last_discontinuity) == (1001, 1001)


def test_clearing_keeps_every_number() -> None:
    run = EncoderRun(1, 0)
    window = filled(2, filled(3).open(run, NOW, 0), run).clear()
    assert not window.chunks
    assert (window.last_sequence, window.discontinuities) == (1004, 1001)
    again = filled(1, window.open(EncoderRun(2, 0), NOW + 1000, 0), EncoderRun(2, 0), now=NOW + 40_960)
    assert again.chunks[0].sequence == 11_000
    assert again.last_discontinuity == 1002


def test_an_ended_window_begins_empty_again() -> None:
    run = EncoderRun(1, 0)
    window = filled(1, filled(3).end().open(run, NOW, 0), run)
    assert [chunk.sequence for chunk in window.chunks] == [1003]
    assert not window.ended


def test_after_a_long_sleep_old_chunks_are_not_listed_beside_new_ones() -> None:
    run = EncoderRun(1, 0)
    window = filled(3).open(run, NOW + 3600, 0)
    assert not window.chunks


def test_a_clock_that_was_set_back_moves_the_new_epoch_and_not_the_dates() -> None:
    window = filled(10)
    end = window.chunks[-1].end_ms
    run = EncoderRun(1, 0)
    window = filled(2, window.open(run, NOW - 86_400, 0), run)
    assert window.chunks[-2].date_ms == end
    assert window.chunks[-1].date_ms == end + 4096


def test_rounding_at_a_restart_never_adds_up() -> None:
    window = filled(3)
    t0 = NOW - 12.288
    for number in range(1, 200):
        first = window.next_sample - CHUNK
        run = EncoderRun(number, first)
        window = filled(1, window.open(run, t0 + (first - 48_000) / 48_000, 1), run, start=1)
    newest = window.chunks[-1]
    assert abs(newest.date_ms / 1000 - (t0 + (newest.first_sample - 48_000) / 48_000)) < 0.002


def test_an_entry_is_marked_once_its_sample_is_listed_and_not_before() -> None:
    edge = 48_000 - DELAY + 3 * CHUNK
    window = filled(3).announce(entry(1, 48_000)).announce(entry(2, edge - 1)).announce(entry(3, edge))
    assert not window.marks
    window = filled(1, window, start=3)
    assert [(mark.entry.index, mark.sequence) for mark in window.marks] == [(1, 1000), (2, 1002), (3, 1003)]
    assert window.marks[2].date_ms == window.chunks[3].date_ms
    assert not window.pending


def test_an_entry_has_the_date_of_its_sample() -> None:
    window = filled(3, Window(CHUNK, 15).open(RUN, NOW, 0).announce(entry(1, 48_000 + 96_000)))
    assert abs(window.marks[0].date_ms - (NOW + 2.0) * 1000) <= 1


def test_a_mark_stays_until_the_next_one_has_left_too() -> None:
    window = Window(CHUNK, 15).open(RUN, NOW, 0).announce(entry(1, 48_000)).announce(entry(2, 48_000 + 10 * CHUNK))
    assert [mark.entry.index for mark in filled(20, window).marks] == [1, 2]
    assert [mark.entry.index for mark in filled(40, window).marks] == [2]


def test_an_entry_that_was_cut_away_is_withdrawn_unless_it_was_shown() -> None:
    window = filled(1, Window(CHUNK, 15).open(RUN, NOW, 0).announce(entry(1, 48_000)).announce(entry(2, 10 * CHUNK)))
    window = window.withdraw(0)
    assert not window.pending
    assert [mark.entry.index for mark in window.marks] == [1]


def test_announcing_again_moves_an_entry_until_it_was_shown() -> None:
    window = Window(CHUNK, 15).open(RUN, NOW, 0).announce(entry(1, 10 * CHUNK)).announce(entry(1, 48_000))
    window = filled(1, window)
    assert [mark.entry.sample for mark in window.marks] == [48_000]
    assert window.announce(entry(1, 10 * CHUNK)) == window


def test_an_entry_in_no_chunk_is_forgotten() -> None:
    window = filled(1, Window(CHUNK, 15).open(RUN, NOW, 0).announce(entry(1, 100)))
    assert not window.marks
    assert not window.pending


def test_announcements_are_bounded() -> None:
    window = Window(CHUNK, 15)
    for index in range(1000):
        window = window.announce(entry(index, index * CHUNK))
    assert len(window.pending) == 256


@dataclass(slots=True)
class Life:
    """A station as the window sees it, over encoder restarts, sleeps, crashes and clock jumps."""

    window: Window = field(default_factory=lambda: Window(CHUNK, 6))
    utc: float = NOW
    sample: int = 0
    runs: int = 0
    run: EncoderRun = RUN
    number: int = 0
    listener: Reloads = field(default_factory=Reloads)

    def open(self, sample: int, t0: float, drop: int) -> None:
        self.runs += 1
        self.run, self.number = EncoderRun(self.runs, sample), drop
        self.window = self.window.open(self.run, t0, drop)

    def wake(self) -> None:
        self.open(self.sample, self.utc - 3 * CHUNK_S, 0)
        self.chunks(3, passing=0.0)

    def chunks(self, count: int, passing: float = CHUNK_S) -> None:
        for _ in range(count):
            self.utc += passing
            added = self.window.add(self.run, self.number, self.utc)
            assert added is not None
            self.window, self.number = added, self.number + 1
            self.sample = self.window.next_sample
            self.listener.look(render_media(self.window))

    def restart(self) -> None:
        """DESIGN §5.4."""
        first = self.window.next_sample - CHUNK
        date = (self.window.last_end_ms + DELAY / 48) / 1000 - CHUNK_S
        self.open(first, date, 1)
        self.chunks(1)

    def sleep(self, seconds: float) -> None:
        self.window = self.window.clear()
        self.utc += seconds
        self.wake()

    def stop(self) -> None:
        self.window = self.window.end()
        self.listener.look(render_media(self.window))
        self.wake()

    def jump(self, seconds: float) -> None:
        self.utc += seconds
        self.wake()

    def crash(self) -> None:
        """The numbers were saved, some ahead of what was shown."""
        old = self.window
        self.window = Window(CHUNK, 6, old.last_sequence + 3, old.last_discontinuity, old.last_end_ms)
        self.wake()

    def lose_state(self) -> None:
        """Nothing was saved; the clock is right, and the server was away for as long as it had published ahead."""
        published = SEQUENCE_ORIGIN_UTC + (self.window.last_sequence + 1) * CHUNK_S
        self.utc = max(self.utc + 3 * CHUNK_S, published + 1, self.window.last_end_ms / 1000 + 3 * CHUNK_S)
        self.window = Window(CHUNK, 6)
        self.wake()


LIVES = st.lists(
    st.one_of(
        st.tuples(st.just("chunks"), st.integers(1, 12)),
        st.tuples(st.sampled_from(["restart", "stop", "crash", "lose_state"])),
        st.tuples(st.just("sleep"), st.floats(0, 1e6)),
        st.tuples(st.just("jump"), st.floats(-1e5, 1e5)),
    ),
    max_size=40,
)


@settings(max_examples=150, deadline=None)
@given(LIVES)
def test_no_life_however_troubled_makes_anything_go_back(events: list[tuple[str, float]]) -> None:
    life = Life()
    life.wake()
    for name, *arguments in events:
        getattr(life, name)(*arguments)
    life.chunks(3)
    life.listener.finish()
