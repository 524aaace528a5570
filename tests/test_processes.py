"""Child processes: they are fed, read and ended within deadlines, and never outlive us."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from radio import processes
from radio.errors import StartError
from radio.processes import Child, PipeReader, Tail

LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="PR_SET_PDEATHSIG and pipe sizes are Linux's")
LIMIT_S = 20.0


@dataclass(slots=True)
class Ear:
    """Collects what a pipe reader hears; `wanted` bytes set `heard`."""

    wanted: bytes = b"\n"
    output: bytes = b""
    exits: list[tuple[int, tuple[str, ...], Exception | None]] = field(default_factory=list)
    heard: threading.Event = field(default_factory=threading.Event)
    exited: threading.Event = field(default_factory=threading.Event)

    def listen(self, data: bytes) -> None:
        self.output += data
        if self.wanted in self.output:
            self.heard.set()

    def end(self, code: int, lines: tuple[str, ...], error: Exception | None) -> None:
        self.exits.append((code, lines, error))
        self.exited.set()

    def follow(self, child: Child) -> PipeReader:
        reader = PipeReader(child, "ear", self.listen, self.end)
        reader.start()
        return reader


@pytest.fixture
def start() -> Iterator[Callable[..., Child]]:
    """Starts children that end with the test. A single word of argv is a shell script."""
    born: list[Child] = []

    def begin(*argv: str, ear: Ear | None = None, **pipes: bool) -> Child:
        child = Child(argv if len(argv) > 1 else ["/bin/sh", "-c", *argv], **pipes)  # type: ignore[arg-type]
        born.append(child)
        if ear is not None:
            readers.append(ear.follow(child))
        return child

    readers: list[PipeReader] = []
    yield begin
    for child in born:
        child.stop(0)
    assert all(reader.join(LIMIT_S) for reader in readers)
    for child in born:
        child.close_outputs()


def send(child: Child, data: bytes) -> int:
    return child.write(memoryview(data), LIMIT_S)


def is_gone(pid: int) -> bool:
    """Whether a process ends within the limit, watched by the kernel."""
    try:
        watch = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([watch], [], [], LIMIT_S)[0])
    finally:
        os.close(watch)


Start = Callable[..., Child]


def test_a_child_is_fed_and_read(start: Start) -> None:
    ear = Ear()
    child = start("exec cat", ear=ear, stdin=True, stdout=True)
    assert send(child, b"hello\n") == 6
    assert ear.heard.wait(LIMIT_S)
    child.close_stdin()
    assert ear.exited.wait(LIMIT_S)
    assert ear.output == b"hello\n"
    assert ear.exits == [(0, (), None)]


def test_a_child_has_a_process_group_of_its_own(start: Start) -> None:
    child = start("exec cat", stdin=True)
    assert os.getpgid(child.pid) == child.pid


def test_a_program_that_does_not_exist_says_its_name(start: Start) -> None:
    ear = Ear()
    start("/no/such/program", "argument", ear=ear, stdout=True, stderr=True)
    assert ear.exited.wait(LIMIT_S)
    code, lines, _ = ear.exits[0]
    assert code != 0
    assert "/no/such/program" in lines[-1]


def test_a_folder_that_does_not_exist_is_a_start_error(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="could not be started"):
        Child(["cat"], cwd=tmp_path / "nowhere")


def test_a_write_takes_what_fits_and_no_longer_than_its_deadline(start: Start) -> None:
    child = start("exec sleep 60", stdin=True)
    first = child.write(memoryview(bytes(8 << 20)), 0.0)
    assert 0 < first < 8 << 20
    assert child.write(memoryview(b"more"), 0.0) == 0


@LINUX
def test_a_pipe_holds_more_than_a_second_of_sound(start: Start) -> None:
    child = start("exec sleep 60", stdin=True)
    assert child.write(memoryview(bytes(8 << 20)), 0.0) > 48_000 * 8


def test_writing_to_a_child_that_is_gone_is_refused(start: Start) -> None:
    child = start("exec cat", stdin=True)
    child.stop(0)
    with pytest.raises(BrokenPipeError):
        child.write(memoryview(b"x"), 1.0)


def test_writing_after_the_input_was_closed_is_refused(start: Start) -> None:
    child = start("exec cat", stdin=True)
    child.close_stdin()
    child.close_stdin()
    with pytest.raises(BrokenPipeError):
        child.write(memoryview(b"x"), 1.0)
    assert child.wait(LIMIT_S) == 0


def test_stopping_asks_first(start: Start) -> None:
    ear = Ear()
    child = start("trap 'exit 7' TERM; echo ready; while :; do sleep 0.05; done", ear=ear, stdout=True)
    assert ear.heard.wait(LIMIT_S)
    assert child.stop(LIMIT_S) == 7


def test_a_child_that_will_not_listen_is_killed(start: Start) -> None:
    ear = Ear()
    child = start("trap '' TERM; echo ready; while :; do sleep 0.05; done", ear=ear, stdout=True)
    assert ear.heard.wait(LIMIT_S)
    assert child.stop(0.01) == -signal.SIGKILL
    assert child.stop(0.01) == -signal.SIGKILL


def test_a_frozen_child_is_killed_too(start: Start) -> None:
    child = start("exec cat", stdin=True, stdout=True)
    os.kill(child.pid, signal.SIGSTOP)
    assert child.stop(0.01) in {-signal.SIGKILL, -signal.SIGTERM}


def test_stderr_is_read_and_only_its_end_is_kept(start: Start) -> None:
    ear = Ear()
    start("i=0; while [ $i -lt 5000 ]; do echo line $i >&2; i=$((i+1)); done", ear=ear, stdout=True, stderr=True)
    assert ear.exited.wait(LIMIT_S)
    _, lines, _ = ear.exits[0]
    assert len(lines) == processes.TAIL_LINES
    assert lines[-1] == "line 4999"


def test_a_reader_that_fails_ends_its_child_and_says_why(start: Start) -> None:
    class Broken(Ear):
        def listen(self, data: bytes) -> None:
            raise ValueError("cannot listen")

    ear = Broken()
    child = start("exec cat", ear=ear, stdin=True, stdout=True)
    send(child, b"x")
    assert ear.exited.wait(LIMIT_S)
    code, _, error = ear.exits[0]
    assert code == -signal.SIGKILL
    assert str(error) == "cannot listen"


def test_a_tail_keeps_short_ends_of_long_lines() -> None:
    tail = Tail(3)
    for _ in range(100):
        tail.feed(b"x" * 100_000)
    tail.feed(b"\none\r\ntwo\n\nthr")
    assert [line[:10] for line in tail.lines] == ["x" * 10, "one", "two", "thr"]
    assert len(tail.lines[0]) == processes.TAIL_LINE_CHARACTERS
    tail.feed(b"ee\xff\n")
    assert tail.lines == ("one", "two", "three\ufffd")


def test_a_child_outlives_the_thread_that_started_it(start: Start) -> None:
    born: list[Child] = []
    ear = Ear()
    thread = threading.Thread(target=lambda: born.append(start("exec cat", ear=ear, stdin=True, stdout=True)))
    thread.start()
    thread.join()
    send(born[0], b"still here\n")
    assert ear.heard.wait(LIMIT_S)


@LINUX
def test_a_child_dies_with_its_parent_even_when_that_is_killed() -> None:
    script = """
import sys, threading
from radio.processes import Child, PipeReader
child = Child(["/bin/sh", "-c", "echo ready; exec sleep 60"], stdout=True)
PipeReader(child, "reader", lambda _: print(child.pid, flush=True), lambda *_: None).start()
threading.Event().wait()
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
    assert is_gone(pid)


def test_a_short_command_gives_its_output_and_its_code() -> None:
    done = processes.run(["/bin/sh", "-c", "cat; echo no >&2; exit 3"], LIMIT_S, stdin=b"yes")
    assert (done.return_code, done.stdout, done.stderr) == (3, b"yes", b"no\n")


def test_a_short_command_that_takes_too_long_is_killed() -> None:
    with pytest.raises(TimeoutError, match="sleep took longer"):
        processes.run(["sleep", "60"], 0.01)


def test_a_short_command_that_does_not_exist_is_a_start_error() -> None:
    with pytest.raises(StartError, match="/no/such"):
        processes.run(["/no/such"], 1.0)
