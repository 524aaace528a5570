"""Child processes. Signatures first; the bodies follow. The only home of `subprocess`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Finished:
    """A short command that has ended. `return_code` is negative for a signal."""

    return_code: int
    stdout: bytes
    stderr: bytes


def run(argv: Sequence[str], timeout_s: float, *, stdin: bytes = b"") -> Finished:
    """Run a short command to its end.

    Raises:
        StartError: it could not be started.
        TimeoutError: it took longer; it was killed.
    """
    raise NotImplementedError


class Child:
    """A running child in a process group of its own, that ends when we do. Pipes are plain non-blocking descriptors."""

    pid: int
    stdin: int | None
    stdout: int | None
    stderr: int | None

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
    ) -> None: ...

    def poll(self) -> int | None:
        """Its return code, or None while it runs."""
        raise NotImplementedError

    def wait(self, timeout_s: float) -> int | None:
        """The same, waiting at most `timeout_s` real seconds."""
        raise NotImplementedError

    def write(self, data: memoryview, timeout_s: float) -> int:
        """Bytes that stdin took within `timeout_s`. BrokenPipeError when it is gone."""
        raise NotImplementedError

    def close_stdin(self) -> None: ...

    def stop(self, grace_s: float) -> int:
        """Terminate the group, kill it after `grace_s`; returns the return code. Idempotent."""
        raise NotImplementedError


class PipeReader:
    """A thread that reads stdout and stderr until both end, then waits for the exit.

    `on_output` gets stdout as it comes; `on_exit(return_code, last stderr lines, error)` is called once, last; `error` is what
    `on_output` raised (the child is then killed), or None.
    """

    def __init__(
        self,
        child: Child,
        name: str,
        on_output: Callable[[bytes], None],
        on_exit: Callable[[int, tuple[str, ...], Exception | None], None],
    ) -> None: ...

    def start(self) -> None: ...

    def join(self, timeout_s: float) -> bool:
        """True when the thread has ended."""
        raise NotImplementedError
