# ruff: noqa: E402 - what needs the extra is imported after the look whether it is there
"""Converting an official checkpoint: the same numbers and the same sound, or a sentence and nothing left behind."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="the extra acestep is not installed")
pytest.importorskip("diffusers", reason="the extra acestep is not installed")

from diffusers import AceStepPipeline
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from tokenizers.processors import TemplateProcessing

from radio.engines.acestep.convert import convert
from radio.engines.models import manifest
from radio.engines.models.pipeline_folder import check_fits, model_of
from radio.engines.models.store import find
from radio.engines.models.verify import verify
from radio.errors import ModelError
from tests.engines.models import official_checkpoint

SFT = "acestep-v15-sft"


@pytest.fixture(autouse=True)
def quiet_and_offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    torch.set_num_threads(1)
    warnings.filterwarnings("ignore", message=".*weight_norm.*", category=FutureWarning)


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An official repository that no test changes."""
    folder = tmp_path_factory.mktemp("official")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        official_checkpoint.write(folder)
    return folder


@pytest.fixture
def official(pristine: Path, tmp_path: Path) -> Path:
    return official_checkpoint.copy(pristine, tmp_path / "official")


def sound(pipe: AceStepPipeline) -> Any:
    pipe.set_progress_bar_config(disable=True)
    generator = torch.Generator().manual_seed(7)
    made = pipe(prompt="rain", lyrics="[Instrumental]", audio_duration=2.0, num_inference_steps=2, generator=generator)
    return made.audios[0]


def test_a_converted_checkpoint_has_the_same_weights_and_makes_the_same_sound(tmp_path: Path) -> None:
    original = official_checkpoint.write(tmp_path / "official", seed=3)
    target = convert(tmp_path / "official", tmp_path / "models" / SFT, dtype="float32")
    loaded = AceStepPipeline.from_pretrained(target)
    for name in official_parts():
        before, after = getattr(original, name).state_dict(), getattr(loaded, name).state_dict()
        assert before.keys() == after.keys()
        assert all(torch.equal(before[key], after[key]) for key in before), name
    assert torch.equal(torch.as_tensor(sound(original)), torch.as_tensor(sound(loaded)))
    assert original.tokenizer("blue [verse]").input_ids == loaded.tokenizer("blue [verse]").input_ids


def official_parts() -> tuple[str, ...]:
    return ("transformer", "condition_encoder", "audio_tokenizer", "audio_token_detokenizer", "vae", "text_encoder")


def test_the_converted_folder_is_found_verified_and_says_which_model_it_is(official: Path, tmp_path: Path) -> None:
    models = tmp_path / "models"
    target = convert(official, models / SFT)
    assert find(models, SFT) == target
    assert model_of(target) == SFT
    check_fits(target)
    assert list(verify(models, SFT)) == []
    listed = manifest.load(target)
    assert listed is not None
    assert "transformer/diffusion_pytorch_model.safetensors" in listed.files
    assert not list(target.rglob("*.py")), "code from a checkpoint is never taken over"
    assert not list(target.rglob("*.pt"))


