"""Twelve minutes of the soak bench: the synthesiser through everything, all renditions, listened to by the checker."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.soak import soak
from radio.check.finding import Severity

SECONDS = 12 * 60.0


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_twelve_minutes_without_a_fault(tmp_path: Path) -> None:
    result = await soak(tmp_path, SECONDS, "64k,128k,256k", None, thorough=False)
    assert result.report is not None
    assert [finding for finding in result.report.findings if finding.severity is Severity.ERROR] == []
    assert {item.name for item in result.report.renditions} == {"64k", "128k", "256k"}
    assert all(item.media_s >= SECONDS - 60 for item in result.report.renditions)
    assert result.worst_date_error_s < 0.010
    assert result.bridged_s == 0
    assert result.late_blocks == 0
    assert result.segments >= SECONDS / 45
