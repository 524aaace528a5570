"""The work folder: private, removed at the end, and found again when a killed server left it behind."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from radio.packager import workdir
from radio.packager.workdir import WorkFolder, best_place, sweep


def age(folder: Path) -> None:
    past = time.time() - 2 * workdir.YOUNG_S
    os.utime(folder, (past, past))


def abandoned(parent: Path) -> Path:
    """A folder as a killed server leaves it: there, old, and locked by nobody."""
    folder = parent / f"{workdir.PREFIX}dead"
    folder.mkdir()
    (folder / "64k-7.m4s").write_bytes(b"x")
    (folder / workdir.LOCK).touch()
    age(folder)
    return folder


def test_a_folder_is_private_and_goes_with_all_that_is_in_it(tmp_path: Path) -> None:
    folder = WorkFolder(tmp_path)
    assert folder.path.stat().st_mode & 0o777 == 0o700
    (folder.path / "chunk").write_bytes(b"x")
    folder.remove()
    folder.remove()
    assert not list(tmp_path.iterdir())


def test_what_a_killed_server_left_is_swept(tmp_path: Path) -> None:
    folder = abandoned(tmp_path)
    assert sweep(tmp_path) == 1
    assert not folder.exists()


def test_the_next_folder_takes_the_dead_ones_with_it(tmp_path: Path) -> None:
    dead = abandoned(tmp_path)
    folder = WorkFolder(tmp_path)
    assert not dead.exists()
    folder.remove()


def test_a_folder_in_use_is_left_alone_however_old_it_is(tmp_path: Path) -> None:
    folder = WorkFolder(tmp_path)
    age(folder.path)
    assert sweep(tmp_path) == 0
    assert folder.path.exists()
    folder.remove()


def test_a_folder_that_is_being_made_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / f"{workdir.PREFIX}new").mkdir()
    assert sweep(tmp_path) == 0


def test_other_folders_are_none_of_our_business(tmp_path: Path) -> None:
    (tmp_path / "somebody-elses").mkdir()
    age(tmp_path / "somebody-elses")
    assert sweep(tmp_path) == 0


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        WorkFolder(tmp_path / "nowhere")


def test_memory_is_used_where_there_is_enough_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workdir, "MEMORY", tmp_path)
    assert best_place() == tmp_path
    monkeypatch.setattr(workdir, "MEMORY_MIN_BYTES", 1 << 62)
    assert best_place() != tmp_path
    monkeypatch.setattr(workdir, "MEMORY", tmp_path / "missing")
    assert best_place() != tmp_path / "missing"