def test_weights_become_bfloat16_and_the_progress_reaches_its_end(official: Path, tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    target = convert(official / SFT, tmp_path / SFT, step=lambda *at: steps.append(at))
    weights = load_file(target / "transformer" / "diffusion_pytorch_model.safetensors")
    assert {tensor.dtype for tensor in weights.values()} == {torch.bfloat16}
    assert [done for _, done, _ in steps] == sorted(done for _, done, _ in steps)
    assert steps[-1][1] == steps[-1][2]
    assert {what for what, _, _ in steps} == {*official_parts(), "tokenizer"}


def test_shards_are_read_as_one_model(official: Path, tmp_path: Path) -> None:
    whole = convert(official, tmp_path / "whole", dtype="keep")
    official_checkpoint.shard(official / SFT)
    shards = convert(official, tmp_path / "shards", dtype="keep")
    for part in official_parts():
        file = next((whole / part).glob("*.safetensors")).name
        before, after = load_file(whole / part / file), load_file(shards / part / file)
        assert before.keys() == after.keys()
        assert all(torch.equal(before[key], after[key]) for key in before)


def test_the_text_tokenizer_ends_prompts_as_the_published_one_does(official: Path, tmp_path: Path) -> None:
    """The published tokenizer is a Qwen2 one whose file adds an end-of-text token; it must survive the conversion."""
    text = official / "Qwen3-Embedding-0.6B"
    raw = Tokenizer.from_file(str(text / "tokenizer.json"))
    end = raw.token_to_id("<|endoftext|>")
    raw.post_processor = TemplateProcessing(single="$A <|endoftext|>", special_tokens=[("<|endoftext|>", end)])
    raw.save(str(text / "tokenizer.json"))
    (text / "vocab.json").write_text(json.dumps(raw.get_vocab(with_added_tokens=False)))
    (text / "merges.txt").write_text("#version: 0.2\n")
    names = {"tokenizer_class": "Qwen2Tokenizer", "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"}
    (text / "tokenizer_config.json").write_text(json.dumps(names))
    loaded = AceStepPipeline.from_pretrained(convert(official, tmp_path / SFT)).tokenizer
    assert loaded("blue").input_ids == raw.encode("blue").ids
    assert loaded("blue").input_ids[-1] == end


def test_a_turbo_checkpoint_stays_turbo(tmp_path: Path) -> None:
    official_checkpoint.write(tmp_path / "official", name="acestep-v15-turbo", turbo=True)
    target = convert(tmp_path / "official", tmp_path / "acestep-v15-turbo")
    assert AceStepPipeline.from_pretrained(target).is_turbo


def test_an_xl_checkpoint_keeps_its_narrower_encoders(official: Path, tmp_path: Path) -> None:
    """XL says the encoders' sizes a second time; the DiT's condition embedder bridges the widths."""
    path = official / SFT / "config.json"
    config = json.loads(path.read_text())
    wide = {"hidden_size": 48, "num_attention_heads": 6, "intermediate_size": 96}
    kept = {f"encoder_{key}": config[key] for key in (*wide, "num_key_value_heads")}
    path.write_text(json.dumps(config | wide | kept))
    widen(official / SFT / "model.safetensors")
    target = convert(official, tmp_path / SFT)
    loaded = AceStepPipeline.from_pretrained(target)
    assert loaded.transformer.config.encoder_hidden_size == 32
    assert loaded.condition_encoder.config.hidden_size == 32
    assert loaded.transformer.condition_embedder.weight.shape == (48, 32)


def widen(file: Path) -> None:
    """Give the DiT random weights of another width: 48 instead of 32, 6 heads instead of 4."""
    from diffusers import AceStepTransformer1DModel

    weights = {key: x for key, x in load_file(file).items() if not key.startswith("decoder.")}
    dit = AceStepTransformer1DModel(
        hidden_size=48, intermediate_size=96, num_hidden_layers=2, num_attention_heads=6, num_key_value_heads=2,
        head_dim=8, in_channels=6, audio_acoustic_hidden_dim=2, encoder_hidden_size=32,
    )  # fmt: skip
    state = dit.state_dict()
    weights |= {f"decoder.{name}": state[ours].clone() for name, ours in official_checkpoint.decoder()}
    save_file(weights, file)


def change(dit: Path, **weights: Any) -> None:
    """Replace weights by name; None takes one away."""
    file = dit / "model.safetensors"
    found: dict[str, Any] = load_file(file) | weights
    save_file({key: tensor for key, tensor in found.items() if tensor is not None}, file)


def refused(official: Path, tmp_path: Path, **options: Any) -> str:
    """The sentence of a conversion that must fail, after a look that nothing is left behind."""
    models = tmp_path / "models"
    models.mkdir(exist_ok=True)
    with pytest.raises(ModelError) as caught:
        convert(official, models / SFT, **options)
    assert list(models.iterdir()) == []
    return str(caught.value)


def test_a_missing_weight_is_named(official: Path, tmp_path: Path) -> None:
    change(official / SFT, **{"decoder.layers.1.cross_attn.o_proj.weight": None})
    said = refused(official, tmp_path)
    assert "lacks weights of the transformer: layers.1.cross_attn.to_out.0.weight" in said


def test_a_weight_too_many_is_named(official: Path, tmp_path: Path) -> None:
    change(official / SFT, **{"encoder.lyric_encoder.extra.weight": torch.zeros(2)})
    assert "does not know: lyric_encoder.extra.weight" in refused(official, tmp_path)


def test_a_weight_of_no_known_part_is_named(official: Path, tmp_path: Path) -> None:
    change(official / SFT, **{"vocoder.weight": torch.zeros(2)})
    assert "vocoder.weight, which no part of the pipeline knows" in refused(official, tmp_path)


def test_buffers_that_follow_from_the_configuration_are_left_out(official: Path, tmp_path: Path) -> None:
    derived = {"decoder.rotary_emb.inv_freq": torch.ones(4), "tokenizer.quantizer.layers.0._levels": torch.ones(6)}
    change(official / SFT, **derived)
    assert find(tmp_path, SFT) is None
    convert(official, tmp_path / SFT)
    assert find(tmp_path, SFT) == tmp_path / SFT


def test_a_wrong_shape_is_named_with_both_shapes(official: Path, tmp_path: Path) -> None:
    change(official / SFT, **{"decoder.norm_out.weight": torch.zeros(31)})
    assert "norm_out.weight of the transformer has the shape [31], not [32]" in refused(official, tmp_path)


def test_a_file_cut_short_is_refused(official: Path, tmp_path: Path) -> None:
    file = official / SFT / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-100])
    assert "cut short" in refused(official, tmp_path)


