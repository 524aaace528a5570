"""The engines by name: our own and those that other packages add to the group `longwave.engines`.

Imports none of them: an entry point's value is a path, and only the generator process loads what it names.
"""

from __future__ import annotations

from importlib.metadata import entry_points
from importlib.util import find_spec

from radio.contracts import EngineSpec
from radio.errors import SettingsError

GROUP = "longwave.engines"
OURS = {
    "synth": "radio.engines.synth.engine:SynthEngine",
    "acestep": "radio.engines.acestep.engine:AceStepEngine",
    "acestep-api": "radio.engines.acestep_api.engine:AceStepApiEngine",
}
"""What is there even where the package was not installed but only lies on the path."""
NEEDS = {"acestep": ("torch", "diffusers", "transformers", "peft", "accelerate", "openai", "yaml")}
"""Packages of an engine's extra, by the engine's name; extras are called as their engines."""


def factories() -> dict[str, str]:
    """Every engine's factory by name. Ours cannot be replaced by another package's of the same name."""
    return {point.name: point.value for point in entry_points(group=GROUP)} | OURS


def missing_extra(name: str) -> str:
    """One sentence that says what to install for the engine `name`, or nothing where all is there."""
    absent = [package for package in NEEDS.get(name, ()) if find_spec(package) is None]
    if not absent:
        return ""
    return (
        f"the engine '{name}' needs {', '.join(absent)}; `pip install 'longwave[{name}]'` installs it,"
        f" in a checkout `make run EXTRAS={name}`"
    )


def factory(name: str) -> str:
    """The `package.module:callable` that builds the engine `name`, which may be such a path itself.

    Raises:
        SettingsError: there is no such engine, or what it needs is not installed.
    """
    if ":" in name:
        return name
    known = factories()
    if name not in known:
        raise SettingsError(f"there is no engine '{name}'; this installation has: {', '.join(sorted(known))}")
    if sentence := missing_extra(name):
        raise SettingsError(sentence)
    return known[name]


def synth_spec(prompt: str) -> EngineSpec:
    """The engine that always works, warmed up on `prompt`."""
    return EngineSpec(OURS["synth"], {"prompt": prompt}, composes=True)
