"""Errors as HTTP: one table, one body `{"detail", "status_code", "operation_id", "service"}`.

Everything else that goes wrong is a 500 that names nothing of the server's inside.
"""

from __future__ import annotations

import uuid

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from radio.errors import NotReady, RequestError, TooMany

SERVICE = "radio"


def problem(status_code: int, detail: str, retry_after_s: float | None = None) -> JSONResponse:
    """The answer to a request that failed."""
    headers = {} if retry_after_s is None else {"Retry-After": str(max(1, round(retry_after_s)))}
    operation_id = uuid.uuid4().hex[:12]
    body = {"detail": detail, "status_code": status_code, "operation_id": operation_id, "service": SERVICE}
    return JSONResponse(body, status_code, headers)


def install(app: FastAPI) -> None:
    """Make `app` answer every error this way."""
    app.add_exception_handler(RequestError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _broken)


async def _refused(_: Request, error: Exception) -> Response:
    if not isinstance(error, RequestError):
        raise error
    retry_after_s = error.retry_after_s if isinstance(error, NotReady | TooMany) else None
    return problem(error.status_code, str(error), retry_after_s)


async def _invalid(_: Request, error: Exception) -> Response:
    """400 where the body is no JSON, 422 where it says something that cannot be."""
    if not isinstance(error, RequestValidationError):
        raise error
    errors = error.errors()
    if any(item["type"] == "json_invalid" for item in errors):
        return problem(400, "The body is not valid JSON.")
    return problem(422, " ".join(_sentence(item) for item in errors[:5]))


def _sentence(item: dict[str, object]) -> str:
    where = item["loc"]
    names = [str(part) for part in where if part not in ("body", "query", "path")] if isinstance(where, tuple) else []
    name = ".".join(names)[:80] or "The body"
    if item["type"] == "extra_forbidden":
        return f"There is no field '{name}'."
    message = str(item["msg"]).removeprefix("Value error, ")
    return f"{name}: {message[:1].lower()}{message[1:]}."


async def _http(_: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    details = {404: "There is nothing at this address.", 405: "This address does not take that method."}
    answer = problem(error.status_code, details.get(error.status_code, str(error.detail)))
    answer.headers.update(error.headers or {})
    return answer


async def _broken(_: Request, error: Exception) -> Response:
    structlog.get_logger("web").error("unexpected error", exc_info=error)
    return problem(500, "Something went wrong on our side.")
