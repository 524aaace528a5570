"""Child processes: start, feed, drain, wait with a deadline, end. The only home of `subprocess`.

It knows nothing of what a child does. A child runs in a process group of its own, so that Ctrl-C in a terminal reaches
us alone, and dies with us: its stdin ends and, on Linux, the kernel kills it (PR_SET_PDEATHSIG). POSIX only.

Threads: a `PipeReader` runs in one of its own. All children are born in one thread that lives as long as we do, because
PR_SET_PDEATHSIG fires when the *thread* that started a child ends, not the process (prctl(2)).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import signal
import subprocess
import sys
import termios
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from radio.errors import StartError

PIPE_BYTES = 1 << 20
"""Asked for each pipe; the most that Linux gives without privileges (pipe(7)). Elsewhere pipes keep their size."""
READ_BYTES = 1 << 16
LOOK_S = 0.5
TAIL_LINES = 20
TAIL_LINE_CHARACTERS = 500
EXIT_S = 5.0
"""A child that has closed its outputs and does not end within this many seconds is killed."""

_BIRTHPLACE = ThreadPoolExecutor(max_workers=1, thread_name_prefix="birth of children")

# Runs in the child before the real program: no `preexec_fn`, which may deadlock in a process with threads. It costs
# about 17 ms once, and looks whether its parent ended before the kernel knew.
_TIE = """
import os, signal, sys
try:
    import ctypes
    ctypes.CDLL(None).prctl(1, 9, 0, 0, 0)
except (ImportError, OSError, AttributeError):
    pass
if os.getppid() != int(sys.argv[1]):
    os._exit(1)
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
try:
    os.execvp(sys.argv[2], sys.argv[2:])
except OSError as error:
    sys.exit(f"{sys.argv[2]}: {error.strerror}")
"""


_listeners: list[Callable[[int], None]] = []


def tell_births(listener: Callable[[int], None] | None) -> None:
    """Who hears of every child that is born from now on: one listener, or none."""
    _listeners[:] = [] if listener is None else [listener]


def born(pid: int) -> None:
    """A child was started, here or by other means."""
    for listener in _listeners:
        listener(pid)


@dataclass(frozen=True, slots=True)
class Finished:
    """A short command that has ended. `return_code` is negative for a signal."""

    return_code: int
    stdout: bytes
    stderr: bytes


def run(argv: Sequence[str], timeout_s: float, *, stdin: bytes = b"") -> Finished:
    """Run a short command to its end, in the calling thread.

    Raises:
        StartError: it could not be started.
        TimeoutError: it took longer than `timeout_s` and was killed.
    """
    try:
        done = subprocess.run(  # noqa: S603  # argv is ours; no shell
            list(argv), input=stdin, capture_output=True, timeout=timeout_s, check=False, process_group=0
        )
    except subprocess.TimeoutExpired as error:
        raise TimeoutError(f"{argv[0]} took longer than {timeout_s:g} s.") from error
    except OSError as error:
        raise StartError(f"{argv[0]} could not be started: {error.strerror}.") from error
    return Finished(done.returncode, done.stdout, done.stderr)


class Child:
    """A running child. `stdin`, `stdout`, `stderr` are non-blocking descriptors, or None where not asked for.
    With `share_output` the child writes to our own standard output and error.

    A program that cannot be executed ends at once with its name on stderr.

    Raises:
        StartError: no process could be made.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        stdin: bool = False,
        stdout: bool = False,
        stderr: bool = False,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        pass_fds: Sequence[int] = (),
        share_output: bool = False,
    ) -> None:
        output = None if share_output else subprocess.DEVNULL

        def start() -> subprocess.Popen[bytes]:
            return subprocess.Popen(  # noqa: S603  # argv is ours; no shell
                _tied(argv),
                stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
                stdout=subprocess.PIPE if stdout else output,
                stderr=subprocess.PIPE if stderr else output,
                cwd=cwd,
                env=env,
                pass_fds=tuple(pass_fds),
                process_group=0,
                bufsize=0,
            )

        try:
            self._process = _BIRTHPLACE.submit(start).result()
        except OSError as error:
            raise StartError(f"{argv[0]} could not be started: {error.strerror}.") from error

        self._stdin_lock = threading.Lock()
        self._written_bytes = 0
        self.pid = self._process.pid
        born(self.pid)
        self.stdin, self.stdout, self.stderr = (
            None if pipe is None else _prepared(pipe.fileno())
            for pipe in (self._process.stdin, self._process.stdout, self._process.stderr)
        )

    def poll(self) -> int | None:
        """Its return code, or None while it runs."""
        return self._process.poll()

    def wait(self, timeout_s: float) -> int | None:
        """The same, waiting at most `timeout_s` real seconds."""
        try:
            return self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return None

    def write(self, data: memoryview, timeout_s: float) -> int:
        """Bytes of `data` (a flat view of bytes) that stdin took within `timeout_s` real seconds.

        Raises:
            BrokenPipeError: nobody reads any more, or stdin was closed.
        """
        deadline = time.monotonic() + timeout_s
        written = 0
        with self._stdin_lock:
            while written < len(data):
                if self.stdin is None:
                    raise BrokenPipeError
                with contextlib.suppress(BlockingIOError):
                    some = os.write(self.stdin, data[written:])
                    written, self._written_bytes = written + some, self._written_bytes + some
                    continue
                left_s = deadline - time.monotonic()
                if left_s <= 0 or not _writable(self.stdin, left_s):
                    break
        return written

    @property
    def unread_bytes(self) -> int:
        """How much of what was written the child has not read yet; 0 where the system does not tell. No lock: a writer
        may hold it for long, and a number of another moment does no harm."""
        stdin, answer = self.stdin, bytearray(4)
        with contextlib.suppress(OSError):
            if stdin is not None:
                fcntl.ioctl(stdin, termios.FIONREAD, answer)
        return int.from_bytes(answer, sys.byteorder)

    @property
    def read_bytes(self) -> int:
        """How much of its input the child has read, as far as the system tells."""
        return max(0, self._written_bytes - self.unread_bytes)

    def close_stdin(self) -> None:
        """The child reads the end of its input. Idempotent."""
        with self._stdin_lock:
            if self.stdin is not None and self._process.stdin is not None:
                self.stdin = None
                self._process.stdin.close()

    def close_outputs(self) -> None:
        """Give back the descriptors of stdout and stderr. Idempotent; for the one who read them."""
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()
        self.stdout = self.stderr = None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the child's whole group, if it still runs."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, number)

    def stop(self, grace_s: float) -> int:
        """Terminate, kill after `grace_s` real seconds, and return the code. Idempotent.

        One that the kernel does not let go of (a disk that hangs) is left to it after `EXIT_S`: the code is −9 then.
        """
        if grace_s > 0:
            self.signal(signal.SIGTERM)
            self.wait(grace_s)
        self.signal(signal.SIGKILL)
        code = self.wait(EXIT_S)
        self.close_stdin()
        return -signal.SIGKILL if code is None else code


