"""Looking for language models, and putting their servers to sleep."""

from __future__ import annotations

import time

import pytest

from radio.engines.planner.served import lm_of, root, served, sleep, wake
from tests.engines.planner.scripted import ScriptedLm


async def test_all_models_of_all_servers_are_seen_by_their_full_names() -> None:
    with (
        ScriptedLm(names=("ACE-Step/acestep-5Hz-lm-4B", "embedder")) as first,
        ScriptedLm(names=("/models/acestep-5Hz-lm-1.7B",)) as second,
    ):
        found = await served((first.url, f"{second.url}/v1"), 3.0)
    assert found == {"acestep-5Hz-lm-4B", "acestep-5Hz-lm-1.7B"}


async def test_a_server_that_is_not_there_is_no_error_and_costs_no_more_than_the_limit() -> None:
    began = time.monotonic()
    assert await served(("http://127.0.0.1:9", "http://127.0.0.1:99999", "http://[", ""), 1.0) == frozenset()
    assert await served((), 1.0) == frozenset()
    assert time.monotonic() - began < 5


async def test_sleep_and_wake_use_the_endpoints_of_vllm() -> None:
    with ScriptedLm() as server:
        assert await sleep((server.url,)) == ()
        assert await wake((f"{server.url}/v1",)) == ()
    assert server.posted == ["/sleep?level=1", "/wake_up"]


async def test_a_server_without_sleep_is_left_alone() -> None:
    with ScriptedLm() as server:
        server.post_status = 404
        assert await sleep((server.url,)) == ()


async def test_a_server_that_fails_to_sleep_or_is_gone_is_told_not_raised() -> None:
    with ScriptedLm() as server:
        server.post_status = 500
        told = await sleep((server.url, "http://127.0.0.1:9"), 2.0)
    assert told[0] == f"{server.url} answered /sleep with 500"
    assert told[1].startswith("http://127.0.0.1:9 did not answer /sleep")


@pytest.mark.parametrize(
    ("name", "lm"),
    [
        ("acestep-5Hz-lm-4B", "acestep-5Hz-lm-4B"),
        ("ACE-Step/acestep-5Hz-lm-1.7B", "acestep-5Hz-lm-1.7B"),
        ("C:\\models\\acestep-5hz-lm-0.6b", "acestep-5Hz-lm-0.6B"),
        ("acestep-5Hz-lm-0.6B-v3", "acestep-5Hz-lm-0.6B"),
        ("acestep-5Hz-lm-4B-Q8_0.gguf", "acestep-5Hz-lm-4B"),
        ("acestep-5Hz-lm-40Bx", ""),
        ("qwen3", ""),
        ("", ""),
    ],
)
def test_a_served_name_is_known_by_its_last_part(name: str, lm: str) -> None:
    assert lm_of(name) == lm


def test_an_address_may_be_given_with_or_without_the_api_part() -> None:
    assert {root(url) for url in ("http://h:1", "http://h:1/", "http://h:1/v1", " http://h:1/v1/ ")} == {"http://h:1"}
