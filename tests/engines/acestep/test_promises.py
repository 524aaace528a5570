"""The in-process ACE-Step engine keeps what every engine promises."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from radio.engines.conformance import PROMISES, Subject


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Subject]:
    from radio.engines.acestep.engine import AceStepEngine
    from tests.engines.acestep import tiny

    folder = tiny.save(tmp_path_factory.mktemp("models") / "acestep-v15-turbo", musical=True)
    engine = AceStepEngine(
        "acestep-v15-turbo", str(folder), device="cpu", warm_up_samples=960_000, overlap_samples=240_000
    )
    engine.warm_up()
    yield Subject(engine, seconds=20.0, overlap_s=5.0)
    engine.close()


@pytest.mark.parametrize("promise", PROMISES)
def test_the_tiny_pipeline_keeps_its_promise(subject: Subject, promise: str) -> None:
    PROMISES[promise](subject)
