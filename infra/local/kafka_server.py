"""A home folder in, Apache Kafka 4.1.1 (one KRaft node, loopback only) out, from Maven, as a detached process."""

import asyncio
import base64
import contextlib
import os
import shutil
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError

from infra.local import toolchain
from infra.local.cache import cached, finished, run
from infra.local.files import write_whole
from infra.local.ports import Ports
from infra.local.process import ManagedProcess, inherited
from infra.local.progress import Progress, telling
from infra.local.server import ready

NAME: Final = "kafka"
VERSION: Final = "4.1.1"
FETCH_LIMIT_S: Final = 900.0
START_LIMIT_S: Final = 120.0
PROBE_LIMIT_MS: Final = 3_000
STOP_GRACE_S: Final = 20.0
LARGEST_MESSAGE: Final = 16 * 1_048_576
"""Bytes. Twice the largest value that a topic of ours takes, so that a topic's own limit is the one that speaks."""
PROPERTIES: Final = "server.properties"
DATA: Final = "data"
_LISTENERS: Final = ("kafka", "kafka_controller")


class KafkaServer:
    """The local broker of one home folder."""

    title = f"Kafka {VERSION}"
    stop_grace_s = STOP_GRACE_S

    def __init__(self, home: Path, cache: Path) -> None:
        self.process = ManagedProcess(NAME, home)
        self._folder = home / NAME
        self._jars = cache / f"kafka-{VERSION}"
        self._ports = Ports(home / "ports.json")

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self._ports.of(_LISTENERS[0])}"

    def check_tools(self) -> None:
        """Raise ConfigurationError now for a tool that will be missed later."""
        toolchain.java()
        if not finished(self._jars):
            toolchain.maven()

    async def start(self, progress: Progress) -> bool:
        """Fetch, format and start what isn't yet; returns whether the process was started by this call.

        Raises ConfigurationError when it can't be fetched or doesn't come up.
        """
        started = False
        if not self.process.running():
            java = toolchain.java()
            await cached(self._jars, lambda folder: self._fetch(folder, progress), progress)
            self._write_properties()
            if not (self._folder / DATA / "meta.properties").exists():
                await self._format(java, progress)
            started = self.process.start(self._command(java, "kafka.Kafka", PROPERTIES), _environment(), self._folder)
        await ready(self.process, lambda: answers(self.bootstrap), self.title, progress, limit_s=START_LIMIT_S)
        return started

    async def _fetch(self, folder: Path, progress: Progress) -> None:
        project = folder / "pom.xml"
        with as_file(files("infra.local") / "kafka" / "pom.xml") as pinned:
            shutil.copy(pinned, project)
        # Maven refuses a jar whose checksum isn't the one that its repository states, instead of warning about it.
        command = [toolchain.maven(), "-B", "-ntp", "--strict-checksums", "-f", str(project)]
        command += ["dependency:copy-dependencies", f"-DoutputDirectory={folder}"]
        doing = f"Fetching {self.title} with Maven"
        async with telling(progress, f"{doing} (first time only, 43 MB; kept in {self._jars.parent})"):
            await run(command, os.environ, folder, doing=doing, limit_s=FETCH_LIMIT_S)

    def _write_properties(self) -> None:
        port, controller = self._ports.reserve(_LISTENERS).values()
        lines = _properties(port, controller).items()
        write_whole(self._folder / PROPERTIES, "".join(f"{key}={value}\n" for key, value in lines))

    async def _format(self, java: str, progress: Progress) -> None:
        # Kafka's ids are 16 bytes in URL-safe base64; a leading dash would be read as an option.
        cluster = "r" + base64.urlsafe_b64encode(uuid4().bytes).decode().rstrip("=")[1:]
        command = self._command(java, "kafka.tools.StorageTool", "format", "--ignore-formatted")
        doing = "Preparing Kafka's data folder"
        async with telling(progress, doing):
            command += ["--cluster-id", cluster, "--config", PROPERTIES]
            await run(command, _environment(), self._folder, doing=doing, limit_s=START_LIMIT_S)

    def _command(self, java: str, main: str, *arguments: str) -> list[str]:
        logger = "-Dorg.slf4j.simpleLogger"
        options = ["-Xms64m", "-Xmx512m", "-XX:+ExitOnOutOfMemoryError", "-Djava.awt.headless=true"]
        # A broker of minutes never earns back what the second compiler and G1 cost: half its processor time.
        options += ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
        options += [f"{logger}.showDateTime=true", f"{logger}.dateTimeFormat=yyyy-MM-dd HH:mm:ss,SSS"]
        options += [
            f"{logger}.log.org.apache.kafka.common.config.AbstractConfig=warn"
        ]  # else 400 lines of settings at every start
        return [java, *options, "-cp", f"{self._jars}/*", main, *arguments]


async def answers(bootstrap: str) -> bool:
    """Whether a broker at `host:port[,host:port]` answers a metadata request and has itself in the answer."""
    if not await _any_listens(bootstrap):
        return False  # asked first, because aiokafka logs an error for every refused connection
    client: Any = AIOKafkaClient(  # aiokafka's client carries no annotations
        bootstrap_servers=bootstrap, request_timeout_ms=PROBE_LIMIT_MS
    )
    try:
        await client.bootstrap()
        return bool(client.cluster.brokers())
    except (KafkaError, OSError, TimeoutError):
        return False
    finally:
        await client.close()


async def _any_listens(bootstrap: str) -> bool:
    for address in bootstrap.split(","):
        host, _, port = address.strip().rpartition(":")
        with contextlib.suppress(OSError, TimeoutError, ValueError):
            async with asyncio.timeout(PROBE_LIMIT_MS / 1_000):
                _, writer = await asyncio.open_connection(host.strip("[]"), int(port))
            writer.close()
            return True
    return False


def _environment() -> dict[str, str]:
    # In the plain C locale Java can't open a file whose path isn't ASCII.
    return {**dict(inherited("JAVA_TOOL_OPTIONS")), "LC_ALL": "C.UTF-8"}


def _properties(port: int, controller: int) -> dict[str, str | int]:
    """Settings by Kafka's names; see https://kafka.apache.org/41/configuration/broker-configs/ for each."""
    return {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.voters": f"1@127.0.0.1:{controller}",
        "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        # Relative to the working folder: a comma, a backslash or an umlaut in a path means something else here.
        "log.dirs": DATA,
        # A typing error in a topic's name must not make a topic: ours are all created, and checked, before use.
        "auto.create.topics.enable": "false",
        "num.partitions": 1,
        "default.replication.factor": 1,
        "offsets.topic.replication.factor": 1,
        "offsets.topic.num.partitions": 8,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "transaction.state.log.num.partitions": 8,
        "share.coordinator.state.topic.replication.factor": 1,
        "share.coordinator.state.topic.min.isr": 1,
        # One consumer joins at a time here: waiting for others would only make every start 3 s longer.
        "group.initial.rebalance.delay.ms": 0,
        # A killed broker is let in again only when its last session has run out: 9 s by default.
        "broker.session.timeout.ms": 4_000,
        "broker.heartbeat.interval.ms": 1_000,
        # The controller else writes twice a second that nothing has happened.
        "metadata.max.idle.interval.ms": 5_000,
        "message.max.bytes": LARGEST_MESSAGE,
        "replica.fetch.max.bytes": LARGEST_MESSAGE,
        # Each topic states its own retention; the broker must not cut below it.
        "log.retention.ms": -1,
        # The default (128 MiB) would be a quarter of the heap.
        "log.cleaner.dedupe.buffer.size": 16 * 1_048_576,
    }
