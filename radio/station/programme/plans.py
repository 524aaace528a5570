"""The programme: turns prompts and history into the next `SegmentPlan`.

Pure: state in, state out. Knows no time, no audio and no engine; the conductor says when a plan is wanted and where in
its chain the timeline stands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import blake2b

from radio.contracts import INSTRUMENTAL, Chain, LoraUse, PromptChange, SegmentPlan

MAX_CHANGES = 256
"""Prompt changes that one chain carries; then a new chain begins, so that plans stay small."""


@dataclass(frozen=True, slots=True)
class Words:
    """What the music should be. `prompt` is for engines that read it; those that can blend take the `share` of the way
    from `origin` to `toward` instead, where those are given. `at_once`: without waiting for a bar."""

    prompt: str
    origin: str = ""
    toward: str = ""
    share: float = 0.0
    at_once: bool = False

    def change(self, position_samples: int) -> PromptChange:
        """As a change of a chain."""
        origin = self.origin or self.prompt
        return PromptChange(position_samples, origin, self.at_once, self.toward, self.share)


@dataclass(frozen=True, slots=True)
class Programme:
    """`seed` fixes everything that follows; `seed_chain` and `seed_index` are the numbers from which it counts.
    `pending` are words that wait for the next plan; `loras` colour all."""

    seed: int
    prompt: str
    next_index: int = 0
    next_chain: int = 0
    chain: Chain | None = None
    pending: Words | None = None
    loras: tuple[LoraUse, ...] = ()
    seed_chain: int = 0
    seed_index: int = 0

    def steer(self, words: str | Words) -> Programme:
        """The next plan follows these words; of several, the last ones win."""
        return replace(self, pending=Words(words) if isinstance(words, str) else words)

    def begin(self, prompt: str | None = None) -> Programme:
        """The next plan starts a new chain."""
        words = Words(prompt) if prompt else self.pending
        return replace(self, chain=None, prompt=words.prompt if words else self.prompt, pending=words)

    def cut_to(self, chain: Chain | None) -> Programme:
        """A cut took music back: what plays now is `chain`, and what was planned for it later is void."""
        return replace(self, chain=chain)

    def reseed(self, seed: int) -> Programme:
        """Everything from here on follows from another seed, beginning with a new chain: the same seed and prompts make
        the same music whenever they come."""
        return replace(self, seed=seed, chain=None, seed_chain=self.next_chain, seed_index=self.next_index)

    def rechain(self) -> Programme:
        """The next plan starts a new chain, with whatever prompt it would have had."""
        return replace(self, chain=None)

    def restart(self, plan: SegmentPlan, duration_samples: int) -> tuple[SegmentPlan, Programme]:
        """`plan` could not be made as it was: the same index and prompt, as the start of a new chain."""
        words = Words(plan.prompt)
        begun, after = replace(self, next_index=plan.index, pending=words)._start(duration_samples)
        restarted = replace(begun, seed=plan.seed, attempt=plan.attempt)
        return restarted, replace(after, next_index=self.next_index, pending=self.pending)

    def plan(self, duration_samples: int, overlap_samples: int, position: int) -> tuple[SegmentPlan, Programme]:
        """The next plan and the programme after it.

        `position` is where in the chain's music the overlap begins; it means nothing where a chain starts.
        """
        if self.chain is None or (self.pending and len(self.chain.changes) >= MAX_CHANGES):
            return self._start(duration_samples)
        return self._continue(self.chain, duration_samples, overlap_samples, position)

    def _start(self, duration_samples: int) -> tuple[SegmentPlan, Programme]:
        words = self.pending or Words(self.prompt)
        first = replace(words.change(0), at_once=False)
        chain = Chain(self.next_chain, derive(self.seed, "chain", self.next_chain - self.seed_chain), (first,))
        plan = SegmentPlan(
            index=self.next_index,
            task="text2music",
            prompt=words.prompt,
            seed=derive(self.seed, "segment", self.next_index - self.seed_index),
            duration_samples=duration_samples,
            overlap_samples=0,
            position_samples=0,
            chain=chain,
            lyrics=INSTRUMENTAL,
            loras=self.loras,
        )
        return plan, self._after(chain, words.prompt, new_chain=True)

    def _continue(
        self, chain: Chain, duration_samples: int, overlap_samples: int, position: int
    ) -> tuple[SegmentPlan, Programme]:
        chain, prompt = self._turned(chain, position + overlap_samples)
        plan = SegmentPlan(
            index=self.next_index,
            task="repaint",
            prompt=prompt,
            seed=derive(self.seed, "segment", self.next_index - self.seed_index),
            duration_samples=duration_samples,
            overlap_samples=overlap_samples,
            position_samples=position,
            chain=chain,
            lyrics=INSTRUMENTAL,
            loras=self.loras,
        )
        return plan, self._after(chain, prompt, new_chain=False)

    def _turned(self, chain: Chain, position: int) -> tuple[Chain, str]:
        """The chain as it goes on from `position`, and the prompt there. Changes that were planned for later are void:
        a cut took their music back."""
        earlier = tuple(change for change in chain.changes if change.position_samples < position) or chain.changes[:1]
        if self.pending is None:
            return replace(chain, changes=earlier), self.prompt
        change = self.pending.change(position)
        same = alike(change, earlier[-1])
        return replace(chain, changes=earlier if same else (*earlier, change)), self.pending.prompt

    def _after(self, chain: Chain, prompt: str, *, new_chain: bool) -> Programme:
        return replace(
            self,
            prompt=prompt,
            pending=None,
            chain=chain,
            next_index=self.next_index + 1,
            next_chain=self.next_chain + int(new_chain),
        )


def alike(one: PromptChange, other: PromptChange) -> bool:
    """Whether both ask for the same music."""
    return (one.prompt, one.toward, one.share) == (other.prompt, other.toward, other.share)


def again(plan: SegmentPlan) -> SegmentPlan:
    """The same plan with another seed: a re-roll keeps its index and counts the attempt."""
    return replace(plan, seed=derive(plan.seed, "again", plan.attempt), attempt=plan.attempt + 1)


def derive(seed: int, purpose: str, number: int) -> int:
    """A 63-bit seed from another: BLAKE2b, so that neighbours are unrelated."""
    digest = blake2b(f"{seed}/{purpose}/{number}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1