def test_a_missing_shard_is_named(official: Path, tmp_path: Path) -> None:
    official_checkpoint.shard(official / SFT)
    (official / SFT / "model-00002-of-00002.safetensors").unlink()
    assert "model-00002-of-00002.safetensors is missing" in refused(official, tmp_path)


class Evil:
    """A pickle that would run code."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (exec, ("raise SystemExit('a pickle ran')",))


def test_a_pickle_with_code_in_it_does_not_run(official: Path, tmp_path: Path) -> None:
    torch.save(Evil(), official / SFT / "silence_latent.pt")
    assert "cannot be read as a plain tensor" in refused(official, tmp_path)


def test_silence_of_another_shape_is_refused(official: Path, tmp_path: Path) -> None:
    torch.save(torch.zeros(1, 2, 100), official / SFT / "silence_latent.pt")
    assert "silence_latent of the condition_encoder has the shape [1, 100, 2]" in refused(official, tmp_path)


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        ("vae/config.json", "the VAE is missing"),
        ("Qwen3-Embedding-0.6B/config.json", "the text encoder is missing"),
        ("Qwen3-Embedding-0.6B/model.safetensors", "has no weights"),
        (f"{SFT}/config.json", "config.json is missing"),
        (f"{SFT}/silence_latent.pt", "not an official checkpoint"),
    ],
)
def test_a_missing_part_is_named(official: Path, tmp_path: Path, broken: str, sentence: str) -> None:
    (official / broken).unlink()
    assert sentence in refused(official, tmp_path)


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("head_dim", None, "does not say head_dim"),
        ("is_turbo", True, "with turbo steps, which acestep-v15-sft is not"),
        ("layer_types", ["full_attention", "full_attention"], "arranges its attention layers"),
        ("num_hidden_layers", 3, "describes 2 layers and says 3"),
        ("num_lyric_encoder_hidden_layers", 3, "lacks weights of the condition_encoder: lyric_encoder.layers.2."),
        ("timbre_hidden_dim", 3, "timbre_encoder.embed_tokens.weight"),
    ],
)
def test_a_configuration_that_does_not_fit_is_refused(
    official: Path, tmp_path: Path, key: str, value: object, sentence: str
) -> None:
    path = official / SFT / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {key: value}))
    assert sentence in refused(official, tmp_path)


def test_two_models_in_one_repository_need_a_name(official: Path, tmp_path: Path) -> None:
    official_checkpoint.copy(official / SFT, official / "acestep-v15-base")
    assert "say with --name" in refused(official, tmp_path)
    convert(official, tmp_path / SFT, name="sft")
    assert model_of(tmp_path / SFT) == SFT


def test_a_name_that_no_folder_has_is_refused(official: Path, tmp_path: Path) -> None:
    assert "say with --name" in refused(official, tmp_path, name="base")


def test_what_is_there_already_is_not_overwritten(official: Path, tmp_path: Path) -> None:
    (tmp_path / SFT).mkdir()
    with pytest.raises(ModelError, match="exists already"):
        convert(official, tmp_path / SFT)


def test_a_conversion_that_is_stopped_leaves_nothing_and_a_killed_one_is_begun_again(
    official: Path, tmp_path: Path
) -> None:
    models = tmp_path / "models"

    def stop(_what: str, done: int, _total: int) -> None:
        if done > 100_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        convert(official, models / SFT, step=stop)
    assert list(models.iterdir()) == []
    killed = models / f"{SFT}.converting"
    killed.mkdir()
    manifest.Manifest(SFT, "").save(killed)
    (killed / "half").write_bytes(b"half")
    convert(official, models / SFT)
    assert [path.name for path in models.iterdir()] == [SFT]


def test_a_full_disk_is_a_sentence(official: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno

    from radio.engines.models.weights_writer import WeightsWriter

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(WeightsWriter, "write", full)
    assert "cannot be written: No space left on device" in refused(official, tmp_path)
