"""The line between the station and its generator process: whole messages over a socket, and nothing but messages.

Neither end waits for the other half of a message: what came is kept until the rest is there, so whoever reads can keep
its deadlines. Messages may be sent from several threads; one thread reads.
"""

from __future__ import annotations

import io
import pickle
import select
import socket
import struct
import threading
from collections import deque
from typing import Any

from radio.errors import GenerationError

HEADER = struct.Struct("!I")
MOST_BYTES = 1 << 20
"""A plan with a long history is some 10 kB; no message comes near this."""
READ_BYTES = 1 << 16
KNOWN = ("radio.", "numpy")
"""Modules whose values may come over the line."""


def connected() -> tuple[socket.socket, socket.socket]:
    """Two ends."""
    return socket.socketpair()


def packed(message: object) -> bytes:
    """A message as it goes over the line."""
    body = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return HEADER.pack(len(body)) + body


class Line:
    """One end. With a `send_s` a message that is not taken within that time is an `OSError`."""

    def __init__(self, end: socket.socket, send_s: float | None = None) -> None:
        self._end = end
        end.settimeout(send_s)

        self._sending = threading.Lock()
        self._came = bytearray()
        self._whole: deque[object] = deque()

    def send(self, message: object) -> None:
        """Raises `OSError` when nobody is there."""
        data = packed(message)
        with self._sending:
            self._end.sendall(data)

    def next(self, timeout_s: float | None) -> object | None:
        """The next message, waiting at most `timeout_s` (None: for ever); None where there is none.

        Raises:
            EOFError, OSError: the other end is closed.
            GenerationError: what came is no message.
        """
        if not self._whole and self._readable(timeout_s):
            data = self._end.recv(READ_BYTES)
            if not data:
                raise EOFError
            self._came += data
            self._cut()
        return self._whole.popleft() if self._whole else None

    def close(self) -> None:
        self._end.close()

    def _readable(self, timeout_s: float | None) -> bool:
        poll = select.poll()
        poll.register(self._end, select.POLLIN)
        return bool(poll.poll(None if timeout_s is None else timeout_s * 1000))

    def _cut(self) -> None:
        """Take the whole messages out of what came."""
        while len(self._came) >= HEADER.size:
            (size,) = HEADER.unpack_from(self._came)
            if size > MOST_BYTES:
                raise GenerationError(f"a message of {size} bytes is none")
            if len(self._came) < HEADER.size + size:
                return
            self._whole.append(_unpacked(bytes(self._came[HEADER.size : HEADER.size + size])))
            del self._came[: HEADER.size + size]


def _unpacked(body: bytes) -> object:
    try:
        return _Known(io.BytesIO(body)).load()
    except Exception as error:
        raise GenerationError(f"a message cannot be read: {type(error).__name__}: {error}") from error


class _Known(pickle.Unpickler):
    """Makes values of our own kinds only."""

    def find_class(self, module: str, name: str) -> Any:
        if not module.startswith(KNOWN):
            raise pickle.UnpicklingError(f"{module}.{name} is no part of a message")
        return super().find_class(module, name)
