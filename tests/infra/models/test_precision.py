"""Which files a processor or a GPU gets, and that they fit it."""

import asyncio
from importlib.metadata import PackageNotFoundError

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from infra.models import cpu, default_model
from infra.models.cpu import has_cuda, has_gpu
from infra.models.default_model import chosen_precision, ensure_model
from infra.models.weights import PublishedModel
from infra.onnx_session import open_session
from infra.settings import EmbedderSettings, Settings
from tests.infra.models.tiny_bert import CONFIG, MAX_TOKENS, tiny_weights, tokenizer_bytes


@pytest.fixture(autouse=True)
def tiny(monkeypatch):
    async def fetch(_):
        return PublishedModel(tiny_weights(), CONFIG, tokenizer_bytes(), MAX_TOKENS)

    monkeypatch.setattr(default_model, "fetch_model", fetch)


def built(monkeypatch, tmp_path, precision, *, vnni, gpu=False, cuda=True, device="auto"):
    monkeypatch.setattr(default_model, "has_vnni", lambda: vnni)
    monkeypatch.setattr(default_model, "has_gpu", lambda: gpu)
    monkeypatch.setattr(default_model, "has_cuda", lambda: cuda)
    settings = Settings(cache=tmp_path, embedder=EmbedderSettings(precision=precision, device=device))
    return asyncio.run(ensure_model(settings, lambda _: None))


def largest_weight(model):
    tensors = [numpy_helper.to_array(each) for each in onnx.load(model.graph).graph.initializer]
    return max(np.abs(each.astype(int)).max() for each in tensors if each.dtype == np.int8 and each.ndim == 2)


def test_weights_have_seven_bits_where_eight_would_overflow_and_the_two_are_not_mixed_up(monkeypatch, tmp_path):
    wide = built(monkeypatch, tmp_path, "int8", vnni=True)
    narrow = built(monkeypatch, tmp_path, "int8", vnni=False)
    assert (largest_weight(wide), largest_weight(narrow)) == (127, 64)
    assert wide.path != narrow.path
    assert wide.embedder_id != narrow.embedder_id


@pytest.mark.parametrize(
    ("gpu", "device", "expected"),
    [(True, "auto", "fp16"), (True, "cpu", "int8"), (False, "cuda", "fp16"), (False, "auto", "int8")],
)
def test_a_gpu_gets_fp16_because_int8_would_run_on_the_processor(monkeypatch, tmp_path, gpu, device, expected):
    """FAILURES 31."""
    assert built(monkeypatch, tmp_path, "auto", vnni=True, gpu=gpu, device=device).manifest.precision == expected


def test_a_driver_without_cuda_gets_what_suits_the_processor(monkeypatch, tmp_path):
    """FAILURES 31: most laptops have a driver alone, and fp16 would be the slowest choice for their processor."""
    assert built(monkeypatch, tmp_path, "auto", vnni=True, gpu=True, cuda=False).manifest.precision == "int8"


def test_a_precision_that_is_set_is_kept_on_a_gpu():
    assert chosen_precision("int8", on_gpu=True) == "int8"


def test_a_gpu_is_seen_by_its_drivers_device(tmp_path):
    assert has_gpu([tmp_path / "none", tmp_path])
    assert not has_gpu([tmp_path / "none"])


def test_cuda_is_found_as_a_package_and_where_the_system_has_libraries(monkeypatch):
    def not_installed(package):
        raise PackageNotFoundError(package)

    monkeypatch.setattr(cpu, "version", lambda package: "13.1")
    assert has_cuda()
    monkeypatch.setattr(cpu, "version", not_installed)
    monkeypatch.setattr(cpu, "find_library", lambda name: "libcudart.so.13")
    assert has_cuda()
    monkeypatch.setattr(cpu, "find_library", lambda name: None)
    assert not has_cuda()


def test_fp16_takes_half_the_place_and_gives_nearly_the_same_states(monkeypatch, tmp_path):
    """Also on a CPU, where ONNX Runtime casts what it has no kernels for."""
    whole = built(monkeypatch, tmp_path, "fp32", vnni=True)
    half = built(monkeypatch, tmp_path, "fp16", vnni=True)
    assert half.graph.stat().st_size < 0.6 * whole.graph.stat().st_size
    ids = np.arange(5, 25, dtype=np.int64).reshape(2, 10)
    feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    states = [open_session(each, EmbedderSettings(device="cpu")).run(None, feeds)[0] for each in (whole, half)]
    assert states[1].dtype == np.float32
    assert np.abs(states[0] - states[1]).max() < 0.05
