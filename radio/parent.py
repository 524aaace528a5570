"""`radio serve`: a tiny parent that owns the listening socket and respawns the server.

Clients wait in the socket's backlog while a killed server comes back. It holds no station and does no work, so there is
nothing in it to break. The server beats down a pipe from its event loop: one that has hung is killed and started again
like one that died. Ctrl-C and SIGTERM end both; SIGHUP starts the server anew and keeps the socket (a deployment), but
where the terminal that it was started from has gone it ends both as well.
"""

from __future__ import annotations

import contextlib
import os
import select
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
"""Exit code of a server that says the machine or the settings do not allow it. Where none has run well before, starting
again would not help; else something is missing for a while, like an ffmpeg that is being replaced."""
STEADY_S = 30.0
"""A server that ran for this long is started again at once when it dies."""
MOST_BACK_OFF_S = 10.0
MOST_DOUBLINGS = 8
LOOK_S = 0.2
FIRST_BEAT_S = 60.0
"""How long a server may take until its station is there: on a small machine that is just starting, half a minute."""
SILENCE_S = 6.0
"""A server whose event loop has not run for so long has hung, or is stopped. Players have 12 s of music, and the next
server needs some of them to start."""
TERMINAL = "/dev/tty"
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

        self._stopping = self._renewing = False
        self._child: Child | None = None
        self._failures = 0
        self._ran_well = False
        self._on_terminal = _has_terminal()
        self._log = structlog.get_logger("parent")

    def run(self) -> int:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup
            signal.signal(signal.SIGHUP, self._renew)
        while not self._stopping:
            code = self._run_once()
            if code == CANNOT_RUN and not self._ran_well:
                return CANNOT_RUN
            if not self._stopping:
                self._rest(code)
        return 0

    def _run_once(self) -> int:
        """One life of the server. One that cannot even be born, because the machine is short of something just now, is
        tried again like one that died."""
        began, self._renewing = time.monotonic(), False
        try:
            code = self._live()
        except (StartError, OSError) as error:
            self._log.error("the server cannot be started", why=str(error))
            code = 1
        long = time.monotonic() - began > STEADY_S
        self._ran_well |= long
        self._failures = 0 if long or self._renewing else self._failures + 1
        return code

    def _live(self) -> int:
        ear, mouth = os.pipe()
        try:
            try:
                child = self._child = self._start(mouth)
            finally:
                os.close(mouth)
            return self._listen(child, ear)
        finally:
            os.close(ear)

    def _start(self, mouth: int) -> Child:
        descriptor = self._listener.fileno()
        environment = {"PYTHONUNBUFFERED": "1", **GIVE_BACK, **os.environ}
        command = [*self._command, str(descriptor), "--beat", str(mouth)]
        return Child(command, env=environment, pass_fds=(descriptor, mouth), share_output=True)

    def _listen(self, child: Child, ear: int) -> int:
        """Until the server has ended, by itself or because it has to. What counts as its silence is only what this
        process was awake for."""
        silent_s, allowed_s = 0.0, FIRST_BEAT_S
        while not (self._stopping or self._renewing):
            looked = time.monotonic()
            heard = _hear(ear, LOOK_S)
            if heard is None:  # it has let go of the pipe: it ends, or has ended
                code = child.wait(END_S)
                return child.stop(0.0) if code is None else code
            silent_s += min(2 * LOOK_S, time.monotonic() - looked)
            if heard:
                silent_s, allowed_s = 0.0, SILENCE_S
            elif silent_s > allowed_s:
                self._log.error("the server does not answer and is killed", silent_s=round(silent_s))
                return child.stop(0.0)
        return child.stop(END_S)

    def _rest(self, code: int) -> None:
        """Start again at once, and a little later after each short life that follows another."""
        if self._renewing:
            self._log.info("the server is started anew, as asked")
            return
        doublings = min(self._failures, MOST_DOUBLINGS)
        seconds = min(MOST_BACK_OFF_S, 0.1 * 2.0**doublings) if doublings > 1 else 0.0
        self._log.error("the server ended and is started again", code=code, in_seconds=seconds)
        until = time.monotonic() + seconds
        while not (self._stopping or self._renewing) and time.monotonic() < until:
            time.sleep(0.05)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self._stopping = True
        if self._child is not None:
            self._child.signal(signal.SIGTERM)

    def _renew(self, number: int, frame: FrameType | None) -> None:
        """A hang-up of the terminal means what it always did."""
        if self._on_terminal and not _has_terminal():
            self._stop(number, frame)
        self._renewing = True


def _hear(ear: int, limit_s: float) -> bool | None:
    """Whether a beat came within `limit_s`; None when nobody is left who could."""
    poll = select.poll()
    poll.register(ear, select.POLLIN)
    return bool(os.read(ear, 4096)) or None if poll.poll(limit_s * 1000) else False


def _has_terminal() -> bool:
    """Whether this process has a terminal now. Once that was hung up it cannot be opened."""
    with contextlib.suppress(OSError):
        os.close(os.open(TERMINAL, os.O_RDONLY | os.O_NOCTTY))
        return True
    return False


def keep_from_children() -> None:
    """In the server, whose allocator has read them: its children start without these."""
    for name, value in GIVE_BACK.items():
        if os.environ.get(name) == value:
            del os.environ[name]


def server_command(arguments: Sequence[str]) -> list[str]:
    """How the parent starts its server: this interpreter, the same flags, and the socket's descriptor at the end."""
    return [sys.executable, "-m", "radio.cli", "serve", *arguments, "--socket"]
