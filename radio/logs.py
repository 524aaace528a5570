"""Logging: one event per line, readable on a terminal, JSON elsewhere. Configured once, by the commands."""

from __future__ import annotations

import logging
import sys

import structlog


def configure(log_format: str = "auto") -> None:
    """`log_format`: `text`, `json`, or `auto` (text on a terminal). Everything goes to standard error."""
    text = log_format == "text" or (log_format == "auto" and sys.stderr.isatty())
    structlog.configure(
        processors=[structlog.processors.add_log_level, *(_for_people() if text else _for_machines())],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _for_people() -> list[structlog.typing.Processor]:
    return [
        structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False),
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]


def _for_machines() -> list[structlog.typing.Processor]:
    return [
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(),
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
