"""Turning: how soon a segment can be there that is asked for after a cut. Pure: it follows from the pace."""

from __future__ import annotations

from radio.contracts import SAMPLE_RATE
from radio.station.generation.crew import Member
from radio.station.generation.pace import Pace

BRIEF_UP_TO_S = 10.0
"""A slower engine makes a full segment even then: a brief one would not last until the next is there."""
UNKNOWN_S = 10.0
"""While nobody is there to make it."""
CANCEL_S = 0.3
"""How long an engine takes to let go of a job."""
MIXING_S = 0.25
"""How long a made segment takes to be on the timeline."""


def brief(pace: Pace, member: Member | None) -> bool:
    """Whether a short segment serves better than a full one: it is ready sooner."""
    return member is not None and pace.expected_s(member, member.rung.segment_samples / SAMPLE_RATE) < BRIEF_UP_TO_S


def turn_s(pace: Pace, member: Member | None, brief_samples: int) -> float:
    """How long it takes, at worst, until the segment is on the timeline."""
    if member is None:
        return UNKNOWN_S
    samples = brief_samples if brief(pace, member) else member.rung.segment_samples
    return pace.expected_s(member, samples / SAMPLE_RATE) + MIXING_S + CANCEL_S * member.host.busy
