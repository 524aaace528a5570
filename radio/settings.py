"""Settings: environment (`RADIO_…`), a TOML file and flags, read once into one frozen object.

Each field says its unit, its default and what it trades. Bad combinations are refused in full sentences.
Only the composition root reads it; it reads no other module's state.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from radio.contracts import DEFAULT_PROMPT, FRAME_SAMPLES, SAMPLE_RATE, LoraUse, Rendition
from radio.errors import SettingsError

MAX_PROMPT = 2_000
"""Characters."""
CHUNK_GRID = 4096
"""A chunk's length in samples is a multiple of this, so that AAC and FLAC cut at the same samples (DESIGN §5.1)."""
AAC_MAX_KBIT = 320
TIMELINE_S = 525
"""Bound of the timeline, 202 MB: what is kept behind the air, what is asked for ahead, and one segment."""
KEPT_S = 75.0
"""Timeline kept behind the air: what a bridge is made from, 29 MB, and the longer the less it repeats itself; an
encoder's restart and a context want less."""
MOST_LORA_WEIGHT = 4.0


def default_data_dir() -> Path:
    """Where the station keeps its state: the platform's place for such things."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "longwave"
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "longwave"


class Settings(BaseSettings):
    """Everything that can be chosen. Read it with `load`."""

    model_config = SettingsConfigDict(
        env_prefix="RADIO_", frozen=True, extra="forbid", toml_file=None, populate_by_name=True
    )

    host: str = Field(
        "127.0.0.1", description="address to listen on; anything but loopback opens the station to others"
    )
    port: int = Field(8000, ge=0, le=65535, description="TCP port; 0 takes a free one")
    data_dir: Path = Field(default_factory=default_data_dir, description="folder for the saved state")
    engine: str = Field(
        "synth", description="what makes the music: synth, acestep, acestep-api, or `package.module:callable`"
    )
    headroom_floor: float = Field(
        12.0, ge=2, le=300, description="seconds of music that are always aimed at; less is fresher and riskier"
    )
    headroom_ceiling: float = Field(
        120.0, ge=5, le=300, description="seconds of music asked for ahead at most, however slow the engine"
    )
    prefetch_target: int | None = Field(
        None, ge=1, validation_alias="PREFETCH_TARGET",
        description="segments that should always lie ready; unset: as few as is safe, for the freshest steering",
    )  # fmt: skip
    prompt: str = Field(DEFAULT_PROMPT, description="what plays until somebody steers")
    seed: int | None = Field(None, ge=0, lt=2**63, description="fixes the music; unset: another every time")
    segment_seconds: float = Field(60.0, ge=20, le=240, description="seconds made at a time; shorter steers sooner")
    overlap_seconds: float = Field(
        15.0, ge=1, le=60, description="seconds of each segment that re-state the one before"
    )
    crossfade_seconds: float = Field(15.0, ge=0.5, le=60, description="seconds of the fade inside the overlap")
    chunk_seconds: float = Field(4.096, ge=1, le=12, description="length of an HLS chunk; shorter means less delay")
    window_chunks: int = Field(15, ge=6, le=1000, description="chunks listed in the playlist")
    renditions: str = Field("64k,128k,256k", description="AAC bit rates offered, comma-separated")
    always_on: bool = Field(False, description="make music without listeners too")
    idle_seconds: float = Field(300.0, ge=10, description="seconds without a listener after which the station sleeps")
    loudness_lufs: float = Field(-16.0, ge=-30, le=-9, description="integrated loudness of each segment, BS.1770")
    gain_law: Literal["matched", "linear", "equal-power"] = Field(
        "matched", description="law of the crossfade; matched: follows the correlation of the two sides"
    )
    ffmpeg: str | None = Field(None, description="path of ffmpeg; unset: the one that came with the installation")
    acestep_model: str = Field(
        "acestep-v15-sft", description="DiT of the top rung: sft (quality), turbo (speed), base, xl-turbo, xl-base"
    )
    model_path: Path | None = Field(
        None, validation_alias="MODEL_PATH", description="folder of the models; unset: `models` in the data folder"
    )
    fetch_models: bool = Field(True, description="with a GPU and no MODEL_PATH: fetch missing models while playing")
    hf_token: SecretStr | None = Field(None, validation_alias="HF_TOKEN", description="token for downloads of models")
    thinking: bool = Field(True, description="let the 5 Hz language model think segments through before they are made")
    lm_model_path: str = Field("acestep-5Hz-lm-4B", description="the largest language model to use for thinking")
    lm_backend: Literal["vllm", "pt", "mlx"] = Field("vllm", description="what runs it on an acestep-api server")
    lm_url: str = Field("", description="OpenAI-compatible servers of the language models, comma-separated")
    acestep_api_url: str = Field("http://127.0.0.1:8001", description="the official API server")
    acestep_api_key: SecretStr | None = Field(None, description="its API key")
    max_retry: int = Field(
        2, ge=0, le=10, validation_alias="MAX_RETRY",
        description="times a failed request or segment is made again before a lower rung of the ladder is taken",
    )  # fmt: skip
    ladder: str = Field("", description="rungs, best first, such as `sft+4B,turbo,shorter,synth`; unset: by model")
    device: Literal["auto", "cuda", "mps", "cpu"] = Field("auto", description="where a model runs")
    compile: Literal["auto", "on", "off"] = Field("auto", description="torch.compile; auto: on CUDA")
    chain_hops: int = Field(20, ge=1, le=10_000, description="segments of a model's chain before a new one begins")
    lora: str = Field("", description="LoRA adapters with weights, such as `jazz:0.8,vinyl`")
    reference_audio: Path | None = Field(None, description="a recording whose timbre the model should take")
    schedule: Path | None = Field(None, description="TOML file of what plays when; `radio programme FILE` checks it")
    auto_dj: bool = Field(False, description="wander through related moods while nobody asks for anything")
    auto_dj_minutes: float = Field(20.0, ge=3, le=240, description="minutes a mood of the auto-DJ lasts")
    log_format: str = Field("auto", pattern="^(auto|json|text)$", description="auto: text on a terminal, else JSON")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags before environment before file."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @field_validator("prompt")
    @classmethod
    def _prompt_is_short(cls, prompt: str) -> str:
        if len(prompt) > MAX_PROMPT:
            raise ValueError(f"a prompt has at most {MAX_PROMPT} characters; this one has {len(prompt)}")
        try:
            prompt.encode()
        except UnicodeEncodeError:
            raise ValueError("this is not valid UTF-8 text") from None
        return prompt.strip() or DEFAULT_PROMPT

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Settings:
        if self.overlap_seconds >= self.segment_seconds / 2:
            raise ValueError(
                f"the overlap ({self.overlap_seconds:g} s) must be under half a segment ({self.segment_seconds:g} s)"
            )
        if self.crossfade_seconds > self.overlap_seconds:
            raise ValueError(
                f"the crossfade ({self.crossfade_seconds:g} s) cannot be longer than the overlap"
                f" ({self.overlap_seconds:g} s)"
            )
        if self.chunk_samples % CHUNK_GRID or abs(self.chunk_samples / SAMPLE_RATE - self.chunk_seconds) > 1e-6:
            near = round(self.chunk_samples / CHUNK_GRID) * CHUNK_GRID / SAMPLE_RATE
            raise ValueError(f"a chunk must be a multiple of 4096 samples: {near:.6g} s would be one")
        self._headroom_fits()
        parse_renditions(self.renditions)
        parse_loras(self.lora)
        for url in (*self.lm_urls, self.acestep_api_url):
            _check_server(url)
        return self

    def _headroom_fits(self) -> None:
        """Raises `ValueError` where more would be asked for ahead than the timeline can hold."""
        if self.headroom_floor > self.headroom_ceiling:
            raise ValueError(
                f"the headroom's floor ({self.headroom_floor:g} s) cannot be above its ceiling"
                f" ({self.headroom_ceiling:g} s)"
            )
        room_s = TIMELINE_S - self.kept_samples / SAMPLE_RATE - self.segment_seconds
        if self.headroom_ceiling > room_s:
            raise ValueError(
                f"the headroom's ceiling ({self.headroom_ceiling:g} s) is more than fits into memory: {room_s:.0f} s"
            )
        stride_s = self.segment_seconds - self.overlap_seconds
        if self.prefetch_target is not None and self.prefetch_target * stride_s > room_s:
            raise ValueError(
                f"PREFETCH_TARGET ({self.prefetch_target}) is more than fits into memory: at most"
                f" {int(room_s / stride_s)} segments of {self.segment_seconds:g} s can lie ready"
            )

    @property
    def kept_samples(self) -> int:
        """Timeline behind the air position that an encoder's restart, a context or a bridge may want."""
        return max(round(KEPT_S * SAMPLE_RATE), self.overlap_samples, 5 * self.chunk_samples)

    @property
    def chunk_samples(self) -> int:
        return round(self.chunk_seconds * SAMPLE_RATE)

    @property
    def overlap_samples(self) -> int:
        return whole_frames(self.overlap_seconds)

    @property
    def segment_samples(self) -> int:
        return whole_frames(self.segment_seconds)

    @property
    def models_dir(self) -> Path:
        """Where the models lie."""
        return self.model_path or self.data_dir / "models"

    @property
    def lm_urls(self) -> tuple[str, ...]:
        return tuple(url.strip().rstrip("/") for url in self.lm_url.split(",") if url.strip())

    @property
    def loras(self) -> tuple[LoraUse, ...]:
        return parse_loras(self.lora)

    @property
    def rendition_list(self) -> tuple[Rendition, ...]:
        return parse_renditions(self.renditions)


