"""Reading an ACE-Step API server's answers: every shape that its versions give, into one frozen value each.

Pure: decoded JSON in, values or an error out. It knows no HTTP and asks nobody. Unknown fields are ignored, missing
ones have a neutral value; only an answer without what it exists for is refused.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Literal

from radio.engines.acestep_api.trouble import ServerFault, quote
from radio.errors import GenerationError

State = Literal["running", "done", "failed"]
GOOD_CODES = (0, 200, None)
"""The official documents have said both 0 and 200; some answers carry no `code` at all."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """An accepted job. `position` counts from 1; 0 where the server does not say."""

    task_id: str
    position: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """What the server knows of a job. `known` is False for an id it never heard of, which it calls running, for ever.

    `file` is a relative address; `lm` and `dit` are the models the server says it used; `progress` is 0…1 or None.
    """

    state: State
    known: bool = True
    file: str = ""
    seed: int | None = None
    lm: str = ""
    dit: str = ""
    bpm: float | None = None
    key: str = ""
    progress: float | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Stats:
    """`total` jobs since the server started; `average_s` per job as it reckons, None where it does not say."""

    total: int = 0
    queued: int = 0
    running: int = 0
    average_s: float | None = None
    queue_max: int | None = None

    @property
    def busy(self) -> bool:
        return self.queued + self.running > 0


@dataclass(frozen=True, slots=True)
class Models:
    """DiT models by name, those of them that are loaded, and language models where the server tells."""

    names: frozenset[str] = frozenset()
    loaded: frozenset[str] = frozenset()
    lms: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Health:
    """`initialised` is None where the server does not say."""

    service: str = ""
    version: str = ""
    initialised: bool | None = None


def unwrap(body: object) -> object:
    """The `data` of a wrapped answer, or the answer itself where it is not wrapped.

    Raises:
        ServerFault: HTTP said 200 and the body says otherwise.
    """
    if not isinstance(body, dict):
        return body
    code = body.get("code")
    if "data" in body and code not in GOOD_CODES:
        raise ServerFault(f"the ACE-Step server answered with error {code}: {quote(str(body.get('error') or ''))}")
    return body["data"] if "data" in body and body.get("object") != "list" else body


def ticket(body: object) -> Ticket:
    """`/release_task`: `task_id`, or `job_id` as the earliest versions call it.

    Raises:
        GenerationError: the answer names no job.
    """
    data = unwrap(body)
    fields = data if isinstance(data, dict) else {}
    task_id = fields.get("task_id") or fields.get("job_id")
    if not isinstance(task_id, str) or not task_id:
        raise GenerationError(f"the ACE-Step server took the job but gave no number for it: {quote(str(data))}")
    return Ticket(task_id, _whole(fields.get("queue_position")) or 0)


def job(body: object, task_id: str) -> Job:
    """`/query_result`: this job's line, whose `result` is a list, a JSON text that holds one, or nothing.

    Raises:
        GenerationError: there is no line for this job, or nothing in it can be read.
    """
    line = _line(unwrap(body), task_id)
    items = _items(line.get("result"))
    first = items[0] if items else {}
    status = line.get("status", first.get("status"))
    if status not in (0, 1, 2):
        raise GenerationError(f"the ACE-Step server reports a status that is none of 0, 1, 2: {quote(str(status))}")
    state: State = ("running", "done", "failed")[int(status)]
    metas = first.get("metas")
    told = metas if isinstance(metas, dict) else {}
    return Job(
        state,
        known=bool(items) or state != "running",
        file=_text(first.get("file")),
        seed=_whole(_text(first.get("seed_value")).split(",")[0]),
        lm=_name(first.get("lm_model")),
        dit=_name(first.get("dit_model")),
        bpm=_positive(told.get("bpm")),
        key=_text(told.get("keyscale")),
        progress=_number(first.get("progress")),
        error=_last_line(_text(first.get("error")) or _text(line.get("error")) or _text(line.get("progress_text"))),
    )


def stats(body: object) -> Stats:
    """`/v1/stats`. What is missing counts as nothing."""
    data = unwrap(body)
    fields = data if isinstance(data, dict) else {}
    jobs = fields.get("jobs")
    counts = jobs if isinstance(jobs, dict) else {}
    queued = _whole(counts.get("queued"))
    return Stats(
        _whole(counts.get("total")) or 0,
        (_whole(fields.get("queue_size")) or 0) if queued is None else queued,
        _whole(counts.get("running")) or 0,
        _positive(fields.get("avg_job_seconds")),
        _whole(fields.get("queue_maxsize")),
    )


def models(body: object) -> Models:
    """`/v1/models`, wrapped (`data.models[].name`) or as OpenAI does it (`data[].id`, the maker's name before a slash).

    Raises:
        GenerationError: neither.
    """
    data = unwrap(body)
    fields: dict[str, object] = data if isinstance(data, dict) else {"data": data}
    listed = fields.get("models", fields.get("data"))
    if not isinstance(listed, list):
        raise GenerationError(f"the ACE-Step server's list of models cannot be read: {quote(str(data))}")
    entries = [entry for entry in listed if isinstance(entry, dict)]
    named = {_name(entry.get("id") if "models" not in fields else entry.get("name")): entry for entry in entries}
    named.pop("", None)
    loaded = {name for name, entry in named.items() if entry.get("is_loaded", True) is not False}
    return Models(frozenset(named), frozenset(loaded), _lms(fields))


def health(body: object) -> Health:
    """`/health`; with an empty `service` where this is no ACE-Step server."""
    data = unwrap(body)
    fields = data if isinstance(data, dict) else {}
    told = fields.get("models_initialized", fields.get("initialized"))
    initialised = told if isinstance(told, bool) else None
    return Health(_text(fields.get("service")), _text(fields.get("version")), initialised)


def _line(data: object, task_id: str) -> dict[str, object]:
    lines = data if isinstance(data, list) else [data]
    found = [line for line in lines if isinstance(line, dict) and line.get("task_id", task_id) == task_id]
    if not found:
        raise GenerationError(f"the ACE-Step server was asked about a job and answered: {quote(str(data))}")
    return found[0]


def _items(result: object) -> list[dict[str, object]]:
    """The audios of a job: a list, a JSON text that holds a list, or one object."""
    if isinstance(result, str):
        try:
            result = json.loads(result) if result.strip() else []
        except ValueError:
            raise GenerationError(f"the ACE-Step server's result is not JSON: {quote(str(result))}") from None
    found = result if isinstance(result, list) else [result]
    return [item for item in found if isinstance(item, dict)]


def _lms(fields: dict[str, object]) -> frozenset[str]:
    """Language models: `lm_models[].name` that are not said to be unloaded, and `loaded_lm_model`."""
    listed = fields.get("lm_models")
    entries = listed if isinstance(listed, list) else []
    names = {
        _name(entry.get("name")) if isinstance(entry, dict) else _name(entry)
        for entry in entries
        if not isinstance(entry, dict) or entry.get("is_loaded", True) is not False
    }
    return frozenset(names | {_name(fields.get("loaded_lm_model"))}) - {""}


def _text(value: object) -> str:
    """A text; nothing for anything else and for "N/A"."""
    return value.strip() if isinstance(value, str) and value.strip().upper() != "N/A" else ""


def _name(value: object) -> str:
    """The last part of a model's path or prefixed name."""
    return _text(value).rstrip("/\\").replace("\\", "/").rsplit("/", 1)[-1]


def _number(value: object) -> float | None:
    try:
        number = float(value) if isinstance(value, int | float | str) else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _whole(value: object) -> int | None:
    """Exact also above 2⁵³, where a float is not."""
    try:
        return int(value) if isinstance(value, int | float | str) else None
    except (ValueError, OverflowError):
        return None


def _positive(value: object) -> float | None:
    number = _number(value)
    return number if number is not None and number > 0 else None


def _last_line(text: str) -> str:
    """A traceback's last line says what happened."""
    lines = [line for line in text.splitlines() if line.strip()]
    return quote(lines[-1]) if lines else ""
