"""The models folder: what is there is found, what is broken is named, and only what is ours is removed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from radio.engines import ladder
from radio.engines.models import catalogue, manifest
from radio.engines.models.catalogue import named
from radio.engines.models.pipeline_folder import model_of
from radio.engines.models.store import find, locate, present, present_lms, remove
from radio.engines.models.verify import is_checked, verify
from radio.errors import ModelError
from tests.engines.models import small_pipeline
from tests.engines.models.small_pipeline import edit

SFT, TURBO, LM = "acestep-v15-sft", "acestep-v15-turbo", "acestep-5Hz-lm-4B"


def language_model(folder: Path, listed: str = "") -> Path:
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps({"num_hidden_layers": 1}))
    (folder / "tokenizer.json").write_text("{}")
    small_pipeline.weights(folder / "model.safetensors", {"x": (4,)})
    if listed:
        manifest.of_folder(listed, "a test", folder).save(folder)
    return folder


def test_the_catalogue_knows_what_the_ladder_may_ask_for() -> None:
    assert set(catalogue.DITS) == set(ladder.DITS.values())
    assert catalogue.LMS == ladder.LMS
    assert all(named(short).name == long for short, long in ladder.DITS.items())


def test_models_are_found_by_their_folders(tmp_path: Path) -> None:
    assert present(tmp_path) == {}
    small_pipeline.write(tmp_path / SFT)
    small_pipeline.write(tmp_path / TURBO, is_turbo=True)
    language_model(tmp_path / LM)
    assert present(tmp_path) == {SFT: tmp_path / SFT, TURBO: tmp_path / TURBO}
    assert present_lms(tmp_path) == {LM: tmp_path / LM}
    assert find(tmp_path, "4B") == tmp_path / LM


def test_the_models_folder_may_be_one_models_own(tmp_path: Path) -> None:
    small_pipeline.write(tmp_path / "anything")
    assert present(tmp_path / "anything") == {SFT: tmp_path / "anything"}
    language_model(tmp_path / LM)
    assert present_lms(tmp_path / LM) == {LM: tmp_path / LM}


@pytest.mark.parametrize(
    ("config", "model"),
    [
        ({"is_turbo": True, "model_version": None}, TURBO),
        ({"model_version": "turbo"}, TURBO),
        ({"model_version": "base"}, "acestep-v15-base"),
        ({"model_version": None}, "acestep-v15-base"),
        ({"model_version": "xl-turbo"}, "acestep-v15-xl-turbo"),
        ({"hidden_size": 2560, "model_version": "base"}, "acestep-v15-xl-base"),
    ],
)
def test_a_folder_says_by_its_configuration_which_model_it_is(
    tmp_path: Path, config: dict[str, Any], model: str
) -> None:
    assert model_of(small_pipeline.write(tmp_path / "x", **config)) == model
    assert find(tmp_path / "x", model) == tmp_path / "x"
    assert find(tmp_path / "x", SFT) is None


def test_an_official_checkpoint_is_not_a_pipeline_and_the_sentence_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / SFT).mkdir()
    for name in ("config.json", "silence_latent.pt"):
        (tmp_path / SFT / name).write_text("{}")
    with pytest.raises(ModelError, match="radio models convert"):
        locate(tmp_path, SFT)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("transformer/config.json", "transformer/config.json is missing"),
        ("vae/diffusion_pytorch_model.safetensors", "vae has no weights"),
        ("scheduler/scheduler_config.json", "scheduler_config.json is missing"),
        ("tokenizer/tokenizer.json", "tokenizer has no tokenizer"),
    ],
)
def test_a_model_with_a_part_missing_is_not_there(tmp_path: Path, path: str, sentence: str) -> None:
    small_pipeline.write(tmp_path / SFT, listed=SFT)
    (tmp_path / SFT / path).unlink()
    assert find(tmp_path, SFT) is None
    (said,) = verify(tmp_path, SFT)
    assert sentence in said


def test_a_model_with_weights_cut_short_is_not_there(tmp_path: Path) -> None:
    file = small_pipeline.write(tmp_path / SFT) / "transformer" / "diffusion_pytorch_model.safetensors"
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(ModelError, match="cut short"):
        locate(tmp_path, SFT)


def test_a_folder_that_may_not_be_read_holds_no_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(_: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "is_dir", forbidden)
    assert present(tmp_path) == {}
    with pytest.raises(ModelError, match="cannot be read: Permission denied"):
        locate(tmp_path, SFT)


def test_another_pipeline_is_refused(tmp_path: Path) -> None:
    edit(small_pipeline.write(tmp_path / SFT) / "model_index.json", _class_name="StableDiffusionPipeline")
    with pytest.raises(ModelError, match="holds a StableDiffusionPipeline"):
        locate(tmp_path, SFT)


def test_an_index_without_a_component_is_refused(tmp_path: Path) -> None:
    edit(small_pipeline.write(tmp_path / SFT) / "model_index.json", vae=None, scheduler=None)
    with pytest.raises(ModelError, match="does not list vae, scheduler"):
        locate(tmp_path, SFT)


def test_a_whole_model_has_nothing_wrong_with_it(tmp_path: Path) -> None:
    small_pipeline.write(tmp_path / SFT, listed=SFT)
    steps: list[tuple[str, int, int]] = []
    assert list(verify(tmp_path, SFT, lambda *at: steps.append(at))) == []
    assert steps[-1][1] == steps[-1][2] > 0
    assert is_checked(tmp_path, SFT)


def test_a_model_that_somebody_else_put_there_is_checked_without_checksums(tmp_path: Path) -> None:
    small_pipeline.write(tmp_path / SFT)
    assert list(verify(tmp_path, SFT)) == []
    assert not is_checked(tmp_path, SFT)


def test_one_changed_byte_is_noticed_and_the_file_named(tmp_path: Path) -> None:
    file = small_pipeline.write(tmp_path / SFT, listed=SFT) / "vae" / "diffusion_pytorch_model.safetensors"
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    (said,) = verify(tmp_path, SFT)
    assert said.startswith(f"{file} has been changed")


def test_a_file_of_another_length_is_named_with_both_lengths(tmp_path: Path) -> None:
    file = small_pipeline.write(tmp_path / SFT, listed=SFT) / "tokenizer" / "tokenizer.json"
    file.write_text("{ }")
    assert list(verify(tmp_path, SFT)) == [f"{file} has 3 bytes and should have 2"]


@pytest.mark.parametrize(
    ("part", "change", "sentence"),
    [
        ("transformer", {"in_channels": 9}, "a third of the DiT's in_channels is 3"),
        ("transformer", {"audio_acoustic_hidden_dim": 3}, "the DiT's audio_acoustic_hidden_dim is 3"),
        ("condition_encoder", {"timbre_hidden_dim": 64}, "the condition encoder's timbre_hidden_dim is 64"),
        ("vae", {"encoder_hidden_size": 8}, "half the VAE's encoder_hidden_size is 4"),
        ("text_encoder", {"hidden_size": 5}, "text_hidden_dim is 4"),
        ("transformer", {"encoder_hidden_size": 16}, "what the DiT expects of it is 16"),
        ("transformer", {"patch_size": 4}, "holds proj_in_conv.weight as"),
        ("transformer", {"num_hidden_layers": 3}, "holds 2 layers; its configuration says 3"),
        ("vae", {"decoder_input_channels": None}, "does not say decoder_input_channels"),
    ],
)
def test_parts_that_do_not_fit_together_are_named(
    tmp_path: Path, part: str, change: dict[str, int | None], sentence: str
) -> None:
    edit(small_pipeline.write(tmp_path / SFT) / part / "config.json", **change)
    (said,) = verify(tmp_path, SFT)
    assert sentence in said


def test_a_folder_with_another_models_manifest_is_noticed(tmp_path: Path) -> None:
    small_pipeline.write(tmp_path / SFT, listed=TURBO)
    assert list(verify(tmp_path, SFT)) == [f"{tmp_path / SFT} was put there as {TURBO}"]


def test_removing_takes_what_is_ours_and_leaves_the_rest(tmp_path: Path) -> None:
    place = small_pipeline.write(tmp_path / SFT, listed=SFT)
    small_pipeline.write(tmp_path / TURBO, listed=TURBO)
    (place / "vae" / "my notes.txt").write_text("keep")
    assert remove(tmp_path, "sft") > 0
    assert [path.name for path in place.rglob("*")] == ["vae", "my notes.txt"]
    assert find(tmp_path, TURBO)
    assert remove(tmp_path, "turbo") > 0
    assert not (tmp_path / TURBO).exists()


def test_what_somebody_else_put_there_is_not_removed(tmp_path: Path) -> None:
    small_pipeline.write(tmp_path / SFT)
    with pytest.raises(ModelError, match="was not put there by `radio models`"):
        remove(tmp_path, SFT)
    with pytest.raises(ModelError, match=f"{TURBO} is not in"):
        remove(tmp_path, TURBO)
    assert find(tmp_path, SFT)


def test_nothing_outside_the_models_folder_is_removed(tmp_path: Path) -> None:
    elsewhere = small_pipeline.write(tmp_path / "elsewhere", listed=SFT)
    models = tmp_path / "models"
    models.mkdir()
    (models / SFT).symlink_to(elsewhere)
    with pytest.raises(ModelError, match="leads out of"):
        remove(models, SFT)
    assert find(tmp_path / "elsewhere", SFT)


def test_a_folder_inside_that_leads_out_stops_the_removal(tmp_path: Path) -> None:
    place = small_pipeline.write(tmp_path / "models" / SFT, listed=SFT)
    (place / "vae").rename(tmp_path / "vae")
    (place / "vae").symlink_to(tmp_path / "vae")
    with pytest.raises(ModelError, match="nothing is removed"):
        remove(tmp_path / "models", SFT)
    assert len(list((tmp_path / "vae").iterdir())) == 2
    assert (place / "model_index.json").is_file()


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/../../x", "", "a\\..\\x"])
def test_a_manifest_that_names_files_outside_is_refused(tmp_path: Path, name: str) -> None:
    place = small_pipeline.write(tmp_path / SFT, listed=SFT)
    files = {name: {"size_bytes": 1, "sha256": "", "etag": ""}}
    (place / manifest.NAME).write_text(json.dumps({"model": SFT, "origin": "", "files": files}))
    with pytest.raises(ModelError, match="would lead out"):
        remove(tmp_path, SFT)


def test_a_damaged_manifest_is_a_sentence(tmp_path: Path) -> None:
    place = small_pipeline.write(tmp_path / SFT)
    (place / manifest.NAME).write_text('{"files": 3}')
    with pytest.raises(ModelError, match="does not list files"):
        remove(tmp_path, SFT)


def test_what_a_killed_conversion_left_is_removed_with_the_model(tmp_path: Path) -> None:
    left = tmp_path / f"{SFT}.converting"
    left.mkdir()
    manifest.Manifest(SFT, "").save(left)
    (left / "half").write_bytes(bytes(100))
    assert remove(tmp_path, SFT) > 100
    assert list(tmp_path.iterdir()) == []
