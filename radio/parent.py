"""`radio serve`: a tiny parent that owns the listening socket and respawns the server.

Clients wait in the socket's backlog while a killed server comes back. It holds no station and does no work, so there is
nothing in it to break. Ctrl-C and SIGTERM end both.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Sequence
from types import FrameType

import structlog

from radio.errors import StartError
from radio.processes import Child

BACKLOG = 2048
END_S = 2.5
"""How long the server may take to stop."""
CANNOT_RUN = 2
"""Exit code of a server that says the machine or the settings do not allow it: starting again would not help."""
STEADY_S = 30.0
"""A server that ran for this long is started again at once when it dies."""
MOST_BACK_OFF_S = 10.0
GIVE_BACK = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "262144", "MALLOC_TRIM_THRESHOLD_": "262144"}
"""glibc keeps what is freed unless told so (mallopt(3)); segments are large and come once a minute. For the server
alone: an engine that makes and drops large arrays all the time is three times slower with it."""


def listen(host: str, port: int) -> socket.socket:
    """A listening TCP socket.

    Raises:
        StartError: the address is taken or cannot be used.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        reason = "the port is in use" if "in use" in str(error) else error.strerror or str(error)
        raise StartError(f"cannot listen on {host} port {port}: {reason}") from None
    return listener


def keep_running(listener: socket.socket, command: Sequence[str]) -> int:
    """Run `command` (the socket's descriptor is appended) again and again until told to stop. Returns an exit code."""
    return _Parent(listener, command).run()


class _Parent:
    def __init__(self, listener: socket.socket, command: Sequence[str]) -> None:
        self._listener = listener
        self._command = command

        self._stopping = False
        self._child: Child | None = None
        self._failures = 0
        self._log = structlog.get_logger("parent")

    def run(self) -> int:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        while not self._stopping:
            code = self._run_once()
            if code == CANNOT_RUN:
                return CANNOT_RUN
            if not self._stopping:
                self._rest(code)
        return 0

    def _run_once(self) -> int:
        """One life of the server."""
        began = time.monotonic()
        descriptor = self._listener.fileno()
        environment = {"PYTHONUNBUFFERED": "1", **GIVE_BACK, **os.environ}
        child = Child([*self._command, str(descriptor)], env=environment, pass_fds=(descriptor,), share_output=True)
        self._child = child
        code = None
        while code is None and not self._stopping:
            code = child.wait(0.2)
        if code is None:
            code = child.stop(END_S)
        self._failures = 0 if time.monotonic() - began > STEADY_S else self._failures + 1
        return code

    def _rest(self, code: int) -> None:
        """Wait a little before the next life, longer after each short one."""
        seconds = min(MOST_BACK_OFF_S, 0.1 * 2.0**self._failures) if self._failures else 0.0
        self._log.error("the server ended and is started again", code=code, in_seconds=seconds)
        until = time.monotonic() + seconds
        while not self._stopping and time.monotonic() < until:
            time.sleep(0.05)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self._stopping = True
        if self._child is not None:
            self._child.signal(signal.SIGTERM)


def keep_from_children() -> None:
    """In the server, whose allocator has read them: its children start without these."""
    for name, value in GIVE_BACK.items():
        if os.environ.get(name) == value:
            del os.environ[name]


def server_command(arguments: Sequence[str]) -> list[str]:
    """How the parent starts its server: this interpreter, the same flags, and the socket's descriptor at the end."""
    return [sys.executable, "-m", "radio.cli", "serve", *arguments, "--socket"]
