"""A home folder in, Weaviate v1.35.2 (one node, its own key) out, built by Go, as a detached process.

The trap: Weaviate binds its gRPC port and its data port to every interface, and no setting of this version changes
that. So the server takes no anonymous request: it has a random API key, and a password for the data port, both in a
file that only the user can read.
"""

import os
import secrets
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from infra.local import toolchain
from infra.local.cache import cached, finished, run
from infra.local.files import write_whole
from infra.local.ports import Ports
from infra.local.process import ManagedProcess, inherited
from infra.local.progress import Progress, telling
from infra.local.server import answers_ok, ready
from schemas.failures import ConfigurationError

NAME: Final = "weaviate"
VERSION: Final = "v1.35.2"
MODULE: Final = f"github.com/weaviate/weaviate/cmd/weaviate-server@{VERSION}"
BUILD_LIMIT_S: Final = 3_600.0
START_LIMIT_S: Final = 180.0
STOP_GRACE_S: Final = 30.0
"""Weaviate writes its memory tables to disk when it's told to stop."""
_REST, _GRPC, _GOSSIP, _DATA, _RAFT, _RAFT_RPC = _LISTENERS = (
    "weaviate",
    "weaviate_grpc",
    "weaviate_gossip",
    "weaviate_data",
    "weaviate_raft",
    "weaviate_raft_rpc",
)


class WeaviateServer:
    """The local vector store of one home folder."""

    title = f"Weaviate {VERSION}"
    stop_grace_s = STOP_GRACE_S
    listeners = _LISTENERS

    def __init__(self, home: Path, cache: Path) -> None:
        self.process = ManagedProcess(NAME, home)
        self._folder = home / NAME
        self._key_path = home / "weaviate.key"
        self._built = cache / f"weaviate-server-{VERSION}"
        self._ports = Ports(home / "ports.json")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._ports.of(_REST)}"

    @property
    def grpc_port(self) -> int:
        return self._ports.of(_GRPC)

    @property
    def api_key(self) -> str:
        try:
            return self._key_path.read_text("utf-8")
        except FileNotFoundError:
            raise ConfigurationError(
                f"{self._key_path} is gone while Weaviate runs: `ragstream down`, then `ragstream up`."
            ) from None

    def check_tools(self) -> None:
        """Raise ConfigurationError now for a tool that will be missed later."""
        if not finished(self._built):
            toolchain.go()

    async def start(self, progress: Progress) -> bool:
        """Build and start what isn't yet; returns whether the process was started by this call.

        Raises ConfigurationError when it can't be built or doesn't come up.
        """
        started = False
        if not self.process.running():
            await cached(self._built, lambda folder: self._build(folder, progress), progress)
            if not self._key_path.exists():
                write_whole(self._key_path, secrets.token_urlsafe(24), mode=0o600)
            self._folder.mkdir(parents=True, exist_ok=True)
            ports = self._ports.reserve(self.listeners)
            started = self.process.start(self._command(ports[_REST]), self._environment(ports))
        await ready(self.process, lambda: answers(self.url), self.title, progress, limit_s=START_LIMIT_S)
        return started

    async def _build(self, folder: Path, progress: Progress) -> None:
        doing = f"Building {self.title}"
        env = {**os.environ, "GOBIN": str(folder), "CGO_ENABLED": "0"}
        async with telling(progress, f"{doing} (first time only, about 3 minutes; kept in {self._built.parent})"):
            await run([toolchain.go(), "install", MODULE], env, folder, doing=doing, limit_s=BUILD_LIMIT_S)

    def _command(self, port: int) -> list[str]:
        binary = str(self._built / "weaviate-server")
        return [binary, "--host", "127.0.0.1", "--port", str(port), "--scheme", "http"]

    def _environment(self, ports: dict[str, int]) -> dict[str, str]:
        key = self.api_key
        return {
            **dict(inherited()),
            "PERSISTENCE_DATA_PATH": str(self._folder),
            "AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED": "false",
            "AUTHENTICATION_APIKEY_ENABLED": "true",
            "AUTHENTICATION_APIKEY_ALLOWED_KEYS": key,
            "AUTHENTICATION_APIKEY_USERS": "ragstream",
            "CLUSTER_BASIC_AUTH_USERNAME": "ragstream",
            "CLUSTER_BASIC_AUTH_PASSWORD": key,
            "CLUSTER_HOSTNAME": "ragstream",
            "CLUSTER_BIND_ADDR": "127.0.0.1",
            "CLUSTER_ADVERTISE_ADDR": "127.0.0.1",
            "CLUSTER_GOSSIP_BIND_PORT": str(ports[_GOSSIP]),
            "CLUSTER_DATA_BIND_PORT": str(ports[_DATA]),
            "RAFT_PORT": str(ports[_RAFT]),
            "RAFT_INTERNAL_RPC_PORT": str(ports[_RAFT_RPC]),
            "RAFT_BOOTSTRAP_EXPECT": "1",
            "RAFT_TIMEOUTS_MULTIPLIER": "1",  # one voter waits for nobody: 7 s of every start otherwise
            "GRPC_PORT": str(ports[_GRPC]),
            "GO_PROFILING_DISABLE": "true",  # else :6060 on every interface
            "DISABLE_TELEMETRY": "true",
            "ENABLE_MODULES": "",
            "API_BASED_MODULES_DISABLED": "true",
            "DEFAULT_VECTORIZER_MODULE": "none",
            "AUTOSCHEMA_ENABLED": "false",
            "QUERY_DEFAULTS_LIMIT": "25",
            # The default stops writes at 90 %, where many a laptop's disk lives happily.
            "DISK_USE_READONLY_PERCENTAGE": "97",
            # BlockMax WAND of v1.35.2 prunes wrongly in what is not flushed yet: for a minute, a new chunk that holds
            # every word of the question is missing from the best ones. The older WAND finds it at once.
            "USE_BLOCKMAX_WAND": "false",
            "LOG_LEVEL": "info",
            "GOMEMLIMIT": "1GiB",
        }


async def answers(url: str) -> bool:
    """Whether the Weaviate at `url` says that it's ready to serve."""
    parts = urlsplit(url)
    path = f"{parts.path.rstrip('/')}/v1/.well-known/ready"
    return await answers_ok(parts._replace(path=path, query="", fragment="").geturl())
