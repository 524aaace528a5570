"""What the keeper keeps of a station that is stopped."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import Mock

import pytest

from radio.clock import FastClock
from radio.station.programme.plans import Programme
from radio.station.resume.keeper import SOUND_NAME, Doing, Keeper
from radio.station.resume.memory import open_memory


@pytest.mark.parametrize("before", [Doing(True, "never_started", Programme(1, "x"), ()),
                                    Doing(False, "sleeping", Programme(1, "x"), ())])  # fmt: skip
def test_a_station_that_is_stopped_even_in_its_sleep_forgets_its_sound(tmp_path: Path, before: Doing) -> None:
    memory = open_memory(tmp_path / "data", FastClock(), tmp_path)
    publisher = Mock(trouble=None, published_to=0, published_until=0.0)
    keeper = Keeper(memory, Mock(), Mock(), publisher, 4096)
    keeper.look(before)
    sound = tmp_path / "data" / SOUND_NAME
    sound.write_bytes(b"music")
    keeper.look(Doing(False, "stopped", Programme(1, "x"), ()))
    keeper.close()
    assert not sound.exists()
