"""The keep: what outlives a killed server is whole or not there, belongs to one server, and does not stay for ever."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import pytest

from radio.packager import keep as keeping
from radio.packager.keep import DEAD_S, Keep, sweep


def test_a_file_is_there_for_the_next_server(tmp_path: Path) -> None:
    first = Keep(tmp_path / "data", tmp_path)
    first.write("a", b"one", b"two")
    first.close()
    assert Keep(tmp_path / "data", tmp_path).read("a") == b"onetwo"


def test_it_is_found_where_it_lies_though_it_has_used_up_the_room_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory, other = tmp_path / "memory", tmp_path / "other"
    memory.mkdir()
    other.mkdir()
    monkeypatch.setattr(keeping, "MEMORY", memory)
    monkeypatch.setattr(keeping, "places", lambda: (memory, other))
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(other))
    monkeypatch.setattr(keeping, "LEAST_BYTES", 0)
    first = Keep(tmp_path / "data")
    first.close()
    monkeypatch.setattr(keeping, "LEAST_BYTES", 1 << 60)
    assert Keep(tmp_path / "data").path == first.path
    assert Keep(tmp_path / "another").path.parent == other


def test_a_damaged_file_is_not_there_and_is_removed(tmp_path: Path) -> None:
    keep = Keep(tmp_path / "data", tmp_path)
    keep.write("a", b"x" * 1000)
    path = keep.path / "a"
    data = bytearray(path.read_bytes())
    data[500] ^= 1
    path.write_bytes(data)
    assert keep.read("a") is None
    assert not path.exists()


@pytest.mark.parametrize("damage", [b"", b"short", b"x" * 100])
def test_a_foreign_file_is_not_there(tmp_path: Path, damage: bytes) -> None:
    keep = Keep(tmp_path / "data", tmp_path)
    (keep.path / "a").write_bytes(damage)
    assert keep.read("a") is None


def test_a_folder_in_place_of_a_file_is_removed(tmp_path: Path) -> None:
    keep = Keep(tmp_path / "data", tmp_path)
    (keep.path / "a" / "deep").mkdir(parents=True)
    assert keep.read("a") is None
    keep.write("a", b"1")
    assert keep.read("a") == b"1"


def test_two_servers_do_not_share_it_and_two_data_folders_do_not_meet(tmp_path: Path) -> None:
    first = Keep(tmp_path / "data", tmp_path)
    with pytest.raises(BlockingIOError):
        Keep(tmp_path / "data", tmp_path)
    other = Keep(tmp_path / "other", tmp_path)
    assert other.path != first.path
    first.close()
    Keep(tmp_path / "data", tmp_path).close()


def test_a_data_folder_made_anew_does_not_find_what_belonged_to_the_old_one(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    first = Keep(data, tmp_path)
    first.close()
    data.rename(tmp_path / "old")
    data.mkdir()
    assert Keep(data, tmp_path).path != first.path


def test_what_nobody_waits_for_any_more_is_removed_and_nothing_that_lives(tmp_path: Path) -> None:
    dead, young = Keep(tmp_path / "dead", tmp_path), Keep(tmp_path / "young", tmp_path)
    alive = Keep(tmp_path / "alive", tmp_path)
    dead.close()
    young.close()
    for keep in (dead, alive):
        for path in [*keep.path.iterdir(), keep.path]:
            os.utime(path, (time.time() - 2 * DEAD_S,) * 2)
    assert sweep(tmp_path) == 1
    assert not dead.path.exists()
    assert young.path.exists()
    assert alive.path.exists()


def test_a_file_for_which_there_is_no_room_leaves_no_old_one_behind(small_disk: Path) -> None:
    keep = Keep(small_disk / "data", small_disk)
    keep.write("a", b"old")
    with pytest.raises(OSError, match="No space left"):
        keep.write("a", b"x" * (1 << 20))
    assert keep.read("a") is None
    assert keep.names() == []
    keep.write("a", b"new")
    assert keep.read("a") == b"new"
    keep.close()
