"""The house rules that a machine can hold: imports point one way, and each crossing has its home (DESIGN §8)."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "radio"
LAYERS = [
    {"errors", "contracts", "finding"},
    {"events", "settings", "clock", "processes", "private_folder", "leftovers", "heartbeat", "plain", "logs"},
    {"audio"},
    {"engines", "mixer", "packager", "generator", "check"},
    {"station"},
    {"web"},
    {"app"},
    {"server", "parent"},
    {"doctor", "models_command", "programme_command"},
    {"cli"},
]
HOMES = {
    "subprocess": {"radio/processes.py"},
    "multiprocessing": {"radio/generator/", "radio/parent.py"},
    "torch": {"radio/engines/", "radio/studio/"},
    "threading": {
        "radio/clock.py", "radio/processes.py", "radio/leftovers.py", "radio/generator/", "radio/mixer/",
        "radio/packager/",
        "radio/station/inbox.py", "radio/station/resume/saved.py", "radio/station/resume/saver.py",
    },
}  # fmt: skip
"""`inbox` and `saved` only take locks: facts and sequence numbers arrive from several threads."""

FILES = sorted(PACKAGE.rglob("*.py"))


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "radio":
            yield from (f"radio.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def layer(module: str) -> int:
    return next(k for k, names in enumerate(LAYERS) if module in names)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way_and_crossings_stay_at_home(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    relative = path.relative_to(ROOT).as_posix()
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    for name in imported(tree):
        top, _, rest = name.partition(".")
        for crossing, homes in HOMES.items():
            if top == crossing:
                assert any(relative.startswith(home) for home in homes), f"{relative} imports {name}"
        if top == "radio":
            target = rest.split(".")[0]
            if own not in ("__init__", target):
                same_layer_ok = {*LAYERS[1], "contracts", "errors"}
                if layer(target) == layer(own):
                    assert own in same_layer_ok, f"{relative} imports {name}, its neighbour"
                assert layer(target) <= layer(own), f"{relative} imports {name}, which lies above it"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_says_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path.name == "__init__.py":
        assert not text, "an __init__ is empty"
    else:
        assert ast.get_docstring(ast.parse(text)), "the file's first line says what it does"


def test_modules_do_not_import_each_other_in_circles() -> None:
    graph = {
        path.relative_to(ROOT).with_suffix("").as_posix().replace("/", "."): {
            name for name in imported(ast.parse(path.read_text(encoding="utf-8"))) if name.startswith("radio.")
        }
        for path in FILES
    }
    done: set[str] = set()

    def visit(module: str, above: tuple[str, ...]) -> None:
        assert module not in above, " → ".join((*above, module))
        if module in done:
            return
        for target in graph.get(module, ()):
            visit(target, (*above, module))
        done.add(module)

    for module in graph:
        visit(module, ())


def test_the_core_imports_no_model_library() -> None:
    """What the server, the commands and the look for models load, in a fresh interpreter."""
    program = (
        "import sys, radio.cli, radio.server, radio.app, radio.doctor, radio.models_command;"
        "import radio.engines.surroundings;"
        "print([name for name in ('torch', 'diffusers', 'transformers', 'peft', 'openai') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