def parse_renditions(text: str) -> tuple[Rendition, ...]:
    """`64k,128k` as renditions, lowest first.

    Raises:
        ValueError: not a list of distinct AAC bit rates of 24 to 320 kbit/s.
    """
    rates: list[int] = []
    for word in text.split(","):
        number = word.strip().lower().removesuffix("k")
        if not number.isascii() or not number.isdigit() or not 24 <= int(number) <= AAC_MAX_KBIT:
            raise ValueError(
                f"'{word.strip()}' is not a rendition: say AAC bit rates of 24k to {AAC_MAX_KBIT}k, like 64k,128k"
            )
        rates.append(int(number))
    if len(set(rates)) != len(rates):
        raise ValueError("the same rendition is named twice")
    return tuple(Rendition(f"{rate}k", "aac", rate * 1000) for rate in sorted(rates))


def _check_server(url: str) -> None:
    """Raises `ValueError` for what is not the plain address of a server. The text of `url` is shown to listeners."""
    try:
        parts = urlsplit(url)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fine = False
    if not fine:
        raise ValueError(f"'{url}' is not the address of a server, such as http://127.0.0.1:8001")
    if "@" in parts.netloc:
        raise ValueError("an address of a server cannot hold a password; a key has a setting of its own")


def whole_frames(seconds: float) -> int:
    """Samples, rounded to the model's latent frames (40 ms), so that a continuation can reuse latents."""
    return round(seconds * SAMPLE_RATE / FRAME_SAMPLES) * FRAME_SAMPLES


