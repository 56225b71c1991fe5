"""A session on a GPU in, one out that keeps its inputs' buffers on the device, one set for each shape.

Shapes are few (see `OnnxEngine`), so memory does not creep, and no run allocates (microsoft/onnxruntime#11118).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray


class BoundSession:
    """Runs through IO binding. For one thread at a time, since a shape's buffers are used again."""

    def __init__(self, session: Any, device: str = "cuda") -> None:
        """`device` is where the buffers lie, as ONNX Runtime names it: `cuda` or `cpu`."""
        self._session = session
        self._device = device
        self._buffers: dict[tuple[int, ...], dict[str, Any]] = {}

    def run(self, outputs: None, feeds: Mapping[str, NDArray[np.int64]]) -> Sequence[NDArray[np.floating]]:  # noqa: ARG002 - the session's own signature
        """All outputs, copied to the host. Every feed has the same shape."""
        shape = next(iter(feeds.values())).shape
        if shape not in self._buffers:
            self._buffers[shape] = {
                name: onnxruntime.OrtValue.ortvalue_from_numpy(array, self._device, 0) for name, array in feeds.items()
            }
        binding = self._session.io_binding()
        for name, array in feeds.items():
            self._buffers[shape][name].update_inplace(array)
            binding.bind_ortvalue_input(name, self._buffers[shape][name])
        for output in self._session.get_outputs():
            binding.bind_output(output.name, self._device)
        self._session.run_with_iobinding(binding)
        found: Sequence[NDArray[np.floating]] = binding.copy_outputs_to_cpu()
        return found
