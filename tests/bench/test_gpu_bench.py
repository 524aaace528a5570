"""The GPU bench, whole, on a CPU: the engine's real code on tiny weights."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="the extra acestep is not installed")
pytest.importorskip("diffusers", reason="the extra acestep is not installed")

from bench import gpu, gpu_build, gpu_modes, gpu_table, gpu_worker, report  # noqa: E402
from bench.gpu_cases import CASES, TASKS, Job, Outcome, Timing, outcome_from_json  # noqa: E402
from bench.gpu_ceilings import Ceiling, on_paper  # noqa: E402
from bench.gpu_parts import Stopwatch  # noqa: E402
from bench.gpu_sizes import TINY, TWO_B  # noqa: E402
from bench.gpu_work import PARTS, Shapes  # noqa: E402
from radio.engines.acestep import compiling  # noqa: E402

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(report, "LOG", tmp_path / "log.jsonl")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return tmp_path / "log.jsonl"


def test_it_runs_to_its_end_and_says_something_of_every_case(
    log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gpu.main(["--size", "tiny", "--json", str(tmp_path / "out.jsonl")]) == 0

    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    first, *cases = [outcome_from_json(line) for line in lines]
    assert first.ceiling is not None
    assert first.ceiling.bf16_flops > 1e8
    assert [outcome.job.case for outcome in cases] == list(CASES)
    for outcome in cases:
        for task in TASKS:
            timing = outcome.timings[task]
            assert 0 <= timing.rest_s < 0.5 * timing.median_s
            assert (timing.parts_s["encode"] > 0) == (task == TASKS[2])
            assert all(timing.parts_s[part] > 0 for part in PARTS if part != "encode")
            assert timing.shapes.batch == (1 if CASES[outcome.job.case].turbo else 2)

    kept = {measure["name"] for measure in json.loads(log.read_text(encoding="utf-8"))["measures"]}
    printed = capsys.readouterr().out
    for case in CASES:
        assert {f"{case} eager, {task}" for task in TASKS} <= kept
        assert printed.count(f"{case} eager, ") >= len(TASKS)


def test_without_a_gpu_the_real_sizes_are_refused_in_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    if torch.cuda.is_available():
        pytest.skip("this machine has a GPU")
    assert gpu.main([]) == 2
    assert capsys.readouterr().out.strip() == gpu.NEEDS_A_GPU


def test_a_case_without_room_is_reported_and_the_rest_still_runs() -> None:
    def cramped(job: Job, device: Any) -> Outcome:
        if job.case == "xl-turbo-8":
            torch.empty(2**60, device=device)
        return Outcome(job)

    jobs = [Job("tiny", case, "eager", 9.0) for case in CASES]
    done = list(gpu_worker.work(jobs, CPU, cramped))
    assert [outcome.job.case for outcome in done] == list(CASES)
    assert [bool(outcome.trouble) for outcome in done] == [case == "xl-turbo-8" for case in CASES]
    assert "memory" in done[1].trouble


@pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")
def test_a_pipeline_that_went_back_to_eager_is_not_taken_for_a_compiled_one() -> None:
    pipeline = gpu_build.build(TINY, turbo=True, device=CPU, dtype=torch.float32)
    assert gpu_modes.runs_as_wanted(pipeline, "eager")
    compiling.compile_in_place(pipeline)
    assert gpu_modes.runs_as_wanted(pipeline, "layers")
    compiling.back_to_eager(pipeline)
    assert not gpu_modes.runs_as_wanted(pipeline, "layers")


def test_a_part_that_was_not_seen_is_not_taken_for_the_rest() -> None:
    pipeline = gpu_build.build(TINY, turbo=True, device=CPU, dtype=torch.float32)
    watch = Stopwatch(CPU, pipeline)
    with pytest.raises(RuntimeError, match="no call was seen of text, condition, dit:"):
        watch.lap(lambda: pipeline.vae.decode(torch.zeros(1, TINY.vae.latent, 50)))


def test_the_weights_are_born_in_their_type_on_their_device() -> None:
    pipeline = gpu_build.build(TINY, turbo=True, device=torch.device("meta"), dtype=torch.bfloat16)
    for part, dtype in (("transformer", torch.bfloat16), ("text_encoder", torch.bfloat16), ("vae", torch.float32)):
        weights = list(getattr(pipeline, part).parameters())
        assert {(weight.device.type, weight.dtype) for weight in weights} == {("meta", dtype)}


def outcome_of(seconds: float, mode: str = "compiled", task: str = "repaint") -> Outcome:
    shapes = Shapes(frames=1500, steps=8, batch=1, text_tokens=256, condition_tokens=301)
    timing = Timing((seconds,), dict.fromkeys(PARTS, 0.01), shapes)
    return Outcome(Job("real", "2b-turbo-8", mode, 1.0), timings={task: timing}, peak_bytes=10 * 2**30)


@pytest.mark.parametrize(
    ("case", "code"),
    [(lambda: outcome_of(0.4), 0), (lambda: outcome_of(0.6), 1), (lambda: failed("[enforce] no [/room]"), 1)],
    ids=["within the budget", "over the budget", "not measured"],
)
def test_what_a_run_left_in_its_file_is_reported_like_the_run(
    case: Any, code: int, log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "run.jsonl"
    outcomes = [Outcome(Job("real"), ceiling=h200(), software="torch"), case()]
    file.write_text("".join(outcome.to_json() + "\n" for outcome in outcomes), encoding="utf-8")
    assert gpu.main(["--report", str(file)]) == code
    printed = capsys.readouterr().out
    assert "2b-turbo-8" in printed
    assert all(word in printed for word in case().trouble.split())
    assert "NVIDIA H200" in log.read_text(encoding="utf-8")


def failed(trouble: str) -> Outcome:
    return Outcome(Job("real", "2b-turbo-8", "compiled", 1.0), trouble)


def h200() -> Ceiling:
    return Ceiling("NVIDIA H200", 790e12, 400e12, 4.2e12, memory_bytes=140 * 2**30)


@pytest.mark.parametrize(("seconds", "kept"), [(0.49, True), (0.51, False)])
def test_the_budget_holds_for_a_repaint_as_the_engine_makes_it(seconds: float, kept: bool) -> None:
    measures = gpu_table.measures([outcome_of(seconds)], h200())
    assert [measure.ok for measure in measures if measure.budget] == [kept]
    assert not any(measure.budget for measure in gpu_table.measures([outcome_of(seconds, mode="eager")], h200()))


def test_a_small_gpu_has_no_budget() -> None:
    small = Ceiling("NVIDIA L4", 100e12, 50e12, 0.3e12, memory_bytes=24 * 2**30)
    assert not any(measure.budget for measure in gpu_table.measures([outcome_of(3.0)], small))


def test_a_device_carries_as_many_stations_as_have_time_and_as_fit() -> None:
    assert gpu_table.stations_by_time(outcome_of(0.5)) == pytest.approx(90)
    assert gpu_table.stations_by_memory(outcome_of(0.5), 140 * 2**30) == 13


def test_a_floor_is_the_slower_of_arithmetic_and_memory() -> None:
    paper = on_paper("NVIDIA H200")
    assert paper is not None
    shapes = Shapes(frames=1500, steps=8, batch=1, text_tokens=20, condition_tokens=65)
    floor = gpu_table.floors(TWO_B, shapes, paper, float32=False, bf16_vae=False)
    assert floor.parts_s["dit"] == pytest.approx(8 * 2.2e12 / 989e12, rel=0.03)
    assert floor.parts_s["text"] == pytest.approx(28 * 2 * 15.7e6 / 4.8e12, rel=0.02), "a short text is all weights"
    assert floor.parts_s["encode"] == 0


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("NVIDIA H200", "H200"),
        ("NVIDIA H100 80GB HBM3", "H100"),
        ("NVIDIA H100 PCIe", "H100 PCIe"),
        ("NVIDIA L40S", "L40S"),
    ],
)
def test_devices_are_known_by_the_driver_s_name(name: str, part: str) -> None:
    paper = on_paper(name)
    assert paper is not None
    assert paper.name == f"{part}, data sheet"


def test_an_unknown_device_has_no_data_sheet() -> None:
    assert on_paper("GeForce 256") is None
