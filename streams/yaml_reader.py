"""YAML that a person wrote in, plain values out, or one sentence that says where it is wrong."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any, Final

import yaml

from schemas.failures import ConfigurationError
from streams.topic import MIB

MAX_BYTES: Final = MIB


class _Loader(yaml.SafeLoader):
    """Plain values only. A key that stands twice is an error: else the first is dropped in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for at, _ in node.value:
            key = self.construct_object(at, deep=True)
            if isinstance(key, Hashable):  # the loader refuses any other in its own words
                if key in seen:
                    raise yaml.MarkedYAMLError(problem=f"the key {key!r} stands twice", problem_mark=at.start_mark)
                seen.add(key)
        return super().construct_mapping(node, deep)


def read_yaml_file(path: Path) -> Any:
    """The document in a file. Raises `ConfigurationError` that names the file, and the line where YAML goes wrong."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from None
    if len(raw) > MAX_BYTES:
        raise ConfigurationError(f"{path} has more than {MAX_BYTES // MIB} MiB")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path} is not UTF-8: byte {error.start} is wrong") from None
    return read_yaml(text, str(path))


def read_yaml(text: str, where: str) -> Any:
    """The one document in `text`; `where` names it in errors. Raises `ConfigurationError`."""
    try:
        return yaml.load(text, _Loader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        at = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ConfigurationError(f"{where}{at}: {error.problem}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # a control character; a date that is none
        raise ConfigurationError(f"{where} is no YAML: {type(error).__name__}") from None
