"""The name of a build tool in, its path out, or one sentence that says what to install or which setting to use."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

from schemas.failures import ConfigurationError

JAVA_AT_LEAST: Final = 17
"""Kafka 4 brokers need Java 17."""
_OWN_KAFKA: Final = (
    "set RAGSTREAM_KAFKA__BOOTSTRAP to a Kafka that you run already, or try `ragstream demo --in-memory`"
)
_OWN_WEAVIATE: Final = (
    "set RAGSTREAM_WEAVIATE__URL to a Weaviate that you run already, or try `ragstream demo --in-memory`"
)


def java() -> str:
    """Path of a Java that can run Kafka: `$JAVA_HOME/bin/java`, else the one on the PATH."""
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=str(Path(home) / "bin")) if home else None
    found = found or shutil.which("java")
    # macOS ships a /usr/bin/java that only says that there is no Java: hence the version is asked for.
    version = None if found is None else _java_version(found)
    if found is None or version is None:
        raise ConfigurationError(
            f"Kafka needs Java, and no working `java` was found: install Java {JAVA_AT_LEAST} or later, {_OWN_KAFKA}."
        )
    if version < JAVA_AT_LEAST:
        raise ConfigurationError(
            f"Kafka needs Java {JAVA_AT_LEAST} or later, and `{found}` is Java {version}: "
            f"install a newer one, {_OWN_KAFKA}."
        )
    return found


def maven() -> str:
    """Path of Maven, which fetches Kafka's jars the first time."""
    return _found("mvn", f"Kafka is fetched by Maven, and no `mvn` was found: install Apache Maven, {_OWN_KAFKA}.")


def go() -> str:
    """Path of Go, which builds Weaviate the first time."""
    return _found("go", f"Weaviate is built by Go, and no `go` was found: install Go 1.25 or later, {_OWN_WEAVIATE}.")


def _found(name: str, otherwise: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise ConfigurationError(otherwise)
    return path


def _java_version(path: str) -> int | None:
    try:
        said = subprocess.run([path, "-version"], capture_output=True, text=True, timeout=30, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r'version "(\d+)(?:\.(\d+))?', said.stderr + said.stdout)
    if said.returncode != 0 or match is None:
        return None
    # Java 8 and earlier call themselves 1.8.
    return int(match[2] or 0) if match[1] == "1" else int(match[1])
