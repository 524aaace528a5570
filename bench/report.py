"""What every bench prints and keeps: a table with verdicts, and a line in bench/results/log.jsonl."""

from __future__ import annotations

import datetime as dt
import json
import platform
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

LOG = Path(__file__).parent / "results" / "log.jsonl"


@dataclass(frozen=True, slots=True)
class Measure:
    """One number. `budget` is the most that it may be (the least when `at_least`); None: only reported."""

    name: str
    value: float
    unit: str
    budget: float | None = None
    at_least: bool = False

    @property
    def ok(self) -> bool:
        if self.budget is None:
            return True
        return self.value >= self.budget if self.at_least else self.value <= self.budget


def conclude(bench: str, measures: list[Measure]) -> bool:
    """Print the table, append to the log (failures too), and say whether every budget was kept."""
    table = Table(title=bench, title_justify="left")
    for column in ("measure", "value", "budget", ""):
        table.add_column(column, justify="left" if column == "measure" else "right")
    for measure in measures:
        sign = "" if measure.budget is None else ("≥ " if measure.at_least else "≤ ") + f"{measure.budget:g}"
        verdict = "" if measure.budget is None else "[green]ok" if measure.ok else "[red]over budget"
        table.add_row(measure.name, f"{measure.value:.4g} {measure.unit}", sign, verdict)
    Console().print(table)
    _keep(bench, measures)
    return all(measure.ok for measure in measures)


def _keep(bench: str, measures: list[Measure]) -> None:
    LOG.parent.mkdir(exist_ok=True)
    entry = {
        "bench": bench,
        "when": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "measures": [asdict(measure) | {"ok": measure.ok} for measure in measures],
    }
    with LOG.open("a", encoding="utf-8") as log:
        log.write(json.dumps(entry) + "\n")


def _commit() -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"
