"""An HTTP answer of an ACE-Step server as JSON, or as the error it stands for, in the server's own words.

Pure functions of a finished answer; whatever loop runs the client calls them.
"""

from __future__ import annotations

import httpx

from radio.engines.acestep_api.trouble import QueueFull, ServerFault, quote
from radio.errors import GenerationError, Unavailable

RESULT = "its result"
"""What `refusal` calls a download: missing or forbidden there is the file's matter, not the server's or the key's."""


def decoded(answer: httpx.Response) -> object:
    try:
        body: object = answer.json()
    except ValueError:
        raise GenerationError(f"the ACE-Step server's answer is not JSON: {quote(answer.text)}") from None
    return body


def refusal(answer: httpx.Response, what: str) -> GenerationError:
    """The error for an HTTP status that is no success, in the server's own words."""
    status, words = answer.status_code, _words(answer)
    server = "the ACE-Step server"
    error: GenerationError
    if status == httpx.codes.UNAUTHORIZED or (status == httpx.codes.FORBIDDEN and what != RESULT):
        error = Unavailable(f"{server} does not accept RADIO_ACESTEP_API_KEY ({status}): {words}")
    elif status in (httpx.codes.NOT_FOUND, httpx.codes.METHOD_NOT_ALLOWED) and what != RESULT:
        error = Unavailable(f"this is no ACE-Step API server, or one of another age: it has no {what} ({status})")
    elif status == httpx.codes.TOO_MANY_REQUESTS:
        error = QueueFull(f"{server}'s queue is full: {words}")
    elif status == httpx.codes.SERVICE_UNAVAILABLE:
        error = Unavailable(f"{server} is not ready: {words}")
    elif answer.is_server_error:
        error = ServerFault(f"{server} failed over {what} ({status}): {words}")
    else:
        error = GenerationError(f"{server} refused {what} ({status}): {words}")
    return error


def _words(answer: httpx.Response) -> str:
    """`detail` or `error` of a JSON body, else its text."""
    try:
        body = answer.json()
    except ValueError:
        return quote(answer.text)
    detail = body.get("detail") or body.get("error") if isinstance(body, dict) else body
    return quote(detail if isinstance(detail, str) else str(detail or ""))
