"""Logging: one event per line, readable on a terminal, JSON elsewhere. Configured once, by the commands."""

from __future__ import annotations

import logging
import sys

import structlog


def configure(log_format: str = "auto") -> None:
    """`log_format`: `text`, `json`, or `auto` (text on a terminal). Everything goes to standard error."""
    text = log_format == "text" or (log_format == "auto" and sys.stderr.isatty())
    last = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback) if text else structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(),
            last,
        ]
        if not text
        else [structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False), last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
