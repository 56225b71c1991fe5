"""Arguments in, llama.cpp's OpenAI-compatible server out, on loopback, until SIGTERM.

It runs in a process of its own and imports nothing of ragstream: `xllamacpp` may lie in a folder that only it sees.
"""

import json
import signal
import sys

import xllamacpp


def main() -> None:
    """Serve what the one argument says, a JSON object with `weights`, `name`, `port`, `threads`, `slots`, `context`."""
    wanted = json.loads(sys.argv[1])
    # Blocked before the server starts its threads, which inherit that: else one of them might die of the signal.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    params = xllamacpp.CommonParams()
    params.model.path = wanted["weights"]
    params.model_alias = {wanted["name"]}
    params.hostnames = ["127.0.0.1"]
    params.port = wanted["port"]
    params.n_parallel = wanted["slots"]
    params.n_ctx = wanted["slots"] * wanted["context"]
    # More threads than free cores wait for each other in busy loops.
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = wanted["threads"]
    params.fit_params = False
    params.ui = False
    server = xllamacpp.Server(params)
    sys.stdout.write(f"listening on {server.listening_address}\n")
    sys.stdout.flush()
    signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    main()
