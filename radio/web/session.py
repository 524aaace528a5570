"""`/session/…`: start, stop, steer and see the station. Thin: the conductor does the work, in the same event loop."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Depends, Request
from pydantic import BaseModel, ConfigDict, Field, field_validator

from radio.contracts import DEFAULT_PROMPT
from radio.settings import MAX_PROMPT
from radio.station.conductor import Conductor
from radio.station.programme.turns import LEAST_MINUTES, MOST_MINUTES
from radio.station.status import receipt_body, status

router = APIRouter(prefix="/session", tags=["session"])


def conductor_of(request: Request) -> Conductor:
    """The station's conductor, from the application's state."""
    conductor: Conductor = request.app.state.conductor
    return conductor


TheConductor = Annotated[Conductor, Depends(conductor_of)]


class Words(BaseModel):
    """A prompt. Empty means the default one."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    prompt: str = Field("", max_length=MAX_PROMPT, description="what the music should be, in words")

    @field_validator("prompt", "from_prompt", check_fields=False)
    @classmethod
    def _is_text(cls, prompt: str) -> str:
        """A lone surrogate is valid JSON and no text: it could not be sent to anybody."""
        try:
            prompt.encode()
        except UnicodeEncodeError:
            raise ValueError("this is not valid Unicode text") from None
        return prompt


class Steer(Words):
    """Where the words should take effect."""

    when: Literal["next", "now"] = Field(
        "next",
        description="`next`: with the next segment that is not yet being made; `now`: cut in as soon as it can be made",
    )
    minutes: float | None = Field(
        None, ge=LEAST_MINUTES, le=MOST_MINUTES, description="for so long; unset: until something planned is due"
    )
    drift_minutes: float | None = Field(
        None, ge=0, le=MOST_MINUTES, description="let the music drift there for so long"
    )
    from_prompt: str = Field("", max_length=MAX_PROMPT, description="what it drifts from; unset: what it is now")


@router.post("/start")
async def start(conductor: TheConductor, words: Annotated[Words | None, Body()] = None) -> dict[str, Any]:
    """Start the station, or steer it if it runs."""
    prompt = words.prompt if words else ""
    receipt = conductor.start(prompt or None)
    return {**status(conductor), "receipt": receipt_body(receipt)}


@router.post("/stop")
async def stop(conductor: TheConductor) -> dict[str, Any]:
    """End the session for everybody: the playlist ends."""
    conductor.stop()
    return status(conductor)


@router.post("/prompt")
async def prompt(conductor: TheConductor, words: Steer) -> dict[str, Any]:
    """Steer. The receipt says which segment follows the words and when it is heard; `/session/events` corrects it."""
    receipt = conductor.steer(
        words.prompt or DEFAULT_PROMPT,
        words.when,
        minutes=words.minutes,
        drift_minutes=words.drift_minutes,
        from_prompt=words.from_prompt,
    )
    return receipt_body(receipt) or {}


@router.get("/status")
async def see(conductor: TheConductor) -> dict[str, Any]:
    """Everything about now."""
    return status(conductor)
