"""The command line as a person uses it, for tests: `ragstream …` in a process of its own, with the settings given."""

import json
import os
import subprocess
import sys
from typing import Any

from infra.settings import Settings


def environment(settings: Settings) -> dict[str, str]:
    """What `ragstream` needs to see these settings."""
    key = settings.weaviate.api_key
    given = {
        "RAGSTREAM_HOME": str(settings.home),
        "RAGSTREAM_NAMESPACE": settings.namespace,
        "RAGSTREAM_KAFKA__BOOTSTRAP": settings.kafka.bootstrap,
        "RAGSTREAM_WEAVIATE__URL": settings.weaviate.url,
        "RAGSTREAM_WEAVIATE__GRPC_PORT": settings.weaviate.grpc_port,
        "RAGSTREAM_WEAVIATE__API_KEY": key.get_secret_value() if key else None,
    }
    return os.environ | {name: str(value) for name, value in given.items() if value is not None}


def ragstream(
    settings: Settings, *arguments: str, limit_s: float = 120.0, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "streams.cli", *arguments],
        capture_output=True,
        text=True,
        timeout=limit_s,
        check=False,
        env=environment(settings),
        input=stdin,
    )


def ragstream_json(settings: Settings, *arguments: str, limit_s: float = 120.0, stdin: str = "") -> dict[str, Any]:
    """The object on the last line of a command's standard output."""
    done = ragstream(settings, *arguments, "--json", limit_s=limit_s, stdin=stdin)
    assert done.stdout.strip(), f"{arguments} exited with {done.returncode}: {done.stderr}"
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def running_roles(settings: Settings) -> set[str]:
    roles = ragstream_json(settings, "status")["roles"]
    return {role for role, state in roles.items() if state["running"]}
