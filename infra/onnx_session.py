"""A model folder and a device policy in, an ONNX Runtime session out that runs where it says it runs."""

from importlib.metadata import PackageNotFoundError, version
from typing import Final

import onnxruntime
import structlog

from infra.models.cpu import GPU_DEVICES, cpu_quota, has_gpu
from infra.models.model_folder import ModelFolder
from infra.settings import EmbedderSettings
from schemas.failures import ConfigurationError

log = structlog.get_logger()

CUDA: Final = "CUDAExecutionProvider"
CPU: Final = "CPUExecutionProvider"


def open_session(model: ModelFolder, settings: EmbedderSettings) -> onnxruntime.InferenceSession:
    """`cuda` without a working CUDA raises `ConfigurationError`; `auto` then runs on the CPU and says so in the log."""
    refuse_two_runtimes()
    if settings.device == "cuda" or (settings.device == "auto" and has_gpu(GPU_DEVICES)):
        session = _cuda_session(model, settings)
        if session is not None:
            return session
        if settings.device == "cuda":
            raise ConfigurationError(
                "RAGSTREAM_EMBEDDER__DEVICE is cuda and ONNX Runtime cannot use a GPU here: install the driver and "
                "`ragstream[cuda]`, or set it to auto"
            )
        log.warning("no-cuda", device="auto", running_on="cpu")
    return onnxruntime.InferenceSession(str(model.graph), _options(settings), providers=[CPU])


def refuse_two_runtimes() -> None:
    """Both packages write the same files, and which one wins depends on the order in which they were installed."""
    if _installed("onnxruntime") and _installed("onnxruntime-gpu"):
        raise ConfigurationError(
            "both onnxruntime and onnxruntime-gpu are installed and overwrite each other: "
            "uninstall both, then install ragstream again"
        )


def _installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True


def _cuda_session(model: ModelFolder, settings: EmbedderSettings) -> onnxruntime.InferenceSession | None:
    """A session that really runs on CUDA: the runtime falls back silently, so the session itself is asked."""
    if CUDA not in onnxruntime.get_available_providers():
        return None
    session = onnxruntime.InferenceSession(str(model.graph), _options(settings), providers=[CUDA, CPU])
    return session if session.get_providers()[0] == CUDA else None


def _options(settings: EmbedderSettings) -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = settings.threads or cpu_quota()
    options.inter_op_num_threads = 1
    # Threads that spin while they wait take the processor from the other workers on the machine.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return options
