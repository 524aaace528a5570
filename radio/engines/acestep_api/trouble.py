"""What can go wrong between this engine and an ACE-Step API server, as far as the engine itself has to tell it apart.

Leaves of the error tree: outside this folder they are `GenerationError` or `Unavailable`. Plain values; any thread.
"""

from __future__ import annotations

from radio.errors import GenerationError, Unavailable

LONGEST_QUOTE = 200


class Unreachable(Unavailable):
    """No connection: the request was certainly not received."""


class AnswerLost(Unavailable):
    """The connection broke after the request was sent: whether it was received is not known."""


class ServerFault(GenerationError):
    """HTTP 5xx, or `code` 500 inside HTTP 200: the server stumbled over this request."""


class QueueFull(GenerationError):
    """HTTP 429."""


class JobFailed(GenerationError):
    """The server says that the job failed, or made nothing that can be used."""


class JobLost(GenerationError):
    """The server does not know the job any more: it was restarted."""


class SourceIgnored(GenerationError):
    """What came back does not continue the context that was sent."""


def quote(text: str) -> str:
    """A server's own words for one of our sentences: on one line, bounded, never empty."""
    flat = " ".join(text.split())
    if not flat:
        return "no reason given"
    return flat if len(flat) <= LONGEST_QUOTE else flat[: LONGEST_QUOTE - 1] + "…"
