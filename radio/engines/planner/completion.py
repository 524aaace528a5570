"""One answer of a language model server, streamed through the OpenAI client.

Runs in the planner's event loop, in the generator process. Knows how to ask and how servers fail; not what the answer
means, nor when to try again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import httpx
import openai

from radio.engines.planner.codes import TOKEN_IDS
from radio.errors import PlannerError

TEMPERATURE = 0.85
TOP_P = 0.9
"""Both as the official code's defaults."""
MAX_CHARACTERS = 200_000
"""An answer longer than this is cut off; 600 s of audio codes take 70,000."""
SHOWN = 200
"""Characters of a server's own words in an error."""


@dataclass(frozen=True, slots=True)
class Question:
    """`model` is the name the server knows. With `only_codes`, exactly `max_tokens` tokens are wanted, all of them
    audio codes; `restrict` asks the server to see to that, and `pattern` to hold the answer to a regular expression,
    which not every server can."""

    model: str
    prompt: str
    seed: int
    max_tokens: int
    stop: str = ""
    only_codes: bool = False
    restrict: bool = False
    pattern: str = ""

    def extras(self) -> dict[str, object]:
        """What vLLM takes beyond OpenAI's parameters; others overlook it. Audio codes are special tokens, which are
        left out of the text by default. The three samplers are switched off because vLLM takes their defaults from the
        model's folder (top-k 20 for Qwen3's) and llama.cpp has its own (top-k 40, min-p 0.05)."""
        extras: dict[str, object] = {
            "top_k": -1,
            "min_p": 0.0,
            "repetition_penalty": 1.0,
            "skip_special_tokens": False,
            "spaces_between_special_tokens": False,
            "include_stop_str_in_output": True,
            "return_token_ids": True,
        }
        if self.only_codes:
            extras |= {"min_tokens": self.max_tokens, "ignore_eos": True}
        if self.restrict:
            extras["allowed_token_ids"] = list(TOKEN_IDS)
        if self.pattern:
            extras["structured_outputs"] = {"regex": self.pattern}
        return extras


@dataclass(slots=True)
class Completion:
    """What has come so far. `finished` is `stop` or `length` at the end."""

    text: str = ""
    token_ids: list[int] = field(default_factory=list)
    tokens: int = 0
    finished: str = ""


class Unreachable(PlannerError):
    """The connection could not be made, or broke: it may be there again in a moment."""


class Refused(PlannerError):
    """The server understood, and said no; `status_code` is its HTTP status, 0 for an error inside the stream."""

    def __init__(self, message: str, status_code: int) -> None:
        super().__init__(message)
        self.status_code = status_code


def connect(url: str, timeout_s: float) -> openai.AsyncOpenAI:
    """A client for the server at `url`, without key, proxy and retries: trying again is the planner's business."""
    neighbour = openai.DefaultAsyncHttpxClient(trust_env=False)
    return openai.AsyncOpenAI(
        base_url=f"{url}/v1", api_key="-", timeout=timeout_s, max_retries=0, http_client=neighbour
    )


async def complete(client: openai.AsyncOpenAI, question: Question, heard: Callable[[int], None]) -> Completion:
    """Ask, and listen to the end. `heard` is told the number of tokens so far (about one a message).

    Raises:
        Unreachable: no connection, or it broke before the end.
        Refused: an HTTP error, or an error inside the stream.
        PlannerError: what came is not the completions protocol, or has no end.
    """
    server = str(client.base_url)
    try:
        return await _listen(client, question, heard)
    except openai.APIStatusError as error:
        raise Refused(
            f"the planner at {server} answered {error.status_code}: {error.message[:SHOWN]}", error.status_code
        ) from None
    except (openai.APIConnectionError, httpx.TransportError) as error:
        raise Unreachable(f"the planner at {server} cannot be reached: {_cause(error)}") from None
    except openai.APIError as error:
        raise Refused(f"the planner at {server} broke off: {error.message[:SHOWN]}", 0) from None
    except (openai.OpenAIError, httpx.HTTPError, ValueError, AttributeError, TypeError) as error:
        raise PlannerError(f"the planner at {server} answered with something else: {_cause(error)}") from None


async def _listen(client: openai.AsyncOpenAI, question: Question, heard: Callable[[int], None]) -> Completion:
    stream = await client.completions.create(
        model=question.model,
        prompt=question.prompt,
        max_tokens=question.max_tokens,
        temperature=TEMPERATURE,
        top_p=TOP_P,
        seed=question.seed,
        stop=question.stop or None,
        stream=True,
        extra_body=question.extras(),
    )
    so_far = Completion()
    async with stream:
        async for message in stream:
            for choice in message.choices:
                ids = (choice.model_extra or {}).get("token_ids") or ()
                so_far.text += choice.text or ""
                so_far.token_ids.extend(token for token in ids if isinstance(token, int))
                so_far.tokens += max(1, len(ids))
                if choice.finish_reason:  # null until the last message, whatever its type says
                    so_far.finished = choice.finish_reason
            heard(so_far.tokens)
            if len(so_far.text) > MAX_CHARACTERS:
                raise PlannerError("the planner's answer has no end")
    if not so_far.finished:
        raise Unreachable(f"the planner at {client.base_url} cannot be reached: it stopped in mid-answer")
    return so_far


def _cause(error: Exception) -> str:
    """The reason in a few words; the client's own message is only 'Connection error.'."""
    reason = error.__cause__ or error
    return f"{type(reason).__name__}: {reason}"[:SHOWN].rstrip(": ")
