"""What deploy/acestep-api/ promises: loopback only, a key, old results deleted, one pinned version everywhere."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "deploy" / "acestep-api"


def text(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("script", [DEPLOY / "setup.sh", ROOT / "deploy" / "test-acestep-api.sh"], ids=lambda p: p.name)
def test_the_scripts_are_shell(script: Path) -> None:
    assert subprocess.run(["sh", "-n", str(script)], check=False).returncode == 0


def test_the_server_is_open_to_loopback_only_and_wants_a_key() -> None:
    ports = re.search(r"ports: \[(.*)\]", text("compose.yaml"))
    assert ports is not None
    assert ports[1] == '"127.0.0.1:8001:8001"'
    assert "ACESTEP_API_KEY:?" in text("compose.yaml"), "compose refuses to start without one"
    assert "ACESTEP_API_HOST=127.0.0.1\n" in text("acestep-api.env")
    assert "ACESTEP_API_KEY=\n" in text("acestep-api.env"), "no key that everybody knows"


def test_results_are_deleted_where_the_server_writes_them() -> None:
    folder = re.search(r"ACESTEP_TMPDIR=(\S+)", text("acestep-api.env"))
    assert folder is not None
    assert f"find {folder[1]} -type f -mmin" in text("acestep-api-clean.service")
    assert f"find {folder[1]} -type f -mmin" in text("compose.yaml")
    assert f"ACESTEP_TMPDIR={folder[1]}" in text("Dockerfile")


def test_versions_are_pinned_and_what_is_tested_is_what_is_documented() -> None:
    commit = re.search(r"COMMIT:-([0-9a-f]{40})\}", text("setup.sh"))
    fork = re.search(r"FORK_VERSION:-(\d+)\}", text("setup.sh"))
    tested = re.search(r"^VERSION=(\d+)$", (ROOT / "deploy" / "test-acestep-api.sh").read_text("utf-8"), re.MULTILINE)
    assert commit is not None
    assert fork is not None
    assert tested is not None
    assert fork[1] == tested[1]
    for page in (text("README.md"), (ROOT / "docs" / "acestep-api.md").read_text("utf-8")):
        assert commit[1][:7] in page
        assert fork[1] in page
