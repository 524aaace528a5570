"""The command `radio check`: progress and report on a terminal, plain text in a pipe, JSON when asked."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from radio.check.report import Report, render
from radio.check.run import Progress, check
from radio.errors import CannotListen

ALL_WELL, BROKEN, NOT_CHECKED = 0, 1, 2
PIPE_COLUMNS = 160


def main(url: str, seconds: float, *, ffmpeg: str, ffprobe: str, as_json: bool = False) -> int:
    """Check and print. 0: all is well; 1: the stream is broken; 2: it could not be checked, said in one sentence.

    Raises:
        StartError: ffmpeg or ffprobe could not be started.
    """
    try:
        with _shown(seconds) as progress:
            report = asyncio.run(check(url, seconds, ffmpeg=ffmpeg, ffprobe=ffprobe, progress=progress))
    except CannotListen as trouble:
        Console(stderr=True, soft_wrap=True).print(f"radio: {trouble}", markup=False, highlight=False)
        return NOT_CHECKED
    except KeyboardInterrupt:
        return NOT_CHECKED
    _print(report, as_json=as_json)
    return ALL_WELL if report.ok else BROKEN


def _print(report: Report, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(report.as_json() + "\n")
        return
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=PIPE_COLUMNS, no_color=True)
    console.print(render(report))


@contextmanager
def _shown(seconds: float) -> Iterator[Callable[[Progress], None]]:
    """A progress bar on stderr, where that is a terminal."""
    console = Console(stderr=True)
    columns = TextColumn("listening"), BarColumn(), TextColumn("{task.fields[said]}"), TimeRemainingColumn()
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("listening", total=seconds, said="")

        def tell(progress: Progress) -> None:
            said = f"{progress.chunks} chunks, {progress.errors} errors"
            bar.update(task, completed=min(progress.elapsed_s, seconds), said=said)

        yield tell
