"""Weight files: what they hold is read without torch, and whatever is wrong with one is a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from radio.engines.models.weights import read_header, read_json, read_weights, weight_files
from radio.engines.models.weights_writer import Slot, WeightsWriter
from radio.errors import ModelError


def write(path: Path, **tensors: int) -> Path:
    """Float32 vectors of the given lengths, counting up."""
    slots = [Slot(name, "F32", (length,)) for name, length in tensors.items()]
    with WeightsWriter(path, slots) as writer:
        for slot in slots:
            writer.write(slot.name, np.arange(slot.shape[0], dtype=np.float32).tobytes())
    return path


def raw(path: Path, header: object, data: bytes = b"") -> Path:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)
    return path


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    found = read_header(write(tmp_path / "model.safetensors", a=3, b=0, c=5))
    assert {name: tensor.shape for name, tensor in found.items()} == {"a": (3,), "b": (0,), "c": (5,)}
    data = (tmp_path / "model.safetensors").read_bytes()
    assert np.frombuffer(data[found["c"].begin : found["c"].end], np.float32).tolist() == [0, 1, 2, 3, 4]


def test_the_safetensors_library_reads_what_we_write(tmp_path: Path) -> None:
    library = pytest.importorskip("safetensors.numpy", reason="the extra acestep is not installed")
    found = library.load_file(write(tmp_path / "model.safetensors", a=3, c=5))
    assert found["a"].tolist() == [0, 1, 2]
    assert found["c"].tolist() == [0, 1, 2, 3, 4]


def test_we_read_what_the_safetensors_library_writes(tmp_path: Path) -> None:
    library = pytest.importorskip("safetensors.numpy", reason="the extra acestep is not installed")
    arrays = {"z": np.zeros((2, 3), np.float16), "a": np.ones((4,), np.int64)}
    library.save_file(arrays, tmp_path / "model.safetensors", metadata={"format": "pt"})
    found = read_header(tmp_path / "model.safetensors")
    assert {name: (tensor.dtype, tensor.shape) for name, tensor in found.items()} == {
        "z": ("F16", (2, 3)),
        "a": ("I64", (4,)),
    }


@pytest.mark.parametrize("cut", [1, 4, 20, 7, 60])
def test_a_file_cut_anywhere_is_refused(tmp_path: Path, cut: int) -> None:
    path = write(tmp_path / "model.safetensors", a=3, c=5)
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(ModelError, match=r"cut short|only the beginning"):
        read_header(path)


@pytest.mark.parametrize(
    ("header", "data", "sentence"),
    [
        (b"", b"", "only the beginning"),
        (b"not json", b"", "not JSON"),
        ([1], b"", "not a table"),
        ({"a": 5}, b"", "does not describe tensors"),
        ({"a": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}, b"1234", "does not describe tensors"),
        ({"a": {"dtype": "odd", "shape": [1], "data_offsets": [0, 4]}}, b"1234", "does not describe tensors"),
        ({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}, b"1234", "does not fit its shape"),
        ({"a": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}, b"12345678", "does not fit its shape"),
        ({"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}, b"12345678", "followed by something else"),
    ],
)
def test_a_header_that_makes_no_sense_is_refused(tmp_path: Path, header: object, data: bytes, sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        read_header(raw(tmp_path / "model.safetensors", header, data))


def test_a_header_length_beyond_all_measure_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes((1 << 60).to_bytes(8, "little") + b"{}")
    with pytest.raises(ModelError, match="only the beginning"):
        read_header(path)


def shards(folder: Path) -> Path:
    write(folder / "model-1.safetensors", a=1)
    write(folder / "model-2.safetensors", b=2)
    index = folder / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}}))
    return index


def test_shards_are_one_model(tmp_path: Path) -> None:
    shards(tmp_path)
    assert read_weights(tmp_path).keys() == {"a", "b"}


def test_a_weight_in_two_shards_is_refused(tmp_path: Path) -> None:
    shards(tmp_path)
    write(tmp_path / "model-2.safetensors", a=2, b=2)
    with pytest.raises(ModelError, match="holds a twice"):
        read_weights(tmp_path)


def test_an_index_cannot_lead_out_of_its_folder(tmp_path: Path) -> None:
    shards(tmp_path).write_text(json.dumps({"weight_map": {"a": "../model-1.safetensors"}}))
    with pytest.raises(ModelError, match="would lie outside its folder"):
        weight_files(tmp_path)


def test_what_is_missing_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="has no weights"):
        weight_files(tmp_path)
    with pytest.raises(ModelError, match=r"model\.safetensors is missing"):
        read_header(tmp_path / "model.safetensors")
    with pytest.raises(ModelError, match=r"config\.json is missing"):
        read_json(tmp_path / "config.json")


def test_a_writer_wants_every_tensor_in_its_place(tmp_path: Path) -> None:
    slots = [Slot("a", "F32", (1,)), Slot("b", "F32", (1,))]
    with pytest.raises(ModelError, match="b never came"), WeightsWriter(tmp_path / "x", slots) as writer:
        writer.write("a", b"1234")
    with pytest.raises(ModelError, match="b does not come where"), WeightsWriter(tmp_path / "x", slots) as writer:
        writer.write("b", b"1234")
    with pytest.raises(ModelError, match="a does not come where"), WeightsWriter(tmp_path / "x", slots) as writer:
        writer.write("a", b"12345")
