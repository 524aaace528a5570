"""What rungs the settings ask for, and which of them what is on the machine can fulfil."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from radio.engines.ladder import LMS, Inventory, needs_looking, rungs, wishes
from radio.errors import SettingsError
from radio.settings import Settings, load

LM_4B, LM_1_7B, LM_0_6B = LMS
GIB = 1 << 30


def settings(**flags: Any) -> Settings:
    return load(**{"engine": "acestep", "lm_url": "http://127.0.0.1:8002"} | flags)


def names(**flags: Any) -> list[str]:
    return [wish.name for wish in wishes(settings(**flags))]


def test_the_usual_ladder_goes_from_quality_to_certainty() -> None:
    assert names() == ["sft+4B", "sft+1.7B", "turbo+1.7B", "turbo", "shorter", "synth"]


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ({"acestep_model": "turbo"}, ["turbo+4B", "turbo+1.7B", "turbo", "shorter", "synth"]),
        ({"acestep_model": "xl-turbo"}, ["xl-turbo+4B", "xl-turbo+1.7B", "turbo+1.7B", "turbo", "shorter", "synth"]),
        ({"thinking": False}, ["sft", "turbo", "shorter", "synth"]),
        ({"thinking": False, "acestep_model": "acestep-v15-turbo"}, ["turbo", "shorter", "synth"]),
        ({"lm_model_path": "ACE-Step/acestep-5Hz-lm-0.6B"}, ["sft+0.6B", "turbo+0.6B", "turbo", "shorter", "synth"]),
        ({"lm_model_path": "1.7B"}, ["sft+1.7B", "sft+0.6B", "turbo+0.6B", "turbo", "shorter", "synth"]),
        ({"ladder": "xl-base+0.6B, turbo, shorter, synth"}, ["xl-base+0.6B", "turbo", "shorter", "synth"]),
        ({"engine": "synth"}, ["synth"]),
        ({"lm_url": ""}, ["sft", "turbo", "shorter", "synth"]),
        ({"lm_url": "", "engine": "acestep-api"}, ["sft+4B", "sft+1.7B", "turbo+1.7B", "turbo", "shorter", "synth"]),
        ({"ladder": "turbo"}, ["turbo", "synth"]),
    ],
)
def test_settings_choose_where_it_begins(flags: dict[str, Any], expected: list[str]) -> None:
    assert names(**flags) == expected


@pytest.mark.parametrize(
    ("flags", "word"),
    [
        ({"acestep_model": "huge"}, "huge"),
        ({"lm_model_path": "70B"}, "70B"),
        ({"ladder": "shorter,synth"}, "shorter"),
        ({"ladder": "turbo,turbo"}, "twice"),
        ({"ladder": "turbo+9B"}, "9B"),
    ],
)
def test_a_ladder_that_makes_no_sense_is_refused_in_a_sentence(flags: dict[str, Any], word: str) -> None:
    with pytest.raises(SettingsError, match=word):
        wishes(settings(**flags))


def found(tmp_path: Path, *dits: str, lms: tuple[str, ...] = LMS, **more: Any) -> Inventory:
    return Inventory({f"acestep-v15-{dit}": tmp_path / dit for dit in dits}, frozenset(lms), **more)


def here(inventory: Inventory, **flags: Any) -> list[str]:
    return [rung.name for rung in rungs(settings(**flags), inventory) if rung.spec]


def test_with_all_models_every_rung_is_there_and_each_says_what_it_is_made_of(tmp_path: Path) -> None:
    every = rungs(settings(), found(tmp_path, "sft", "turbo"))
    assert all(rung.spec is not None and not rung.absent for rung in every)
    first, shorter = every[0], every[-2]
    assert (first.model, first.lm) == ("acestep-v15-sft", LM_4B)
    assert first.spec is not None
    assert first.spec.heavy
    assert first.spec.options["folder"] == str(tmp_path / "sft")
    assert shorter.segment_samples < first.segment_samples


def test_rungs_that_differ_only_in_the_planner_share_one_process(tmp_path: Path) -> None:
    first, second, *_ = rungs(settings(), found(tmp_path, "sft", "turbo"))
    assert first.spec == second.spec
    assert first.lm != second.lm


def test_a_planner_that_is_not_served_leaves_its_rungs_out_and_says_why(tmp_path: Path) -> None:
    inventory = found(tmp_path, "sft", "turbo", lms=(LM_1_7B,))
    assert here(inventory) == ["sft+1.7B", "turbo+1.7B", "turbo", "shorter", "synth"]
    assert LM_4B in rungs(settings(), inventory)[0].absent


def test_what_was_not_converted_goes_through_the_api_server(tmp_path: Path) -> None:
    every = rungs(settings(), found(tmp_path, "turbo", api=""))
    factories = {rung.name: rung.spec.factory for rung in every if rung.spec}
    assert factories["sft+4B"].endswith("AceStepApiEngine")
    assert factories["turbo"].endswith("AceStepEngine")


def test_an_api_server_that_lacks_the_model_cannot_stand_in_for_it(tmp_path: Path) -> None:
    every = rungs(settings(), found(tmp_path, api="", api_models=frozenset({"acestep-v15-turbo"})))
    assert [rung.name for rung in every if rung.spec] == ["turbo+1.7B", "turbo", "shorter", "synth"]
    assert "acestep-v15-sft" in every[0].absent


def test_with_nothing_found_the_synthesiser_remains_and_every_other_rung_says_what_to_do(tmp_path: Path) -> None:
    every = rungs(settings(), found(tmp_path, lms=()))
    assert [rung.name for rung in every if rung.spec] == ["synth"]
    assert all("radio models download" in rung.absent for rung in every[:-1])


def test_without_the_extra_the_rungs_say_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("radio.engines.registry.find_spec", lambda name: None if name == "torch" else object())
    first = rungs(settings(), found(tmp_path, "sft", "turbo"))[0]
    assert "pip install 'longwave[acestep]'" in first.absent


def test_what_does_not_fit_the_gpu_is_left_out_with_the_sum(tmp_path: Path) -> None:
    small = found(tmp_path, "sft", "turbo", gpu_bytes=16 * GIB)
    assert here(small) == ["sft+1.7B", "turbo+1.7B", "turbo", "shorter", "synth"]
    assert "GiB" in rungs(settings(), small)[0].absent
    assert here(found(tmp_path, "sft", "turbo", gpu_bytes=80 * GIB))[0] == "sft+4B"


def test_a_planner_on_another_machine_takes_nothing_of_this_gpu(tmp_path: Path) -> None:
    inventory = found(tmp_path, "sft", "turbo", gpu_bytes=12 * GIB)
    assert rungs(settings(lm_url="http://planner.lan:8000"), inventory)[0].spec is not None


def test_only_a_station_with_models_looks_for_them() -> None:
    assert needs_looking(settings())
    assert not needs_looking(settings(engine="synth"))
    assert not needs_looking(settings(engine="package.module:Engine"))


def test_a_model_makes_at_most_what_it_can_repaint(tmp_path: Path) -> None:
    every = rungs(settings(segment_seconds=180), found(tmp_path, "turbo"))
    lengths = {rung.name: rung.segment_samples / 48_000 for rung in every}
    assert lengths["turbo"] == 90
    assert lengths["shorter"] == 45
    assert lengths["synth"] == 180
