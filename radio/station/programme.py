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
class Programme:
    """`seed` fixes everything that follows. `pending` is a prompt that waits for the next plan; `loras` colour all."""

    seed: int
    prompt: str
    next_index: int = 0
    next_chain: int = 0
    chain: Chain | None = None
    pending: str | None = None
    loras: tuple[LoraUse, ...] = ()

    def steer(self, prompt: str) -> Programme:
        """The next plan follows `prompt`; of several, the last one wins."""
        return replace(self, pending=prompt)

    def begin(self, prompt: str | None = None) -> Programme:
        """The next plan starts a new chain."""
        return replace(self, chain=None, prompt=prompt or self.pending or self.prompt, pending=None)

    def rechain(self) -> Programme:
        """The next plan starts a new chain, with whatever prompt it would have had."""
        return replace(self, chain=None)

    def restart(self, plan: SegmentPlan, duration_samples: int) -> tuple[SegmentPlan, Programme]:
        """`plan` could not be made as it was: the same index and prompt, as the start of a new chain."""
        begun, after = replace(self, next_index=plan.index, prompt=plan.prompt, pending=None)._start(duration_samples)
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
        prompt = self.pending or self.prompt
        chain = Chain(self.next_chain, derive(self.seed, "chain", self.next_chain), (PromptChange(0, prompt),))
        plan = SegmentPlan(
            index=self.next_index,
            task="text2music",
            prompt=prompt,
            seed=derive(self.seed, "segment", self.next_index),
            duration_samples=duration_samples,
            overlap_samples=0,
            position_samples=0,
            chain=chain,
            lyrics=INSTRUMENTAL,
            loras=self.loras,
        )
        return plan, self._after(chain, prompt, new_chain=True)

    def _continue(
        self, chain: Chain, duration_samples: int, overlap_samples: int, position: int
    ) -> tuple[SegmentPlan, Programme]:
        prompt = self.pending or self.prompt
        if prompt != chain.changes[-1].prompt:
            change = PromptChange(position + overlap_samples, prompt)
            chain = replace(chain, changes=(*chain.changes, change))
        plan = SegmentPlan(
            index=self.next_index,
            task="repaint",
            prompt=prompt,
            seed=derive(self.seed, "segment", self.next_index),
            duration_samples=duration_samples,
            overlap_samples=overlap_samples,
            position_samples=position,
            chain=chain,
            lyrics=INSTRUMENTAL,
            loras=self.loras,
        )
        return plan, self._after(chain, prompt, new_chain=False)

    def _after(self, chain: Chain, prompt: str, *, new_chain: bool) -> Programme:
        return replace(
            self,
            prompt=prompt,
            pending=None,
            chain=chain,
            next_index=self.next_index + 1,
            next_chain=self.next_chain + int(new_chain),
        )


def again(plan: SegmentPlan) -> SegmentPlan:
    """The same plan with another seed: a re-roll keeps its index and counts the attempt."""
    return replace(plan, seed=derive(plan.seed, "again", plan.attempt), attempt=plan.attempt + 1)


def derive(seed: int, purpose: str, number: int) -> int:
    """A 63-bit seed from another: BLAKE2b, so that neighbours are unrelated."""
    digest = blake2b(f"{seed}/{purpose}/{number}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1
