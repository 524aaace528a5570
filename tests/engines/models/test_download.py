"""Downloads from a real HTTP server that behaves like the hub, well and badly."""

from __future__ import annotations

import importlib
import json
import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from radio.engines.models import download, fetch_file, manifest
from radio.engines.models.catalogue import LmShape, Model, Source
from radio.engines.models.download import fetch, finish, part_folder
from radio.engines.models.hub import Hub
from radio.engines.models.obtain import obtain
from radio.engines.models.store import find, remove
from radio.engines.models.verify import verify
from radio.engines.models.weights_writer import Slot, WeightsWriter
from radio.errors import ModelError
from tests.engines.models.local_hub import COMMIT, LocalHub, serve

LM = "acestep-5Hz-lm-0.6B"
WEIGHTS_BYTES = 3 << 20
SECRET = "only for the hub"  # noqa: S105 - nobody's


def lm_repository(folder: Path, fill: int = 7) -> None:
    """A language model's files as transformers writes them, with what else lies in such a repository."""
    (folder / "extra").mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps({"model_type": "qwen3", "num_hidden_layers": 1}))
    (folder / "tokenizer.json").write_text("{}")
    with WeightsWriter(folder / "model.safetensors", [Slot("w", "U8", (WEIGHTS_BYTES,))]) as writer:
        writer.write("w", bytes([fill]) * WEIGHTS_BYTES)
    (folder / "modeling.py").write_text("raise SystemExit")
    (folder / "optimizer.pt").write_bytes(b"a pickle")
    (folder / "extra" / "vocab.json").write_text("{}")


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[LocalHub]:
    lm_repository(tmp_path / "hub" / "lab" / "lm")
    with serve(tmp_path / "hub") as running:
        yield running


@pytest.fixture
def client(hub: LocalHub) -> Iterator[Hub]:
    client = Hub(SECRET, hub.url)
    yield client
    client.close()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch_file, "RETRY_S", (0.0, 0.0, 0.0, 0.0))
    monkeypatch.setattr(download, "RETRY_S", (0.0, 0.0, 0.0, 0.0))


def model(*sources: Source, disk_bytes: int = 0) -> Model:
    return Model(LM, "lm", "lm", "", sources or (Source("lab/lm"),), 0, disk_bytes, lm=LmShape(1, 1))


