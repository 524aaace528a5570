"""Looking at an API server from outside: what is said of one that works, and of everything else that may answer."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from radio.engines.acestep_api.examination import examine
from radio.engines.acestep_api.presence import look
from tests.engines.acestep_api.real_server import SFT, TURBO, real_server
from tests.engines.acestep_api.scripted_server import Answer, Script, ok, refused, scripted


async def test_the_official_server_is_seen_with_its_models_and_the_doctor_finds_nothing_wrong(tmp_path: Path) -> None:
    with real_server(tmp_path, key="secret") as server:
        seen = await look(server.url, "secret", 5)
        assert (seen.trouble, seen.models, seen.version) == ("", frozenset({TURBO, SFT}), "1.0")
        assert "RADIO_ACESTEP_API_KEY" in (await look(server.url, "guess", 5)).trouble
        findings = await examine(server.url, "secret", trial=True)
        assert [finding.name for finding in findings] == ["ACE-Step server", "its models", "a trial"]
        assert all(finding.ok for finding in findings), findings


async def test_the_doctor_notices_a_repaint_that_ignores_its_source(tmp_path: Path) -> None:
    with real_server(tmp_path, ignore_source=True) as server:
        trial = (await examine(server.url, "", trial=True))[-1]
    assert not trial.ok
    assert "does not continue the context" in trial.found
    assert trial.hint


async def test_nothing_there_is_said_at_once() -> None:
    seen = await look("http://127.0.0.1:9", "", 5)
    assert "nothing answers at http://127.0.0.1:9" in seen.trouble
    (finding,) = await examine("http://127.0.0.1:9", "")
    assert not finding.ok
    assert "deploy/acestep-api" in finding.hint


@pytest.mark.parametrize(
    ("path", "answer", "sentence"),
    [
        ("/health", Answer(b"<html>hello</html>", kind="text/html"), "not an ACE-Step API server"),
        ("/health", ok({"service": "something else"}), "calls itself 'something else'"),
        ("/health", refused(404, "Not Found"), "not an ACE-Step API server"),
        ("/health", ok({"service": "ACE-Step API", "models_initialized": False}), "not loaded its model"),
        ("/v1/models", ok({"models": []}), "no model loaded"),
        ("/v1/stats", refused(401, "Invalid API key"), "RADIO_ACESTEP_API_KEY"),
        ("/v1/models", ok(None, 500, "broken"), "error 500: broken"),
    ],
)
async def test_a_server_that_cannot_be_used_is_described(path: str, answer: Answer, sentence: str) -> None:
    script = Script(routes={path: lambda _: answer})
    with scripted(script):
        seen = await look(script.url, "key", 5)
        assert sentence in seen.trouble
        assert (await examine(script.url, "key"))[0].hint
    assert script.released == 0


async def test_a_server_that_says_nothing_costs_no_more_than_the_limit() -> None:
    def sleep(_: object) -> Answer:
        time.sleep(1.5)
        return ok({})

    script = Script(routes={"/health": sleep})
    with scripted(script):
        began = time.monotonic()
        seen = await look(script.url, "", 0.5)
        assert time.monotonic() - began < 1.2
    assert seen.trouble
