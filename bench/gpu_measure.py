"""Measures one case in one mode: builds the pipeline, puts the station's own engine around it, and makes segments.

What is timed is `AceStepEngine.generate`, all of it, from the plan to samples in host memory; no language model thinks.
Every run has a new caption, so that none profits from remembered text. Worker process.
"""

from __future__ import annotations

import gc
import resource
import time
from collections.abc import Callable

import numpy as np
import torch

from bench import gpu_build, gpu_modes
from bench.gpu_cases import CASES, MODES, SCALES, TASKS, Job, Outcome, Scale, Timing
from bench.gpu_device import wait
from bench.gpu_parts import Lap, Stopwatch
from bench.gpu_work import Shapes
from radio.contracts import DEFAULT_PROMPT, FRAME_SAMPLES, SAMPLE_RATE, Audio, Chain, PromptChange, SegmentPlan, Task
from radio.engines.acestep import loading
from radio.engines.acestep.engine import AceStepEngine
from radio.engines.acestep.sampling import Sampling

LEAST_REPEATS = 3
SHARE = 0.8
"""Of its time a job spends at most so much before it stops repeating."""


def measure(job: Job, device: torch.device) -> Outcome:
    """Run the job.

    Raises:
        RadioError, torch.OutOfMemoryError, RuntimeError: the device has no room for it, or it cannot be compiled.
    """
    began = time.monotonic()
    case, mode, scale = CASES[job.case], MODES[job.mode], SCALES[job.scale]
    gpu_modes.fresh()
    _forget_peak(device)
    pipeline = gpu_build.build(
        job.size,
        turbo=case.turbo,
        device=device,
        dtype=torch.bfloat16 if device.type == "cuda" else torch.float32,
        vae_dtype=torch.bfloat16 if mode.bf16_vae else torch.float32,
    )
    gpu_modes.prepare(pipeline, mode.compiled)
    wait(device)
    built = time.monotonic()
    engine = AceStepEngine.from_pipeline(
        pipeline,
        model=job.name,
        compile=gpu_modes.COMPILE_SETTING[mode.compiled],
        sampling=Sampling(job.steps, case.guidance),
        warm_up_samples=scale.segment_s * SAMPLE_RATE,
        overlap_samples=scale.overlap_s * SAMPLE_RATE,
    )
    try:
        engine.warm_up()
        if not gpu_modes.runs_as_wanted(pipeline, mode.compiled):
            return Outcome(job, "torch.compile failed, and the engine went on uncompiled")
        if mode.free_convolutions:
            gpu_modes.free_convolutions()
        session = _Session(engine, scale, Stopwatch(device, pipeline))  # not before: the engine may have compiled parts
        for _ in range(scale.unmeasured_rounds):
            session.round()
        ready = time.monotonic()
        rounds = _repeat(session.round, scale.repeats, began + SHARE * job.seconds)
    finally:
        engine.close()
    return Outcome(
        job,
        timings={task: _timing([laps[task] for laps in rounds], job) for task in TASKS},
        peak_bytes=_peak_bytes(device),
        weight_bytes=sum(loading.memory_bytes(pipeline).values()),
        build_s=built - began,
        warm_up_s=ready - built,
        notes=gpu_modes.notes(),
    )


class _Session:
    """Makes a chain of one start and two continuations, again and again."""

    def __init__(self, engine: AceStepEngine, scale: Scale, watch: Stopwatch) -> None:
        self._engine = engine
        self._segment = scale.segment_s * SAMPLE_RATE
        self._overlap = scale.overlap_s * SAMPLE_RATE
        self._watch = watch
        self._strange = _noise(self._overlap)

        self._rounds = 0
        self._plans = 0

    def round(self) -> dict[str, Lap]:
        """Each task once."""
        self._rounds += 1
        made: list[Audio] = []
        start, onward, after_a_cut = self._plan("text2music"), self._plan("repaint"), self._plan("repaint")
        laps = {TASKS[0]: self._watch.lap(lambda: made.append(self._make(start, None)))}
        context = Audio(made[0].samples[-self._overlap :])
        laps[TASKS[1]] = self._watch.lap(lambda: self._make(onward, context))
        laps[TASKS[2]] = self._watch.lap(lambda: self._make(after_a_cut, self._strange))
        return laps

    def _make(self, plan: SegmentPlan, context: Audio | None) -> Audio:
        return self._engine.generate(plan, context, lambda _: None).audio

    def _plan(self, task: Task) -> SegmentPlan:
        """Every caption is another one, and all are of one length, so that nothing is compiled again."""
        self._plans += 1
        prompt = f"{self._plans % 1000:03d} {DEFAULT_PROMPT}"
        overlap = self._overlap if task == "repaint" else 0
        chain = Chain(self._rounds, 0, (PromptChange(0, prompt),))
        position = self._segment - overlap if overlap else 0
        return SegmentPlan(self._plans, task, prompt, self._plans, self._segment, overlap, position, chain)


def _noise(samples: int) -> Audio:
    """Sound that the engine did not make."""
    return Audio(np.random.default_rng(0).uniform(-0.5, 0.5, (samples, 2)).astype(np.float32))


def _repeat(run: Callable[[], dict[str, Lap]], most: int, until: float) -> list[dict[str, Lap]]:
    """`most` times, or as often as there is time for, but not so seldom that it says nothing."""
    done: list[dict[str, Lap]] = []
    while len(done) < min(most, LEAST_REPEATS) or (len(done) < most and time.monotonic() < until):
        done.append(run())
    return done


def _timing(laps: list[Lap], job: Job) -> Timing:
    scale = SCALES[job.scale]
    middle = sorted(laps, key=lambda lap: lap.seconds)[len(laps) // 2]
    batch, condition_tokens, _ = middle.seen["condition"]
    shapes = Shapes(
        frames=scale.segment_s * SAMPLE_RATE // FRAME_SAMPLES,
        steps=job.steps,
        batch=batch,
        text_tokens=middle.seen["text"][1],
        condition_tokens=condition_tokens,
        encoded_frames=scale.overlap_s * SAMPLE_RATE // FRAME_SAMPLES if "encode" in middle.seen else 0,
    )
    return Timing(tuple(lap.seconds for lap in laps), middle.parts_s, shapes)


def _forget_peak(device: torch.device) -> None:
    gc.collect()
    if device.type == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats(device)


def _peak_bytes(device: torch.device) -> int:
    """What torch has taken from the device at most, fragments included; of a CPU, all that the process has."""
    if device.type == "cuda":
        return torch.cuda.max_memory_reserved(device)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
