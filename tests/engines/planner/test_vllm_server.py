"""The same protocol against a real vLLM server, where there is one: `LONGWAVE_VLLM=/path/to/bin/vllm`.

vLLM pins its own torch and is far too large for the tests' environment. Starting it takes about a minute on a CPU.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from radio.errors import Cancelled, PlannerError
from tests.engines.planner.plans import plan, unmoved
from tests.engines.planner.scripted import LM

pytest.importorskip("openai", reason="the planner's client comes with the extra 'acestep'")
pytest.importorskip("tokenizers", reason="the model is written with the extra 'acestep'")
pytest.importorskip("torch", reason="the model is written with the extra 'acestep'")

from radio.engines.planner.codes import FIRST_TOKEN_ID
from radio.engines.planner.planner import Planner
from radio.engines.planner.served import served
from tests.engines.planner import qwen_folder

VLLM = os.environ.get("LONGWAVE_VLLM", "")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not VLLM, reason="set LONGWAVE_VLLM to the vllm program of an environment that has it"),
]
START_LIMIT_S = 240.0
LIMIT_S = 60.0
ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "VLLM_NO_USAGE_STATS": "1",
    "VLLM_SERVER_DEV_MODE": "1",
    "VLLM_CPU_KVCACHE_SPACE": "1",
    "OMP_NUM_THREADS": "1",
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server started with the unit's flags, but for those that need a GPU."""
    folder: Path = tmp_path_factory.mktemp("lm")
    qwen_folder.write(folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    flags = ["--served-model-name", LM, "--host", "127.0.0.1", "--port", str(port), "--runner", "generate", "--dtype",
        "bfloat16", "--generation-config", "vllm", "--max-model-len", "4096", "--max-num-seqs", "1",
        "--enforce-eager"]  # fmt: skip
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [VLLM, "serve", str(folder), *flags], env=os.environ | ENVIRONMENT, stdout=log, stderr=log
        )
    try:
        until_it_answers(f"http://127.0.0.1:{port}", server, folder / "log")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


def until_it_answers(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline_s = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline_s and server.poll() is None:
        try:
            if httpx.get(f"{url}/health", timeout=2, trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(1)
    pytest.fail(f"vLLM did not start: {log.read_text(errors='replace')[-2000:]}")


def known(**changes: object) -> dict[str, object]:
    return {"bpm": 90.0, "key": "A minor", **changes}


def test_a_model_of_noise_still_writes_exactly_the_codes_that_are_needed(address: str) -> None:
    with closing(Planner((address,), LIMIT_S)) as planner:
        first, again, other = (
            planner.think(plan(**known(seed=seed)), codes=True, progress=unmoved, time_signature="4").codes
            for seed in (1, 1, 2)
        )
    assert len(first) == 300
    assert first == again
    assert first != other
    assert len(set(first)) > 250


def test_the_ids_of_the_codes_are_where_we_say_they_are() -> None:
    assert qwen_folder.tokenizer().convert_tokens_to_ids("<|audio_code_0|>") == FIRST_TOKEN_ID


def test_a_model_of_noise_still_writes_a_thought_of_the_right_shape(address: str) -> None:
    with closing(Planner((address,), LIMIT_S)) as planner:
        free = planner.think(plan(), codes=False, progress=unmoved)
        keyed = planner.think(plan(key="Eb minor", bpm=77.0), codes=False, progress=unmoved)
    assert free.bpm
    assert free.key
    assert free.time_signature
    assert (keyed.bpm, keyed.key) == (77, "Eb minor")
    assert keyed.time_signature


def test_a_cancel_and_a_deadline_are_kept_and_leave_it_free(address: str) -> None:
    def cancelled(fraction: float) -> None:
        if fraction > 0.05:
            raise Cancelled("the job was cancelled")

    with closing(Planner((address,), LIMIT_S)) as planner, pytest.raises(Cancelled):
        planner.think(plan(**known()), codes=True, progress=cancelled, time_signature="4")
    with closing(Planner((address,), 0.5)) as hasty, pytest.raises(PlannerError, match="longer than"):
        hasty.think(plan(**known()), codes=True, progress=unmoved, time_signature="4")
    with closing(Planner((address,), LIMIT_S)) as planner:
        assert planner.think(
            plan(**known(duration_samples=960_000)), codes=True, progress=unmoved, time_signature="4"
        ).codes


async def test_the_station_sees_it(address: str) -> None:
    assert await served((address,), 3.0) == {LM}
