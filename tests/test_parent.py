"""The parent: a server that dies or hangs is replaced behind the same socket, and the socket outlives a deployment."""

from __future__ import annotations

import contextlib
import os
import pty
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from radio import parent as parenting
from radio.errors import StartError

ROOT = Path(__file__).parent.parent
LIMIT_S = 40.0
SERVER = """
import os, signal, socket, sys, time
listener, mouth = socket.socket(fileno=int(sys.argv[2])), int(sys.argv[4])
listener.settimeout(0.1)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
while True:
    os.write(mouth, b".")
    try:
        with listener.accept()[0] as client:
            client.sendall(str(os.getpid()).encode())
    except TimeoutError:
        pass
"""
"""A server in small: it beats, and tells everybody who asks its number."""
PARENT = """
import sys
from radio import logs, parent
parent.SILENCE_S, parent.FIRST_BEAT_S = 2.0, 20.0
logs.configure("json")
with parent.listen("127.0.0.1", 0) as listener:
    print(listener.getsockname()[1], flush=True)
    sys.exit(parent.keep_running(listener, [sys.executable, "-c", sys.argv[1], "--socket"]))
"""


@contextlib.contextmanager
def parent(server: str = SERVER, **options: object) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A parent with `server`, and its port."""
    process = subprocess.Popen(
        [sys.executable, "-c", PARENT, server], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True, **options,  # type: ignore[call-overload]
    )  # fmt: skip
    try:
        assert process.stdout is not None
        yield process, int(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


def ask(port: int) -> int:
    """Who serves; waits in the socket's backlog while nobody does."""
    with socket.create_connection(("127.0.0.1", port), LIMIT_S) as client:
        return int(client.recv(100))


def test_a_killed_server_is_replaced_while_its_clients_wait() -> None:
    with parent() as (_, port):
        first = ask(port)
        os.kill(first, signal.SIGKILL)
        assert ask(port) not in (first, 0)


def test_a_stopped_server_is_replaced() -> None:
    with parent() as (_, port):
        first = ask(port)
        os.kill(first, signal.SIGSTOP)
        assert ask(port) != first
        with pytest.raises(ProcessLookupError):
            os.kill(first, 0)


def test_a_stopped_parent_does_not_blame_its_server() -> None:
    with parent() as (process, port):
        first = ask(port)
        process.send_signal(signal.SIGSTOP)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(3.0)
        process.send_signal(signal.SIGCONT)
        assert ask(port) == first


def test_a_hang_up_starts_the_server_anew_and_keeps_the_socket() -> None:
    with parent(start_new_session=True) as (process, port):
        first = ask(port)
        process.send_signal(signal.SIGHUP)
        second = first
        while second == first:
            second = ask(port)
        assert process.poll() is None


def test_a_hang_up_of_the_terminal_ends_both() -> None:
    master, slave = pty.openpty()
    with parent(start_new_session=True, preexec_fn=lambda: _take_terminal(slave)) as (process, port):
        first = ask(port)
        os.close(slave)
        os.close(master)
        assert process.wait(LIMIT_S) == 0
        with pytest.raises(ProcessLookupError):
            os.kill(first, 0)


def _take_terminal(slave: int) -> None:
    """Make it the controlling terminal of this new session."""
    os.close(os.open(os.ttyname(slave), os.O_RDWR))


def test_a_server_that_cannot_run_is_not_started_again() -> None:
    with parent("import sys; sys.exit(2)") as (process, _):
        assert process.wait(LIMIT_S) == 2


def test_a_server_that_cannot_run_for_a_while_is_no_end_once_one_ran_well(monkeypatch: pytest.MonkeyPatch) -> None:
    codes = iter([1, parenting.CANNOT_RUN, parenting.CANNOT_RUN])
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(parenting, "STEADY_S", -1.0)

    def live(self: parenting._Parent) -> int:
        self._stopping = (code := next(codes, None)) is None
        return code or 0

    monkeypatch.setattr(parenting._Parent, "_live", live)
    with parenting.listen("127.0.0.1", 0) as listener:
        assert parenting.keep_running(listener, []) == 0


def test_a_server_that_cannot_be_born_is_tried_again_however_often(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*_: object, **__: object) -> None:
        raise StartError("the machine has no room for a process")

    monkeypatch.setattr(parenting, "Child", no_room)
    monkeypatch.setattr(parenting, "MOST_BACK_OFF_S", 0.0)
    open_before = len(os.listdir("/dev/fd"))
    with parenting.listen("127.0.0.1", 0) as listener:
        one = parenting._Parent(listener, [])
        for one._failures in (0, 1, 5000):
            one._rest(one._run_once())
    assert len(os.listdir("/dev/fd")) == open_before


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_ending_the_parent_ends_the_server(how: signal.Signals) -> None:
    with parent() as (process, port):
        server = ask(port)
        process.send_signal(how)
        assert process.wait(LIMIT_S) == 0
        with pytest.raises(ProcessLookupError):
            os.kill(server, 0)
