"""The quality ladder's rungs: what the settings ask for, and what of it is there.

A rung is an engine with its models and the length of its segments, best first; the last one is the synthesiser, which
always works. This module knows what could be climbed; when to step is `station/generation/ladder`'s decision. Pure,
except that it asks which engines are installed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from radio.contracts import FRAME_SAMPLES, SAMPLE_RATE, EngineSpec, Rung
from radio.engines.models.memory import REFERENCE_S, MemoryPlan, plan_memory
from radio.engines.registry import factory, missing_extra, synth_spec
from radio.errors import SettingsError
from radio.settings import Settings

DITS = {
    "sft": "acestep-v15-sft",
    "turbo": "acestep-v15-turbo",
    "base": "acestep-v15-base",
    "xl-turbo": "acestep-v15-xl-turbo",
    "xl-base": "acestep-v15-xl-base",
}
"""Short names of the DiT checkpoints; the long ones are the official API's `model`."""
LMS = ("acestep-5Hz-lm-4B", "acestep-5Hz-lm-1.7B", "acestep-5Hz-lm-0.6B")
"""Language models, largest first."""
SHORTER = "shorter"
SYNTH = "synth"
MODEL_LOAD_S = 900.0
"""Gigabytes from a slow disk, and compiling."""
SERVER_LOAD_S = 360.0
"""A server may load the model when it is asked for it: its client waits for 300 s."""
SHORTEST_S = 20.0
LONGEST_REPAINT_S = 90.0
"""ACE-Step repaints 3 to 90 s; only a chain's first segment could be longer."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One rung as it is asked for. `dit` and `lm` are full names; both empty: another engine than ACE-Step."""

    name: str
    dit: str = ""
    lm: str = ""
    shorter: bool = False


@dataclass(frozen=True, slots=True)
class Inventory:
    """What was found. `dits` are the model folders by full name; `lms` the language models that are served; `api` says
    why no API server can be used (nothing: it can), `api_models` what DiT models that server says it has. `gpu_bytes`
    is the memory of the GPU that a model would run on, 0 where there is none or nobody knows; `fetching` says how it
    stands with models that are being fetched."""

    dits: dict[str, Path] = field(default_factory=dict)
    lms: frozenset[str] = frozenset()
    api: str = "it was not looked for"
    api_models: frozenset[str] = frozenset()
    gpu_bytes: int = 0
    fetching: dict[str, str] = field(default_factory=dict)


def full_dit(name: str) -> str:
    """`sft`, `xl-turbo` or a checkpoint's own name.

    Raises:
        SettingsError: it is neither.
    """
    long = DITS.get(name, name if name.startswith("acestep-v15-") else f"acestep-v15-{name}")
    if long not in DITS.values():
        raise SettingsError(f"there is no model '{name}'; the choices are {', '.join(DITS)}")
    return long


def full_lm(name: str) -> str:
    """`4B` or a model's own name (the last part of a path).

    Raises:
        SettingsError: it is neither.
    """
    base = name.rstrip("/").rsplit("/", 1)[-1]
    for lm in LMS:
        if base in (lm, lm.rsplit("-", 1)[-1]):
            return lm
    raise SettingsError(f"there is no language model '{name}'; the choices are {', '.join(LMS)}")


def wishes(settings: Settings) -> tuple[Wish, ...]:
    """The rungs that the settings ask for, best first.

    Raises:
        SettingsError: they name a rung, a model or an engine that does not exist.
    """
    if settings.engine == SYNTH:
        return (Wish(SYNTH),)
    if settings.engine not in ("acestep", "acestep-api"):
        return (Wish(settings.engine), Wish(SYNTH)) if ":" not in settings.engine else (Wish(settings.engine),)
    if settings.ladder:
        return _written(settings.ladder)
    thinking = settings.thinking and (bool(settings.lm_urls) or settings.engine == "acestep-api")
    return _usual(full_dit(settings.acestep_model), full_lm(settings.lm_model_path), thinking=thinking)


def refuse_impossible(settings: Settings) -> None:
    """Say at the start what cannot work later, whatever is found.

    Raises:
        SettingsError: there is no such engine, its extra is not installed, or the ladder makes no sense.
    """
    factory(settings.engine)
    wishes(settings)


def _usual(dit: str, lm: str, *, thinking: bool) -> tuple[Wish, ...]:
    """`sft+4B → sft+1.7B → turbo+1.7B → turbo → shorter → synth`, begun at what was chosen."""
    turbo = DITS["turbo"]
    lms = LMS[LMS.index(lm) :][:2] if thinking else ()
    wanted = [(dit, each) for each in lms] or [(dit, "")]
    wanted += [(turbo, lms[-1])] if lms and dit != turbo else []
    wanted += [(turbo, "")] if (turbo, "") not in wanted else []
    return (*(Wish(_name(*each), *each) for each in wanted), Wish(SHORTER, turbo, shorter=True), Wish(SYNTH))


def _written(text: str) -> tuple[Wish, ...]:
    """`sft+4B,turbo,shorter,synth` as rungs. `shorter` is the rung before it with shorter segments. The synthesiser,
    which always works, ends every ladder."""
    found: list[Wish] = []
    for word in filter(None, (word.strip() for word in text.replace("→", ",").split(","))):
        dit, _, lm = word.partition("+")
        if word == SYNTH:
            found.append(Wish(SYNTH))
        elif word == SHORTER:
            if not found or not found[-1].dit:
                raise SettingsError("the rung 'shorter' needs a model's rung before it")
            found.append(Wish(SHORTER, found[-1].dit, found[-1].lm, shorter=True))
        else:
            long = full_dit(dit), full_lm(lm) if lm else ""
            found.append(Wish(_name(*long), *long))
    if not found:
        raise SettingsError("the ladder has no rungs; unset RADIO_LADDER for the usual ones")
    if len({wish.name for wish in found}) != len(found):
        raise SettingsError("the ladder names the same rung twice")
    return tuple(found) if found[-1].name == SYNTH else (*found, Wish(SYNTH))


