"""Who may join in beside the players of the style: friends of the genre, if the prompt leaves them room. Pure."""

from __future__ import annotations

from functools import lru_cache

from radio.engines.synth.casting import members
from radio.engines.synth.choose_players import orders
from radio.engines.synth.genres import Manner
from radio.engines.synth.instruments import SUSTAINED
from radio.engines.synth.prompt_reading import read
from radio.engines.synth.style import Instrument, Style


@lru_cache(maxsize=256)
def welcome(prompt: str, friends: tuple[Instrument, ...]) -> tuple[Instrument, ...]:
    """Those of `friends` that a prompt leaves room for: none where it names its players, nobody whom it sends away."""
    asked = orders(read(prompt))
    if asked.wanted or asked.only or asked.silent:
        return ()
    away = {member for name in asked.unwanted for member in members(name)}
    return tuple(friend for friend in friends if friend not in away)


def answerers(style: Style, manner: Manner, lead: Instrument | None) -> tuple[Instrument, ...]:
    """Who may answer the lead: guests, else the style's own others, else the lead itself. Empty: nobody plays tunes."""
    if style.lead is None:
        return ()
    guests = tuple(guest for guest in welcome(style.prompt, manner.company) if guest != lead)
    own = tuple(one for one in (style.chords, style.lead) if one is not None and one != lead)
    return guests or own or ((lead,) if lead else ())


def arpeggists(style: Style, manner: Manner) -> tuple[Instrument, ...]:
    """Who may play broken chords: plucked and struck players first, else whoever plays the chords."""
    guest = welcome(style.prompt, (manner.arp,) if manner.arp else ())
    plucked = tuple(one for one in (style.chords, style.lead) if one is not None and one not in SUSTAINED)
    others = tuple(one for one in (style.chords, style.lead, style.pad) if one is not None)[:1]
    return tuple(dict.fromkeys(plucked + guest)) or others
