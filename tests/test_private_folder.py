"""Private folders: removed at the end, and found again when a killed server left them behind."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from radio import private_folder
from radio.private_folder import PrivateFolder, best_place, sweep


def age(folder: Path) -> None:
    past = time.time() - 2 * private_folder.YOUNG_S
    os.utime(folder, (past, past))


def abandoned(parent: Path) -> Path:
    """A folder as a killed server leaves it: there, and locked by nobody."""
    folder = parent / f"{private_folder.PREFIX}encoder-dead"
    folder.mkdir()
    (folder / "64k-7.m4s").write_bytes(b"x")
    (folder / private_folder.LOCK).touch()
    return folder


def test_a_folder_is_private_and_goes_with_all_that_is_in_it(tmp_path: Path) -> None:
    folder = PrivateFolder("encoder", tmp_path)
    assert folder.path.stat().st_mode & 0o777 == 0o700
    (folder.path / "chunk").write_bytes(b"x")
    (folder.path / "below").mkdir()
    folder.remove()
    folder.remove()
    assert not list(tmp_path.iterdir())


def test_what_a_killed_server_left_is_swept_at_once(tmp_path: Path) -> None:
    folder = abandoned(tmp_path)
    assert sweep(tmp_path) == 1
    assert not folder.exists()


def test_a_folder_in_use_is_left_alone_however_old_it_is(tmp_path: Path) -> None:
    folder = PrivateFolder("encoder", tmp_path)
    age(folder.path)
    assert sweep(tmp_path) == 0
    assert folder.path.exists()
    folder.remove()


def test_a_folder_that_is_being_made_is_left_alone_until_its_maker_must_be_dead(tmp_path: Path) -> None:
    making = tmp_path / f"{private_folder.MAKING}new"
    making.mkdir()
    assert sweep(tmp_path) == 0
    age(making)
    assert sweep(tmp_path) == 1
    assert not making.exists()


@pytest.mark.parametrize("name", ["somebody-elses", "longwave-source", f"{private_folder.PREFIX}by-accident"])
def test_other_folders_are_none_of_our_business(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "treasure").write_bytes(b"x")
    age(tmp_path / name)
    assert sweep(tmp_path) == 0
    assert (tmp_path / name / "treasure").exists()


def test_a_link_with_the_right_name_leads_nowhere(tmp_path: Path) -> None:
    treasure = abandoned(tmp_path / ".." / tmp_path.name)
    elsewhere = tmp_path / "elsewhere"
    treasure.rename(elsewhere)
    (tmp_path / f"{private_folder.PREFIX}link").symlink_to(elsewhere)
    sweep(tmp_path)
    assert (elsewhere / "64k-7.m4s").exists()


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        PrivateFolder("encoder", tmp_path / "nowhere")


def test_memory_is_used_where_there_is_enough_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private_folder, "MEMORY", tmp_path)
    assert best_place() == tmp_path
    monkeypatch.setattr(private_folder, "MEMORY_MIN_BYTES", 1 << 62)
    assert best_place() != tmp_path
    monkeypatch.setattr(private_folder, "MEMORY", tmp_path / "missing")
    assert best_place() != tmp_path / "missing"
