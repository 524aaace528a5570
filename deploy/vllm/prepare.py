"""Turns a checkpoint of the 5 Hz language model into one that vLLM's own Qwen3 code loads: `python prepare.py FOLDER`.

The official checkpoints are saved as the bare transformer (`Qwen3Model`, tensors without the prefix `model.`). vLLM
runs those through its Transformers backend, if it has one and is told `--runner generate`; its own code does not find
the tensors. This writes FOLDER-vllm beside it, with the names and the architecture that vLLM wants. The numbers are
copied as they are. A folder that needs nothing is left alone; either way the one to serve is printed. Any Python 3.11.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

ARCHITECTURE = "Qwen3ForCausalLM"
PREFIX = "model."
KEPT = (PREFIX, "lm_head.")
INDEX = "model.safetensors.index.json"
COPY_BYTES = 16 << 20
MOST_HEADER_BYTES = 100 << 20


def renamed(tensor: str) -> str:
    return tensor if tensor.startswith(KEPT) else f"{PREFIX}{tensor}"


def read_header(path: Path) -> tuple[dict[str, Any], int]:
    """The JSON header of a safetensors file, and where its data begins."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if length > MOST_HEADER_BYTES:
            raise ValueError(f"{path} is not a safetensors file")
        return json.loads(file.read(length)), 8 + length


def copy_weights(source: Path, target: Path) -> None:
    """One file with its tensors renamed. Offsets count from the end of the header, so the data stays as it is."""
    header, begins = read_header(source)
    names = {name: name if name == "__metadata__" else renamed(name) for name in header}
    text = json.dumps({names[name]: entry for name, entry in header.items()}).encode()
    text += b" " * (-len(text) % 8)
    with source.open("rb") as old, target.open("wb") as new:
        old.seek(begins)
        new.write(len(text).to_bytes(8, "little") + text)
        shutil.copyfileobj(old, new, COPY_BYTES)


def needs_work(folder: Path) -> bool:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    tensors = [name for path in folder.glob("*.safetensors") for name in read_header(path)[0] if name != "__metadata__"]
    if not tensors:
        raise FileNotFoundError(f"{folder} has no *.safetensors")
    return config.get("architectures") != [ARCHITECTURE] or any(renamed(name) != name for name in tensors)


def prepare(folder: Path) -> Path:
    """The folder to serve: `folder` itself, or a new one beside it, which appears only once it is whole."""
    target, part = folder.with_name(f"{folder.name}-vllm"), folder.with_name(f"{folder.name}-vllm.part")
    if not needs_work(folder):
        return folder
    if target.exists():
        return target
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    for path in (path for path in folder.iterdir() if path.is_file()):
        if path.suffix == ".safetensors":
            copy_weights(path, part / path.name)
        else:
            shutil.copyfile(path, part / path.name)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (part / "config.json").write_text(
        json.dumps(config | {"architectures": [ARCHITECTURE]}, indent=2), encoding="utf-8"
    )
    if (index := part / INDEX).exists():
        entries = json.loads(index.read_text(encoding="utf-8"))
        entries["weight_map"] = {renamed(name): file for name, file in entries["weight_map"].items()}
        index.write_text(json.dumps(entries, indent=2), encoding="utf-8")
    part.rename(target)
    return target


def main() -> int:
    if len(sys.argv) != 2:
        sys.stderr.write("usage: prepare.py FOLDER-OF-THE-LANGUAGE-MODEL\n")
        return 2
    try:
        sys.stdout.write(f"{prepare(Path(sys.argv[1]).resolve())}\n")
    except (OSError, ValueError, KeyError) as error:
        sys.stderr.write(f"prepare.py: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
