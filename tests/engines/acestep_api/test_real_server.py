"""The engine against the official API server: its own routes, queue and files; only the model in it is a fake."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import numpy as np
import pytest

from radio.audio.align import align
from radio.contracts import SAMPLE_RATE, Audio, Chain, PromptChange, Rendered, SegmentPlan
from radio.engines.acestep_api.engine import AceStepApiEngine
from radio.engines.conformance import Subject, examine
from radio.errors import Cancelled, GenerationError, Unavailable
from tests.engines.acestep_api.real_server import LM, TURBO, real_server

OVERLAP = 5 * SAMPLE_RATE
LENGTH = 20 * SAMPLE_RATE
PROMPT = "instrumental ambient, soft"


def plan(index: int, *, lm: str = "", length: int = LENGTH) -> SegmentPlan:
    first = index == 1
    return SegmentPlan(
        index,
        "text2music" if first else "repaint",
        PROMPT,
        1000 + index,
        length,
        0 if first else OVERLAP,
        (index - 1) * (length - OVERLAP),
        Chain(1, 7, (PromptChange(0, PROMPT),)),
        lm=lm,
    )


def carry_on(_: float) -> None:
    """Progress that never cancels."""


def context(rendered: Rendered) -> Audio:
    """The end of a segment, at half its level: as far from the model's peak normalisation as from full scale, where a
    segment's gain ends."""
    return Audio(rendered.audio.samples[-OVERLAP:] * np.float32(0.5))


@contextmanager
def engine(url: str, key: str = "", audio_format: str = "", model: str = TURBO) -> Iterator[AceStepApiEngine]:
    made = AceStepApiEngine(model=model, url=url, key=key, audio_format=audio_format)
    try:
        made.warm_up()
        yield made
    finally:
        made.close()


@pytest.mark.parametrize("audio_format", ["wav", "flac"])
def test_a_chain_of_three_segments_continues_sample_by_sample(tmp_path: Path, audio_format: str) -> None:
    with real_server(tmp_path, key="secret") as server, engine(server.url, "secret", audio_format) as api:
        last = api.generate(plan(1, lm=LM), None, carry_on)
        assert len(last.audio) == LENGTH
        assert (last.provenance.model, last.provenance.lm, last.provenance.lm_failed) == (TURBO, LM, False)
        assert last.provenance.seed is not None
        assert last.provenance.task_id
        assert last.bpm == 84
        for index in (2, 3):
            before = context(last)
            last = api.generate(plan(index, lm=LM), before, carry_on)
            overlap = np.ascontiguousarray(last.audio.samples[:OVERLAP])
            level = np.sqrt(np.mean(overlap**2) / np.mean(before.samples**2))
            assert len(last.audio) == LENGTH
            assert align(before.samples, overlap).correlation > 0.95
            assert level == pytest.approx(1.0, abs=0.05), "the model's peak normalisation is undone"


def test_the_engine_keeps_what_every_engine_promises(tmp_path: Path) -> None:
    with real_server(tmp_path) as server, engine(server.url) as api:
        broken = {promise: why for promise, why in examine(Subject(api, reproducible=False)).items() if why}
    assert not broken


def test_a_wrong_key_is_said_and_a_right_one_works(tmp_path: Path) -> None:
    with real_server(tmp_path, key="secret") as server:
        for wrong in ("", "guess"):
            with pytest.raises(Unavailable, match="RADIO_ACESTEP_API_KEY"), engine(server.url, wrong):
                pass
        with engine(server.url, "secret") as api:
            assert len(api.generate(plan(1), None, carry_on).audio) == LENGTH


def test_a_model_that_the_server_lacks_is_named(tmp_path: Path) -> None:
    with (
        real_server(tmp_path) as server,
        pytest.raises(Unavailable, match="acestep-v15-sft, acestep-v15-turbo but not acestep-v15-base"),
        engine(server.url, model="acestep-v15-base"),
    ):
        pass


