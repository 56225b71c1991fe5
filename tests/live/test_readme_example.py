"""README's program in another language in, its answer out: it is run against real servers as it stands."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from infra.settings import Settings

pytestmark = [pytest.mark.live, pytest.mark.timeout(120)]

README = Path(__file__).parents[2] / "README.md"


def program(settings: Settings) -> str:
    """The one Python block of README, with this session's broker and its namespace before each topic's name."""
    blocks = re.findall(r"^```python\n(.*?)^```$", README.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert len(blocks) == 1
    assert blocks[0].count('"127.0.0.1:9092"') == 1
    text = blocks[0].replace("127.0.0.1:9092", str(settings.kafka.bootstrap))
    return re.sub(r'"(documents|queries|index-log|answers)"', rf'"{settings.namespace}.\1"', text)


def test_the_readmes_python_program_prints_the_answer_and_its_citation(live_workers: Settings, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-c", program(live_workers)],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "Drain the pump before the first frost. [1]",
        "pump-1 Drain the pump before the first frost.",
    ]