class Tail:
    """The last lines of a text, however long it is. Fed and read in any thread."""

    def __init__(self, lines: int = TAIL_LINES) -> None:
        self._lines: deque[str] = deque(maxlen=lines)
        self._rest = b""

    def feed(self, data: bytes) -> None:
        *whole, rest = (self._rest + data).replace(b"\r", b"\n").split(b"\n")
        self._rest = rest[-TAIL_LINE_CHARACTERS:]
        self._lines.extend(_readable(line) for line in whole if line.strip())

    @property
    def lines(self) -> tuple[str, ...]:
        """The oldest first, each at most 500 characters long."""
        rest = (_readable(self._rest),) if self._rest.strip() else ()
        return tuple(self._lines) + rest


class PipeReader:
    """One thread that reads a child's stdout and stderr until both end, and then waits for its exit.

    `on_output` gets stdout as it comes. `on_exit(code, last stderr lines, error)` is called once, at the very end;
    `error` is what `on_output` raised (the child is killed then), or None. A child nobody reads would stop at a full
    pipe. `look` is called twice a second meanwhile, and may raise too.
    """

    def __init__(
        self,
        child: Child,
        name: str,
        on_output: Callable[[bytes], None],
        on_exit: Callable[[int, tuple[str, ...], Exception | None], None],
        look: Callable[[], None] | None = None,
    ) -> None:
        self._child = child
        self._on_output = on_output
        self._on_exit = on_exit
        self._look = look

        self._tail = Tail()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def join(self, timeout_s: float) -> bool:
        """True when the thread has ended. Called by the thread itself it does nothing."""
        if self._thread is not threading.current_thread():
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        error: Exception | None = None
        try:
            self._drain()
        except Exception as trouble:  # noqa: BLE001  # reported through on_exit: a reader supervises its callback
            error = trouble
            self._child.signal(signal.SIGKILL)
        code = self._child.wait(EXIT_S)
        if code is None:
            code = self._child.stop(0.0)
        self._child.close_stdin()
        self._child.close_outputs()
        self._on_exit(code, self._tail.lines, error)

    def _drain(self) -> None:
        sinks = {self._child.stdout: self._on_output, self._child.stderr: self._tail.feed}
        open_pipes = {fd: sink for fd, sink in sinks.items() if fd is not None}
        poll = select.poll()
        for fd in open_pipes:
            poll.register(fd, select.POLLIN)
        while open_pipes:
            for fd, _ in poll.poll(None if self._look is None else LOOK_S * 1000):
                data = os.read(fd, READ_BYTES)
                if data:
                    open_pipes[fd](data)
                else:
                    poll.unregister(fd)
                    del open_pipes[fd]
            if self._look is not None:
                self._look()


def _tied(argv: Sequence[str]) -> list[str]:
    """The command, preceded on Linux by the step that ties the child's life to ours."""
    if not sys.platform.startswith("linux") or not sys.executable:
        return list(argv)
    return [sys.executable, "-I", "-S", "-c", _TIE, str(os.getpid()), *argv]


def _prepared(fd: int) -> int:
    """Non-blocking and as large as the system allows."""
    os.set_blocking(fd, False)
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with contextlib.suppress(OSError):  # a limit of the machine: the pipe keeps its 64 KiB
            fcntl.fcntl(fd, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    return fd


def _writable(fd: int, timeout_s: float) -> bool:
    poll = select.poll()
    poll.register(fd, select.POLLOUT)
    return bool(poll.poll(timeout_s * 1000))


def _readable(line: bytes) -> str:
    return line.decode("utf-8", "replace").strip()[:TAIL_LINE_CHARACTERS]
