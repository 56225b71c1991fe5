"""README's promises in, whether they hold out: its `sh` blocks are run as they stand."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
RUNNABLE = re.findall(r"^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
EMBEDS = "demo --in-memory"
"""A block that needs the embedding model, and may have to fetch it first."""


def run(block, home):
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    given = {name: value for name, value in os.environ.items() if not name.startswith("RAGSTREAM_")}
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block],
        cwd=ROOT,
        env={**given, "PATH": path, "RAGSTREAM_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@pytest.mark.parametrize("block", [block for block in RUNNABLE if EMBEDS not in block])
def test_blocks_that_need_no_server_run_as_they_stand(block, tmp_path):
    done = run(block, tmp_path)
    assert done.returncode == 0, done.stderr


@pytest.mark.live
@pytest.mark.timeout(300)
@pytest.mark.parametrize("block", [block for block in RUNNABLE if EMBEDS in block])
def test_the_demonstration_in_memory_answers_three_questions_with_citations(block, tmp_path):
    done = run(block, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("\n\n[1] ") == 3  # a marker in the text may begin a line, but no paragraph


def test_the_readme_has_both_kinds_of_blocks():
    assert len(RUNNABLE) >= 2
    assert any(EMBEDS in block for block in RUNNABLE)


def test_what_it_is_takes_ten_lines():
    first = README.split("\n## ")[0].strip().splitlines()[2:]
    assert len(first) == 10


@pytest.mark.parametrize("command", ["make demo", "make test"])
def test_the_two_commands_stand_alone_and_are_targets(command):
    assert f"\n```\n{command}\n```\n" in README
    assert re.search(rf"^{command.removeprefix('make ')}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


def test_ci_runs_the_command_that_the_readme_names():
    script = ROOT / ".ci" / "run"
    assert script.read_text("utf-8").rstrip().endswith("\nmake test")
    assert os.access(script, os.X_OK)


@pytest.mark.parametrize(
    "told",
    ["## The flow", "## Topics", "## Line by line", "## From another language", "## When one machine is not enough"],
)
def test_a_newcomer_finds_what_the_readme_must_tell(told):
    assert f"\n{told}\n" in README
