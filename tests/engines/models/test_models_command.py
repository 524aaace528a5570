"""`radio models` as an operator meets it: from a hub on loopback to a model that plays, and away again."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from radio.cli import app
from radio.engines.models import download as downloading
from radio.engines.models import manifest
from radio.engines.models.store import find
from tests.engines.models import small_pipeline
from tests.engines.models.local_hub import LocalHub, serve

SFT, XL = "acestep-v15-sft", "acestep-v15-xl-turbo"
TORCH = "the extra acestep is not installed"


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("RADIO_", "HF_", "MODEL_PATH"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RADIO_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(downloading, "SPARE_BYTES", 0)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "data" / "models"


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalHub]:
    with serve(tmp_path / "hub") as running:
        monkeypatch.setenv("HF_ENDPOINT", running.url)
        yield running


def radio(*arguments: str, answer: str = "") -> Result:
    return CliRunner().invoke(app, ["models", *arguments], input=answer)


def official_repositories(root: Path) -> Any:
    """The main repository and that of the sft DiT, as the publisher splits them. Returns the pipeline within."""
    checkpoint = importlib.import_module("tests.engines.models.official_checkpoint")
    main, single = root / "ACE-Step" / "Ace-Step1.5", root / "ACE-Step" / SFT
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        pipe = checkpoint.write(main)
    (main / SFT).rename(single)
    return pipe


def test_sft_is_downloaded_converted_verified_loaded_and_removed(hub: LocalHub, models: Path) -> None:
    torch = pytest.importorskip("torch", reason=TORCH)
    diffusers = pytest.importorskip("diffusers", reason=TORCH)
    original = official_repositories(hub.root)
    done = radio("download", "sft")
    assert (done.exit_code, done.stdout) == (0, f"{SFT} is in {models / SFT}\n"), done.output
    assert [path.name for path in models.iterdir()] == [SFT], "the official files are gone again"
    listed = manifest.load(models / SFT)
    assert listed is not None
    assert listed.origin.startswith("ACE-Step/Ace-Step1.5@")
    checked = radio("verify")
    assert (checked.exit_code, checked.stdout) == (0, f"{SFT} is whole\n")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        loaded = diffusers.AceStepPipeline.from_pretrained(models / SFT, torch_dtype=torch.float32)
    before, after = original.transformer.state_dict(), loaded.transformer.state_dict()
    assert all(torch.equal(before[key].bfloat16().float(), after[key]) for key in before)
    assert not loaded.is_turbo
    gone = radio("remove", "sft", "--yes")
    assert gone.exit_code == 0, gone.output
    assert list(models.iterdir()) == []


def test_a_checkpoint_on_disk_is_converted_where_it_will_be_found(tmp_path: Path, models: Path) -> None:
    """Its folder has a name of its own; its configuration says which model it is."""
    pytest.importorskip("torch", reason=TORCH)
    official_repositories(tmp_path)
    main = tmp_path / "ACE-Step" / "Ace-Step1.5"
    (tmp_path / "ACE-Step" / SFT).rename(main / "my-tune")
    done = radio("convert", str(main))
    assert done.exit_code == 0, done.output
    assert find(models, SFT)
    again = radio("convert", str(main / "my-tune"), "--name", "sft")
    assert again.exit_code == 2
    assert "exists already" in again.stderr


def test_a_pipeline_from_the_hub_needs_no_torch_and_no_conversion(hub: LocalHub, models: Path) -> None:
    small_pipeline.write(hub.root / "ACE-Step" / f"{XL}-diffusers", is_turbo=True, model_version="xl-turbo")
    done = radio("download", "xl-turbo")
    assert done.exit_code == 0, done.output
    assert find(models, XL) == models / XL
    listing = radio("list").stdout
    row = next(line for line in listing.splitlines() if line.strip().startswith("xl-turbo"))
    assert "yes" in row
    assert "0.0 GiB" in row
    assert "14.1 GiB" in row


def test_listing_tells_what_is_begun_and_what_is_incomplete(models: Path) -> None:
    (models / "acestep-5Hz-lm-4B.part").mkdir(parents=True)
    small_pipeline.write(models / SFT)
    (models / SFT / "vae" / "config.json").unlink()
    rows = {line.split()[0]: line for line in radio("list").stdout.splitlines() if line.strip()}
    assert "begun" in rows["4B"]
    assert "incomplete" in rows["sft"]
    assert "–" in rows["turbo"]


def test_a_damaged_model_is_named_with_exit_code_1(models: Path) -> None:
    small_pipeline.write(models / SFT, listed=SFT)
    (models / SFT / "scheduler" / "scheduler_config.json").write_text('{"shift": 3}')
    done = radio("verify", "sft")
    assert done.exit_code == 1
    assert "scheduler_config.json has 12 bytes and should have 2" in done.stdout


def test_verifying_everything_names_what_is_incomplete(models: Path) -> None:
    small_pipeline.write(models / SFT, listed=SFT)
    small_pipeline.write(models / XL, listed=XL)
    (models / XL / "vae" / "config.json").unlink()
    done = radio("verify")
    assert done.exit_code == 1
    assert f"{SFT} is whole" in done.stdout
    assert f"{XL}: {models / XL / 'vae' / 'config.json'} is missing" in done.stdout


def test_removing_asks_first(models: Path) -> None:
    small_pipeline.write(models / SFT, listed=SFT)
    assert radio("remove", "sft", answer="n\n").exit_code == 1
    assert find(models, SFT)
    assert radio("remove", "sft", answer="y\n").exit_code == 0
    assert not (models / SFT).exists()


def test_a_plan_gives_the_split_and_the_line_that_starts_vllm(models: Path) -> None:
    done = radio("plan", "--gpu-gib", "24")
    assert done.exit_code == 0
    assert "of 24.0 GiB: 9.3 GiB for acestep-v15-sft, 10.1 GiB for acestep-5Hz-lm-4B in vLLM" in done.stdout
    assert f"vllm serve {models / 'acestep-5Hz-lm-4B'} --served-model-name acestep-5Hz-lm-4B" in done.stdout
    assert "--gpu-memory-utilization 0.42" in done.stdout


def test_a_plan_that_does_not_fit_says_what_would_and_ends_with_1() -> None:
    done = radio("plan", "--gpu-gib", "16")
    assert done.exit_code == 1
    assert "acestep-5Hz-lm-1.7B would fit" in done.stdout
    assert "vllm serve" not in done.stdout


def test_a_plan_without_thinking_has_no_vllm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RADIO_THINKING", "off")
    monkeypatch.setenv("RADIO_ACESTEP_MODEL", "xl-turbo")
    done = radio("plan", "--gpu-gib", "16")
    assert done.exit_code == 0
    assert "vLLM" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("download", "sft", "xxl"), "there is no model 'xxl'; the choices are sft, turbo"),
        (("download", "4B"), "ACE-Step/acestep-5Hz-lm-4B does not exist"),
        (("verify",), "there are no models in"),
        (("verify", "nope"), "there is no model 'nope'"),
        (("remove", "4B", "--yes"), "acestep-5Hz-lm-4B is not in"),
        (("convert", "/nowhere"), "there is no folder /nowhere"),
        (("--config", "/nowhere.toml", "list"), "there is no settings file /nowhere.toml"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_with_exit_code_2(
    hub: LocalHub, arguments: tuple[str, ...], sentence: str
) -> None:
    hub.root.mkdir(exist_ok=True)
    done = radio(*arguments)
    assert done.exit_code == 2
    assert done.stderr.startswith("radio: ")
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_ctrl_c_says_how_to_go_on(hub: LocalHub, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("radio.engines.models.obtain.fetch", interrupted)
    done = radio("download", "4B")
    assert done.exit_code == 130
    assert "the same command goes on where this one was" in done.stderr


def test_no_command_but_a_conversion_loads_torch(tmp_path: Path, models: Path) -> None:
    small_pipeline.write(models / SFT, listed=SFT)
    script = (
        "import sys\nfrom typer.testing import CliRunner\nfrom radio.cli import app\n"
        "for words in (['list'], ['verify'], ['plan', '--gpu-gib', '24'], ['remove', 'sft', '--yes']):\n"
        "    done = CliRunner().invoke(app, ['models', *words])\n"
        "    assert done.exit_code == 0, done.output\n"
        "print([name for name in ('torch', 'diffusers', 'transformers', 'numpy') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert "torch" not in done.stdout
    assert "diffusers" not in done.stdout
