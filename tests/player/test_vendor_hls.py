"""Fetching hls.js at set-up: quick when it is there, and never the reason that a build fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deploy import vendor_hls


@pytest.fixture
def vendor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "vendor"
    monkeypatch.setattr(vendor_hls, "VENDOR", folder)
    monkeypatch.setattr("sys.argv", ["vendor_hls.py"])
    return folder


def test_what_is_there_is_not_fetched_again(vendor: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vendor.mkdir()
    (vendor / vendor_hls.MODULE).write_text("export default 1;", encoding="utf-8")
    monkeypatch.setattr(vendor_hls, "fetch", lambda _: pytest.fail("it was fetched"))
    assert vendor_hls.main() == 0


def test_an_offline_machine_gets_one_sentence_and_no_failure(
    vendor: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def offline(command: vendor_hls.Command, folder: Path) -> None:
        raise vendor_hls.CannotFetch("npm failed; is this machine online?")

    monkeypatch.setattr(vendor_hls, "run", offline)
    assert vendor_hls.main() == 0
    said = capsys.readouterr()
    assert said.out.startswith("hls.js was not fetched (npm failed")
    assert said.out.count("\n") == 1
    assert said.err == ""
    assert not vendor.exists()


def test_a_command_that_is_not_there_is_only_a_reason(tmp_path: Path) -> None:
    with pytest.raises(vendor_hls.CannotFetch, match="FileNotFoundError"):
        vendor_hls.run(("/nowhere/npm",), tmp_path)


def test_the_copy_points_to_no_map_that_is_missing(tmp_path: Path) -> None:
    source, target = tmp_path / "from.mjs", tmp_path / "to.mjs"
    source.write_text("export default 1;\n//# sourceMappingURL=from.mjs.map", encoding="utf-8")
    vendor_hls.place(source, target)
    assert target.read_text(encoding="utf-8") == "export default 1;\n"


def test_the_lock_file_pins_a_version_and_names_no_address() -> None:
    text = (vendor_hls.ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in text
    package = json.loads(text)["packages"]["node_modules/hls.js"]
    assert package["integrity"].startswith("sha512-")
