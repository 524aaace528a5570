"""The saved state: the newer copy counts, damage is put aside and told of, and no disk stops anything."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest

from radio.packager.keep import Keep
from radio.packager.window import SequenceState
from radio.station.resume.saved import DAMAGED_NAME, FILE_NAME, FUTURE_S, Saved, SavedState
from radio.station.resume.saver import Saver

NOW = 1_790_000_000.0


def test_the_copy_in_the_keep_survives_a_disk_that_took_nothing(tmp_path: Path) -> None:
    keep = Keep(tmp_path / "data", tmp_path)
    first = SavedState(tmp_path / "missing", keep)
    first.update(next_index=9, on=True)
    assert first.trouble
    assert SavedState(tmp_path / "missing", keep).value == Saved(next_index=9, on=True)


def test_the_newer_of_both_copies_counts(tmp_path: Path) -> None:
    keep = Keep(tmp_path / "data", tmp_path)
    state = SavedState(tmp_path, keep)
    state.update(next_index=1)
    SavedState(tmp_path).update(next_index=2)
    assert SavedState(tmp_path, keep).value.next_index == 2
    SavedState(tmp_path / "elsewhere", keep).update(next_index=3)
    SavedState(tmp_path / "elsewhere", keep).update(next_index=4)
    assert SavedState(tmp_path, keep).value.next_index == 4


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        '{"next_sample": -1}',
        '{"next_sample": 1e400}',
        '{"next_index": 99999999999999999999}',
        '{"next_index": true}',
        '{"on": 1}',
        '{"published_until": "NaN"}',
        '{"entries": [{"index": "x"}]}',
        '{"sequence": {"last_sequence": 999999999999999, "last_discontinuity": 0, "last_date_ms": 0}}',
        '{"sequence": {"last_date_ms": -5}}',
        "[" * 100_000,
        "\x00\xff",
    ],
)
def test_a_damaged_file_is_put_aside_and_told_of(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE_NAME).write_text(text, encoding="latin-1")
    saved = SavedState(tmp_path, now_utc=NOW)
    assert saved.value == Saved()
    assert saved.trouble
    assert "cannot be used" in saved.trouble
    assert (tmp_path / DAMAGED_NAME).read_text(encoding="latin-1") == text
    saved.update(next_index=5)
    assert SavedState(tmp_path).value.next_index == 5


def test_a_folder_in_place_of_the_file_is_put_aside_again_and_again(tmp_path: Path) -> None:
    for _ in range(2):
        (tmp_path / FILE_NAME).unlink(missing_ok=True)
        (tmp_path / FILE_NAME / "deep").mkdir(parents=True)
        saved = SavedState(tmp_path)
        assert saved.trouble
        saved.update(next_index=5)
        assert SavedState(tmp_path).value.next_index == 5
    assert len(list(tmp_path.iterdir())) == 2


def test_a_date_in_the_future_is_forgotten_and_the_numbers_are_not(tmp_path: Path) -> None:
    state = SequenceState(5000, 70, round((NOW + 2 * FUTURE_S) * 1000))
    SavedState(tmp_path).update(sequence=state, published_to=99, published_until=NOW + 2 * FUTURE_S)
    value = SavedState(tmp_path, now_utc=NOW).value
    assert value.sequence == SequenceState(5000, 70, 0)
    assert (value.published_to, value.published_until) == (99, 0.0)


def fill(path: Path) -> None:
    """Write until there is no room."""
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        for _ in range(1024):
            file.write(bytes(1024))


def test_a_full_disk_keeps_the_old_file_and_is_told_of_until_there_is_room(small_disk: Path) -> None:
    saved = SavedState(small_disk)
    saved.update(next_index=1)
    filler = small_disk / "filler"
    fill(filler)
    saved.update(next_index=2, prompt="x" * 5000)
    assert saved.trouble
    assert "No space left" in saved.trouble
    assert json.loads((small_disk / FILE_NAME).read_text())["next_index"] == 1
    filler.unlink()
    saved.update(next_index=3)
    assert not saved.troubles
    assert SavedState(small_disk).value.next_index == 3


def test_with_a_saver_the_disk_is_written_soon(tmp_path: Path) -> None:
    saver = Saver("test")
    saved = SavedState(tmp_path, None, saver)
    saved.save_sequence(SequenceState(7, 1, 5))
    assert saver.wait(10)
    assert SavedState(tmp_path).value.sequence == SequenceState(7, 1, 5)
    saver.close()
