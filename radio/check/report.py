"""What the checker says in the end: as data, as JSON, and as text or tables for a terminal. It checks nothing."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from radio.check.finding import Folded, Severity
from radio.check.meter import Quantiles

COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "dim"}


@dataclass(frozen=True, slots=True)
class RenditionReport:
    """Numbers of one rendition. Rates in bit/s, None where nothing was decoded.

    `behind` is when a chunk was first seen less the date of its end, `late` the same less when it was due after the one
    before, `download` how long fetching took: median, 95th percentile, maximum.
    """

    name: str
    chunks: int
    media_s: float
    codec: str | None
    sample_rate: int | None
    channels: int | None
    peak_bit_rate: int
    average_bit_rate: int
    integrated_lufs: float | None
    true_peak_dbtp: float | None
    silent_s: float
    clicks: int
    dropouts: int
    repeats: int
    over_full_scale: int
    behind: Quantiles | None
    late: Quantiles | None
    download: Quantiles | None


@dataclass(frozen=True, slots=True)
class Report:
    """Everything found. `ok` where no error was."""

    url: str
    seconds: float
    renditions: tuple[RenditionReport, ...]
    findings: tuple[Folded, ...]

    @property
    def ok(self) -> bool:
        return not any(finding.severity is Severity.ERROR for finding in self.findings)

    def codes(self, severity: Severity | None = None) -> set[str]:
        """The kinds of findings of one severity, or of all."""
        return {finding.code for finding in self.findings if severity in {None, finding.severity}}

    def as_json(self) -> str:
        return json.dumps({"ok": self.ok, **dataclasses.asdict(self)}, indent=2, ensure_ascii=False)


def render(report: Report) -> RenderableType:
    """For `rich`: tables in a terminal, and the same words without colour in a pipe."""
    parts: list[RenderableType] = [_numbers(report), Text()]
    parts += [_finding(finding) for finding in report.findings]
    return Group(*parts, _verdict(report))


def _numbers(report: Report) -> Table:
    table = Table(
        "rendition", "sound", "chunks", "kbit/s", "LUFS", "peak", "silent", "late p50/p95/max", "download", box=None
    )
    for item in report.renditions:
        table.add_row(
            item.name,
            f"{item.codec or '?'} {item.sample_rate or '?'} Hz ×{item.channels or '?'}",
            f"{item.chunks} ({item.media_s:.0f} s)",
            f"{item.average_bit_rate / 1000:.0f}, peak {item.peak_bit_rate / 1000:.0f}",
            _level(item.integrated_lufs),
            _level(item.true_peak_dbtp, " dBTP"),
            f"{item.silent_s:.2f} s",
            _times(item.late),
            _times(item.download),
        )
    return table


def _finding(finding: Folded) -> Text:
    where = f" [{finding.rendition}]" if finding.rendition else ""
    times = f" ({finding.count} times)" if finding.count > 1 else ""
    text = Text(f"{finding.severity}: ", style=COLOURS[finding.severity])
    text.append(f"{finding.code}{where}{times}: {'; '.join(finding.examples)}. {finding.rule}.", style="default")
    return text


def _verdict(report: Report) -> Text:
    errors = sum(finding.count for finding in report.findings if finding.severity is Severity.ERROR)
    warnings = sum(finding.count for finding in report.findings if finding.severity is Severity.WARNING)
    listened = f"listened for {report.seconds:.0f} s"
    if report.ok:
        kept = "continuous and correct" if not warnings else f"no errors, {warnings} warnings"
        return Text(f"OK: {kept} ({listened}).", style="green")
    return Text(f"BROKEN: {errors} errors, {warnings} warnings ({listened}).", style="bold red")


def _level(value: float | None, unit: str = "") -> str:
    return "–" if value is None else f"{value:.1f}{unit}"


def _times(times: Quantiles | None) -> str:
    return "–" if times is None else f"{times.median_s:.2f}/{times.p95_s:.2f}/{times.max_s:.2f} s"
