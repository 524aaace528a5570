"""The engines by name. Imports none of them: only the generator process loads one."""

from __future__ import annotations

from radio.contracts import EngineSpec
from radio.errors import SettingsError

ENGINES = {"synth": "radio.engines.synth.engine:SynthEngine"}


def engine_spec(name: str, prompt: str) -> EngineSpec:
    """What `RADIO_ENGINE` names: one of ours, which warms up on `prompt`, or `package.module:callable`.

    Raises:
        SettingsError: there is no such engine.
    """
    if ":" in name:
        return EngineSpec(name)
    if name not in ENGINES:
        raise SettingsError(f"there is no engine '{name}'; this version has: {', '.join(ENGINES)}")
    return EngineSpec(ENGINES[name], {"prompt": prompt})
