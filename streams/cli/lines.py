"""Standard input in, its lines out as they come: waiting for a line can be interrupted, as a thread's wait cannot."""

import asyncio
import os
import selectors
from collections.abc import AsyncIterator
from typing import IO, Any, Final

from schemas.failures import ConfigurationError
from streams.topic import MIB
from streams.topics import DOCUMENTS

MAX_LINE: Final = 2 * DOCUMENTS.max_bytes
"""Bytes; JSON may write a character in six."""


async def lines_of(file: IO[bytes]) -> AsyncIterator[bytes]:
    """Lines with their ends. Raises `ConfigurationError` for a line of more than 16 MiB."""
    reader = asyncio.StreamReader(limit=MAX_LINE)
    try:
        transport = await _connected(file, reader)
    except (OSError, ValueError):  # a regular file, or /dev/null: reading it waits for nobody
        for line in file:
            yield line
        return
    try:
        while line := await reader.readline():
            yield line
    except ValueError as error:
        raise ConfigurationError(f"a line on standard input is longer than {MAX_LINE // MIB} MiB") from error
    finally:
        transport.close()


async def _connected(file: IO[bytes], reader: asyncio.StreamReader) -> asyncio.BaseTransport:
    if file.isatty():
        # Opened anew: asyncio makes it non-blocking, and the one we got is shared with stdout and with the shell.
        file = os.fdopen(os.open(os.ttyname(file.fileno()), os.O_RDONLY | os.O_NOCTTY), "rb", buffering=0)
    with selectors.DefaultSelector() as selector:
        selector.register(file, selectors.EVENT_READ)  # asyncio would try it too late for anybody to notice
    protocol: Any = asyncio.StreamReaderProtocol(reader)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, file)
    return transport