def parse_loras(text: str) -> tuple[LoraUse, ...]:
    """`jazz:0.8,vinyl` as adapters with weights.

    Raises:
        ValueError: not a list of distinct names, each with a weight of −4 to 4.
    """
    found: list[LoraUse] = []
    for word in filter(None, (word.strip() for word in text.split(","))):
        name, _, weight = word.partition(":")
        try:
            use = LoraUse(name.strip(), float(weight or 1.0))
        except ValueError:
            raise ValueError(f"'{word}' is not an adapter: say its name and weight, like jazz:0.8") from None
        if not use.name or not -MOST_LORA_WEIGHT <= use.weight <= MOST_LORA_WEIGHT:
            raise ValueError(f"'{word}' is not an adapter with a weight of at most {MOST_LORA_WEIGHT:g}")
        found.append(use)
    if len({use.name for use in found}) != len(found):
        raise ValueError("the same LoRA adapter is named twice")
    return tuple(found)


def load(file: Path | None = None, **flags: Any) -> Settings:
    """Settings from flags (those that are not None), the environment and `file`.

    Raises:
        SettingsError: one plain sentence a mistake.
    """
    if file is not None and not file.is_file():
        raise SettingsError(f"there is no settings file {file}")

    class FromFile(Settings):
        model_config = SettingsConfigDict(toml_file=file)

    given = {name: value for name, value in flags.items() if value is not None}
    try:
        return Settings.model_construct(**FromFile(**given).model_dump())
    except ValidationError as error:
        raise SettingsError("; ".join(_sentence(item) for item in error.errors())) from None
    except ValueError as error:
        raise SettingsError(f"the settings file {file} cannot be read: {error}") from None


def _sentence(item: Any) -> str:
    """One validation error in words."""
    name = ".".join(str(part) for part in item["loc"])
    message = str(item["msg"]).removeprefix("Value error, ")
    if not name:
        return message
    if item["type"] == "extra_forbidden":
        return f"there is no setting called '{name}'"
    return f"{name.lower()} ({_variable(name)}) is {str(item['input'])[:80]!r}: {message[:1].lower()}{message[1:]}"


def _variable(name: str) -> str:
    """The environment variable of a setting, by its name or by that variable's own."""
    field = Settings.model_fields.get(name)
    alias = name if field is None else field.validation_alias
    return alias if isinstance(alias, str) else f"RADIO_{name.upper()}"
