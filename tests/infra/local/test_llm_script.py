"""The script with a stand-in for llama.cpp; tests/live runs it with the real one."""

import json
import signal
import subprocess
import sys

from infra.local.llm_server import SCRIPT

STAND_IN = """
import json, types
class CommonParams:
    def __init__(self):
        self.model, self.cpuparams, self.cpuparams_batch = (types.SimpleNamespace() for _ in range(3))
class Server:
    def __init__(self, params):
        self.listening_address = json.dumps(vars(params), default=str)
"""
WANTED = {"weights": "/model.gguf", "name": "small", "port": 25_000, "threads": 1, "slots": 3, "context": 1_000}


def test_it_serves_on_loopback_what_it_is_told_and_ends_in_order(tmp_path):
    (tmp_path / "xllamacpp.py").write_text(STAND_IN)
    command = [sys.executable, "-P", str(SCRIPT), json.dumps(WANTED)]
    child = subprocess.Popen(command, env={"PYTHONPATH": str(tmp_path)}, stdout=subprocess.PIPE, text=True)
    said = json.loads(child.stdout.readline().removeprefix("listening on "))
    child.send_signal(signal.SIGTERM)
    assert child.wait(10) == 0
    child.stdout.close()
    assert said["model"] == "namespace(path='/model.gguf')"
    assert said["cpuparams"] == said["cpuparams_batch"] == "namespace(n_threads=1)"
    assert (said["hostnames"], said["port"]) == (["127.0.0.1"], 25_000)
    assert (said["n_parallel"], said["n_ctx"]) == (3, 3_000)
