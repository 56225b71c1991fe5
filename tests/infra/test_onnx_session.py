from importlib.metadata import PackageNotFoundError

import pytest
import structlog

from infra import onnx_session
from infra.onnx_session import CUDA, open_session
from infra.settings import EmbedderSettings
from schemas.failures import ConfigurationError
from tests.infra.models.tiny_bert import tiny_model


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return tiny_model(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def gpu_device(monkeypatch, tmp_path):
    monkeypatch.setattr(onnx_session, "GPU_DEVICES", (tmp_path,))


@pytest.fixture
def no_cuda(monkeypatch):
    monkeypatch.setattr(onnx_session.onnxruntime, "get_available_providers", lambda: ["CPUExecutionProvider"])


@pytest.fixture
def broken_cuda(monkeypatch):
    """The runtime offers CUDA and then runs on the CPU without a word, as it does when a library is missing."""
    real = onnx_session.onnxruntime.InferenceSession
    monkeypatch.setattr(onnx_session.onnxruntime, "get_available_providers", lambda: [CUDA, "CPUExecutionProvider"])
    monkeypatch.setattr(
        onnx_session.onnxruntime,
        "InferenceSession",
        lambda path, options, providers: real(path, options, providers=["CPUExecutionProvider"]),
    )


def installed(monkeypatch, *packages):
    def version(package):
        if package not in packages:
            raise PackageNotFoundError(package)
        return "1"

    monkeypatch.setattr(onnx_session, "version", version)


def test_both_runtimes_are_refused_with_the_remedy(monkeypatch, model):
    """FAILURES 33."""
    installed(monkeypatch, "onnxruntime", "onnxruntime-gpu")
    with pytest.raises(ConfigurationError, match="uninstall both, then install ragstream again"):
        open_session(model, EmbedderSettings(device="cpu"))


@pytest.mark.parametrize("package", ["onnxruntime", "onnxruntime-gpu"])
def test_either_runtime_alone_is_accepted(monkeypatch, model, package):
    """FAILURES 33: no false alarm."""
    installed(monkeypatch, package)
    assert open_session(model, EmbedderSettings(device="cpu")).get_providers() == ["CPUExecutionProvider"]


@pytest.mark.parametrize("cuda", ["no_cuda", "broken_cuda"])
def test_cuda_without_a_working_cuda_refuses_to_start(model, request, cuda):
    """FAILURES 31."""
    request.getfixturevalue(cuda)
    with pytest.raises(ConfigurationError, match="RAGSTREAM_EMBEDDER__DEVICE is cuda"):
        open_session(model, EmbedderSettings(device="cuda"))


@pytest.mark.parametrize("cuda", ["no_cuda", "broken_cuda"])
def test_auto_falls_back_to_the_cpu_and_says_so(model, request, gpu_device, cuda):
    """FAILURES 31."""
    request.getfixturevalue(cuda)
    with structlog.testing.capture_logs() as logs:
        session = open_session(model, EmbedderSettings(device="auto"))
    assert session.get_providers() == ["CPUExecutionProvider"]
    assert [(line["event"], line["log_level"]) for line in logs] == [("no-cuda", "warning")]


def test_auto_on_a_machine_without_a_gpu_is_the_cpu_without_a_word(monkeypatch, model, tmp_path):
    monkeypatch.setattr(onnx_session, "GPU_DEVICES", (tmp_path / "none",))
    with structlog.testing.capture_logs() as logs:
        open_session(model, EmbedderSettings(device="auto"))
    assert logs == []


def test_threads_come_from_the_quota_unless_they_are_set(monkeypatch):
    """FAILURES 39."""
    monkeypatch.setattr(onnx_session, "cpu_quota", lambda: 3)
    assert onnx_session._options(EmbedderSettings()).intra_op_num_threads == 3
    assert onnx_session._options(EmbedderSettings(threads=2)).intra_op_num_threads == 2
