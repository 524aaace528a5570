"""Whatever a measuring process does, every job has an outcome and the others are still done."""

from __future__ import annotations

import os

import pytest

from bench import gpu_jobs
from bench.gpu_cases import CASES, MODES, Job, Outcome, jobs_of, outcome_from_json
from tests.bench import workers


async def outcomes(*cases: str, seconds: float = 60.0, each: float = 30.0) -> list[Outcome]:
    jobs = [Job("tiny", case, "eager", each) for case in cases]
    return [outcome async for outcome in gpu_jobs.conduct(jobs, seconds, workers.command(), start_s=0.0)]


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("dies", "the measuring process ended with code 7"),
        ("fails", "OutOfMemory: no room"),
        ("babbles", "the measuring process wrote something that is no outcome"),
    ],
)
async def test_a_job_that_goes_wrong_is_reported_and_the_others_are_done_by_a_new_process(bad: str, why: str) -> None:
    before, wrong, *after = await outcomes("first", bad, "second", "third")
    assert [outcome.job.case for outcome in (before, wrong, *after)] == ["first", bad, "second", "third"]
    assert wrong.trouble == why
    assert not any(outcome.trouble for outcome in (before, *after))
    assert before.software != after[0].software == after[1].software


async def test_a_job_that_hangs_is_ended_with_its_process() -> None:
    before, hung, after = await outcomes("first", "hangs", "second", each=1.5)
    assert hung.trouble == "it was not done after 2 s"
    assert not after.trouble
    with pytest.raises(ProcessLookupError):
        os.kill(int(before.software), 0)


async def test_what_there_is_no_time_for_is_said_to_be_so() -> None:
    done = await outcomes("first", "second", seconds=gpu_jobs.LEAST_S)
    assert [outcome.trouble for outcome in done] == ["no time was left for it within the 10 s of this run"] * 2


def test_by_default_every_case_is_measured_eager_and_compiled() -> None:
    jobs = list(jobs_of("real", list(CASES), [], 100.0))
    assert not jobs[0].case, "the device's ceilings come first"
    for mode in ("eager", "compiled"):
        assert [job.case for job in jobs if job.mode == mode] == list(CASES)
    assert {job.mode for job in jobs[1:]} == set(MODES)


def test_a_mode_that_is_asked_for_is_run_for_every_case() -> None:
    assert [job.case for job in jobs_of("real", list(CASES), ["graphs"], 1.0)] == ["", *CASES]


def test_an_outcome_survives_the_pipe() -> None:
    outcome = Outcome(Job("tiny", "2b-turbo-8", "eager", 3.0), trouble="“no”", peak_bytes=5)
    assert outcome_from_json(outcome.to_json()) == outcome