def test_a_download_is_complete_verified_and_without_code(hub: LocalHub, client: Hub, tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    models = tmp_path / "models"
    place = obtain(client, models, model(), fetched=lambda *at: steps.append(at))
    assert find(models, LM) == place == models / LM
    assert sorted(path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()) == [
        "config.json", "extra/vocab.json", manifest.NAME, "model.safetensors", "tokenizer.json",
    ]  # fmt: skip
    assert list(verify(models, LM)) == []
    assert steps[-1][1] == steps[-1][2]
    assert [path.name for path in models.iterdir()] == [LM]
    listed = manifest.load(place)
    assert listed is not None
    assert listed.origin == f"lab/lm@{COMMIT[:12]}"


def test_what_is_there_is_not_downloaded_again(hub: LocalHub, client: Hub, tmp_path: Path) -> None:
    obtain(client, tmp_path / "models", model())
    hub.asked.clear()
    obtain(client, tmp_path / "models", model())
    assert hub.asked == []


def test_the_token_goes_to_the_hub_and_never_to_its_storage(hub: LocalHub, client: Hub, tmp_path: Path) -> None:
    hub.token = SECRET
    obtain(client, tmp_path / "models", model())
    by_place = {path.startswith("/storage/"): token for _, path, _, token in hub.asked}
    assert by_place == {False: f"Bearer {SECRET}", True: ""}


def test_a_broken_connection_is_continued_where_it_broke(hub: LocalHub, client: Hub, tmp_path: Path) -> None:
    hub.cut_after["model.safetensors"] = [1_000_000, 500_000]
    obtain(client, tmp_path / "models", model())
    ranges = [wanted for _, path, wanted, _ in hub.asked if path.startswith("/storage/")]
    assert ranges == ["", "bytes=1000000-", "bytes=1500000-"]
    assert list(verify(tmp_path / "models", LM)) == []


def test_a_download_given_up_is_continued_by_the_next_one(hub: LocalHub, client: Hub, tmp_path: Path) -> None:
    models = tmp_path / "models"
    hub.cut_after["model.safetensors"] = [700_000, *[0] * 20]
    with pytest.raises(ModelError, match=r"download of model\.safetensors was given up"):
        obtain(client, models, model())
    assert find(models, LM) is None
    hub.cut_after.clear()
    hub.asked.clear()
    obtain(client, models, model())
    fetched = [(path, wanted) for _, path, wanted, _ in hub.asked if not path.startswith("/api/")]
    assert ("/storage/lab/lm/model.safetensors", "bytes=700000-") in fetched
    assert not any("config.json" in path for path, _ in fetched), "finished files are kept"


def fetch_slowly(url: str, models: Path) -> None:
    """Runs in a process of its own, to be killed."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a run in the background has it ignored
    fetch(Hub("", url), models, model(), lambda *_: time.sleep(0.2))


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_ctrl_c_and_a_kill_leave_what_the_next_try_goes_on_with(
    hub: LocalHub, client: Hub, tmp_path: Path, how: signal.Signals
) -> None:
    models = tmp_path / "models"
    child = multiprocessing.get_context("spawn").Process(target=fetch_slowly, args=(hub.url, models))
    child.start()
    deadline = time.monotonic() + 30
    while not list(models.glob(f"{LM}.part/model.safetensors.*.partial")) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert child.pid is not None
    while child.is_alive() and time.monotonic() < deadline + 30:
        os.kill(child.pid, how)
        child.join(2)
    assert not child.is_alive()
    half = next(models.glob(f"{LM}.part/model.safetensors.*.partial")).stat().st_size
    obtain(client, models, model())
    ranges = [wanted for _, path, wanted, _ in hub.asked if path.startswith("/storage/")]
    assert ranges[-1] == (f"bytes={half}-" if half else "")
    assert list(verify(models, LM)) == []


def test_a_file_that_changed_on_the_hub_is_fetched_anew(hub: LocalHub, client: Hub, tmp_path: Path) -> None:
    models = tmp_path / "models"
    hub.cut_after["model.safetensors"] = [700_000, *[0] * 20]
    with pytest.raises(ModelError):
        obtain(client, models, model())
    hub.cut_after.clear()
    with WeightsWriter(hub.root / "lab/lm/model.safetensors", [Slot("w", "U8", (WEIGHTS_BYTES,))]) as writer:
        writer.write("w", bytes([9]) * WEIGHTS_BYTES)
    (hub.root / "lab/lm/config.json").write_text(json.dumps({"model_type": "qwen3", "num_hidden_layers": 2}))
    place = obtain(client, models, model())
    for name in ("model.safetensors", "config.json"):
        assert (place / name).read_bytes() == (hub.root / "lab/lm" / name).read_bytes()
    assert list(verify(models, LM)) == []


def test_a_file_damaged_on_its_way_is_fetched_once_more(hub: LocalHub, client: Hub, tmp_path: Path) -> None:
    hub.corrupt = {"model.safetensors": 1, "config.json": 1}
    obtain(client, tmp_path / "models", model())
    assert list(verify(tmp_path / "models", LM)) == []


def test_a_file_that_stays_damaged_is_refused(hub: LocalHub, client: Hub, tmp_path: Path) -> None:
    hub.corrupt = {"model.safetensors": 100}
    with pytest.raises(ModelError, match="arrives damaged"):
        obtain(client, tmp_path / "models", model())
    assert find(tmp_path / "models", LM) is None


def test_a_busy_hub_is_asked_again(hub: LocalHub, client: Hub, tmp_path: Path) -> None:
    hub.busy = 3
    assert obtain(client, tmp_path / "models", model())


def test_a_hub_that_cannot_continue_files_is_given_up(hub: LocalHub, client: Hub, tmp_path: Path) -> None:
    hub.ranges = False
    hub.cut_after["model.safetensors"] = [700_000]
    with pytest.raises(ModelError, match="does not continue files"):
        obtain(client, tmp_path / "models", model())


@pytest.mark.parametrize(
    ("repo", "sentence"),
    [
        ("lab/nowhere", "lab/nowhere does not exist"),
        ("lab/gated", "only given to those who accepted its terms"),
        ("lab/empty", "lab/empty has no weights"),
    ],
)
def test_a_refusal_is_a_sentence_and_leaves_nothing(
    hub: LocalHub, client: Hub, tmp_path: Path, repo: str, sentence: str
) -> None:
    (hub.root / "lab" / "empty").mkdir()
    hub.gated = {"lab/gated"}
    with pytest.raises(ModelError, match=sentence):
        obtain(client, tmp_path / "models", model(Source(repo)))
    assert not (tmp_path / "models").exists()


def test_a_wrong_token_is_a_sentence(hub: LocalHub, client: Hub, tmp_path: Path) -> None:
    hub.token = SECRET[::-1]
    with pytest.raises(ModelError, match="HF_TOKEN does not open it"):
        obtain(client, tmp_path / "models", model())


def test_an_unreachable_hub_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be reached"):
        obtain(Hub("", "http://127.0.0.1:9"), tmp_path / "models", model())


def test_a_file_name_that_leads_out_of_the_folder_is_refused(
    hub: LocalHub, client: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.engines.models import local_hub

    entry = {"rfilename": "../../evil.json", "size": 1, "blobId": "0"}
    monkeypatch.setattr(local_hub, "listing", lambda _folder: [entry])
    with pytest.raises(ModelError, match="would lead out of the model's folder"):
        obtain(client, tmp_path / "models", model())


def test_too_little_room_is_said_before_anything_is_fetched(hub: LocalHub, client: Hub, tmp_path: Path) -> None:
    official = Model("acestep-v15-sft", "dit", "official", "", (Source("lab/lm"),), 0, disk_bytes=1 << 60)
    with pytest.raises(ModelError, match=r"needs .* GiB on the disk of .* GiB are free"):
        fetch(client, tmp_path / "models", official)
    assert not any("resolve" in path for _, path, _, _ in hub.asked)


def test_two_downloads_of_one_model_at_a_time_are_refused(hub: LocalHub, client: Hub, tmp_path: Path) -> None:
    def second(*_: object) -> None:
        with pytest.raises(ModelError, match="by another process already"):
            fetch(client, tmp_path, model())
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(client, tmp_path, model(), second)


def test_parts_of_repositories_land_where_they_belong(hub: LocalHub, client: Hub, tmp_path: Path) -> None:
    lm_repository(hub.root / "lab" / "all" / "one")
    lm_repository(hub.root / "lab" / "all" / "one-more")
    part = fetch(client, tmp_path, model(Source("lab/all", "one", "here"), Source("lab/lm")))
    assert part == part_folder(tmp_path, model())
    assert (part / "here" / "model.safetensors").is_file()
    assert (part / "model.safetensors").is_file()
    assert not list(part.rglob("*one*")), "a folder whose name only begins alike is not taken"


def test_finishing_onto_something_is_refused(tmp_path: Path) -> None:
    (tmp_path / "part").mkdir()
    (tmp_path / "there").mkdir()
    with pytest.raises(ModelError, match="exists already"):
        finish(tmp_path / "part", tmp_path / "there")


def test_an_unfinished_download_can_be_removed(hub: LocalHub, client: Hub, tmp_path: Path) -> None:
    hub.cut_after["model.safetensors"] = [700_000, *[0] * 20]
    with pytest.raises(ModelError):
        obtain(client, tmp_path / "models", model())
    assert remove(tmp_path / "models", LM) > 700_000
    assert list((tmp_path / "models").iterdir()) == []


def test_the_hubs_own_library_reads_the_same_files_from_this_server(
    hub: LocalHub, client: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So the server that we test with speaks as the real one does, at least to its own client."""
    library = pytest.importorskip("huggingface_hub", reason="the extra acestep is not installed")
    importlib.import_module("huggingface_hub.utils").disable_progress_bars()
    monkeypatch.setattr(importlib.import_module("huggingface_hub.constants"), "HF_HUB_OFFLINE", False)
    described = library.HfApi(endpoint=hub.url, token=False).model_info("lab/lm", files_metadata=True)
    ours = client.files("lab/lm")
    theirs = {each.rfilename: (each.size, each.lfs.sha256 if each.lfs else "") for each in described.siblings}
    assert {each.path: (each.size_bytes, each.sha256) for each in ours} == theirs
    mine = obtain(client, tmp_path / "models", model())
    for name in ("model.safetensors", "config.json", "extra/vocab.json"):
        place = library.hf_hub_download("lab/lm", name, endpoint=hub.url, local_dir=tmp_path / "theirs", token=False)
        assert Path(place).read_bytes() == (mine / name).read_bytes()
