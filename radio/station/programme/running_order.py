"""The running order: who decides what the next segment follows. A listener's words go first, then the queue, the
schedule, the auto-DJ, and the default prompt (docs/programme.md says who gives way when).

Pure: state in, state out; dates are parameters, in Unix seconds, and mean the entry of a segment. It knows no segment,
no engine and no clock. `wish` asks; only `played` tells it that a turn has really begun.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import tzinfo
from typing import Any

from radio.contracts import DEFAULT_PROMPT
from radio.errors import Invalid, Unknown, WrongState
from radio.station.programme.history import History, Played, extended, playing
from radio.station.programme.saved_order import SavedOrder, read
from radio.station.programme.schedule import EMPTY, Schedule
from radio.station.programme.shows import on_air
from radio.station.programme.turns import MOST_QUEUED, Ask, Turn, checked
from radio.station.programme.wander import AutoDj
from radio.station.programme.wishes import Wish

OPEN_WORDS_S = 600.0
"""Words without minutes have at least so long before anything planned takes over."""
LEAST_REST_S = 60.0
"""Of an interrupted item; less than this is not worth going back to."""
MOST_COMING = 64


@dataclass(frozen=True, slots=True)
class Coming:
    """One line of what is planned; `ends_utc` None: until something else is asked for."""

    begins_utc: float
    ends_utc: float | None
    wish: Wish


@dataclass(frozen=True, slots=True)
class RunningOrder:
    """`words` is what a listener asked for, `queue` what follows it, `mood` where the auto-DJ is."""

    default: str = DEFAULT_PROMPT
    schedule: Schedule = EMPTY
    dj: AutoDj | None = None
    words: Turn | None = None
    queue: tuple[Turn, ...] = ()
    mood: Turn | None = None
    history: History = ()
    next_id: int = 1

    # ── asking ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def wish(self, utc: float) -> Wish:
        """What a segment that enters at `utc` should follow."""
        order = self.advance(utc)
        last = playing(order.history, utc)
        before = last.leading if last else ""
        if order.words is not None:
            return order.words.wish("listener", utc, before, order._words_end(order.words, utc))
        if order.queue:
            first = order.queue[0]
            return first.wish("queue", utc, before, first.end_utc or utc + (first.left_s or 0))
        airing = order.schedule.at(utc)
        boundary = order.schedule.next_boundary(utc)
        if airing is not None:
            turn = on_air(airing, order.history, utc)
            return turn.wish("schedule", utc, before, turn.asked_utc + (turn.left_s or 0))
        if order.dj is not None:
            mood = order._mood(order.dj, last, utc)
            ends = (mood.end_utc or utc + order.dj.mood_s, boundary)
            return mood.wish("auto_dj", utc, before, min(end for end in ends if end is not None))
        return Wish(order.default, "default", order.default, until_utc=boundary)

    def advance(self, utc: float) -> RunningOrder:
        """Without what is over at `utc`."""
        words, queue = self.words, self.queue
        if words is not None and words.begun_utc is not None:
            end = self._words_end(words, utc)
            words = None if words.lost(utc) or (end is not None and utc >= end) else words
        if queue and (queue[0].over(utc) or (queue[0].left_s or 0) <= 0):
            queue = queue[1:]
        return replace(self, words=words, queue=queue)

    def coming(self, utc: float, hours: float) -> tuple[Coming, ...]:
        """What is planned from `utc` on, as it will be if nobody says anything."""
        order, lines, now = self, list[Coming](), utc
        while now < utc + hours * 3600 and len(lines) < MOST_COMING:
            order = order.advance(now)
            wish = order.wish(now)
            lines.append(Coming(now, wish.until_utc, wish))
            if wish.until_utc is None:
                break
            order, now = order._played_through(wish, now, max(wish.until_utc, now + 1))
        return tuple(lines)

    def new(self, wish: Wish) -> bool:
        """Whether its turn is another than the one that was played last."""
        return not self.history or self.history[-1].key != wish.key

    def ends(self, turn: Turn) -> float | None:
        """When a turn that has begun will be over, as far as it is known."""
        if turn.begun_utc is None:
            return None
        return self._words_end(turn, turn.begun_utc) if turn == self.words else turn.end_utc

    # ── telling ────────────────────────────────────────────────────────────────────────────────────────────────────

    def steer(
        self,
        prompt: str,
        utc: float,
        *,
        minutes: float | None = None,
        drift_minutes: float | None = None,
        from_prompt: str = "",
    ) -> RunningOrder:
        """A listener's words go before everything; of several, the last win. They begin when a segment follows them
        (`played`). With `drift_minutes` the music drifts there from `from_prompt`, or from what plays then.

        Raises:
            Invalid: a prompt or times that cannot be.
        """
        prompt = checked(prompt, minutes, drift_minutes)
        if from_prompt and not drift_minutes:
            raise Invalid("from_prompt needs drift_minutes: how long the change takes.")
        words = Turn(
            id=self.next_id,
            prompt=prompt,
            asked_utc=utc,
            left_s=None if minutes is None else minutes * 60,
            drift_s=(drift_minutes or 0) * 60,
            origin=checked(from_prompt, None, None) if from_prompt else "",
        )
        return replace(self, words=words, next_id=self.next_id + 1)

    def enqueue(self, asks: Sequence[Ask], utc: float) -> RunningOrder:
        """Then these, one after the other. Their ids are `next_id` and the following.

        Raises:
            Invalid: a prompt or times that cannot be.
            WrongState: the queue is full.
        """
        if len(self.queue) + len(asks) > MOST_QUEUED:
            raise WrongState(f"The queue holds at most {MOST_QUEUED} prompts, and has {len(self.queue)}.")
        turns = tuple(
            Turn(
                id=self.next_id + k,
                prompt=checked(ask.prompt, ask.minutes, ask.drift_minutes),
                asked_utc=utc,
                left_s=ask.minutes * 60,
                drift_s=ask.drift_minutes * 60,
                seed=ask.seed,
            )
            for k, ask in enumerate(asks)
        )
        return replace(self, queue=(*self.queue, *turns), next_id=self.next_id + len(turns))

    def remove(self, id_: int) -> RunningOrder:
        """Take an item out of the queue, or the listener's words back. What plays goes on up to the next segment.

        Raises:
            Unknown: there is none of that number (any more).
        """
        if self.words is not None and self.words.id == id_:
            return self.release()
        left = tuple(item for item in self.queue if item.id != id_)
        if len(left) == len(self.queue):
            raise Unknown(f"There is nothing with number {id_} in the queue.")
        return replace(self, queue=left)

    def clear(self) -> RunningOrder:
        """Empty the queue."""
        return replace(self, queue=())

    def release(self) -> RunningOrder:
        """Forget the listener's words: back to the programme."""
        return replace(self, words=None)

    def played(self, wish: Wish, utc: float) -> RunningOrder:
        """A segment that follows `wish` enters at `utc`: its turn has begun, and whom it interrupts waits."""
        now = self.advance(utc)  # for good: what is over does not come back
        order = replace(now, history=extended(self.history, wish, utc))
        match wish.why:
            case "listener" if now.words is not None and now.words.id == wish.id:
                return replace(order, words=now.words.begin(utc, wish.origin), queue=_interrupted(now.queue, utc))
            case "queue":
                begun = (item.begin(utc, wish.origin) if item.id == wish.id else item for item in now.queue)
                return replace(order, queue=tuple(begun))
            case "auto_dj" if self.dj is not None and (self.mood is None or self.mood.id != wish.id):
                return replace(
                    order, mood=self.dj.turn(wish.id or 0, wish.goal, utc, wish.name).begin(utc, wish.origin)
                )
            case _:
                return order

    # ── across restarts ────────────────────────────────────────────────────────────────────────────────────────────

    def to_saved(self) -> dict[str, Any]:
        """Plain values to be written as JSON; the schedule, the auto-DJ and the default prompt are settings."""
        return asdict(SavedOrder(self.words, self.queue, self.mood, self.history, self.next_id))

    def from_saved(self, data: object) -> tuple[RunningOrder, str | None]:
        """This order with what `to_saved` gave; damaged: as it is, and a sentence for the log."""
        try:
            saved = read(data)
        except ValueError as error:
            return self, f"the saved queue and history cannot be used ({error}); starting without them"
        turns = (*saved.queue, *([saved.words] if saved.words else ()))
        next_id = max([saved.next_id, *(turn.id + 1 for turn in turns)])
        order = replace(self, words=saved.words, queue=saved.queue, mood=saved.mood, history=saved.history)
        return replace(order, next_id=next_id), None

    # ── inside ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _words_end(self, words: Turn, utc: float) -> float | None:
        """When the words give way. Without minutes: to whatever is due, but not before they had some time."""
        begun = utc if words.begun_utc is None else words.begun_utc
        if words.left_s is not None:
            return begun + words.left_s
        earliest = begun + words.drift_s + OPEN_WORDS_S
        ends = [self.schedule.next_boundary(earliest - 1)]
        if self.queue:
            ends.append(earliest)
        if self.dj is not None:
            ends.append(max(earliest, begun + self.dj.mood_s))
        return min((end for end in ends if end is not None), default=None)

    def _mood(self, dj: AutoDj, last: Played | None, utc: float) -> Turn:
        """The mood that plays, or the next one when it is over or something else has played since."""
        mood = self.mood
        number = 0 if mood is None else mood.id
        if mood is not None and not mood.over(utc) and last and (last.why, last.id) == ("auto_dj", number):
            return mood
        goals = [record.goal for record in self.history] or [self.default]
        return dj.next_turn(number + 1, goals, utc, self.zone)

    def _played_through(self, wish: Wish, begins: float, ends: float) -> tuple[RunningOrder, float]:
        """As if `wish` had played from `begins` to `ends`."""
        last = ends - 0.5
        order = self.played(wish, begins).played(wish, last)
        return order.played(order.wish(last), last), ends

    @property
    def zone(self) -> tzinfo | None:
        return self.schedule.zone


def _interrupted(queue: tuple[Turn, ...], utc: float) -> tuple[Turn, ...]:
    """The queue waits; what is left of its first item comes later, if it is worth it."""
    if not queue:
        return queue
    first = queue[0].interrupt(utc)
    return queue[1:] if first.left_s is not None and first.left_s < LEAST_REST_S else (first, *queue[1:])
