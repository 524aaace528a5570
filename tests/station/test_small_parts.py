"""Back-off, listeners, entries and the saved state."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from radio.contracts import Entry
from radio.mixer.playout import Epoch
from radio.packager.window import SequenceState
from radio.station.entries import KEPT, Entries
from radio.station.generation.lookahead import back_off_s
from radio.station.listeners import LISTENING_S, Listeners
from radio.station.promises import Promise
from radio.station.receipts import receipt
from radio.station.resume.saved import FILE_NAME, Saved, SavedState


def test_back_off_doubles_and_is_bounded() -> None:
    assert [back_off_s(k) for k in (0, 1, 2, 3)] == [0.0, 0.5, 1.0, 2.0]
    assert back_off_s(10_000) == 30.0


def test_listeners_are_counted_once_and_forgotten_when_they_fetch_no_more() -> None:
    listeners = Listeners()
    listeners.touch("a", "64k", 0.0)
    listeners.touch("b", "128k", 5.0)
    listeners.touch("a", "128k", 6.0)
    assert listeners.count(6.0) == 2
    assert listeners.by_rendition(6.0) == {"128k": 2}
    assert listeners.count(5.5 + LISTENING_S) == 1
    assert listeners.count(1e9) == 0
    assert listeners.last_seen_s == 6.0


def test_a_clock_that_was_set_back_changes_no_countdown() -> None:
    epoch = Epoch(48_000, 1e9 + 7200, began_s=100.0, preroll_samples=96_000)
    promised = Promise(1, "piano", "now", 7, 48_000 * 13)
    told = receipt(promised, epoch, 102.0, chunk_s=4.0)
    assert told.audible_at == 1e9 + 7200 + 12
    assert told.audible_in_s == pytest.approx(12 - 2 - 2 + 12)


def entry(index: int, sample: int) -> Entry:
    return Entry(index, sample, f"title {index}", "x", "synth")


def test_the_segment_on_the_air_changes_exactly_at_its_entry() -> None:
    entries = Entries()
    entries.add(entry(0, 100))
    entries.add(entry(1, 200))
    assert entries.at(99) is None
    assert entries.at(199) == entry(0, 100)
    assert entries.at(200) == entry(1, 200)
    assert entries.after(100) == entry(1, 200)
    assert entries.after(200) is None


def test_an_entry_after_a_cut_takes_the_place_of_what_was_taken_back() -> None:
    entries = Entries()
    for k in range(3):
        entries.add(entry(k, 100 * k))
    entries.add(entry(3, 150))
    assert entries.at(1000) == entry(3, 150)
    assert entries.at(149) == entry(1, 100)


def test_entries_do_not_grow_for_ever() -> None:
    entries = Entries()
    for k in range(10 * KEPT):
        entries.add(entry(k, k))
    assert entries.at(8 * KEPT) is None


def test_what_was_saved_is_there_after_a_restart(tmp_path: Path) -> None:
    SavedState(tmp_path).update(next_index=5, prompt="ピアノ", sequence=SequenceState(1, 2, 3))
    assert SavedState(tmp_path).value == Saved(SequenceState(1, 2, 3), next_index=5, prompt="ピアノ")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"next_index": -4}',
        '{"next_index": "5"}',
        '{"prompt": 3}',
        '{"sequence": {"last_sequence": "x"}}',
    ],
)
def test_a_damaged_file_is_a_first_start_with_a_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE_NAME).write_text(text)
    saved = SavedState(tmp_path)
    assert saved.value == Saved()
    assert saved.trouble


def test_unknown_fields_of_a_newer_version_are_ignored(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text(json.dumps({"next_index": 5, "of_the_future": 1}))
    assert SavedState(tmp_path).value.next_index == 5


def test_a_folder_that_cannot_be_written_is_told_and_nothing_is_raised(tmp_path: Path) -> None:
    saved = SavedState(tmp_path / "missing")
    saved.update(next_index=9)
    assert saved.trouble
    assert saved.value.next_index == 9
