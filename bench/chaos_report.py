"""What chaos did: per fault how long until the station was itself again; the table; the verdict."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

from bench.chaos_faults import Fault
from bench.chaos_station import Subject
from bench.report import Measure, conclude
from radio.check.finding import Folded, Severity

LATENESS = {"stale"}
"""What the checker says of chunks that come late: judged by how late, not as a broken rule."""
CHUNK_S = 4.096
TABLE_CHARACTERS = 130
MOST_GAP_S = CHUNK_S + 15.0
"""The longest time between two chunks: a fault has to be noticed, and the stage that it hit started again."""


@dataclass(slots=True)
class Outcome:
    """One fault and what followed. Seconds are the station's clock's, `real_s` those of the wall."""

    stage: str
    kind: str
    at_s: float
    ordered: bool
    index: int
    chunks: int
    bridged_s: float
    restarts: tuple[int, int]
    began_s: float
    taken: bool = False
    recovered: bool = False
    promise: int | None = None
    """The number of the receipt of whoever steered just before."""
    stuck: bool = False
    segment_s: float = 0.0
    chunk_s: float = 0.0
    gap_s: float = 0.0
    real_s: float = 0.0

    @classmethod
    def begin(cls, subject: Subject, fault: Fault) -> Outcome:
        subject.gap_s = 0.0
        return cls(
            stage=fault.stage,
            kind=fault.kind,
            at_s=subject.now_s,
            ordered=fault.ordered,
            index=last_index(subject),
            chunks=chunks(subject),
            bridged_s=subject.station.conductor.bridged_s,
            restarts=restarts(subject),
            began_s=time.monotonic(),
        )

    def look(self, subject: Subject, waits: bool) -> None:
        """`waits`: the engine has not carried its order out yet. The counts begin when it has."""
        if self.ordered and not self.taken:
            self.taken = not waits
            if waits:
                self.index, self.chunks, self.at_s = last_index(subject), chunks(subject), subject.now_s
            return
        since_s = subject.now_s - self.at_s
        if not self.segment_s and last_index(subject) > self.index:
            self.segment_s = max(since_s, 0.001)
        if not self.chunk_s and chunks(subject) > self.chunks:
            self.chunk_s = max(since_s, 0.001)
        conductor = subject.station.conductor
        given = conductor.steering.promises.get(self.promise) if self.promise else None
        kept = self.promise is None or (given is not None and given.state in {"heard", "superseded"})
        self.recovered = bool(self.segment_s and self.chunk_s and kept and conductor.state == "playing")

    def finish(self, subject: Subject) -> Outcome:
        self.gap_s = subject.gap_s
        self.bridged_s = subject.station.conductor.bridged_s - self.bridged_s
        before, now = self.restarts, restarts(subject)
        self.restarts = now[0] - before[0], now[1] - before[1]
        self.real_s = time.monotonic() - self.began_s
        return self

    @property
    def line(self) -> str:
        verdict = "recovered" if self.recovered else "STUCK"
        return (
            f"{self.at_s:8.1f} s  {self.stage:9} {self.kind:18} {verdict}: segment after {self.segment_s:5.1f} s, "
            f"chunk after {self.chunk_s:4.1f} s, longest gap {self.gap_s:4.1f} s, bridged {self.bridged_s:4.1f} s, "
            f"restarts {self.restarts}, {self.real_s:5.1f} s real{', steered' if self.promise else ''}"
        )


def last_index(subject: Subject) -> int:
    mixed = subject.station.conductor.last_mixed
    return mixed.entry.index if mixed else -1


def chunks(subject: Subject) -> int:
    return max((ears.chunks for ears in subject.ears.values()), default=0)


def restarts(subject: Subject) -> tuple[int, int]:
    station = subject.station
    return station.production.generator_restarts, station.broadcast.encoder_restarts


@dataclass(slots=True)
class Chaos:
    """A whole run."""

    outcomes: list[Outcome] = field(default_factory=list)
    findings: list[Folded] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    end: str = ""
    chunks: int = 0
    compared: int = 0
    wrong: int = 0
    silent: int = 0
    timeline_silent: int = 0
    corrected: int = 0
    least_likeness: float = 1.0
    simulated_s: float = 0.0
    real_s: float = 0.0

    def take(self, subject: Subject, real_s: float) -> None:
        """Everything that was heard."""
        for ears in subject.ears.values():
            ears.flush()
            self.said += ears.said
            self.chunks += ears.chunks
            self.compared += ears.compared
            self.wrong += ears.wrong
            self.silent += ears.silent_windows
            self.timeline_silent += ears.timeline_silent_windows
            self.least_likeness = min(self.least_likeness, ears.least_likeness)
        self.findings = list(subject.checker.finish().findings)
        self.simulated_s, self.real_s = subject.now_s, real_s

    @property
    def broken(self) -> list[Folded]:
        """Rules that were broken, but for being late."""
        return [found for found in self.findings if found.severity is Severity.ERROR and found.code not in LATENESS]

    @property
    def measures(self) -> list[Measure]:
        gaps = [outcome.gap_s for outcome in self.outcomes]
        return [
            Measure("faults", len(self.outcomes), ""),
            Measure("stuck", sum(not outcome.recovered for outcome in self.outcomes), "", 0),
            *self.measures_of_listening,
            Measure("longest time between two chunks", max(gaps, default=0.0), "s", MOST_GAP_S),
            Measure("bridged", sum(outcome.bridged_s for outcome in self.outcomes), "s"),
            Measure("steered", sum(outcome.promise is not None for outcome in self.outcomes), ""),
            Measure("of these corrected", self.corrected, ""),
        ]

    @property
    def measures_of_listening(self) -> list[Measure]:
        return [
            Measure("stations that ended by themselves", bool(self.end), "", 0),
            Measure("chunks heard", self.chunks, ""),
            Measure("half seconds compared", self.compared, ""),
            Measure("half seconds of another sound", self.wrong, "", 0),
            Measure("silent windows of 50 ms", self.silent, "", 0),
            Measure("silent windows in the timeline", self.timeline_silent, "", 0),
            Measure("playlist rules broken", sum(found.count for found in self.broken), "", 0),
            Measure("other complaints of the listeners", len(self.said), "", 0),
            Measure("by the station's clock", self.simulated_s / 60, "min"),
            Measure("real time", self.real_s / 60, "min"),
        ]


def conclude_chaos(title: str, result: Chaos) -> bool:
    """Tables, findings, verdict."""
    tell(result)
    Console(width=TABLE_CHARACTERS).print(by_kind(result.outcomes))
    return conclude(title, result.measures)


def tell(result: Chaos) -> None:
    """What the listeners found, in words."""
    for found in result.findings:
        print(f"{found.severity} {found.code} ({found.rendition}, {found.count} times): {'; '.join(found.examples)}")
    for sentence in [*result.said, *([result.end] if result.end else [])]:
        print(sentence)


def by_kind(outcomes: list[Outcome]) -> Table:
    lots: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        lots[outcome.stage, outcome.kind].append(outcome)
    table = Table(title="what each fault did (the worst of its kind; seconds)", title_justify="left")
    for column in ("stage", "fault", "times", "segment", "chunk", "gap", "bridged", "generators", "encoders", "real"):
        table.add_column(column, justify="left" if column in {"stage", "fault"} else "right")
    for (stage, kind), lot in sorted(lots.items()):
        worst = [
            max(getattr(outcome, name) for outcome in lot) for name in ("segment_s", "chunk_s", "gap_s", "bridged_s")
        ]
        again = [sum(outcome.restarts[which] for outcome in lot) for which in (0, 1)]
        cells = [str(len(lot)), *(f"{value:.1f}" for value in worst), *map(str, again)]
        table.add_row(stage, kind, *cells, f"{max(outcome.real_s for outcome in lot):.1f}")
    return table
