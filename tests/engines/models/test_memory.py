"""Memory: known shapes give known bytes, a plan never promises more than there is, and the machine is asked gently."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radio.engines.models import machine, memory
from radio.engines.models.catalogue import DITS, LMS, named
from radio.engines.models.machine import Gpu, Machine, machine_memory, read_gpus
from radio.engines.models.memory import GIB, RESERVE_BYTES, cache_bytes, dit_bytes, lm_bytes, plan_memory, room
from radio.errors import ModelError

MIB = 1 << 20


def test_the_published_shapes_need_what_is_known_of_them() -> None:
    """About 9 GiB for a 2B DiT, 14 for an XL and 9–10 for the 4B language model (docs/models.md)."""
    assert 8.5 * GIB < dit_bytes("sft") < 10 * GIB
    assert 13.5 * GIB < dit_bytes("xl-turbo") < 15 * GIB
    assert 9 * GIB < lm_bytes("4B") < 10.5 * GIB
    assert lm_bytes("0.6B") < lm_bytes("1.7B") < lm_bytes("4B")


def test_the_cache_of_the_4b_model_takes_144_kib_a_token() -> None:
    shape = named("4B").lm
    assert shape is not None
    assert cache_bytes(shape, 1) == 144 << 10


def test_what_is_decoded_in_windows_and_encoded_in_tiles_is_bounded() -> None:
    assert dit_bytes("sft", 10) < dit_bytes("sft", 20.48) == dit_bytes("sft", 60) == dit_bytes("sft", 240)
    assert dit_bytes("sft", encoded_s=15) < dit_bytes("sft", encoded_s=30) == dit_bytes("sft", encoded_s=60)
    assert dit_bytes("sft", number_bytes=4) > 1.5 * dit_bytes("sft")


@pytest.mark.parametrize(("dit", "thousands"), [("turbo", 28.8), ("xl-turbo", 41.9)])
def test_a_step_takes_what_was_measured_of_a_layer(dit: str, thousands: float) -> None:
    shape = named(dit).dit
    assert shape is not None
    assert memory._step_bytes(shape, 60, 2) / 750 / 2 == pytest.approx(thousands * 1000 + 750, rel=0.01)


def test_asking_for_the_memory_of_the_wrong_kind_is_refused() -> None:
    with pytest.raises(ModelError, match="is not a DiT"):
        dit_bytes("4B")
    with pytest.raises(ModelError, match="is not a language model"):
        lm_bytes("sft")


@given(st.integers(4, 192), st.sampled_from(DITS), st.sampled_from(("", *LMS)), st.integers(2048, 32768))
def test_a_plan_that_fits_adds_up_and_vllm_gets_enough(gpu_gib: int, dit: str, lm: str, context: int) -> None:
    plan = plan_memory(gpu_gib * GIB, dit, lm, context_tokens=context)
    assert plan.fits == (plan.dit_bytes + plan.lm_bytes + RESERVE_BYTES <= plan.total_bytes)
    if lm:
        assert plan.utilisation * plan.total_bytes >= lm_bytes(lm, context) - 1
        assert round(plan.utilisation * 100) == pytest.approx(plan.utilisation * 100)
        assert f"{plan.utilisation:.2f}" in " ".join(plan.vllm_command("x"))
    if plan.smaller_lm:
        assert not plan.fits
        assert plan_memory(gpu_gib * GIB, dit, plan.smaller_lm, context_tokens=context).fits


def test_the_sentence_says_the_split_and_what_would_fit_instead() -> None:
    fits = plan_memory(24 * GIB, "sft", "4B").sentence()
    assert "for acestep-v15-sft" in fits
    assert "(--gpu-memory-utilization 0.42)" in fits
    assert fits.endswith("left")
    tight = plan_memory(16 * GIB, "sft", "4B").sentence()
    assert tight.endswith("too little, but acestep-5Hz-lm-1.7B would fit")
    assert plan_memory(8 * GIB, "sft", "4B").sentence().endswith("no smaller language model fits")
    assert "vLLM" not in plan_memory(24 * GIB, "sft").sentence()
    assert plan_memory(24 * GIB, "sft").vllm_command("x") == ()


def test_nvidia_smi_is_read_line_by_line() -> None:
    text = "NVIDIA H200, 143771, 143000\nNVIDIA A100 [MIG], [N/A], [N/A]\nNVIDIA GeForce RTX 3060, 12288, 11000\n"
    found = read_gpus(text)
    assert [gpu.name for gpu in found] == ["NVIDIA H200", "NVIDIA GeForce RTX 3060"]
    assert found[0] == Gpu("NVIDIA H200", 143771 * MIB, 143000 * MIB)
    assert read_gpus("No devices were found") == ()


@pytest.fixture(autouse=True)
def every_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)


def fake_smi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    program = tmp_path / "nvidia-smi"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")


def test_the_machine_is_asked_through_nvidia_smi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_smi(tmp_path, monkeypatch, 'echo "NVIDIA L4, 23034, 22000"')
    found = machine_memory()
    assert found.gpu == Gpu("NVIDIA L4", 23034 * MIB, 22000 * MIB)
    assert found.ram_bytes > 0
    assert "NVIDIA L4 with 22 GiB" in found.sentence()


@pytest.mark.parametrize(("visible", "asked"), [("1", "-i 1"), ("0,2", "-i 0,2"), ("", ""), ("-1", "")])
def test_only_visible_gpus_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, visible: str, asked: str) -> None:
    fake_smi(tmp_path, monkeypatch, 'echo "NVIDIA $3 $4, 1000, 900"')
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert [gpu.name for gpu in machine_memory().gpus] == ([f"NVIDIA {asked}"] if asked else [])


@pytest.mark.parametrize("script", ["exit 9", "exec sleep 30"])
def test_a_driver_in_trouble_means_no_gpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    fake_smi(tmp_path, monkeypatch, script)
    monkeypatch.setattr(machine, "DEADLINE_S", 0.5)
    assert machine_memory().gpus == ()


def test_a_machine_without_nvidia_smi_has_no_gpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert machine_memory().gpu is None
    assert "no NVIDIA GPU" in machine_memory().sentence()


@pytest.mark.parametrize(
    ("here", "model", "words"),
    [
        (Machine((Gpu("big", 80 * GIB, 80 * GIB),), 0), "xl-base", "yes"),
        (Machine((Gpu("small", 6 * GIB, 6 * GIB),), 0), "sft", "no, GPU 6.0 GiB"),
        (Machine((), 64 * GIB), "sft", "slow, on the CPU"),
        (Machine((), 64 * GIB), "4B", "no GPU"),
        (Machine((), 8 * GIB), "sft", "no, has 8.0 GiB"),
        (Machine((), 36 * GIB, unified=True), "sft", "yes"),
        (Machine((), 8 * GIB, unified=True), "sft", "no, has 8.0 GiB"),
    ],
)
def test_whether_a_model_fits_is_said_in_a_few_words(here: Machine, model: str, words: str) -> None:
    assert room(named(model), here) == words
