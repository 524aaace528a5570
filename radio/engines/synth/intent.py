"""What a change of prompt means after the one before it: a style of its own, or a step on a way between two. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from radio.contracts import PromptChange
from radio.engines.synth.drift import arrival, between
from radio.engines.synth.style import Style
from radio.engines.synth.understanding import understand


@dataclass(frozen=True, slots=True)
class Intent:
    """`style` is what is to be played; `home` and `goal` the ends of a drift, both `style` where there is none.

    `continues`: it goes on with the piece before it.
    """

    style: Style
    home: Style
    goal: Style
    prompt: str
    toward: str = ""
    continues: bool = False


def intent_of(change: PromptChange, before: Intent | None) -> Intent:
    """A plain change to where a drift was going is its last step; every other plain change is new music. A drift from
    what plays, or from where that was going, begins with what is heard now."""
    if not change.toward.strip():
        if before is not None and before.toward and before.toward == change.prompt:
            return Intent(before.goal, before.home, before.goal, change.prompt, continues=True)
        style = understand(change.prompt)
        return Intent(style, style, style, change.prompt)
    if before is None:
        home = understand(change.prompt)
        return step(home, arrival(home, understand(change.toward)), change, continues=False)
    if (before.prompt, before.toward) == (change.prompt, change.toward):
        return step(before.home, before.goal, change, continues=True)
    onward = change.prompt in (before.prompt, before.toward)
    home = before.style if onward else understand(change.prompt)
    return step(home, arrival(home, understand(change.toward)), change, continues=onward)


def step(home: Style, goal: Style, change: PromptChange, *, continues: bool) -> Intent:
    return Intent(between(home, goal, change.share), home, goal, change.prompt, change.toward, continues)
