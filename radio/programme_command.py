"""`radio programme FILE`: says whether a schedule can be used, and prints its week as a table.

Parses, calls, prints. Runs in the command's own process.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from radio.errors import SettingsError

if TYPE_CHECKING:
    from rich.table import Table

    from radio.station.programme.schedule import Schedule

CANNOT_RUN = 2
HEADINGS = ("day", "time", "show", "drift", "seed", "prompt")
LEAST_PROMPT = 20


def programme(file: Annotated[Path, typer.Argument(help="A schedule: see docs/programme.md.")]) -> None:
    """Check a schedule and print the week that it describes."""
    from rich.console import Console  # noqa: PLC0415 - the other commands start without it

    from radio.station.programme.schedule_file import read  # noqa: PLC0415

    try:
        schedule = read(file)
    except SettingsError as error:
        for sentence in str(error).split("; "):
            typer.echo(f"radio: {sentence}", err=True)
        raise typer.Exit(CANNOT_RUN) from None
    console = Console()
    console.print(week(schedule, console.width))
    console.print(f"\n{now(schedule, time.time())}", highlight=False, markup=False, soft_wrap=True)


def week(schedule: Schedule, width: int) -> Table:
    """Monday to Sunday, a line for each show that starts. In a narrow terminal the prompts are cut."""
    from rich.markup import escape  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    lines = [HEADINGS, *rows(schedule)]
    table = Table(box=None)
    widths = [max(len(line[k]) for line in lines) for k in range(len(HEADINGS))]
    widths[-1] = min(widths[-1], max(LEAST_PROMPT, width - sum(widths[:-1]) - 2 * len(widths)))
    for heading, most in zip(HEADINGS, widths, strict=True):
        table.add_column(heading, no_wrap=True, overflow="ellipsis", width=most)
    for line in lines[1:]:
        table.add_row(*map(escape, line))
    return table


def rows(schedule: Schedule) -> Iterator[tuple[str, ...]]:
    """The week's lines as texts, under `HEADINGS`."""
    from radio.station.programme.schedule import wall  # noqa: PLC0415
    from radio.station.programme.schedule_fields import DAY_NAMES  # noqa: PLC0415

    for day, name in enumerate(DAY_NAMES):
        shows = sorted((show for show in schedule.shows if day in show.days), key=lambda show: show.start)
        for k, show in enumerate(shows):
            drift = f"{show.over_minutes:g} min" if show.over_minutes else ""
            prompt = (f"{show.from_prompt} → " if show.from_prompt else "") + " | ".join(show.prompts)
            seed = "" if show.seed is None else str(show.seed)
            yield name if k == 0 else "", f"{wall(show.start)}–{wall(show.end)}", show.name, drift, seed, prompt
        if not shows:
            yield name, "–", "", "", "", ""


def now(schedule: Schedule, utc: float) -> str:
    """What is on at `utc`, and until when, as a sentence."""
    from radio.station.programme.schedule import local  # noqa: PLC0415

    airing, boundary = schedule.at(utc), schedule.next_boundary(utc)
    zone = f"Times are those of {schedule.zone}." if schedule.zone else "Times are this machine's own."
    if boundary is None:
        return f"{zone} Nothing is ever on."
    until = f"{local(boundary, schedule.zone):%A %H:%M}"
    on = f"“{airing.show.name or airing.show.prompt}” is on" if airing else "Nothing of it is on"
    return f"{zone} {on} until {until}."