def _name(dit: str, lm: str) -> str:
    short = next(short for short, long in DITS.items() if long == dit)
    return f"{short}+{lm.rsplit('-', 1)[-1]}" if lm else short


def rungs(settings: Settings, found: Inventory) -> tuple[Rung, ...]:
    """Every wish, with the engine that fulfils it or the reason why none can."""
    return tuple(_rung(wish, settings, found) for wish in wishes(settings))


def _rung(wish: Wish, settings: Settings, found: Inventory) -> Rung:
    samples = settings.segment_samples
    if wish.dit:
        samples = min(samples, round(LONGEST_REPAINT_S * SAMPLE_RATE))
    if wish.shorter:
        least = max(SHORTEST_S * SAMPLE_RATE, 2.4 * settings.overlap_samples)
        samples = min(samples, max(samples // 2, round(least)) // FRAME_SAMPLES * FRAME_SAMPLES)
    rung = Rung(wish.name, samples, model=wish.dit, lm=wish.lm)
    if not wish.dit:
        return _without_model(rung, settings)
    local = settings.engine == "acestep"
    here = _here(rung, settings, found) if local else "only the API server is to be used"
    if isinstance(here, Rung):
        return here
    there = _there(rung, settings, found)
    return there if isinstance(there, Rung) else _absent(rung, f"{here}; {there}" if local else there)


def _without_model(rung: Rung, settings: Settings) -> Rung:
    if rung.name == SYNTH:
        return replace(rung, spec=synth_spec(settings.prompt))
    spec = EngineSpec(factory(rung.name), heavy=True, load_s=MODEL_LOAD_S)
    if ":" in rung.name:
        spec = EngineSpec(factory(rung.name))
    return replace(rung, spec=spec)


def _here(rung: Rung, settings: Settings, found: Inventory) -> Rung | str:
    """The rung in process, or why not."""
    if sentence := missing_extra("acestep"):
        return sentence
    if rung.model not in found.dits:
        asked = f"{rung.model} is not in the models folder: `radio models download {rung.model}`"
        return found.fetching.get(rung.model, asked)
    if rung.lm and rung.lm not in found.lms:
        return f"no server in RADIO_LM_URL serves {rung.lm}"
    plan = _memory(rung, settings, found)
    if plan is not None and not plan.fits:
        return plan.sentence()
    options: dict[str, object] = {
        "model": rung.model,
        "folder": str(found.dits[rung.model]),
        "device": settings.device,
        "compile": settings.compile,
        "lm_urls": settings.lm_urls,
        "loras_folder": str(settings.models_dir / "loras"),
        "reference": str(settings.reference_audio) if settings.reference_audio else "",
        "loras": settings.loras,
        "warm_up_samples": rung.segment_samples,
        "overlap_samples": settings.overlap_samples,
    }
    spec = EngineSpec(
        factory("acestep"), options, heavy=True, load_s=MODEL_LOAD_S, environment=_environment(settings.data_dir)
    )
    return replace(rung, spec=spec, memory=plan.sentence() if plan else "")


def _environment(data_dir: Path) -> dict[str, str]:
    """For torch, before it is imported. Compiled kernels are kept where only this user can put them, and for the next
    start; GPUs count as nvidia-smi counts; segments of many sizes leave no holes."""
    return {
        "TORCHINDUCTOR_CACHE_DIR": str(data_dir / "cache" / "inductor"),
        "TRITON_CACHE_DIR": str(data_dir / "cache" / "triton"),
        "CUDA_DEVICE_ORDER": "PCI_BUS_ID",
        "PYTORCH_CUDA_ALLOC_CONF": "expandable_segments:True",
        "HF_HUB_OFFLINE": "1",
    }


def _memory(rung: Rung, settings: Settings, found: Inventory) -> MemoryPlan | None:
    """How the GPU is split between the DiT and a language model on this machine; None where no GPU is known."""
    if not found.gpu_bytes or settings.device not in ("auto", "cuda"):
        return None
    here = any(urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1") for url in settings.lm_urls)
    encoded_s = REFERENCE_S if settings.reference_audio else settings.overlap_seconds
    seconds = rung.segment_samples / SAMPLE_RATE
    lm = rung.lm if here else ""
    return plan_memory(found.gpu_bytes, rung.model, lm, segment_s=seconds, encoded_s=encoded_s)


def _there(rung: Rung, settings: Settings, found: Inventory) -> Rung | str:
    """The rung through the official API server, or why not."""
    if found.api:
        return f"no API server: {found.api}"
    if found.api_models and rung.model not in found.api_models:
        return f"the API server has {', '.join(sorted(found.api_models))} but not {rung.model}"
    key = settings.acestep_api_key.get_secret_value() if settings.acestep_api_key else ""
    options: dict[str, object] = {
        "model": rung.model,
        "url": settings.acestep_api_url,
        "key": key,
        "lm_backend": settings.lm_backend,
        "max_retry": settings.max_retry,
        "reference": str(settings.reference_audio) if settings.reference_audio else "",
    }
    return replace(rung, spec=EngineSpec(factory("acestep-api"), options, load_s=SERVER_LOAD_S))


def _absent(rung: Rung, why: str) -> Rung:
    return replace(rung, absent=why)


def needs_looking(settings: Settings) -> bool:
    """Whether models or servers have to be looked for: not for an engine that needs none."""
    return any(wish.dit for wish in wishes(settings))
