"""A model folder and a device policy in, an ONNX Runtime session out that runs where it says it runs."""

import contextlib
import io
from ctypes.util import find_library
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

import onnxruntime
import structlog

from infra.models.cpu import GPU_DEVICES, has_cuda, has_gpu
from infra.models.model_folder import ModelFolder
from infra.settings import EmbedderSettings
from schemas.failures import ConfigurationError

log = structlog.get_logger()

RUNTIMES: Final = ("onnxruntime", "onnxruntime-gpu")
TENSORRT: Final = "TensorrtExecutionProvider"
CUDA: Final = "CUDAExecutionProvider"
CPU: Final = "CPUExecutionProvider"
ERRORS_ONLY: Final = 3
SLOW_ON_CPU: Final = ("SkipLayerNormFusion",)
"""Its fused kernel takes six times as long as the addition and the LayerNormalization that it replaces (ADR 9)."""


def open_session(model: ModelFolder, settings: EmbedderSettings) -> onnxruntime.InferenceSession:
    """TensorRT, else CUDA, else the CPU, as far as `settings.device` allows.

    `cuda` without a working GPU raises `ConfigurationError`; `auto` then runs on the CPU and says so in the log.
    """
    refuse_two_runtimes()
    if settings.device == "cuda" or (settings.device == "auto" and has_gpu(GPU_DEVICES)):
        session = _gpu_session(model) if settings.device == "cuda" or has_cuda() else None
        if session is not None:
            return session
        if settings.device == "cuda":
            raise ConfigurationError(
                "RAGSTREAM_EMBEDDER__DEVICE is cuda and ONNX Runtime cannot use a GPU here: install the driver and "
                "`ragstream[cuda]`, or set it to auto"
            )
        log.warning("no-cuda", device="auto", running_on="cpu")
    return onnxruntime.InferenceSession(
        str(model.graph), _options(), providers=[CPU], disabled_optimizers=list(SLOW_ON_CPU)
    )


def refuse_two_runtimes() -> None:
    """Both packages write the same files, and which one wins depends on the order in which they were installed."""
    if all(installed_runtimes().values()):
        raise ConfigurationError(
            "both onnxruntime and onnxruntime-gpu are installed and overwrite each other: "
            "uninstall both, then install ragstream again"
        )


def installed_runtimes() -> dict[str, str | None]:
    """Each package that is ONNX Runtime, with its version; None for one that is not installed."""
    return {package: _version(package) for package in RUNTIMES}


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _gpu_session(model: ModelFolder) -> onnxruntime.InferenceSession | None:
    """A session that really runs on the GPU: the runtime falls back silently, so the session itself is asked."""
    offered = onnxruntime.get_available_providers()
    cuda = (CUDA, {"arena_extend_strategy": "kSameAsRequested"})
    choices: list[list[Any]] = []
    if CUDA in offered:
        _load_cuda()
        choices.append([cuda, CPU])
    # The list of providers has TensorRT wherever it was compiled in; its library is what tells.
    if choices and TENSORRT in offered and find_library("nvinfer") is not None:
        choices.insert(0, [(TENSORRT, _tensorrt_options(model)), cuda, CPU])
    for providers in choices:
        try:
            session = onnxruntime.InferenceSession(str(model.graph), _options(), providers=providers)
        except Exception as error:  # noqa: BLE001 - the runtime raises a kind of its own for each of its failures
            log.warning("no-gpu-session", provider=providers[0][0], error=type(error).__name__, reason=str(error)[:200])
            continue
        if session.get_providers()[0] != CPU:
            return session
    return None


def _load_cuda() -> None:
    """Load CUDA and cuDNN from the packages of the extra `cuda`, else from where the system has them.

    The provider's library has no search path of its own, so it finds the packages' libraries only if they were loaded
    before (ONNX Runtime's page on the CUDA provider, "Preload DLLs"). What is missing it prints, here to the log.
    """
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        onnxruntime.preload_dlls()
    if missing := said.getvalue().strip():
        log.warning("cuda-not-loaded", reason=missing[:500])


def _tensorrt_options(model: ModelFolder) -> dict[str, str]:
    """Engines take minutes to build and are kept beside the model (ONNX Runtime's page on the TensorRT provider)."""
    return {
        "trt_fp16_enable": str(model.manifest.precision == "fp16"),
        "trt_engine_cache_enable": "True",
        "trt_engine_cache_path": str(model.path / "tensorrt"),
    }


def _options() -> onnxruntime.SessionOptions:
    """One thread a run: several runs at a time use the processors better than one run on several (ADR 9)."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # A plan of memory is kept for each shape that was seen, and texts have hundreds of lengths.
    options.enable_mem_pattern = False
    options.log_severity_level = ERRORS_ONLY
    return options
