"""Texts in, seconds out: the embedder alone, in a process of its own, as a bound on what a whole system can do."""

import asyncio
import json
import sys
import time

from infra.models import ensure_model
from infra.onnx_embedder import open_embedder
from infra.settings import Settings


async def main() -> None:
    settings = Settings()
    embedder = open_embedder(settings, await ensure_model(settings, lambda sentence: print(sentence, file=sys.stderr)))
    print(json.dumps({"ready": embedder.embedder_id}), flush=True)
    for line in sys.stdin:
        texts = json.loads(line)
        began = time.perf_counter()
        await embedder.embed_passages(texts)
        print(json.dumps({"chunks": len(texts), "seconds": time.perf_counter() - began}), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
