"""A server, its parent or both are killed, stopped and started again: who listens hears every sample once."""

from __future__ import annotations

from pathlib import Path

import httpx

from tests.resume_rig import Ear, serving


def test_who_listens_hears_every_sample_once_whoever_is_killed_or_stopped(tmp_path: Path) -> None:
    with serving(tmp_path / "data", RADIO_ALWAYS_ON="true") as radio:
        ear = Ear(radio.url)
        radio.start()
        ear.listen(ear.more(6))
        radio.kill_server()
        ear.listen(ear.more(5))
        radio.kill_all()
        radio.start()
        ear.listen(ear.more(5))
        radio.stop()
        radio.start()
        ear.listen(ear.more(5))
        indexes = httpx.get(f"{radio.url}/session/status", timeout=15).json()["segment_index"]
        ear.assert_unbroken()
        assert len(ear.inits) == 4
        assert ear.problems == []
        assert indexes is not None
