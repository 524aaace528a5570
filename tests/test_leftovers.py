"""A start after kill -9 takes away what the dead run left, and nothing of anybody else's."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from radio import leftovers
from radio.private_folder import PrivateFolder
from tests.test_commands import gone, own_folders, serving, whole_family

ROOT = Path(__file__).parent.parent
RUN = """
import pathlib, subprocess, sys, time
from radio import leftovers, processes
from radio.private_folder import PrivateFolder
place = pathlib.Path(sys.argv[1])
run, folder = leftovers.Run(place), PrivateFolder("encoder", place)
child = subprocess.Popen(["sleep", "600"], start_new_session=True, stdout=subprocess.DEVNULL)
processes.born(child.pid)
print(child.pid, flush=True)
time.sleep(600)
"""
"""A run whose child does not die with it, as on a system without PR_SET_PDEATHSIG."""


@contextlib.contextmanager
def run(place: Path) -> Iterator[tuple[subprocess.Popen[str], psutil.Process]]:
    """A run with a folder and a child."""
    process = subprocess.Popen([sys.executable, "-c", RUN, str(place)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    child = psutil.Process(int(process.stdout.readline()))
    try:
        yield process, child
    finally:
        process.kill()
        process.communicate()
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()


def test_a_dead_runs_folders_and_children_go_and_a_living_ones_stay(tmp_path: Path) -> None:
    with run(tmp_path) as (dead, orphan), run(tmp_path) as (_, child):
        dead.kill()
        dead.wait()
        assert orphan.is_running()
        assert leftovers.clear((tmp_path,)) == leftovers.Found(folders=2, processes=1)
        assert gone([orphan], 10.0)
        assert child.is_running()
        assert len(list(tmp_path.iterdir())) == 2
        assert leftovers.clear((tmp_path,)) == leftovers.Found()


def test_a_stranger_with_the_number_of_a_dead_child_is_not_touched(tmp_path: Path) -> None:
    with run(tmp_path) as (dead, stranger):
        dead.kill()
        dead.wait()
        listed = next(tmp_path.glob(f"*-{leftovers.RUN}-*")) / leftovers.LIST
        listed.write_text(json.dumps({stranger.pid: "another boot 12345", 1: leftovers.birth(1), 0: "", -1: "x"}))
        assert leftovers.clear((tmp_path,)).processes == 0
        assert stranger.is_running()


@pytest.mark.parametrize("text", ["", "[]", "{", '{"x": "y"}', "null", '{"7": 5}'])
def test_a_list_that_was_cut_short_harms_nobody(tmp_path: Path, text: str) -> None:
    with run(tmp_path) as (dead, child):
        dead.kill()
        dead.wait()
        (next(tmp_path.glob(f"*-{leftovers.RUN}-*")) / leftovers.LIST).write_text(text)
        assert leftovers.clear((tmp_path,)) == leftovers.Found(folders=2)
        assert child.is_running()


def test_the_list_keeps_to_its_length(tmp_path: Path) -> None:
    own = leftovers.Run(tmp_path)
    try:
        own.note(os.getpid())
        for pid in range(4_000_000, 4_000_000 + 3 * leftovers.MOST_LISTED):
            own.note(pid)
        (folder,) = tmp_path.iterdir()
        listed = json.loads((folder / leftovers.LIST).read_text())
        assert len(listed) <= leftovers.MOST_LISTED + 1
        assert str(os.getpid()) in listed
    finally:
        own.close()
    assert not list(tmp_path.iterdir())


def test_a_birth_is_a_processes_own(tmp_path: Path) -> None:
    with run(tmp_path) as (process, child):
        assert leftovers.birth(process.pid) == leftovers.birth(process.pid) != leftovers.birth(child.pid)
        child.kill()
        assert gone([child], 10.0)
        assert leftovers.birth(child.pid) == ""


def test_a_server_that_is_killed_leaves_nothing_once_it_is_back_and_another_station_does_not_notice(
    tmp_path: Path,
) -> None:
    flags = ("--renditions", "64k")
    with serving(tmp_path / "a", *flags) as (one, url), serving(tmp_path / "b", *flags) as (other, other_url):
        for each in (url, other_url):
            assert httpx.get(f"{each}/live.m3u8", timeout=60).status_code == 200
        family, others = whole_family(one), whole_family(other)
        folders, other_folders = own_folders(family), own_folders(others)
        assert folders
        assert other_folders
        next(child for child in family if "--socket" in child.cmdline()).send_signal(signal.SIGKILL)
        assert httpx.get(f"{url}/live/64k/index.m3u8", timeout=60).status_code == 200
        assert gone(family, 5.0)
        assert not [folder for folder in folders if folder.exists()]
        assert all(folder.exists() for folder in other_folders)
        assert all(each.is_running() for each in others)


def test_what_is_being_used_here_is_not_swept_from_here(tmp_path: Path) -> None:
    folder, own = PrivateFolder("encoder", tmp_path), leftovers.Run(tmp_path)
    assert leftovers.clear((tmp_path,)) == leftovers.Found()
    assert folder.path.exists()
    folder.remove()
    own.close()
