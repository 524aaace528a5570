"""What `deploy/vllm` hands out: a checkpoint made ready, and files that agree with each other."""

from __future__ import annotations

import configparser
import json
import re
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest

from radio.engines.models.weights import read_weights
from radio.engines.planner.served import lm_of
from radio.processes import run

DEPLOY = Path(__file__).parents[3] / "deploy" / "vllm"
DATA = bytes(range(32))


def safetensors(path: Path, names: list[str]) -> None:
    """Tensors of four float16 each, one after another."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    for number, name in enumerate(names):
        header[name] = {"dtype": "F16", "shape": [4], "data_offsets": [8 * number, 8 * number + 8]}
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + DATA[: 8 * len(names)])


def prepare(folder: Path) -> str:
    done = run([sys.executable, str(DEPLOY / "prepare.py"), str(folder)], 20)
    assert done.return_code == 0, done.stderr.decode()
    return done.stdout.decode().strip()


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A checkpoint of two files saved as the bare transformer."""
    folder = tmp_path / "acestep-5Hz-lm-4B"
    folder.mkdir()
    shards = {"model-1.safetensors": ["embed_tokens.weight", "norm.weight"], "model-2.safetensors": ["layers.0.x"]}
    for file, names in shards.items():
        safetensors(folder / file, names)
    index = {"metadata": {}, "weight_map": {name: file for file, names in shards.items() for name in names}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    (folder / "config.json").write_text(json.dumps({"architectures": ["Qwen3Model"], "hidden_size": 4}))
    (folder / "tokenizer.json").write_text("{}")
    return folder


def test_a_bare_checkpoint_becomes_one_that_can_write(bare: Path) -> None:
    ready = Path(prepare(bare))
    assert ready.name == "acestep-5Hz-lm-4B-vllm"
    assert lm_of(str(ready)) == "acestep-5Hz-lm-4B"
    assert json.loads((ready / "config.json").read_text()) == {"architectures": ["Qwen3ForCausalLM"], "hidden_size": 4}
    assert (ready / "tokenizer.json").read_text() == "{}"
    before, after = read_weights(bare), read_weights(ready)
    assert {f"model.{name}" for name in before} == set(after)
    for name, tensor in before.items():
        moved = after[f"model.{name}"]
        assert moved.file.read_bytes()[moved.begin : moved.end] == tensor.file.read_bytes()[tensor.begin : tensor.end]


def test_preparing_twice_changes_nothing_more(bare: Path) -> None:
    ready = Path(prepare(bare))
    assert prepare(bare) == prepare(ready) == str(ready)
    assert sorted(path.name for path in bare.parent.iterdir()) == ["acestep-5Hz-lm-4B", "acestep-5Hz-lm-4B-vllm"]


def test_what_an_interrupted_run_left_behind_is_no_obstacle(bare: Path) -> None:
    part = bare.with_name(f"{bare.name}-vllm.part")
    part.mkdir()
    (part / "model-1.safetensors").write_text("half")
    assert len(read_weights(Path(prepare(bare)))) == 3
    assert not part.exists()


def test_a_folder_without_a_model_is_refused_in_a_sentence(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        done = run([sys.executable, str(DEPLOY / "prepare.py"), str(folder)], 20)
        assert done.return_code == 1
        assert done.stderr.startswith(b"prepare.py: ")
        assert b"Traceback" not in done.stderr


def flags(words: list[str]) -> dict[str, str]:
    """`--name value` and `--name` as a dict."""
    found = {}
    for word, following in zip(words, [*words[1:], "--"], strict=True):
        if word.startswith("--"):
            found[word] = "" if following.startswith("--") else following
    return found


def unit_flags() -> dict[str, str]:
    unit = configparser.RawConfigParser(strict=False, interpolation=None)
    text = (DEPLOY / "longwave-planner@.service").read_text().replace("\\\n", " ")
    unit.read_string(text)
    return flags(shlex.split(unit["Service"]["ExecStart"]))


def test_the_unit_serves_on_loopback_under_the_name_that_the_station_looks_for() -> None:
    found = unit_flags()
    assert found["--host"] == "127.0.0.1"
    assert lm_of(found["--served-model-name"].replace("%i", "1.7B")) == "acestep-5Hz-lm-1.7B"


def test_the_unit_and_the_container_start_vllm_alike() -> None:
    yaml = pytest.importorskip("yaml", reason="PyYAML comes with the extra 'acestep'")
    planner = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["planner"]
    assert flags(planner["command"]).keys() == unit_flags().keys()
    assert all(str(port).startswith("127.0.0.1:") for port in planner["ports"])


def test_the_environment_file_sets_everything_that_the_unit_and_the_container_ask_for() -> None:
    lines = [line for line in (DEPLOY / "planner-4B.env").read_text().splitlines() if line and line[0] != "#"]
    given = dict(line.split("=", 1) for line in lines)
    asked = set(re.findall(r"\$\{([A-Z_]+)\}", (DEPLOY / "longwave-planner@.service").read_text()))
    required = set(re.findall(r"\$\{([A-Z_]+):\?", (DEPLOY / "compose.yaml").read_text()))
    assert asked == set(given)
    assert required <= set(given)
    assert 0 < float(given["GPU_MEMORY_UTILIZATION"]) < 1