def test_a_server_without_its_language_model_is_asked_in_the_other_way_or_says_so(tmp_path: Path) -> None:
    """This version fails every job without one, whatever is asked: after all ways are tried the reason is told."""
    with (
        real_server(tmp_path, lm="") as server,
        engine(server.url) as api,
        pytest.raises(GenerationError, match="failed"),
    ):
        api.generate(plan(1), None, carry_on)


def test_a_job_that_fails_is_made_at_the_second_try(tmp_path: Path) -> None:
    with real_server(tmp_path, fail_every=2) as server, engine(server.url) as api:
        last = api.generate(plan(1), None, carry_on)
        for index in (2, 3):
            last = api.generate(plan(index), context(last), carry_on)
        assert len(last.audio) == LENGTH


def test_a_server_that_fails_at_the_full_length_fills_the_plan_with_shorter_pieces(tmp_path: Path) -> None:
    length = 40 * SAMPLE_RATE
    with real_server(tmp_path, longest_s=25) as server, engine(server.url) as api:
        first = api.generate(plan(1, length=length), None, carry_on)
        second = api.generate(plan(2, length=length), context(first), carry_on)
    for made in (first, second):
        assert len(made.audio) == length
        assert any("shorter pieces" in note for note in made.provenance.notes)
        seconds = made.audio.samples.reshape(40, SAMPLE_RATE, 2)
        assert np.sqrt(np.mean(seconds**2, axis=(1, 2))).min() > 0.02, "no hole where the pieces meet"


def test_a_source_that_the_server_ignores_is_noticed(tmp_path: Path) -> None:
    with real_server(tmp_path, ignore_source=True) as server, engine(server.url) as api:
        first = api.generate(plan(1), None, carry_on)
        with pytest.raises(GenerationError, match="does not continue the context"):
            api.generate(plan(2), context(first), carry_on)


def test_a_full_queue_is_waited_for(tmp_path: Path) -> None:
    """One job runs, one is queued by somebody else; ours is refused with 429 until there is room."""
    with real_server(tmp_path, queue_max=1, job_s=1.0) as server, engine(server.url) as api:
        refused = 0
        for _ in range(4):
            others = httpx.post(f"{server.url}/release_task", data={"prompt": "x", "audio_duration": "10"}, timeout=10)
            refused += others.status_code == 429
        assert refused, "the queue was full"
        assert len(api.generate(plan(1), None, carry_on).audio) == LENGTH


def test_a_restart_of_the_server_in_the_middle_costs_one_more_job(tmp_path: Path) -> None:
    with real_server(tmp_path, job_s=2.0) as server, engine(server.url) as api:
        restart = threading.Timer(1.0, server.restart)
        restart.start()
        made = api.generate(plan(1), None, carry_on)
        restart.join()
        jobs = httpx.get(f"{server.url}/v1/stats", timeout=5).json()["data"]["jobs"]
    assert len(made.audio) == LENGTH
    assert any("restarted" in note for note in made.provenance.notes)
    assert jobs["total"] == 1, "released once again, and only once"


def test_a_cancel_is_heard_within_a_third_of_a_second_and_the_next_job_is_not_confused(tmp_path: Path) -> None:
    with real_server(tmp_path, job_s=1.5) as server, engine(server.url) as api:
        began = time.monotonic()

        def cancel_after_half_a_second(_: float) -> None:
            if time.monotonic() - began > 0.5:
                raise Cancelled("enough")

        with pytest.raises(Cancelled):
            api.generate(plan(1), None, cancel_after_half_a_second)
        assert time.monotonic() - began < 0.8
        assert len(api.generate(plan(1), None, carry_on).audio) == LENGTH


def test_malformed_requests_of_others_do_not_disturb_us(tmp_path: Path) -> None:
    """Malformed JSON: 500 as plain text, after which this server resets the connection."""
    with real_server(tmp_path) as server, engine(server.url) as api:
        headers = {"Content-Type": "application/json"}
        with httpx.Client(timeout=5) as other:
            broken = other.post(f"{server.url}/release_task", content=b"{nonsense", headers=headers)
        assert broken.status_code == 500
        assert len(api.generate(plan(1), None, carry_on).audio) == LENGTH
