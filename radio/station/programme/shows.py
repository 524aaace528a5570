"""What is on in a show: its turn, or the one of its prompts whose turn it is.

Pure. A show with several prompts is cut into equal pieces; each plays the prompt that was heard longest ago.
"""

from __future__ import annotations

from dataclasses import replace

from radio.station.programme.history import OLD_PROMPT, History, playing
from radio.station.programme.plans import derive
from radio.station.programme.schedule import Airing
from radio.station.programme.turns import Turn
from radio.station.programme.wishes import shortened


def on_air(airing: Airing, history: History, utc: float) -> Turn:
    """The turn of a show at `utc`. One that drifts from what plays begins with its first segment, however late that is;
    one that says where it comes from, or that nobody heard begin, keeps to its dates."""
    turn, last = piece(airing, history, utc), playing(history, utc)
    if turn.origin or last is None:
        return turn
    if (last.why, last.id) == ("schedule", turn.id):
        return replace(turn, begun_utc=last.utc, origin=last.origin)
    return replace(turn, begun_utc=None)


def piece(airing: Airing, history: History, utc: float) -> Turn:
    """The part of a show that holds `utc`, by its dates; the whole show where it has one prompt only."""
    show, length_s = airing.show, airing.end_utc - airing.start_utc
    pieces = max(1, round(length_s / 60 / show.each_minutes)) if show.others else 1
    number = min(int((utc - airing.start_utc) / length_s * pieces + 1e-9), pieces - 1)
    begins = airing.start_utc + number * length_s / pieces
    return Turn(
        id=int(begins),
        prompt=_longest_ago(airing, history, int(begins)) if show.others else show.prompt,
        asked_utc=begins,
        left_s=length_s / pieces,
        drift_s=min(show.over_minutes * 60, length_s / pieces),
        origin="" if number else show.from_prompt,
        seed=derive(show.seed, "piece", number) if show.seed is not None and number else show.seed,
        begun_utc=begins,
        name=show.name,
    )


def _longest_ago(airing: Airing, history: History, number: int) -> str:
    """The prompt of piece `number`: the one it has begun with, or the one that has not been heard for the longest."""
    places = {record.goal: place for place, record in enumerate(history)}
    heard = {prompt: max(places.get(prompt, -1), places.get(shortened(prompt, OLD_PROMPT), -1))
             for prompt in airing.show.prompts}  # fmt: skip
    for prompt, place in heard.items():
        if place >= 0 and (history[place].why, history[place].id) == ("schedule", number):
            return prompt
    return min(heard, key=lambda prompt: (heard[prompt], derive(number, prompt, 0)))
