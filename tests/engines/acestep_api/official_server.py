"""Starts the official `acestep.api_server` as it is, with the model, and the libraries only the model needs, replaced.

A program of its own for the Python of `.venv-acestep-api` (deploy/test-acestep-api.sh): `official_server.py PORT`.
The server's routes, queue, job store, cache, request parser and file writer are the real ones. torch, torchaudio,
gradio and their like are imported by its files but not used on this path, so empty modules answer for them; the
two handler modules are answered by `fake_model`.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from types import ModuleType
from typing import Any

import fake_model  # type: ignore[import-not-found,unused-ignore]

EMPTY = (
    "torch",
    "torchaudio",
    "torchvision",
    "gradio",
    "transformers",
    "diffusers",
    "peft",
    "matplotlib",
    "huggingface_hub",
)
HANDLERS = {"acestep.handler": "AceStepHandler", "acestep.llm_inference": "LLMHandler"}


class Anything:
    """Takes every argument, answers every call and attribute with itself."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def __call__(self, *_: Any, **__: Any) -> Any:
        return self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything()


class Empty(ModuleType):
    """A module in which every name is a class that does nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name == "cuda":
            return Anything()
        return fake_model.Tensor if name == "Tensor" else type(name, (Anything,), {})


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Answers for the modules above, and only for those."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name in HANDLERS or name.partition(".")[0] in EMPTY:
            return importlib.machinery.ModuleSpec(name, self, is_package=name not in HANDLERS)
        return None

    def create_module(self, spec: Any) -> ModuleType:
        if spec.name not in HANDLERS:
            return Empty(spec.name)
        module = ModuleType(spec.name)
        setattr(module, HANDLERS[spec.name], getattr(fake_model, HANDLERS[spec.name]))
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is in it."""


def save(*_: Any, **__: Any) -> None:
    """torchaudio cannot write here; the server then writes with soundfile, as it does where torchcodec is missing."""
    raise RuntimeError("no torchaudio")


def main() -> None:
    sys.meta_path.insert(0, Finder())
    import torchaudio  # type: ignore[import-not-found,unused-ignore]
    import uvicorn

    torchaudio.save = save
    from acestep import api_server  # type: ignore[import-not-found,unused-ignore]

    uvicorn.run(api_server.app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")


if __name__ == "__main__":
    main()
