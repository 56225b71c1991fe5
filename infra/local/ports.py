"""Names of listeners in, free loopback ports out, the same ones next time."""

import contextlib
import json
import random
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from infra.local.files import write_whole
from schemas.failures import ConfigurationError

FIRST, LAST = 20_000, 29_999
"""Below the ranges from which Linux (32768) and macOS (49152) take the ports of outgoing connections, so that a
remembered port isn't lost to somebody's browser while our server is down."""
ATTEMPTS: Final = 200


class Ports:
    """Ports by listener name, remembered in a JSON file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def remembered(self) -> dict[str, int]:
        """What was reserved before; empty when nothing was, or the file can't be read as that."""
        try:
            stored = json.loads(self._path.read_text("utf-8"))
            return {str(name): int(port) for name, port in stored.items()}
        except (FileNotFoundError, ValueError, TypeError, AttributeError):
            return {}

    def of(self, name: str) -> int:
        """The remembered port of a listener; raises ConfigurationError when there is none."""
        port = self.remembered().get(name)
        if port is None:
            raise ConfigurationError(f"{self._path} doesn't know {name}: `ragstream down`, then `ragstream up`.")
        return port

    def reserve(self, names: Sequence[str]) -> dict[str, int]:
        """A free port for each name: the remembered one, or another where that one was taken meanwhile.

        Call it only while the listeners are down: a port that our own server holds looks taken. Raises OSError when
        no free port is found.
        """
        known = self.remembered()
        chosen: dict[str, int] = {}
        for name in names:
            others = {port for other, port in known.items() if other != name} | set(chosen.values())
            port = known.get(name)
            chosen[name] = port if port is not None and port not in others and free(port) else _another(others)
            known[name] = chosen[name]
        write_whole(self._path, json.dumps(known))
        return chosen


def free(port: int) -> bool:
    """Whether nobody listens on `port`, on loopback or on all interfaces, over TCP or UDP."""
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        for host in ("127.0.0.1", ""):
            with contextlib.closing(socket.socket(socket.AF_INET, kind)) as probe:
                if kind == socket.SOCK_STREAM:
                    # Else the connections that a stopped server leaves (TIME_WAIT) make its port look taken.
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((host, port))
                except OSError:
                    return False
    return True


def _another(taken: set[int]) -> int:
    for _ in range(ATTEMPTS):
        port = random.randint(FIRST, LAST)  # noqa: S311 no secret: spread, so that two homes seldom meet
        if port not in taken and free(port):
            return port
    raise OSError(f"No free port was found between {FIRST} and {LAST}.")
