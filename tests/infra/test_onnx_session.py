from importlib.metadata import PackageNotFoundError
from typing import ClassVar

import pytest
import structlog

from infra import onnx_session
from infra.onnx_session import CPU, CUDA, TENSORRT, open_session
from infra.settings import EmbedderSettings
from schemas.failures import ConfigurationError
from tests.infra.models.tiny_bert import tiny_model


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return tiny_model(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def gpu_device(monkeypatch, tmp_path):
    monkeypatch.setattr(onnx_session, "GPU_DEVICES", (tmp_path,))
    monkeypatch.setattr(onnx_session, "has_cuda", lambda: True)


@pytest.fixture
def no_cuda(monkeypatch):
    monkeypatch.setattr(onnx_session.onnxruntime, "get_available_providers", lambda: ["CPUExecutionProvider"])


@pytest.fixture
def broken_cuda(monkeypatch):
    """The runtime offers CUDA and then runs on the CPU without a word, as it does when a library is missing."""
    real = onnx_session.onnxruntime.InferenceSession
    monkeypatch.setattr(onnx_session.onnxruntime, "get_available_providers", lambda: [CUDA, "CPUExecutionProvider"])
    monkeypatch.setattr(onnx_session.onnxruntime, "preload_dlls", lambda: None)
    monkeypatch.setattr(
        onnx_session.onnxruntime,
        "InferenceSession",
        lambda path, options, **_: real(path, options, providers=["CPUExecutionProvider"]),
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


def test_a_run_has_one_thread_and_keeps_no_plan_of_memory_for_its_shape(model):
    """FAILURES 34 and 39: nothing grows with the number of shapes, or of the host's processors."""
    options = open_session(model, EmbedderSettings(device="cpu")).get_session_options()
    assert (options.intra_op_num_threads, options.inter_op_num_threads) == (1, 1)
    assert not options.enable_mem_pattern


class Recorded:
    """A session that runs nowhere, and remembers what it was asked to run on."""

    asked: ClassVar[list] = []
    failing: ClassVar[set] = set()

    def __init__(self, path, options, providers, **_):
        names = [each if isinstance(each, str) else each[0] for each in providers]
        self.asked.append(names)
        if names[0] in self.failing:
            raise RuntimeError("no engine could be built")
        self.names = names

    def get_providers(self):
        return self.names


@pytest.fixture
def gpu(monkeypatch, gpu_device):
    monkeypatch.setattr(onnx_session.onnxruntime, "get_available_providers", lambda: [TENSORRT, CUDA, CPU])
    monkeypatch.setattr(onnx_session.onnxruntime, "InferenceSession", Recorded)
    monkeypatch.setattr(onnx_session.onnxruntime, "preload_dlls", lambda: None)
    monkeypatch.setattr(Recorded, "asked", [])
    monkeypatch.setattr(Recorded, "failing", set())


@pytest.mark.usefixtures("gpu")
@pytest.mark.parametrize(
    ("library", "failing", "asked"),
    [
        (None, set(), [[CUDA, CPU]]),
        ("libnvinfer.so.10", set(), [[TENSORRT, CUDA, CPU]]),
        ("libnvinfer.so.10", {TENSORRT}, [[TENSORRT, CUDA, CPU], [CUDA, CPU]]),
        ("libnvinfer.so.10", {TENSORRT, CUDA}, [[TENSORRT, CUDA, CPU], [CUDA, CPU], [CPU]]),
    ],
    ids=["no TensorRT", "TensorRT", "TensorRT breaks", "both break"],
)
def test_tensorrt_goes_before_cuda_and_cuda_before_the_cpu(monkeypatch, model, library, failing, asked):
    monkeypatch.setattr(onnx_session, "find_library", lambda name: library)
    monkeypatch.setattr(Recorded, "failing", failing)
    with structlog.testing.capture_logs() as logs:
        session = open_session(model, EmbedderSettings(device="auto"))
    assert Recorded.asked == asked
    assert session.get_providers() == asked[-1]
    assert [line["provider"] for line in logs if line["event"] == "no-gpu-session"] == sorted(failing, reverse=True)


@pytest.mark.usefixtures("gpu")
def test_cudas_libraries_are_loaded_before_a_session_and_what_is_missing_goes_to_the_log(monkeypatch, model, capsys):
    """FAILURES 31: the provider does not find the packages of the extra `cuda` by itself. stdout may be JSON."""

    def preload():
        Recorded.asked.append("libraries")
        print("Failed to load libcublasLt.so.13")  # noqa: T201 - as the runtime does

    monkeypatch.setattr(onnx_session.onnxruntime, "preload_dlls", preload)
    monkeypatch.setattr(onnx_session, "find_library", lambda name: None)
    with structlog.testing.capture_logs() as logs:
        open_session(model, EmbedderSettings(device="cuda"))
    assert Recorded.asked == ["libraries", [CUDA, CPU]]
    assert [line["reason"] for line in logs] == ["Failed to load libcublasLt.so.13"]
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("gpu")
def test_a_driver_without_cuda_is_no_gpu_unless_one_is_demanded(monkeypatch, model):
    """FAILURES 31: most laptops have a driver alone; the model was chosen for their processor."""
    monkeypatch.setattr(onnx_session, "has_cuda", lambda: False)
    with structlog.testing.capture_logs() as logs:
        assert open_session(model, EmbedderSettings(device="auto")).get_providers() == [CPU]
    assert [line["event"] for line in logs] == ["no-cuda"]
    assert open_session(model, EmbedderSettings(device="cuda")).get_providers()[-2:] == [CUDA, CPU]
