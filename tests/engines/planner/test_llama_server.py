"""The same protocol against a real llama.cpp server with models of a few hundred kilobytes.

The server runs inside xllamacpp, in threads of its own; what it answers was computed token by token by real weights.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from radio.errors import Cancelled, PlannerError
from tests.engines.planner.plans import plan, unmoved
from tests.engines.planner.tiny_gguf import planning_model, random_model

pytest.importorskip("xllamacpp", reason="the llama.cpp server comes with the extra 'test'")
pytest.importorskip("openai", reason="the planner's client comes with the extra 'acestep'")
pytest.importorskip("yaml", reason="PyYAML comes with the extra 'acestep'")

import xllamacpp

from radio.engines.planner.planner import Planner
from radio.engines.planner.served import served, sleep, wake

LM = "acestep-5Hz-lm-0.6B"
CODE_COUNT = 300


@pytest.fixture(scope="module")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """Addresses of servers by the kind of their model, each started once."""
    running: dict[str, object] = {}
    addresses: dict[str, str] = {}

    def address(kind: str) -> str:
        if kind not in addresses:
            path: Path = tmp_path_factory.mktemp("gguf") / f"{kind}.gguf"
            planning_model(path, CODE_COUNT) if kind == "planning" else random_model(path)
            running[kind] = server = xllamacpp.Server(parameters(path))
            addresses[kind] = str(server.listening_address)
        return addresses[kind]

    yield address
    running.clear()


def parameters(path: Path) -> object:
    """One thread, one request at a time, loopback, any free port."""
    chosen = xllamacpp.CommonParams()
    chosen.model.path = str(path)
    chosen.model_alias = [LM]
    chosen.hostnames = ["127.0.0.1"]
    chosen.port = 0
    chosen.n_ctx = 2048
    chosen.n_parallel = 1
    chosen.cpuparams.n_threads = 1
    chosen.warmup = False
    return chosen


def test_a_model_that_can_plan_gives_a_whole_thought(llama: Callable[[str], str]) -> None:
    with closing(Planner((llama("planning"),))) as planner:
        thought = planner.think(plan(lm=LM), codes=True, progress=unmoved)
    assert (thought.lm, thought.bpm, thought.key, thought.time_signature) == (LM, 92, "F# minor", "4")
    assert thought.caption == "Slow pads, felt piano and rain."
    assert len(thought.codes) == 300
    assert max(thought.codes) < CODE_COUNT


def test_codes_are_drawn_from_the_whole_book_and_not_the_forty_likeliest(llama: Callable[[str], str]) -> None:
    with closing(Planner((llama("planning"),))) as planner:
        thought = planner.think(plan(lm=LM), codes=True, progress=unmoved)
    assert len(set(thought.codes)) > 100


def test_the_seed_decides_the_sketch(llama: Callable[[str], str]) -> None:
    with closing(Planner((llama("planning"),))) as planner:
        first, again, other = (
            planner.think(plan(lm=LM, seed=seed), codes=True, progress=unmoved).codes for seed in (1, 1, 2)
        )
    assert first == again
    assert first != other


@pytest.mark.parametrize("seed", range(5))
def test_a_model_that_writes_rubbish_is_a_planner_error_within_the_deadline(
    llama: Callable[[str], str], seed: int
) -> None:
    began = time.monotonic()
    with closing(Planner((llama("random"),), deadline_s=5.0)) as planner, pytest.raises(PlannerError):
        planner.think(plan(lm=LM, seed=seed), codes=True, progress=unmoved)
    assert time.monotonic() - began < 6


def test_a_cancelled_thought_leaves_the_server_free_for_the_next(llama: Callable[[str], str]) -> None:
    def cancelled(_fraction: float) -> None:
        raise Cancelled("the job was cancelled")

    with closing(Planner((llama("planning"),))) as planner:
        with pytest.raises(Cancelled):
            planner.think(plan(lm=LM, duration_samples=240 * 48_000), codes=True, progress=cancelled)
        assert planner.think(plan(lm=LM), codes=False, progress=unmoved).bpm == 92


async def test_the_station_sees_what_it_serves_and_lets_it_be_when_it_cannot_sleep(llama: Callable[[str], str]) -> None:
    address = llama("planning")
    assert await served((address,), 3.0) == {LM}
    assert await sleep((address,)) == ()
    assert await wake((address,)) == ()
