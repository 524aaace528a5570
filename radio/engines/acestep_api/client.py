"""An asynchronous client of the official ACE-Step API server: one method for each of its addresses that we use.

Runs in whatever event loop awaits it. It knows HTTP and the API key, and turns every failure into one sentence; it does
not know jobs, deadlines of whole segments, or sound. Nothing is asked twice here, except with the key in another place.
"""

from __future__ import annotations

from types import TracebackType
from typing import Self
from urllib.parse import quote as percent
from urllib.parse import urlsplit

import httpx

from radio.engines.acestep_api import answers
from radio.engines.acestep_api.download import download
from radio.engines.acestep_api.refusal import decoded, refusal
from radio.engines.acestep_api.trouble import AnswerLost, Unreachable, quote
from radio.errors import GenerationError, Unavailable

CONNECT_S = 4.0
ANSWER_S = 15.0
UPLOAD_S = 60.0
IDLE_CONNECTION_S = 2.0
"""uvicorn drops idle connections after 5 s; what is sent in that moment is lost, so ours are dropped before."""

Fields = dict[str, str]
Uploads = dict[str, bytes]
"""Form field → the bytes of a sound file in the format that the result is asked in."""


class AceStepClient:
    """A connection to the server at `url`; `key` may be empty. Use as an async context manager, in one event loop."""

    def __init__(self, url: str, key: str = "", answer_s: float = ANSWER_S) -> None:
        self._url = url.rstrip("/")
        self._key = key

        self._key_in_body = False
        self._http = httpx.AsyncClient(
            base_url=self._url,
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=httpx.Timeout(answer_s, connect=min(CONNECT_S, answer_s)),
            limits=httpx.Limits(max_connections=4, keepalive_expiry=IDLE_CONNECTION_S),
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.aclose()

    async def health(self) -> answers.Health:
        return answers.health(decoded(await self._ask("GET", "/health")))

    async def models(self) -> answers.Models:
        return answers.models(decoded(await self._ask("GET", "/v1/models")))

    async def stats(self) -> answers.Stats | None:
        """None where this version has no such address."""
        answer = await self._ask("GET", "/v1/stats", missing_ok=True)
        return None if answer.status_code == httpx.codes.NOT_FOUND else answers.stats(decoded(answer))

    async def init(self, model: str, limit_s: float) -> bool:
        """Have `model` loaded, where the server can be told so. False: this version cannot (404 or 405)."""
        fields = {"model": model} | self._token()
        answer = await self._ask("POST", "/v1/init", missing_ok=True, json=fields, timeout=limit_s)
        if answer.status_code in (httpx.codes.NOT_FOUND, httpx.codes.METHOD_NOT_ALLOWED):
            return False
        answers.unwrap(decoded(answer))
        return True

    async def release(self, fields: Fields, uploads: Uploads) -> answers.Ticket:
        """`/release_task`, always as multipart: it is the one form that takes a source in every version that works.

        Raises:
            Unreachable: it was not received. AnswerLost: that is not known. QueueFull: try again later.
            ServerFault, Unavailable, GenerationError: it was refused.
        """

        def form() -> list[tuple[str, tuple[str | None, str | bytes, str] | tuple[None, str]]]:
            kind = fields.get("audio_format", "wav")
            texts = [(name, (None, value)) for name, value in (fields | self._token()).items()]
            return [*texts, *((name, (f"{name}.{kind}", data, f"audio/{kind}")) for name, data in uploads.items())]

        timeout = httpx.Timeout(ANSWER_S, connect=CONNECT_S, write=UPLOAD_S, read=UPLOAD_S)
        try:
            answer = await self._ask("POST", "/release_task", files=form(), timeout=timeout)
        except _KeyWantedInBody:
            self._key_in_body = True
            answer = await self._ask("POST", "/release_task", files=form(), timeout=timeout)
        return answers.ticket(decoded(answer))

    async def query(self, task_id: str) -> answers.Job:
        body: dict[str, object] = {"task_id_list": [task_id]}
        answer = await self._ask("POST", "/query_result", json=body | self._token())
        return answers.job(decoded(answer), task_id)

    async def download(self, file: str) -> bytes:
        """A result's bytes, by the address that `query` gave."""
        return await download(self._http, self._address(file))

    def _address(self, file: str) -> str:
        """Where a result is fetched: a relative address or a path there. Never another host, for the key goes along."""
        parts = urlsplit(file)
        if parts.scheme in ("http", "https"):
            own = urlsplit(self._url)
            if (parts.scheme, parts.netloc) != (own.scheme, own.netloc):
                raise GenerationError(f"the ACE-Step server's result lies on another server: {quote(file)}")
            return file
        return file if file.startswith("/v1/") else f"/v1/audio?path={percent(file, safe='')}"

    def _token(self) -> Fields:
        return {"ai_token": self._key} if self._key_in_body and self._key else {}

    async def _ask(self, method: str, path: str, *, missing_ok: bool = False, **how: object) -> httpx.Response:
        """One request; its answer if it is a success (or a 404 or 405, where that is an answer too)."""
        try:
            answer = await self._http.request(method, path, **how)  # type: ignore[arg-type]
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise Unreachable(
                f"nothing answers at {self._url}: {quote(str(error) or 'no connection in time')}"
            ) from None
        except httpx.UnsupportedProtocol:
            raise Unavailable(f"'{self._url}' is not the address of a server") from None
        except httpx.HTTPError as error:
            why = quote(str(error) or type(error).__name__)
            raise AnswerLost(f"the ACE-Step server at {self._url} broke off before it answered: {why}") from None
        missing = answer.status_code in (httpx.codes.NOT_FOUND, httpx.codes.METHOD_NOT_ALLOWED)
        if answer.is_success or (missing and missing_ok):
            return answer
        if answer.status_code == httpx.codes.UNAUTHORIZED and self._wants_token(answer):
            raise _KeyWantedInBody("the ACE-Step server wants its key in the body")
        raise refusal(answer, path)

    def _wants_token(self, answer: httpx.Response) -> bool:
        """A 401 that misses the key although we sent it: that version, or a proxy before it, wants it in the body."""
        return bool(self._key) and not self._key_in_body and "missing ai_token" in answer.text.lower()


class _KeyWantedInBody(Unavailable):
    """Ask again with `ai_token`."""
