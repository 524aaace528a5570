"""The encoder's command line says what DESIGN §5 asks for."""

from __future__ import annotations

import pytest

from radio.packager.command import hls_argv, hls_time
from tests.packager.rig import CHUNK, LADDER


def test_all_renditions_come_from_one_input() -> None:
    argv = hls_argv("/bin/ffmpeg", LADDER, CHUNK)
    assert argv[0] == "/bin/ffmpeg"
    assert argv.count("-i") == 1
    assert [argv[at + 1] for at, word in enumerate(argv) if word == "-b:a"] == ["64000", "128000", "256000"]
    assert [argv[at + 1] for at, word in enumerate(argv) if word == "-hls_time"] == ["4.096000"] * 3


def test_no_name_can_become_an_option() -> None:
    argv = hls_argv("ffmpeg", LADDER, CHUNK)
    assert all(not word.startswith("-") or word.lstrip("-")[0].isalpha() for word in argv)


@pytest.mark.parametrize(
    ("samples", "text"), [(196_608, "4.096000"), (12_288, "0.256000"), (94_208, "1.962666"), (4096, "0.085333")]
)
def test_a_chunk_is_never_asked_to_be_longer_than_it_is(samples: int, text: str) -> None:
    assert hls_time(samples) == text
